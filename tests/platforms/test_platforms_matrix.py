"""Matrix's documented answers, and what each reads as."""

from datetime import timedelta

import orjson
import pytest
from tests.platforms.platform_samples import answer
from tests.platforms.platform_talk import AT, ask, facts, first_request, instance, self_tested
from tests.platforms.samples.matrix import MESSAGE, ROOM, USER

from siaga.domain.answers import Answer, Session
from siaga.platforms.conversation import Request, Response
from siaga.platforms.registry import platforms

SEARCHES = ("search-latest", "search-top", "people")
ALL = (*SEARCHES, "profile")


def error(status: int, code: str, **more: object) -> Response:
    return answer(status, {"errcode": code, "error": "Words for people", **more})


def messages(*results: object) -> Response:
    return answer(
        200, {"search_categories": {"room_events": {"results": list(results), "count": len(results)}}}
    )


@pytest.mark.parametrize(
    ("surfaces", "given", "expected"),
    [
        (("people",), answer(200, {"results": [], "limited": False}), Answer.EMPTY),
        (("search-top",), answer(200, {"chunk": [], "total_room_count_estimate": 0}), Answer.EMPTY),
        (("search-latest",), messages(), Answer.EMPTY),
        (("profile",), error(404, "M_NOT_FOUND"), Answer.EMPTY),
        (("profile",), error(404, "M_UNKNOWN"), Answer.EMPTY),
        (("profile",), answer(200, {}), Answer.RESULTS),
        (("profile",), error(403, "M_FORBIDDEN"), Answer.WALLED),
        (SEARCHES, error(404, "M_NOT_FOUND"), Answer.UNREADABLE),
        (SEARCHES, error(403, "M_FORBIDDEN"), Answer.REFUSED),
        (ALL, error(401, "M_MISSING_TOKEN"), Answer.WALLED),
        (ALL, error(401, "M_UNKNOWN_TOKEN", soft_logout=True), Answer.WALLED),
        (ALL, error(401, "M_USER_LOCKED", soft_logout=True), Answer.WALLED),
        (ALL, error(403, "M_USER_SUSPENDED"), Answer.WALLED),
        (ALL, error(403, "M_GUEST_ACCESS_FORBIDDEN"), Answer.WALLED),
        (ALL, error(403, "M_CONSENT_NOT_GIVEN", consent_uri="https://x"), Answer.WALLED),
        (ALL, error(429, "M_LIMIT_EXCEEDED"), Answer.LIMITED),
        (ALL, error(400, "M_LIMIT_EXCEEDED"), Answer.LIMITED),
        (ALL, error(403, "M_RESOURCE_LIMIT_EXCEEDED"), Answer.ERROR),
        (ALL, error(404, "M_UNRECOGNIZED"), Answer.UNREADABLE),
        (ALL, error(405, "M_UNRECOGNIZED"), Answer.UNREADABLE),
        (ALL, error(400, "M_BAD_JSON"), Answer.UNREADABLE),
        (ALL, error(400, "M_INVALID_PARAM"), Answer.UNREADABLE),
        (ALL, error(500, "M_UNKNOWN"), Answer.ERROR),
        (ALL, answer(502, b"<html>Bad gateway</html>"), Answer.ERROR),
    ],
)
def test_a_documented_answer(surfaces: tuple[str, ...], given: Response, expected: Answer) -> None:
    for surface in surfaces:
        assert ask("matrix", surface, given).answer is expected, surface


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [(2000, 2), (0, 0), (-1, None), ("2000", None), (True, None), (10**18, None), (None, None), (1.5, None)],
)
def test_a_wait_is_learned_from_the_body(wait: object, seconds: int | None) -> None:
    quota = ask("matrix", "people", error(429, "M_LIMIT_EXCEEDED", retry_after_ms=wait)).quota
    assert (quota.wait_until if quota else None) == (
        None if seconds is None else AT + timedelta(seconds=seconds)
    )


def test_a_wait_is_learned_from_the_header_too() -> None:
    given = error(429, "M_LIMIT_EXCEEDED")
    limited = Response(429, {**given.headers, "retry-after": "7"}, given.body, given.final_url)
    quota = ask("matrix", "people", limited).quota
    assert quota is not None
    assert quota.wait_until == AT + timedelta(seconds=7)


def test_messages_are_asked_newest_first_and_checked() -> None:
    older = {**MESSAGE, "result": {**MESSAGE["result"], "origin_server_ts": 1706150000000}}
    reading = ask("matrix", "search-latest", messages(MESSAGE, older))
    assert (reading.newest_age_s, reading.ordered) == (60.0, True)
    assert ask("matrix", "search-latest", messages(older, MESSAGE)).ordered is False
    redacted = {**MESSAGE, "result": {**MESSAGE["result"], "content": {}}}
    assert facts(ask("matrix", "search-latest", messages(redacted))) == (Answer.RESULTS, 1, 0)


def test_people_and_rooms_match_by_what_they_show() -> None:
    nameless = {"user_id": "@mahfudmd:rumah.example"}
    other = {"user_id": "@ganjar:rumah.example", "display_name": None}
    people = answer(200, {"results": [USER, nameless, other], "limited": True})
    assert facts(ask("matrix", "people", people)) == (Answer.RESULTS, 3, 2)
    by_topic = {**ROOM, "name": None, "topic": "Semua soal Mahfud"}
    other_room = {**ROOM, "name": "Kucing"}
    rooms = answer(200, {"chunk": [ROOM, by_topic, other_room]})
    assert facts(ask("matrix", "search-top", rooms)) == (Answer.RESULTS, 3, 2)


@pytest.mark.parametrize(
    ("name", "options", "user"),
    [
        ("mahfud", {}, "%40mahfud%3Arumah.example"),
        ("mahfud", {"server": "kampung.example"}, "%40mahfud%3Akampung.example"),
        ("@mahfud:jauh.example", {}, "%40mahfud%3Ajauh.example"),
    ],
)
def test_a_user_without_a_server_lives_at_the_instances_own(
    name: str, options: dict[str, str], user: str
) -> None:
    url = first_request("matrix", "profile", name, Session.PUBLIC, **options).url
    assert url == f"https://rumah.example/_matrix/client/v3/profile/{user}"


@pytest.mark.parametrize("surface", SEARCHES)
def test_a_name_travels_in_the_body_as_it_is(surface: str) -> None:
    asked = first_request("matrix", surface, 'a "b" from:c')
    assert isinstance(asked, Request)
    assert asked.method == "POST"
    assert asked.read_only
    assert 'a "b" from:c' in str(orjson.loads(asked.body or b""))


@pytest.mark.parametrize(
    ("surface", "page"),
    [
        ("people", {"results": [], "limited": True}),
        ("search-top", {"chunk": [], "next_batch": "2"}),
        ("search-latest", {"search_categories": {"room_events": {"results": [], "count": 812}}}),
        ("search-latest", {"search_categories": {"room_events": {"results": [], "next_batch": "2"}}}),
    ],
)
def test_an_empty_page_that_says_there_is_more_is_not_nothing(surface: str, page: dict[str, object]) -> None:
    assert ask("matrix", surface, answer(200, page)).answer is Answer.UNREADABLE


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        (answer(200, {"joined_rooms": ["!a:b.example"]}), True),
        (answer(200, {"joined_rooms": []}), False),
        (answer(200, {}), None),
        (answer(401, {"errcode": "M_UNKNOWN_TOKEN"}), None),
    ],
)
def test_a_self_test_tells_an_account_without_rooms(given: Response, passed: bool | None) -> None:
    test = platforms()["matrix"].self_test(instance("matrix"), "search-latest", AT)
    assert test is not None
    assert self_tested(test, [given]).passed is passed
