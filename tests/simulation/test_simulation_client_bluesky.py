"""atproto, a client of Bluesky that others wrote, accepts what the simulated Bluesky answers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.simulation.served_platforms import TOKEN, ServedPlatforms

from siaga.simulation.contracts.bluesky_sessions import BlueskySessions
from siaga.simulation.faults import FaultKind

pytestmark = pytest.mark.usefixtures("loopback_only")


@pytest.fixture
def stranger(platforms: ServedPlatforms) -> Iterator[Any]:
    """A client that has not signed in."""
    from atproto import Client

    made = Client(base_url=platforms.address("bluesky"))
    yield made
    made.request.close()


@pytest.fixture
def client(stranger: Any) -> Any:
    stranger.login("mohmahfudmd.bsky.social", TOKEN)
    return stranger


def test_it_signs_in_with_an_app_password_and_sees_its_own_profile(stranger: Any) -> None:
    me = stranger.login("mohmahfudmd.bsky.social", TOKEN)
    assert me.handle == "mohmahfudmd.bsky.social"
    assert stranger.me.did == me.did
    session = stranger.com.atproto.server.get_session()
    assert (session.did, session.handle) == (me.did, me.handle)


def test_a_session_is_refreshed_and_taken_up_again(client: Any, platforms: ServedPlatforms) -> None:
    from atproto import Client

    kept = client.export_session_string()
    again = Client(base_url=platforms.address("bluesky"))
    assert again.login(session_string=kept).did == client.me.did
    again._refresh_and_set_session()
    assert again.app.bsky.feed.search_posts({"q": "mahfud"}).posts
    again.request.close()


def test_posts_are_searched_newest_first_over_pages(client: Any) -> None:
    ask = client.app.bsky.feed.search_posts
    first = ask({"q": "mahfud", "sort": "latest", "limit": 10})
    second = ask({"q": "mahfud", "sort": "latest", "limit": 10, "cursor": first.cursor})
    posts = [*first.posts, *second.posts]
    assert len({post.uri for post in posts}) == 20
    assert all("mahfud" in post.record.text.casefold() for post in posts)
    times = [post.indexed_at for post in posts]
    assert times == sorted(times, reverse=True)


def test_top_posts_and_hashtags_with_their_facets_are_searched(client: Any) -> None:
    from atproto import models

    assert client.app.bsky.feed.search_posts({"q": "mahfud", "sort": "top"}).posts
    tagged = client.app.bsky.feed.search_posts({"q": "#GanjarPranowo", "tag": ["GanjarPranowo"]}).posts
    assert tagged
    for post in tagged:
        (facet, *_) = post.record.facets
        assert isinstance(facet.features[0], models.AppBskyRichtextFacet.Tag)
        marked = post.record.text.encode()[facet.index.byte_start : facet.index.byte_end].decode()
        assert marked.startswith("#")


def test_people_suggestions_and_profiles_need_no_session(stranger: Any) -> None:
    actors = stranger.app.bsky.actor
    people = actors.search_actors({"q": "mahfud", "limit": 5})
    assert people.actors
    if people.cursor:
        further = actors.search_actors({"q": "mahfud", "limit": 5, "cursor": people.cursor}).actors
        assert not {actor.did for actor in further} & {actor.did for actor in people.actors}
    suggested = actors.search_actors_typeahead({"q": "mahf"}).actors
    assert any("mahfud" in actor.display_name.casefold() for actor in suggested)
    profile = actors.get_profile({"actor": "mohmahfudmd.bsky.social"})
    assert profile.followers_count > 0
    assert actors.get_profile({"actor": profile.did}).handle == profile.handle


def test_an_authors_posts_lead_to_their_replies(stranger: Any) -> None:
    from atproto import models

    feed = stranger.app.bsky.feed.get_author_feed({"actor": "mohmahfudmd.bsky.social", "limit": 5}).feed
    assert feed
    thread = stranger.app.bsky.feed.get_post_thread({"uri": feed[0].post.uri}).thread
    assert isinstance(thread, models.AppBskyFeedDefs.ThreadViewPost)
    assert thread.post.uri == feed[0].post.uri
    for reply in thread.replies:
        assert reply.post.record.reply.root.uri == thread.post.uri
        assert reply.post.record.reply.root.cid == thread.post.cid


def test_trends_are_listed(stranger: Any) -> None:
    trends = stranger.app.bsky.unspecced.get_trends({"limit": 5}).trends
    assert all(trend.topic and trend.post_count >= 0 for trend in trends)


def test_errors_are_what_the_client_has_for_them(stranger: Any, platforms: ServedPlatforms) -> None:
    from atproto import exceptions

    with pytest.raises(exceptions.UnauthorizedError):
        stranger.login("mohmahfudmd.bsky.social", "wrong")
    with pytest.raises(exceptions.UnauthorizedError) as refused:
        stranger.app.bsky.feed.search_posts({"q": "mahfud"})
    assert refused.value.response.content.error == "AuthMissing"
    with pytest.raises(exceptions.BadRequestError) as unknown:
        stranger.app.bsky.actor.get_profile({"actor": "qzxvkwpt.bsky.social"})
    assert unknown.value.response.content.message == "Profile not found"
    people = stranger.app.bsky.actor.search_actors
    with platforms.fault("bluesky", FaultKind.LIMIT), pytest.raises(exceptions.RequestException) as limited:
        people({"q": "mahfud"})
    assert limited.value.response.status_code == 429
    assert int(limited.value.response.headers["ratelimit-reset"]) > 0
    with platforms.fault("bluesky", FaultKind.ERROR), pytest.raises(exceptions.NetworkError):
        people({"q": "mahfud"})
    with platforms.fault("bluesky", FaultKind.HIDDEN, "profile"):
        with pytest.raises(exceptions.BadRequestError) as gone:
            stranger.app.bsky.actor.get_profile({"actor": "mohmahfudmd.bsky.social"})
        assert gone.value.response.content.error == "AccountTakedown"


def test_content_ids_decode(client: Any) -> None:
    from atproto import CID

    posts = client.app.bsky.feed.search_posts({"q": "mahfud"}).posts
    decoded = [CID.decode(post.cid) for post in posts]
    assert {(cid.version, cid.codec, cid.hash.code, cid.hash.size) for cid in decoded} == {
        (1, 0x71, 0x12, 32)
    }
    assert [cid.encode() for cid in decoded] == [post.cid for post in posts]


def test_an_expired_token_is_refused_and_the_client_renews_it(
    client: Any, platforms: ServedPlatforms
) -> None:
    from atproto import Client, exceptions

    old = BlueskySessions(TOKEN).begin(
        client.me.did, client.me.handle, datetime.now(UTC) - timedelta(hours=3)
    )
    kept = ":::".join([client.me.handle, client.me.did, str(old["accessJwt"]), str(old["refreshJwt"])])
    again = Client(base_url=platforms.address("bluesky"))
    again.login(session_string=f"{kept}:::{platforms.address('bluesky')}")
    assert again.app.bsky.feed.search_posts({"q": "mahfud"}).posts
    assert again._session.access_jwt != old["accessJwt"]
    bare = Client(base_url=platforms.address("bluesky"))
    header = {"authorization": f"Bearer {old['accessJwt']}"}
    with pytest.raises(exceptions.BadRequestError) as refused:
        bare.app.bsky.actor.search_actors({"q": "mahfud"}, headers=header)
    assert refused.value.response.content.error == "ExpiredToken"
    for made in (again, bare):
        made.request.close()
