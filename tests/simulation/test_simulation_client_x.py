"""tweepy, a client of the X API v2 that others wrote, accepts what the simulated X answers."""

from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from tests.simulation.served_platforms import TOKEN, ServedPlatforms

from siaga.simulation.faults import FaultKind

pytestmark = pytest.mark.usefixtures("loopback_only")
PUBLISHED = "https://api.twitter.com"


class _ToLoopback(HTTPAdapter):
    """tweepy fixes the API's address, and leaves its session open to another transport."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def send(self, request: requests.PreparedRequest, *further: Any, **named: Any) -> requests.Response:
        assert request.url is not None
        request.url = request.url.replace(PUBLISHED, self._address)
        return super().send(request, *further, **named)


@pytest.fixture
def client(platforms: ServedPlatforms) -> Any:
    return connected(platforms, TOKEN)


def connected(platforms: ServedPlatforms, token: str) -> Any:
    import tweepy

    made = tweepy.Client(bearer_token=token)
    made.session.trust_env = False
    made.session.mount(PUBLISHED, _ToLoopback(platforms.address("x")))
    return made


def test_recent_search_gives_posts_with_their_authors_and_times(client: Any) -> None:
    found = client.search_recent_tweets(
        "mahfud",
        max_results=20,
        sort_order="recency",
        tweet_fields=["created_at", "author_id", "public_metrics", "entities", "lang", "conversation_id"],
        expansions=["author_id"],
        user_fields=["created_at", "verified", "public_metrics", "description"],
    )
    assert found.meta["result_count"] == len(found.data) == 20
    assert not found.errors
    authors = {user.id: user for user in found.includes["users"]}
    times = [post.created_at for post in found.data]
    assert times == sorted(times, reverse=True)
    for post in found.data:
        assert "mahfud" in post.text.casefold()
        assert authors[post.author_id].username
        assert post.public_metrics["like_count"] >= 0
    assert found.meta["newest_id"] == str(found.data[0].id)


def test_pages_follow_one_another_without_a_post_twice(client: Any) -> None:
    import tweepy

    pages = list(tweepy.Paginator(client.search_recent_tweets, "mahfud", max_results=10, limit=3))
    ids = [post.id for page in pages for post in page.data]
    assert len(ids) == len(set(ids)) == 30
    assert ids == sorted(ids, reverse=True)


def test_relevancy_and_hashtags_are_searched(client: Any) -> None:
    top = client.search_recent_tweets("mahfud", sort_order="relevancy", max_results=10)
    tagged = client.search_recent_tweets("#GanjarPranowo", max_results=10)
    assert top.data
    assert all("#ganjarpranowo" in post.text.casefold() for post in tagged.data)


def test_a_canary_has_no_posts(client: Any) -> None:
    found = client.search_recent_tweets("qzxvkwpt")
    assert found.data is None
    assert found.meta["result_count"] == 0


def test_counts_are_in_spans_of_an_hour(client: Any) -> None:
    counted = client.get_recent_tweets_count("mahfud", granularity="hour")
    assert counted.meta["total_tweet_count"] == sum(span["tweet_count"] for span in counted.data) > 0


def test_a_user_is_found_by_name_and_an_unknown_one_is_an_error(client: Any) -> None:
    found = client.get_user(username="mohmahfudmd", user_fields=["created_at", "public_metrics", "verified"])
    assert found.data.username == "mohmahfudmd"
    assert found.data.created_at
    nobody = client.get_user(username="qzxvkwpt")
    assert nobody.data is None
    assert nobody.errors[0]["title"] == "Not Found Error"


def test_replies_are_found_by_their_conversation(client: Any) -> None:
    first = client.search_recent_tweets("mahfud", max_results=10, tweet_fields=["conversation_id"]).data[0]
    replies = client.search_recent_tweets(
        f"conversation_id:{first.id}", tweet_fields=["conversation_id", "referenced_tweets"]
    )
    assert replies.meta["result_count"] == len(replies.data or ())
    for reply in replies.data or ():
        assert reply.conversation_id == first.id
        assert [(post.type, post.id) for post in reply.referenced_tweets] == [("replied_to", first.id)]


def test_a_wrong_token_a_bad_request_and_a_limit_raise_what_the_client_has_for_them(
    client: Any, platforms: ServedPlatforms
) -> None:
    import tweepy

    with pytest.raises(tweepy.Unauthorized):
        connected(platforms, "wrong").search_recent_tweets("mahfud")
    with pytest.raises(tweepy.BadRequest) as bad:
        client.search_recent_tweets("mahfud", max_results=5)
    assert "max_results" in bad.value.api_errors[0]["message"]
    with platforms.fault("x", FaultKind.LIMIT), pytest.raises(tweepy.TooManyRequests) as limited:
        client.search_recent_tweets("mahfud")
    assert int(limited.value.response.headers["x-rate-limit-reset"]) > 0
    assert limited.value.response.headers["x-rate-limit-remaining"] == "0"
    with platforms.fault("x", FaultKind.ERROR), pytest.raises(tweepy.TwitterServerError):
        client.search_recent_tweets("mahfud")
    with platforms.fault("x", FaultKind.REFUSE), pytest.raises(tweepy.Forbidden):
        client.search_recent_tweets("mahfud")


def test_single_posts_are_looked_up_and_those_that_are_not_there_are_said(client: Any) -> None:
    first, second = client.search_recent_tweets("mahfud", max_results=10).data[:2]
    one = client.get_tweet(first.id, tweet_fields=["created_at"])
    assert (one.data.id, one.data.text) == (first.id, first.text)
    assert one.data.created_at is not None
    both = client.get_tweets([first.id, second.id, 1])
    assert [post.id for post in both.data] == [first.id, second.id]
    assert both.errors[0]["resource_id"] == "1"
    gone = client.get_tweet(1)
    assert gone.data is None
    assert gone.errors[0]["type"].endswith("resource-not-found")


@pytest.mark.parametrize("query", ["(mahfud", '"mahfud', "mahfud OR", "nosuch:thing a", "-is:retweet"])
def test_a_malformed_query_is_a_bad_request(client: Any, query: str) -> None:
    import tweepy

    with pytest.raises(tweepy.BadRequest):
        client.search_recent_tweets(query)
    with pytest.raises(tweepy.BadRequest):
        client.get_recent_tweets_count(query)
