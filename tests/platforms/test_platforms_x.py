"""X's documented answers, and what each reads as."""

from datetime import UTC, datetime

import pytest
from tests.platforms.platform_samples import HANDLE, TIMES, answer
from tests.platforms.platform_talk import ask, facts, first_request
from tests.platforms.samples.x import OWN_TWEET, TWEETS, TWEETS_META, tweet

from siaga.domain.answers import Answer
from siaga.platforms.conversation import Response
from siaga.platforms.x import literal

POSTS = ("search-latest", "search-top", "hashtag")
ALL = (*POSTS, "profile", "replies", "trends")
OLD, NEW = "https://api.twitter.com/2/problems/", "https://api.x.com/2/problems/"
NOTHING = answer(200, {"meta": {"result_count": 0}})


def problem(status: int, name: str, **more: object) -> Response:
    return answer(status, {"type": OLD + name, "title": "T", "detail": "D", "status": status, **more})


def partial(name: str, **more: object) -> Response:
    return answer(200, {"errors": [{"type": NEW + name, "title": "T", "detail": "D", **more}]})


@pytest.mark.parametrize(
    ("surfaces", "given", "expected"),
    [
        ((*POSTS, "replies"), NOTHING, Answer.EMPTY),
        ((*POSTS, "replies"), answer(200, {"data": [], "meta": {"result_count": 0}}), Answer.EMPTY),
        ((*POSTS, "replies"), answer(200, {"meta": {"result_count": 3}}), Answer.UNREADABLE),
        ((*POSTS, "replies"), answer(200, {"meta": {}}), Answer.UNREADABLE),
        (("profile",), answer(200, {"meta": {}}), Answer.UNREADABLE),
        (("profile",), partial("resource-not-found", title="Not Found Error"), Answer.EMPTY),
        (
            ("profile",),
            partial("resource-not-found", title="Forbidden", detail=f"User has been suspended: [{HANDLE}]."),
            Answer.HIDDEN,
        ),
        (("profile",), problem(404, "resource-not-found"), Answer.EMPTY),
        (ALL, partial("not-authorized-for-resource"), Answer.WALLED),
        (ALL, partial("resource-unavailable"), Answer.ERROR),
        (ALL, partial("internal-error"), Answer.ERROR),
        (ALL, partial("something-new"), Answer.UNREADABLE),
        (ALL, problem(403, "client-forbidden", reason="client-not-enrolled"), Answer.WALLED),
        (ALL, problem(403, "unsupported-authentication"), Answer.WALLED),
        (ALL, problem(403, "disallowed-resource"), Answer.REFUSED),
        (ALL, problem(429, "usage-capped", period="Monthly"), Answer.LIMITED),
        (ALL, problem(403, "usage-capped", period="Monthly"), Answer.LIMITED),
        (ALL, problem(429, "rate-limit-exceeded"), Answer.LIMITED),
        (ALL, problem(429, "client-forbidden"), Answer.LIMITED),
        (ALL, problem(400, "invalid-request"), Answer.UNREADABLE),
        (
            ALL,
            answer(429, {"title": "Too Many Requests", "type": "about:blank", "status": 429}),
            Answer.LIMITED,
        ),
        (ALL, answer(401, {"title": "Unauthorized", "type": "about:blank", "status": 401}), Answer.WALLED),
        (ALL, answer(503, {"title": "Service Unavailable", "type": "about:blank"}), Answer.ERROR),
        (ALL, answer(429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}), Answer.LIMITED),
        (ALL, answer(400, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}), Answer.LIMITED),
        (ALL, answer(403, {"errors": [{"code": 453, "message": "other access level"}]}), Answer.WALLED),
        (ALL, answer(403, {"errors": [{"code": 63, "message": "User has been suspended."}]}), Answer.HIDDEN),
        (ALL, answer(503, {"errors": [{"code": 130, "message": "Over capacity"}]}), Answer.ERROR),
    ],
)
def test_a_documented_answer(surfaces: tuple[str, ...], given: Response, expected: Answer) -> None:
    for surface in surfaces:
        reading = ask("x", surface, given)
        assert reading.answer is expected, (surface, reading)


def test_a_page_with_posts_and_problems_is_a_page_with_posts() -> None:
    problems = [{"type": NEW + "resource-not-found", "title": "Not Found Error", "detail": "D"}]
    page = answer(200, {"data": TWEETS, "meta": TWEETS_META, "errors": problems})
    assert facts(ask("x", "search-latest", page)) == (Answer.RESULTS, 3, 3)


def test_newest_first_is_asked_and_checked() -> None:
    assert "sort_order=recency" in first_request("x", "search-latest", "mahfud").url
    assert "sort_order=relevancy" in first_request("x", "search-top", "mahfud").url
    reading = ask("x", "search-latest", answer(200, {"data": TWEETS[::-1], "meta": TWEETS_META}))
    assert (reading.newest_age_s, reading.ordered) == (120.0, False)
    assert ask("x", "search-top", answer(200, {"data": TWEETS, "meta": TWEETS_META})).ordered is None


def test_a_post_withheld_in_the_country_does_not_count_as_found() -> None:
    withheld = {"country_codes": ["ID"], "copyright": False}
    data = [{**TWEETS[0], "withheld": withheld}, *TWEETS[1:]]
    page = answer(200, {"data": data, "meta": TWEETS_META})
    assert facts(ask("x", "search-latest", page, country="id")) == (Answer.RESULTS, 3, 2)
    assert facts(ask("x", "search-latest", page, country="SG")) == (Answer.RESULTS, 3, 3)
    assert facts(ask("x", "search-latest", page)) == (Answer.RESULTS, 3, 3)


@pytest.mark.parametrize(
    ("countries", "country", "expected"),
    [
        (["ID"], "ID", Answer.HIDDEN),
        (["XX"], "ID", Answer.HIDDEN),
        (["DE"], "ID", Answer.RESULTS),
        ([], "ID", Answer.RESULTS),
    ],
)
def test_a_profile_withheld_in_the_country_is_hidden(
    countries: list[str], country: str, expected: Answer
) -> None:
    user = {
        "id": "1",
        "name": "M",
        "username": HANDLE,
        "withheld": {"country_codes": countries, "scope": "user"},
    }
    assert ask("x", "profile", answer(200, {"data": user}), country=country).answer is expected


def test_replies_are_looked_for_at_the_post_that_says_it_has_most() -> None:
    own = answer(200, {"data": [OWN_TWEET], "meta": {"result_count": 1}})
    assert facts(ask("x", "replies", own, NOTHING)) == (Answer.EMPTY, 0, 0)
    closed = {**OWN_TWEET, "reply_settings": "mentionedUsers"}
    assert ask("x", "replies", answer(200, {"data": [closed], "meta": {"result_count": 1}})).answer is (
        Answer.WITHDRAWN
    )
    quiet = {**OWN_TWEET, "public_metrics": {"reply_count": 0}}
    assert (
        ask("x", "replies", answer(200, {"data": [quiet], "meta": {"result_count": 1}})).answer
        is Answer.EMPTY
    )
    strange = {**OWN_TWEET, "conversation_id": "1 OR cat"}
    assert ask("x", "replies", answer(200, {"data": [strange], "meta": {"result_count": 1}})).answer is (
        Answer.UNREADABLE
    )


def test_by_counts_a_search_costs_no_posts_and_says_the_volume() -> None:
    asked = first_request("x", "search-latest", "mahfud", search="counts").url
    assert "/2/tweets/counts/recent?" in asked
    assert "granularity=minute&start_time=2024-01-25T04%3A00%3A00Z" in asked
    minutes = [
        {"start": "2024-01-25T04:40:00.000Z", "end": "2024-01-25T04:41:00.000Z", "tweet_count": 7},
        {"start": "2024-01-25T04:41:00.000Z", "end": "2024-01-25T04:42:00.000Z", "tweet_count": 0},
    ]
    counted = answer(200, {"data": minutes, "meta": {"total_tweet_count": 7}})
    reading = ask("x", "search-latest", counted, search="counts")
    assert facts(reading) == (Answer.RESULTS, 7, 7)
    assert (reading.newest_age_s, reading.ordered) == (19 * 60.0, None)
    newer = [{"start": minutes[0]["start"], "end": minutes[0]["end"], "post_count": 7}]
    assert facts(
        ask(
            "x",
            "search-latest",
            answer(200, {"data": newer, "meta": {"total_post_count": 7}}),
            search="counts",
        )
    ) == (Answer.RESULTS, 7, 7)
    none = answer(200, {"data": minutes[1:], "meta": {"total_tweet_count": 0}})
    assert facts(ask("x", "search-latest", none, search="counts")) == (Answer.EMPTY, 0, 0)
    odd = answer(200, {"data": minutes, "meta": {"total_tweet_count": -7}})
    assert ask("x", "search-latest", odd, search="counts").answer is Answer.UNREADABLE


def test_limits_reset_at_a_second_since_1970_and_are_waited_for() -> None:
    headers = {"x_rate_limit_limit": "450", "x_rate_limit_remaining": "0", "x_rate_limit_reset": "1706159700"}
    quota = ask("x", "search-latest", answer(429, {"title": "Too Many Requests"}, **headers)).quota
    assert quota is not None
    assert (quota.limit, quota.remaining) == (450, 0)
    assert quota.wait_until == quota.resets_at == datetime(2024, 1, 25, 5, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("mahfud md", '"mahfud md"'),
        ("from:mahfud -x OR y", '"from:mahfud -x OR y"'),
        ('the "prof" \\ x', '"the prof x"'),
        ("🐘", '"🐘"'),
    ],
)
def test_names_are_asked_as_phrases(name: str, asked: str) -> None:
    assert literal(name) == asked


@pytest.mark.parametrize("name", ["mah fud", "mahfud_mahfud_16", "mahfüd", "a/b", "", "mahfud?x=1"])
def test_what_is_no_username_is_not_asked(name: str) -> None:
    for surface in ("profile", "replies"):
        if name:
            assert ask("x", surface, name=name).answer is Answer.UNREADABLE


def test_trends_are_asked_for_a_place() -> None:
    assert "/2/trends/by/woeid/1?max_trends=50" in first_request("x", "trends", "mahfud").url
    assert "/woeid/23424846?" in first_request("x", "trends", "mahfud", woeid="23424846").url


@pytest.mark.parametrize(("page", "asked"), [("50", 50), ("5", 10), ("500", 100), ("many", 20), ("", 20)])
def test_a_page_is_as_large_as_the_operator_says(page: str, asked: int) -> None:
    assert f"max_results={asked}&" in first_request("x", "search-latest", "mahfud", page=page).url


def test_a_name_in_a_hashtag_of_the_post_counts() -> None:
    post = tweet("Debat", "2024-01-25T04:00:00Z", "1", entities={"hashtags": [{"tag": "MahfudMD"}]})
    page = answer(200, {"data": [post], "meta": {"result_count": 1}})
    assert facts(ask("x", "search-latest", page, name="Mahfud MD")) == (Answer.RESULTS, 1, 1)
    assert facts(ask("x", "search-latest", page, name="mahfud")) == (Answer.RESULTS, 1, 0)


LINK = {"url": "https://t.co/a", "title": "Mahfud mundur", "description": "Berita hari ini"}


@pytest.mark.parametrize(
    "more",
    [
        {"note_tweet": {"text": "Panjang sekali, dan di akhir: Mahfud"}},
        {"entities": {"urls": [LINK]}},
        {"note_tweet": {"text": "Panjang", "entities": {"urls": [LINK]}}},
        {"note_tweet": {"text": "Panjang", "entities": {"hashtags": [{"tag": "Mahfud"}]}}},
    ],
)
def test_a_post_carries_the_name_wherever_x_shows_it(more: dict[str, object]) -> None:
    page = answer(200, {"data": [tweet("Lihat ini", TIMES[0], "1", **more)], "meta": {"result_count": 1}})
    assert facts(ask("x", "search-latest", page)) == (Answer.RESULTS, 1, 1)
    asked = first_request("x", "search-latest", "mahfud").url
    assert "note_tweet" in asked


def test_a_text_is_read_as_html_shows_it() -> None:
    page = answer(200, {"data": [tweet("Johnson &amp; Johnson", TIMES[0], "1")], "meta": {"result_count": 1}})
    assert facts(ask("x", "search-latest", page, name="Johnson & Johnson")) == (Answer.RESULTS, 1, 1)


@pytest.mark.parametrize("surface", ["search-latest", "search-top", "hashtag", "replies"])
def test_an_empty_page_with_a_next_one_is_not_nothing(surface: str) -> None:
    page = answer(200, {"meta": {"result_count": 0, "next_token": "7140dibdnow9"}})
    assert ask("x", surface, page).answer is Answer.UNREADABLE


def test_counts_of_none_with_a_next_page_are_not_nothing() -> None:
    page = answer(200, {"data": [], "meta": {"total_tweet_count": 0, "next_token": "a"}})
    assert ask("x", "search-latest", page, search="counts").answer is Answer.UNREADABLE
