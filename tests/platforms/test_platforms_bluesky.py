"""Bluesky's documented answers, and what each reads as."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from tests.platforms.platform_samples import TIMES, answer
from tests.platforms.platform_talk import AT, ask, facts, first_request, instance, talk
from tests.platforms.samples.bluesky import BLUESKY_ACTOR, BLUESKY_POSTS, BLUESKY_THREAD, bluesky_post

from siaga.domain.answers import Answer, Session
from siaga.platforms.bluesky import literal
from siaga.platforms.conversation import Query, Request, Response
from siaga.platforms.registry import platforms

POSTS, PEOPLE, ALL = (
    ("search-latest", "search-top", "hashtag"),
    ("people", "suggest"),
    ("search-latest", "search-top", "hashtag", "people", "suggest", "profile", "replies", "trends"),
)
PAGE = b"<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>"


def error(status: int, name: str, message: str = "") -> Response:
    return answer(status, {"error": name, "message": message})


@pytest.mark.parametrize(
    ("surfaces", "given", "expected"),
    [
        (POSTS, answer(200, {"posts": []}), Answer.EMPTY),
        (POSTS, answer(200, {"posts": [], "hitsTotal": 0}), Answer.EMPTY),
        (POSTS, answer(200, {"posts": [], "hitsTotal": 812}), Answer.UNREADABLE),
        (POSTS, answer(200, {"posts": [], "cursor": "25"}), Answer.UNREADABLE),
        (PEOPLE, answer(200, {"actors": [], "cursor": "25"}), Answer.UNREADABLE),
        (("replies",), answer(200, {"feed": [], "cursor": "2024"}), Answer.UNREADABLE),
        (ALL, answer(200, b'{"posts":[{}],"posts":[]}'), Answer.UNREADABLE),
        (PEOPLE, answer(200, {"actors": []}), Answer.EMPTY),
        (("trends",), answer(200, {"trends": []}), Answer.EMPTY),
        (("replies",), answer(200, {"feed": []}), Answer.EMPTY),
        (("profile", "replies"), error(400, "InvalidRequest", "Profile not found"), Answer.EMPTY),
        (POSTS + PEOPLE, error(400, "InvalidRequest", "Profile not found"), Answer.UNREADABLE),
        (ALL, error(400, "InvalidRequest", 'Params must have the property "q"'), Answer.UNREADABLE),
        (ALL, error(400, "AccountDeactivated", "Account is deactivated"), Answer.WITHDRAWN),
        (ALL, error(400, "AccountTakedown", "Account has been suspended"), Answer.HIDDEN),
        (ALL, error(500, "AccountDeactivated", "Account is deactivated"), Answer.ERROR),
        (("replies",), error(400, "BlockedActor"), Answer.WITHDRAWN),
        (("replies",), error(400, "BlockedByActor"), Answer.WITHDRAWN),
        (ALL, error(401, "AuthMissing", "Authentication Required"), Answer.WALLED),
        (ALL, error(403, "AuthMissing", "Authentication Required"), Answer.WALLED),
        (ALL, error(400, "ExpiredToken", "Token has expired"), Answer.WALLED),
        (ALL, error(400, "InvalidToken", "Token could not be verified"), Answer.WALLED),
        (ALL, answer(403, PAGE), Answer.WALLED),
        (POSTS, error(400, "BadQueryString"), Answer.REFUSED),
        (ALL, error(429, "RateLimitExceeded", "Rate Limit Exceeded"), Answer.LIMITED),
        (ALL, error(400, "RateLimitExceeded"), Answer.LIMITED),
        (ALL, error(501, "MethodNotImplemented", "Method Not Implemented"), Answer.UNREADABLE),
        (ALL, error(500, "InternalServerError"), Answer.ERROR),
        (ALL, error(502, "UpstreamFailure", "Upstream service unreachable"), Answer.ERROR),
        (ALL, error(504, "UpstreamTimeout"), Answer.ERROR),
        (ALL, error(507, "NotEnoughResources"), Answer.ERROR),
        (ALL, error(400, "SomethingNew"), Answer.UNREADABLE),
    ],
)
def test_a_documented_answer(surfaces: tuple[str, ...], given: Response, expected: Answer) -> None:
    for surface in surfaces:
        reading = ask("bluesky", surface, given)
        assert reading.answer is expected, (surface, reading)
        if expected is Answer.EMPTY:
            assert facts(reading) == (Answer.EMPTY, 0, 0)


def test_the_platforms_own_word_is_noted_for_operators() -> None:
    assert ask("bluesky", "search-latest", error(401, "AuthMissing", "Authentication Required")).note == (
        "AuthMissing Authentication Required"
    )


def test_newest_first_is_asked_and_checked() -> None:
    reading = ask("bluesky", "search-latest", answer(200, {"posts": BLUESKY_POSTS}))
    assert (reading.newest_age_s, reading.ordered) == (120.0, True)
    shuffled = ask("bluesky", "search-latest", answer(200, {"posts": BLUESKY_POSTS[::-1]}))
    assert (shuffled.newest_age_s, shuffled.ordered) == (120.0, False)
    alone = ask("bluesky", "search-latest", answer(200, {"posts": BLUESKY_POSTS[:1]}))
    assert alone.ordered is None
    assert ask("bluesky", "search-top", answer(200, {"posts": BLUESKY_POSTS})).ordered is None


def test_an_authors_word_makes_no_post_younger_than_its_indexing() -> None:
    ahead = bluesky_post("Mahfud", "2024-01-24T05:00:00.000Z")
    ahead["record"]["createdAt"] = "2031-01-01T00:00:00.000Z"
    reading = ask("bluesky", "search-latest", answer(200, {"posts": [ahead]}))
    assert reading.newest_age_s == timedelta(days=1).total_seconds()


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ({"val": "!hide", "src": "did:plc:x"}, Answer.HIDDEN),
        ({"val": "!takedown", "src": "did:plc:x"}, Answer.HIDDEN),
        ({"val": "!hide", "src": "did:plc:x", "neg": True}, Answer.RESULTS),
        ({"val": "!no-unauthenticated", "src": "did:plc:x"}, Answer.RESULTS),
    ],
)
def test_a_profile_behind_a_notice_is_hidden(label: dict[str, object], expected: Answer) -> None:
    assert ask("bluesky", "profile", answer(200, {**BLUESKY_ACTOR, "labels": [label]})).answer is expected


def test_another_profile_than_the_one_asked_for_does_not_match() -> None:
    other = {**BLUESKY_ACTOR, "handle": "somebody.bsky.social"}
    assert facts(ask("bluesky", "profile", answer(200, other))) == (Answer.RESULTS, 1, 0)


@pytest.mark.parametrize(
    ("thread", "expected"),
    [
        (BLUESKY_THREAD, (Answer.RESULTS, 1, 1)),
        ({**BLUESKY_THREAD, "replies": []}, (Answer.EMPTY, 0, 0)),
        (
            {"$type": "app.bsky.feed.defs#notFoundPost", "uri": "at://x", "notFound": True},
            (Answer.EMPTY, 0, 0),
        ),
        (
            {"$type": "app.bsky.feed.defs#blockedPost", "uri": "at://x", "blocked": True},
            (Answer.WITHDRAWN, None, None),
        ),
        ({"$type": "app.bsky.feed.defs#news"}, (Answer.UNREADABLE, None, None)),
        (
            {**BLUESKY_THREAD, "replies": [{"$type": "app.bsky.feed.defs#blockedPost", "uri": "at://x"}]},
            (Answer.UNREADABLE, None, None),
        ),
    ],
)
def test_replies_that_can_be_seen_are_counted(
    thread: dict[str, object], expected: tuple[Answer, int | None, int | None]
) -> None:
    feed = answer(200, {"feed": [{"post": BLUESKY_POSTS[0]}]})
    assert facts(ask("bluesky", "replies", feed, answer(200, {"thread": thread}))) == expected


def test_replies_are_looked_for_at_the_post_that_says_it_has_most() -> None:
    quiet, busy = (
        bluesky_post("x", at, replyCount=n)
        for at, n in [("2024-01-25T01:00:00Z", 0), ("2024-01-25T02:00:00Z", 9)]
    )
    shared = {"post": bluesky_post("y", "2024-01-25T03:00:00Z", replyCount=99), "reason": {"$type": "repost"}}
    feed = answer(200, {"feed": [shared, {"post": quiet}, {"post": busy}]})
    conversation = platforms()["bluesky"].ask(instance("bluesky"), Query("replies", "mahfud", AT))
    _, asked = talk(conversation, [feed, answer(200, {"thread": BLUESKY_THREAD})])
    assert busy["uri"].rsplit("/", 1)[1] in asked[1].url
    assert ask("bluesky", "replies", answer(200, {"feed": [{"post": quiet}]})).answer is Answer.EMPTY


def test_limits_are_learned_from_every_answer() -> None:
    headers = {"ratelimit_limit": "3000", "ratelimit_remaining": "0", "ratelimit_reset": "1706158980"}
    reading = ask("bluesky", "people", answer(429, {"error": "RateLimitExceeded"}, **headers))
    assert reading.quota is not None
    assert (reading.quota.limit, reading.quota.remaining) == (3000, 0)
    assert reading.quota.wait_until == datetime(2024, 1, 25, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Mahfud MD", "Mahfud MD"),
        ("from:mahfud", '"from:mahfud"'),
        ("-mahfud", '"-mahfud"'),
        ("#mahfud", '"#mahfud"'),
        ('the "prof"', '"the prof"'),
        ("this OR that", '"this OR that"'),
        ("Orwell-Smith", "Orwell-Smith"),
        ("محفوظ", "محفوظ"),
    ],
)
def test_names_are_asked_as_plain_words(name: str, asked: str) -> None:
    assert literal(name) == asked


@pytest.mark.parametrize(
    ("name", "actor"),
    [
        ("mahfud.bsky.social", "mahfud.bsky.social"),
        ("@mahfud.id", "mahfud.id"),
        ("mahfud", "mahfud.bsky.social"),
        ("did:plc:abc", "did%3Aplc%3Aabc"),
    ],
)
def test_a_handle_without_a_domain_lives_at_bsky_social(name: str, actor: str) -> None:
    assert first_request("bluesky", "profile", name).url.endswith(f"getProfile?actor={actor}")


def sign_in(given: Response) -> tuple[Request, str | None]:
    conversation = platforms()["bluesky"].sign_in(instance("bluesky"))
    assert conversation is not None
    asked = next(conversation)
    with pytest.raises(StopIteration) as over:
        conversation.send(given)
    return asked, over.value.value


def test_signing_in_turns_an_app_password_into_a_token() -> None:
    asked, token = sign_in(answer(200, {"accessJwt": "jwt", "refreshJwt": "r", "handle": "h", "did": "d"}))
    assert token == "jwt"
    assert asked.url == "https://bsky.example/xrpc/com.atproto.server.createSession"
    assert orjson.loads(asked.body or b"") == {"identifier": "siaga.bsky.social", "password": "s3cret-t0ken"}
    assert not asked.read_only


@pytest.mark.parametrize(
    "given",
    [
        error(401, "AuthenticationRequired", "Invalid identifier or password"),
        error(429, "RateLimitExceeded"),
        answer(200, {"accessJwt": 7}),
        answer(200, b"<html>"),
    ],
)
def test_a_refused_sign_in_gives_no_token(given: Response) -> None:
    assert sign_in(given)[1] is None


def test_a_stranger_may_ask_and_is_told_so_where_a_server_minds() -> None:
    asked = first_request("bluesky", "search-latest", "mahfud", Session.PUBLIC)
    assert isinstance(asked, Request)
    assert "authorization" not in asked.headers
    assert ask("bluesky", "search-latest", answer(403, PAGE), session=Session.PUBLIC).answer is Answer.WALLED


IMAGES = {"$type": "app.bsky.embed.images", "images": [{"alt": "Mahfud di podium", "image": {}}]}
CARD = {"$type": "app.bsky.embed.external", "external": {"uri": "u", "title": "Mahfud", "description": ""}}


@pytest.mark.parametrize(
    ("embed", "matching"),
    [
        (IMAGES, 1),
        (CARD, 1),
        ({"$type": "app.bsky.embed.video", "video": {}, "alt": "Pidato Mahfud"}, 1),
        ({"$type": "app.bsky.embed.recordWithMedia", "record": {}, "media": IMAGES}, 1),
        ({"$type": "org.example.odd", "images": 7, "external": ["Mahfud"], "media": None}, 0),
        ("Mahfud", 0),
    ],
)
def test_a_post_carries_the_name_wherever_bluesky_shows_it(embed: object, matching: int) -> None:
    record = {"$type": "app.bsky.feed.post", "text": "Lihat ini", "createdAt": TIMES[0], "embed": embed}
    page = answer(200, {"posts": [bluesky_post("Lihat ini", TIMES[0], record=record)]})
    assert facts(ask("bluesky", "search-latest", page)) == (Answer.RESULTS, 1, matching)


def test_people_are_found_by_what_they_say_of_themselves() -> None:
    actor = {**BLUESKY_ACTOR, "handle": "menteri.bsky.social", "displayName": "Pak Menteri"}
    found = answer(200, {"actors": [{**actor, "description": "Menteri Mahfud MD"}, actor]})
    assert facts(ask("bluesky", "people", found)) == (Answer.RESULTS, 2, 1)


def test_an_account_whose_handle_leads_nowhere_is_still_shown_by_the_platform() -> None:
    reading = ask("bluesky", "profile", answer(200, {**BLUESKY_ACTOR, "handle": "handle.invalid"}))
    assert facts(reading) == (Answer.RESULTS, 1, 1)
    assert "its owner's act" in reading.note
