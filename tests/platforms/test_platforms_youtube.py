"""YouTube's documented answers, and what each reads as."""

from datetime import UTC, datetime

import pytest
from tests.platforms.platform_samples import TEXTS, TIMES, answer
from tests.platforms.platform_talk import SECRET, ask, facts, first_request, instance
from tests.platforms.samples.youtube import CHANNEL, COMMENT, PLAYLIST_ITEM, listed, video

from siaga.domain.answers import Answer
from siaga.platforms.conversation import Query, Request, Response
from siaga.platforms.registry import platforms
from siaga.platforms.youtube import literal

SEARCHES = ("search-latest", "search-top", "people")
ALL = (*SEARCHES, "profile", "replies")


def error(status: int, reason: str, **more: object) -> Response:
    errors = [{"domain": "youtube.quota", "reason": reason, "message": "Words for people"}]
    return answer(status, {"error": {"code": status, "message": "m", "errors": errors, **more}})


def without_items(kind: str, total: int) -> Response:
    document = listed(kind)
    del document["items"]
    return answer(200, {**document, "pageInfo": {"totalResults": total, "resultsPerPage": 5}})


@pytest.mark.parametrize(
    ("surfaces", "given", "expected"),
    [
        (SEARCHES, answer(200, listed("search")), Answer.EMPTY),
        (("profile", "replies"), answer(200, listed("channel")), Answer.EMPTY),
        (("profile", "replies"), without_items("channel", 0), Answer.EMPTY),
        (("profile", "replies"), without_items("channel", 1), Answer.UNREADABLE),
        (SEARCHES, answer(200, listed("channel")), Answer.UNREADABLE),
        (ALL, error(403, "quotaExceeded"), Answer.LIMITED),
        (ALL, error(403, "dailyLimitExceeded"), Answer.LIMITED),
        (ALL, error(403, "rateLimitExceeded"), Answer.LIMITED),
        (ALL, error(429, "rateLimitExceeded"), Answer.LIMITED),
        (ALL, error(403, "forbidden"), Answer.WALLED),
        (ALL, error(403, "accessNotConfigured"), Answer.WALLED),
        (ALL, error(403, "ipRefererBlocked"), Answer.WALLED),
        (ALL, error(400, "keyInvalid"), Answer.WALLED),
        (ALL, error(400, "badRequest", details=[{"reason": "API_KEY_INVALID"}]), Answer.WALLED),
        (ALL, error(401, "authError"), Answer.WALLED),
        (ALL, error(400, "invalidSearchFilter"), Answer.UNREADABLE),
        (ALL, error(400, "badRequest"), Answer.UNREADABLE),
        (ALL, error(404, "notFound"), Answer.UNREADABLE),
        (ALL, error(403, "channelClosed"), Answer.WITHDRAWN),
        (ALL, error(403, "channelSuspended"), Answer.HIDDEN),
        (ALL, error(500, "backendError"), Answer.ERROR),
        (ALL, error(503, "somethingNew"), Answer.ERROR),
    ],
)
def test_a_documented_answer(surfaces: tuple[str, ...], given: Response, expected: Answer) -> None:
    for surface in surfaces:
        assert ask("youtube", surface, given).answer is expected, surface


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (answer(200, listed("commentThread", COMMENT)), (Answer.RESULTS, 1, 1)),
        (answer(200, listed("commentThread")), (Answer.EMPTY, 0, 0)),
        (error(403, "commentsDisabled"), (Answer.WITHDRAWN, None, None)),
        (error(503, "commentsDisabled"), (Answer.ERROR, None, None)),
        (error(404, "videoNotFound"), (Answer.EMPTY, 0, 0)),
        (error(400, "processingFailure"), (Answer.ERROR, None, None)),
    ],
)
def test_comments_are_open_or_not(given: Response, expected: tuple[Answer, int | None, int | None]) -> None:
    channel = answer(200, listed("channel", CHANNEL))
    uploads = answer(200, listed("playlistItem", PLAYLIST_ITEM))
    assert facts(ask("youtube", "replies", channel, uploads, given)) == expected


def test_a_channel_without_videos_has_no_comments() -> None:
    channel = answer(200, listed("channel", CHANNEL))
    none = answer(200, listed("playlistItem"))
    assert ask("youtube", "replies", channel, none).answer is Answer.EMPTY
    assert ask("youtube", "replies", channel, error(404, "playlistNotFound")).answer is Answer.EMPTY


@pytest.mark.parametrize(
    ("at", "midnight"),
    [
        (datetime(2024, 1, 25, 5, tzinfo=UTC), datetime(2024, 1, 25, 8, tzinfo=UTC)),
        (datetime(2024, 1, 25, 8, tzinfo=UTC), datetime(2024, 1, 26, 8, tzinfo=UTC)),
        (datetime(2024, 3, 10, 9, tzinfo=UTC), datetime(2024, 3, 11, 7, tzinfo=UTC)),
        (datetime(2024, 7, 1, 0, tzinfo=UTC), datetime(2024, 7, 1, 7, tzinfo=UTC)),
    ],
)
def test_a_spent_day_ends_at_midnight_pacific_time(at: datetime, midnight: datetime) -> None:
    conversation = platforms()["youtube"].ask(instance("youtube"), Query("people", "mahfud", at))
    next(conversation)
    with pytest.raises(StopIteration) as over:
        conversation.send(error(403, "quotaExceeded"))
    assert over.value.value.quota.wait_until == midnight


def test_a_limit_by_the_minute_is_no_spent_day() -> None:
    assert ask("youtube", "people", error(403, "rateLimitExceeded")).quota is None


def test_newest_first_is_asked_and_checked() -> None:
    assert "order=date" in first_request("youtube", "search-latest", "mahfud").url
    assert "order=relevance" in first_request("youtube", "search-top", "mahfud").url
    found = [video(text, at) for text, at in zip(TEXTS, TIMES, strict=True)]
    reading = ask("youtube", "search-latest", answer(200, listed("search", *found[::-1])))
    assert (reading.newest_age_s, reading.ordered) == (120.0, False)
    assert ask("youtube", "search-top", answer(200, listed("search", *found))).ordered is None


def test_what_changes_results_is_said_in_the_request() -> None:
    plain = first_request("youtube", "search-latest", "mahfud").url
    assert "safeSearch=none" in plain
    assert "regionCode" not in plain
    chosen = first_request("youtube", "search-latest", "mahfud", region="ID", safe_search="strict").url
    assert "safeSearch=strict" in chosen
    assert "regionCode=ID" in chosen


def test_the_key_travels_in_a_header() -> None:
    asked = first_request("youtube", "profile", "mahfud")
    assert isinstance(asked, Request)
    assert asked.headers["x-goog-api-key"] == SECRET
    assert asked.url == "https://video.example/youtube/v3/channels?part=snippet&forHandle=%40mahfud"


@pytest.mark.parametrize(("address", "matching"), [("@MohMahfudMD", 1), ("@mahfud", 0), (None, 1)])
def test_a_channel_is_the_one_asked_for(address: str | None, matching: int) -> None:
    channel = {**CHANNEL, "snippet": {**CHANNEL["snippet"], "customUrl": address}}
    assert facts(ask("youtube", "profile", answer(200, listed("channel", channel)))) == (
        Answer.RESULTS,
        1,
        matching,
    )


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Mahfud MD", "Mahfud MD"),
        ("-mahfud", "mahfud"),
        ("a|b", "a b"),
        ("Orwell-Smith", "Orwell-Smith"),
        ("--a - b", "a b"),
    ],
)
def test_names_are_asked_as_plain_words(name: str, asked: str) -> None:
    assert literal(name) == asked


def test_titles_are_read_as_html_shows_them() -> None:
    page = answer(200, listed("search", video("Kata Ma&#39;ruf Amin &amp; &quot;tim&quot;", TIMES[0])))
    assert facts(ask("youtube", "search-latest", page, name="Ma'ruf Amin")) == (Answer.RESULTS, 1, 1)
    assert facts(ask("youtube", "search-latest", page, name="Ma’ruf Amin & tim")) == (Answer.RESULTS, 1, 1)


@pytest.mark.parametrize("more", [{"pageInfo": {"totalResults": 1_000_000}}, {"nextPageToken": "CAUQAA"}])
def test_a_million_said_and_none_shown_is_not_nothing(more: dict[str, object]) -> None:
    page = {"kind": "youtube#searchListResponse", "pageInfo": {"totalResults": 0}, "items": [], **more}
    assert ask("youtube", "search-latest", answer(200, page)).answer is Answer.UNREADABLE
