"""Answers that no contract has: a reading comes of each, no exception, and no false "nothing found"."""

import copy
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.platforms.all_samples import BY_PLATFORM, SAMPLES
from tests.platforms.platform_samples import HANDLE, NAME, answer
from tests.platforms.platform_talk import AT, HANDLED, ask, instance

from siaga.domain.answers import Answer, Session
from siaga.platforms.conversation import Query, Reading, Response, Turn
from siaga.platforms.json import LARGEST_BODY, MOST_ITEMS
from siaga.platforms.registry import platforms

CASES = st.sampled_from(sorted(SAMPLES))
HOSTILE = [
    "\u202e",
    "\x00",
    "𝕸",
    "a\u0301" * 50,
    "<" * 300,
    "&#x110000;",
    "]]>",
    "../..",
    "\x1b[31m",
    "9" * 400,
]
NUMBERS = [2**63, -(2**63), 10**15, -1, 1e308, 0.5, 9999999999999]
SCALARS = st.booleans() | st.sampled_from(NUMBERS) | st.sampled_from(HOSTILE) | st.text(max_size=20)
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
STATUSES = st.sampled_from(
    [0, 100, 101, 200, 201, 204, 206, 301, 400, 401, 403, 404, 410, 422, 429, 500, 501, 503, 599]
)


def told(response: Response) -> list[Any]:
    """The JSON of an answer: one document, or a relay's frames."""
    return [orjson.loads(line) for line in response.body.splitlines()]


def retold(response: Response, documents: list[Any]) -> Response:
    body = b"\n".join(orjson.dumps(one) for one in documents)
    return Response(response.status, response.headers, body, response.final_url)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    value = copy.deepcopy(value)
    holder = value
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = junk
    return value


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def read(id: str, surface: str, answers: list[Response]) -> Reading:
    """Hold the conversation as far as it goes with these answers."""
    conversation = platforms()[id].ask(
        instance(id), Query(surface, HANDLE if surface in HANDLED else NAME, AT)
    )
    asked: Turn = next(conversation)
    try:
        for given in answers:
            asked = conversation.send(given)
    except StopIteration as over:
        reading = over.value
        assert isinstance(reading, Reading)
        return sound(reading)
    raise AssertionError(f"asked for more: {asked}")


def sound(reading: Reading) -> Reading:
    assert reading.answer in Answer
    assert reading.answer is not Answer.UNREACHABLE
    assert len(reading.note) <= 80
    assert reading.note.isprintable()
    counted = reading.answer in {Answer.RESULTS, Answer.EMPTY}
    assert (reading.count is not None) == counted
    if reading.count is not None and reading.matching is not None:
        assert 0 <= reading.matching <= reading.count
    assert reading.answer is not Answer.EMPTY or reading.count == 0
    assert reading.newest_age_s is None or reading.newest_age_s >= 0
    return reading


@settings(max_examples=1500, deadline=None)
@given(CASES, st.data())
def test_a_value_of_another_kind_anywhere_is_never_an_empty_answer(
    case: tuple[str, str], data: st.DataObject
) -> None:
    answers = list(SAMPLES[case])
    which = data.draw(st.integers(0, len(answers) - 1))
    documents = told(answers[which])
    path = data.draw(st.sampled_from(places(documents)[1:]))
    junk = data.draw(JUNK.filter(lambda junk: type(junk) is not type(at(documents, path))))
    answers[which] = retold(answers[which], replaced(documents, path, junk))
    reading = read(*case, answers)
    assert reading.answer in {Answer.RESULTS, Answer.UNREADABLE}, (path, junk, reading)


@settings(max_examples=700, deadline=None)
@given(CASES, st.data())
def test_anything_that_is_gone_is_no_exception(case: tuple[str, str], data: st.DataObject) -> None:
    answers = list(SAMPLES[case])
    which = data.draw(st.integers(0, len(answers) - 1))
    documents = told(answers[which])
    path = data.draw(st.sampled_from(places(documents)[1:]))
    holder = at(documents, path[:-1])
    del holder[path[-1]]
    answers[which] = retold(answers[which], documents)
    _, *rest = SAMPLES[case], *[answers[-1]] * 3
    read(*case, [*answers, *rest[:3]])


@settings(max_examples=700, deadline=None)
@given(
    CASES,
    STATUSES,
    JUNK | st.none(),
    st.dictionaries(st.sampled_from(["cf-mitigated", "content-type", "retry-after"]), st.text()),
)
def test_any_document_with_any_status_reads_as_something(
    case: tuple[str, str], status: int, junk: object, headers: dict[str, str]
) -> None:
    given = Response(status, headers, orjson.dumps(junk), "https://example")
    reading = read(*case, [given] * 4)
    assert reading.answer is not Answer.RESULTS or case[1] in BY_PLATFORM[case[0]].any_object


@settings(max_examples=500, deadline=None)
@given(CASES, STATUSES, st.binary(max_size=300))
def test_any_bytes_with_any_status_read_as_something(case: tuple[str, str], status: int, body: bytes) -> None:
    read(*case, [Response(status, {}, body, "https://example")] * 4)


@settings(max_examples=500, deadline=None)
@given(CASES, st.data())
def test_an_answer_torn_off_anywhere_is_unreadable(case: tuple[str, str], data: st.DataObject) -> None:
    *before, last = SAMPLES[case]
    if last.status == 101:
        return  # a relay's frames are whole or not there
    end = data.draw(st.integers(0, len(last.body) - 1))
    torn = Response(last.status, last.headers, last.body[:end], last.final_url)
    assert read(*case, [*before, torn]).answer is Answer.UNREADABLE


@settings(max_examples=500, deadline=None)
@given(CASES, JUNK)
def test_an_error_document_of_any_form_reads_as_something(case: tuple[str, str], junk: object) -> None:
    for field in ("error", "errors", "errcode", "message", "type", "code", "retry_after_ms"):
        reading = read(*case, [answer(400, {field: junk})] * 4)
        assert reading.answer is not Answer.EMPTY


@settings(max_examples=300, deadline=None)
@given(CASES, st.text(max_size=250), st.sampled_from(Session))
def test_any_text_can_be_asked_for(case: tuple[str, str], name: str, session: Session) -> None:
    id, surface = case
    conversation = platforms()[id].ask(instance(id, session), Query(surface, name, AT))
    try:
        asked = next(conversation)
    except StopIteration as over:
        sound(over.value)
        return
    assert asked.url.isascii()
    assert asked.url.isprintable()


@pytest.mark.parametrize("case", sorted(SAMPLES), ids="-".join)
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"1" * 1_000_000,
        b'"' + b"a" * 1_000_000 + b'"',
        b" " * (LARGEST_BODY + 1),
        b"\xff" * 1000,
        b'{"posts":1e99999}',
    ],
    ids=["nested lists", "nested objects", "a number", "a text", "too large", "no text", "infinity"],
)
def test_a_monstrous_answer_is_unreadable(case: tuple[str, str], body: bytes) -> None:
    assert read(*case, [Response(200, {}, body, "https://example")]).answer is Answer.UNREADABLE


@pytest.mark.parametrize("case", sorted(SAMPLES), ids="-".join)
def test_more_items_than_anybody_asked_for_are_unreadable_or_counted(case: tuple[str, str]) -> None:
    answers = list(SAMPLES[case])
    documents = told(answers[-1])
    for path in places(documents):
        items = at(documents, path)
        if path and isinstance(items, list) and items and isinstance(items[0], dict):
            many = replaced(documents, path, items * (MOST_ITEMS + 1))
            reading = read(*case, [*answers[:-1], retold(answers[-1], many)])
            assert reading.answer in {Answer.UNREADABLE, Answer.RESULTS}
            assert (reading.count or 0) <= MOST_ITEMS


def test_a_platforms_words_cannot_trip_a_terminal_or_a_log() -> None:
    hostile = "\x1b[31mevil\r\n\u202e" + "x" * 10_000
    reading = ask("bluesky", "search-latest", answer(400, {"error": hostile, "message": hostile}))
    sound(reading)
