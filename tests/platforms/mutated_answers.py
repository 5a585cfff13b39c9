"""Answers bent at random, and what a reader may never make of them.

Judged without the readers' help: by where each contract has its list of results, and by what says that there
is more. `python -m benchmarks.reader_fuzz` tries hundreds of thousands; the suite a few.
"""

import copy
import json
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import orjson
from tests.platforms.all_samples import SAMPLES
from tests.platforms.platform_samples import HANDLE, NAME
from tests.platforms.platform_talk import AT, HANDLED, instance

from siaga.domain.answers import Answer
from siaga.platforms.conversation import Query, Reading, Response
from siaga.platforms.registry import platforms

JUNK: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 2**63, 0.5, "", "x", "\x00", "\u202e", "<b>", "9" * 400, [], {}, [None]),
    *([[]], [{}], {"a": []}, "2024-01-25T04:58:00Z", "9999-12-31T23:59:59Z", "handle.invalid"),
)
STATUSES: Final = (
    *(0, 100, 200, 201, 204, 206, 301, 302, 304, 307, 400, 401, 402, 403, 404, 405, 408, 410, 418, 420, 422),
    *(429, 451, 500, 501, 502, 503, 504, 509, 511, 520, 530, 599),
)
PAGES: Final = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b"<html><title>Just a moment...</title></html>",
    b"<html>Please log in</html>",
    b"<center><h1>503 Service Temporarily Unavailable</h1></center>\n<hr><center>nginx</center>",
    b"error code: 1015",
    b'{"error":"Record not found"}',
    b'{"error":"InvalidRequest","message":"Profile not found"}',
    b'{"errcode":"M_NOT_FOUND"}',
    b'{"errors":[{"code":50}]}',
    b"\xff\xfe\x00",
)
HEADERS: Final = (
    {"content-type": "text/html"},
    {"content-type": "text/plain"},
    {"cf-mitigated": "challenge"},
    {"retry-after": "30"},
    {"link": '<https://a.example/?max_id=1>; rel="next"'},
    {"mastodon-async-refresh": 'id="a", retry=3'},
    {"x-ratelimit-reset": "9" * 40, "x-ratelimit-remaining": "-1"},
)
MORE: Final[Mapping[str, Any]] = {
    "cursor": "25",
    "hitsTotal": 812,
    "next_page": "P1",
    "next_batch": "n1",
    "nextPageToken": "CAU",
    "limited": True,
}
LISTS: Final = {
    "bluesky": ("posts", "actors", "trends"),
    "lemmy": ("posts", "users", "persons", "communities"),
    "mastodon": ("statuses",),
    "matrix": ("results", "chunk"),
    "x": ("data",),
    "youtube": ("items",),
}
"""Where results stand, outside replies and profiles."""
GONE: Final = frozenset({400, 403, 404, 410})
"""Statuses with which a contract may say that there is no such thing."""

Bend = Callable[[random.Random, Response], Response]


def cases() -> list[tuple[str, str]]:
    """Each platform's surfaces."""
    return sorted(SAMPLES)


def bent(chance: random.Random, case: tuple[str, str]) -> list[Response]:
    """The answers of a conversation, one of them or several bent once or more."""
    answers = list(SAMPLES[case])
    for _ in range(1 + chance.randrange(3)):
        place = chance.randrange(len(answers))
        answers[place] = chance.choice(BENDS)(chance, answers[place])
    return answers


def read(case: tuple[str, str], answers: list[Response]) -> tuple[Reading, Response | None]:
    """What the reader makes of the answers, and the last that it looked at."""
    id, surface = case
    name = HANDLE if surface in HANDLED else NAME
    conversation = platforms()[id].ask(instance(id), Query(surface, name, AT))
    last: Response | None = None
    try:
        next(conversation)
        for last in [*answers, *[answers[-1]] * 6]:
            conversation.send(last)
    except StopIteration as over:
        reading = over.value
        assert isinstance(reading, Reading)
        return reading, last
    raise AssertionError("it asked on and on")


def fault(case: tuple[str, str], reading: Reading, last: Response | None) -> str:
    """What is wrong with the reading; empty where nothing is."""
    if reading.answer is Answer.UNREACHABLE or not reading.note.isprintable() or len(reading.note) > 80:
        return "unsound"
    if last is None or reading.answer not in {Answer.RESULTS, Answer.EMPTY}:
        return ""
    if reading.answer is Answer.RESULTS and not reading.count:
        return "results of none"
    if last.status not in {200, 101}:
        return "" if reading.answer is Answer.EMPTY and last.status in GONE else "off-contract by its status"
    documents = list(_documents(last.body))
    if not documents:
        return "off-contract: no JSON"
    if reading.answer is Answer.EMPTY:
        return _fault_of_empty(case, last, documents)
    return ""


def _fault_of_empty(case: tuple[str, str], last: Response, documents: list[Any]) -> str:
    id, surface = case
    if any(document is _REPEATS for document in documents):
        return "empty, with a field twice"
    if surface in HANDLED:
        return ""
    names = ("accounts",) if case == ("mastodon", "people") else LISTS.get(id, ())
    shown = [held for document in documents for held in _held(document, names)]
    if id == "nostr":
        shown = [frame for frame in documents if isinstance(frame, list) and frame[:1] == ["EVENT"]]
    elif id == "mastodon" and surface in {"hashtag", "trends"}:
        shown = [document for document in documents if isinstance(document, list)]
    if any(shown) and id != "lemmy":
        return "empty, with results on the page"
    top = documents[0] if isinstance(documents[0], dict) else {}
    if id in {"bluesky", "youtube", "lemmy"} and any(top.get(word) for word in MORE if word != "limited"):
        known = {"bluesky": ("cursor", "hitsTotal"), "youtube": ("nextPageToken",), "lemmy": ("next_page",)}[
            id
        ]
        if any(top.get(word) for word in known) and surface != "trends":
            return "empty, and more is said to be there"
    return ""


_REPEATS: Final = object()


def _documents(body: bytes) -> Iterator[Any]:
    """The JSON documents of an answer, read by another parser than the readers'."""

    def seen(pairs: list[tuple[str, Any]]) -> Any:
        return _REPEATS if len(dict(pairs)) < len(pairs) else dict(pairs)

    for line in body.splitlines():
        try:
            document = json.loads(line, object_pairs_hook=seen)
        except (ValueError, RecursionError):
            return
        yield document


def _held(document: Any, names: tuple[str, ...]) -> Iterator[list[Any]]:
    """The lists of these names, at the top or below."""
    if isinstance(document, dict):
        for key, value in document.items():
            if key in names and isinstance(value, list):
                yield value
            elif isinstance(value, dict):
                yield from _held(value, names)


# How an answer is bent


def _told(response: Response) -> list[Any] | None:
    try:
        return [orjson.loads(line) for line in response.body.splitlines()] or None
    except orjson.JSONDecodeError:
        return None


def _with_body(response: Response, body: bytes) -> Response:
    return Response(response.status, response.headers, body, response.final_url, response.truncated)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from _places(part, (*path, key))


def _changed(chance: random.Random, response: Response, change: Callable[[Any, Any], None]) -> Response:
    told = _told(response)
    places = list(_places(told))[1:] if told else []
    if not told or not places:
        return response
    told = copy.deepcopy(told)
    *way, last = chance.choice(places)
    holder: Any = told
    for key in way:
        holder = holder[key]
    change(holder, last)
    try:
        return _with_body(response, b"\n".join(orjson.dumps(document) for document in told))
    except (orjson.JSONEncodeError, TypeError):
        return response


def _cut_out(chance: random.Random, response: Response) -> Response:
    return _changed(chance, response, lambda holder, key: holder.__delitem__(key))


def _replaced(chance: random.Random, response: Response) -> Response:
    junk = chance.choice(JUNK)
    return _changed(chance, response, lambda holder, key: holder.__setitem__(key, junk))


def _emptied(chance: random.Random, response: Response) -> Response:
    def empty(holder: Any, key: Any) -> None:
        if isinstance(holder[key], list | dict):
            holder[key] = type(holder[key])()

    return _changed(chance, response, empty)


def _repeated(chance: random.Random, response: Response) -> Response:
    told = _told(response)
    if not told or not isinstance(told[0], dict) or not told[0]:
        return response
    key = chance.choice(sorted(told[0]))
    junk = orjson.dumps(chance.choice([[], None, {}, 0]))
    return _with_body(response, response.body[:-1] + b"," + orjson.dumps(key) + b":" + junk + b"}")


def _more_said(chance: random.Random, response: Response) -> Response:
    told = _told(response)
    if not told or not isinstance(told[0], dict):
        return response
    word = chance.choice(sorted(MORE))
    return _with_body(response, orjson.dumps({**told[0], word: MORE[word]}))


def _torn(chance: random.Random, response: Response) -> Response:
    return _with_body(response, response.body[: chance.randrange(len(response.body) + 1)])


def _flipped(chance: random.Random, response: Response) -> Response:
    body = bytearray(response.body)
    for _ in range(chance.randrange(1, 4) if body else 0):
        body[chance.randrange(len(body))] = chance.randrange(256)
    return _with_body(response, bytes(body))


def _other_status(chance: random.Random, response: Response) -> Response:
    status = chance.choice(STATUSES)
    return Response(status, response.headers, response.body, response.final_url)


def _other_headers(chance: random.Random, response: Response) -> Response:
    headers = {**response.headers, **chance.choice(HEADERS)}
    return Response(response.status, headers, response.body, response.final_url)


def _page(chance: random.Random, response: Response) -> Response:
    status = chance.choice([response.status, *STATUSES])
    return Response(
        status, {}, chance.choice(PAGES), chance.choice([response.final_url, "https://a.example/login"])
    )


def _of_another(chance: random.Random, response: Response) -> Response:
    return chance.choice(SAMPLES[chance.choice(cases())])


def _cut_short(chance: random.Random, response: Response) -> Response:
    return Response(response.status, response.headers, response.body, response.final_url, truncated=True)


BENDS: Final[tuple[Bend, ...]] = (
    *(_cut_out, _replaced, _emptied, _repeated, _more_said, _torn, _flipped, _other_status, _other_headers),
    *(_page, _of_another, _cut_short, _cut_out, _replaced, _emptied),
)
