"""What relays say, and what it reads as."""

import orjson
import pytest
from tests.platforms.platform_samples import answer, frames
from tests.platforms.platform_talk import AT, ask, facts, first_request, instance, self_tested
from tests.platforms.samples.nostr import KEY, NOSTR_PROFILE, NOTES, NPUB, RELAY, event, stored

from siaga.domain.answers import Answer
from siaga.platforms.bech32 import key_of
from siaga.platforms.conversation import Exchange, Instance, Query, Request, Response
from siaga.platforms.nostr import literal
from siaga.platforms.registry import platforms

ABLE = answer(200, RELAY)


def closed(reason: str) -> Response:
    return frames(["CLOSED", "siaga", reason])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (stored(), Answer.EMPTY),
        (stored(*NOTES), Answer.RESULTS),
        (frames(["EOSE", "siaga", ["finish"]]), Answer.EMPTY),
        (frames(["NOTICE", "welcome"], ["AUTH", "challenge"], ["EOSE", "siaga"]), Answer.EMPTY),
        (closed("auth-required: sign in first"), Answer.WALLED),
        (closed("restricted: not for this key"), Answer.WALLED),
        (closed("pow: work first"), Answer.WALLED),
        (closed("blocked: not served"), Answer.REFUSED),
        (closed("rate-limited: slow down"), Answer.LIMITED),
        (closed("error: could not connect to the database"), Answer.ERROR),
        (closed("invalid: no such filter"), Answer.UNREADABLE),
        (closed("unsupported: filter contains unknown elements"), Answer.UNREADABLE),
        (closed(""), Answer.UNREADABLE),
        (frames(["NOTICE", "rate-limited: slow down"]), Answer.LIMITED),
        (frames(["NOTICE", "error: too many"]), Answer.UNREADABLE),
        (frames(["NOTICE", "ERROR: bad req: unrecognised filter item"]), Answer.UNREADABLE),
        (frames(["NOTICE", "bad req: unrecognised filter item"]), Answer.UNREADABLE),
        (closed("error: bad req: unrecognised filter item"), Answer.UNREADABLE),
        (closed("error: search is not supported"), Answer.UNREADABLE),
        (frames(["NOTICE", "could not parse command"]), Answer.UNREADABLE),
        (frames(["NOTICE", "welcome"]), Answer.UNREADABLE),
        (frames(["EOSE", "another"]), Answer.UNREADABLE),
        (frames(["EVENT", "another", NOTES[0]], ["EOSE", "siaga"]), Answer.UNREADABLE),
        (frames(["NEWS", "siaga"], ["EOSE", "siaga"]), Answer.UNREADABLE),
        (frames({"a": 1}), Answer.UNREADABLE),
        (frames(), Answer.UNREADABLE),
        (Response(101, {}, b"not json", "wss://x"), Answer.UNREADABLE),
        (frames(*(["EVENT", "siaga", note] for note in NOTES)), Answer.RESULTS),
        (answer(403, b"<html>Forbidden</html>"), Answer.UNREADABLE),
        (answer(401, b""), Answer.WALLED),
        (answer(429, b""), Answer.LIMITED),
        (answer(503, b""), Answer.ERROR),
        (answer(200, b"<html>A relay</html>"), Answer.UNREADABLE),
    ],
)
def test_a_documented_answer(said: Response, expected: Answer) -> None:
    assert ask("nostr", "hashtag", said).answer is expected
    assert ask("nostr", "search-latest", ABLE, said).answer is expected


@pytest.mark.parametrize(
    ("information", "expected"),
    [
        (answer(200, {**RELAY, "supported_nips": [1, 11]}), Answer.UNREADABLE),
        (answer(200, {"name": "relai"}), Answer.UNREADABLE),
        (answer(200, {**RELAY, "supported_nips": "50"}), Answer.UNREADABLE),
        (answer(200, b"<html>A relay</html>"), Answer.UNREADABLE),
        (answer(404, b"not found"), Answer.UNREADABLE),
        (answer(429, b""), Answer.LIMITED),
        (answer(502, b""), Answer.ERROR),
    ],
)
@pytest.mark.parametrize("surface", ["search-latest", "people", "profile"])
def test_a_relay_that_does_not_promise_search_is_not_searched(
    surface: str, information: Response, expected: Answer
) -> None:
    assert ask("nostr", surface, information).answer is expected


def test_what_a_relay_sends_twice_counts_once() -> None:
    assert facts(ask("nostr", "hashtag", stored(NOTES[0], NOTES[0]))) == (Answer.RESULTS, 1, 1)


def test_a_relay_that_ignores_the_search_is_seen_through() -> None:
    noise = [event(1, "gm", 1706158000), event(1, "pura vida", 1706157000)]
    assert facts(ask("nostr", "search-latest", ABLE, stored(*noise))) == (Answer.RESULTS, 2, 0)


def test_only_hashtags_come_newest_first() -> None:
    assert ask("nostr", "hashtag", stored(*NOTES)).ordered is True
    assert ask("nostr", "hashtag", stored(*NOTES[::-1])).ordered is False
    searched = ask("nostr", "search-latest", ABLE, stored(*NOTES))
    assert (searched.ordered, searched.newest_age_s) == (None, 0.0)


def test_people_are_known_by_the_names_in_their_profile() -> None:
    broken = event(0, "{no json", 1700000000)
    other = event(0, '{"name":"ganjar","display_name":7}', 1700000001)
    named = event(0, '{"name":"m","nip05":"mahfud@relai.example"}', 1700000002)
    reading = ask("nostr", "people", ABLE, stored(broken, other, named))
    assert facts(reading) == (Answer.RESULTS, 3, 1)
    assert reading.newest_age_s is None


@pytest.mark.parametrize("handle", [NPUB, KEY, NPUB.upper(), f"nostr:{NPUB}"])
def test_a_profile_asked_by_key_needs_no_search(handle: str) -> None:
    asked = first_request("nostr", "profile", handle)
    assert isinstance(asked, Exchange)
    assert orjson.loads(asked.frames[0])[2] == {"kinds": [0], "authors": [KEY], "limit": 1}
    assert facts(ask("nostr", "profile", stored(NOSTR_PROFILE), name=handle)) == (Answer.RESULTS, 1, 1)
    other = {**NOSTR_PROFILE, "pubkey": "0" * 64}
    assert facts(ask("nostr", "profile", stored(other), name=handle)) == (Answer.RESULTS, 1, 0)


@pytest.mark.parametrize(
    ("name", "matching"),
    [("mahfud", 1), ("@Mahfud", 1), ("mahfud@relai.example", 1), ("relai.example", 0), ("mahfu", 0)],
)
def test_a_profile_asked_by_name_must_be_the_one(name: str, matching: int) -> None:
    profile = event(0, '{"name":"mahfud","nip05":"mahfud@relai.example"}', 1700000002)
    assert facts(ask("nostr", "profile", ABLE, stored(profile), name=name)) == (Answer.RESULTS, 1, matching)


@pytest.mark.parametrize("handle", [NPUB[:-1] + "7", NPUB[:-1], "npub1" + "q" * 58, KEY[:-1], "mahfud", ""])
def test_a_mistyped_key_is_none(handle: str) -> None:
    assert key_of(handle) is None


def test_a_search_says_what_it_wants_and_when_it_is_over() -> None:
    asked = first_request("nostr", "hashtag", "MahfudMD")
    assert isinstance(asked, Exchange)
    assert orjson.loads(asked.frames[0]) == ["REQ", "siaga", {"kinds": [1], "#t": ["mahfudmd"], "limit": 50}]
    assert orjson.loads(asked.farewell[0]) == ["CLOSE", "siaga"]
    for frame in ('["EOSE","siaga"]', '["EOSE", "siaga"]', '["CLOSED","siaga","error: x"]'):
        assert frame.startswith(asked.until)
    for frame in ('["NOTICE","welcome"]', '["EVENT","siaga",{}]', '["AUTH","x"]'):
        assert not frame.startswith(asked.until)


@pytest.mark.parametrize(
    ("name", "asked"), [("domain:x.com mahfud", "domain x.com mahfud"), ('a "b"', "a b")]
)
def test_names_are_asked_without_extensions(name: str, asked: str) -> None:
    assert literal(name) == asked


@pytest.mark.parametrize("address", ["wss://relai.example", "https://relai.example"])
def test_a_relay_may_be_given_by_either_address(address: str) -> None:
    relay, nostr = Instance(address), platforms()["nostr"]
    information = next(nostr.ask(relay, Query("people", "x", AT)))
    search = next(nostr.ask(relay, Query("hashtag", "x", AT)))
    assert isinstance(information, Request)
    assert information.headers["accept"] == "application/nostr+json"
    assert (information.url, search.url) == ("https://relai.example", "wss://relai.example")


@pytest.mark.parametrize(
    ("tag", "matching"),
    [
        (["subject", "Soal Mahfud"], 1),
        (["imeta", "url https://a.example/b.jpg", "alt Mahfud di podium"], 1),
        (["alt", "Pidato Mahfud"], 1),
        (["p", "Mahfud"], 0),
    ],
)
def test_a_note_carries_the_name_wherever_clients_show_it(tag: list[str], matching: int) -> None:
    note = event(1, "Lihat ini", 1706158800, tag)
    assert facts(ask("nostr", "search-latest", ABLE, stored(note))) == (Answer.RESULTS, 1, matching)


def test_people_are_found_by_what_they_say_of_themselves() -> None:
    profile = event(0, '{"name":"menteri","about":"Menteri Mahfud MD"}', 1700000000)
    assert facts(ask("nostr", "people", ABLE, stored(profile))) == (Answer.RESULTS, 1, 1)


@pytest.mark.parametrize(
    ("answers", "passed"),
    [
        ((stored(*NOTES), ABLE, stored(NOTES[0])), True),
        ((stored(*NOTES), ABLE, stored(), ABLE, stored(), ABLE, stored()), None),
        ((stored(),), None),
        ((stored(*NOTES), answer(200, {"supported_nips": [1]})), None),
    ],
)
def test_a_self_test_looks_for_notes_that_the_relay_has(
    answers: tuple[Response, ...], passed: bool | None
) -> None:
    test = platforms()["nostr"].self_test(instance("nostr"), "search-latest", AT)
    assert test is not None
    assert self_tested(test, answers).passed is passed
