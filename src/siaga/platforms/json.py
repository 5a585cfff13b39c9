"""Bounded, typed access to JSON answers: what the contract does not have is a `Surprise`, never a crash."""

import re
from collections.abc import Iterator
from typing import Final, TypeVar

import orjson

from siaga.platforms.conversation import Response

LARGEST_BODY: Final = 4 * 1024 * 1024
"""Bytes. No page of results that the readers ask for comes near it."""
MOST_ITEMS: Final = 1000
"""Items in one list; the readers ask for at most 100."""
LONGEST_NOTE: Final = 80
_UNFIT_FOR_NOTES: Final = re.compile(r"[^A-Za-z0-9_.,:/()'# -]+")

Kind = TypeVar("Kind", str, int, bool, list[object], dict[str, object])


class Surprise(Exception):
    """An answer that the contract does not have. `holding.held` makes it an `unreadable` reading."""


def document(response: Response) -> object:
    """The body as JSON.

    Raises:
        Surprise: it is cut off, too large, too deep or no JSON.
    """
    if response.truncated or len(response.body) > LARGEST_BODY:
        raise Surprise("the answer is too large")
    try:
        found: object = orjson.loads(response.body)
    except orjson.JSONDecodeError:
        raise Surprise(f"status {response.status} without JSON") from None
    return found


def error_document(response: Response) -> dict[str, object]:
    """The body of a failed request as a JSON object; empty where it is none, for the status speaks too."""
    try:
        found = document(response)
    except Surprise:
        return {}
    return found if isinstance(found, dict) else {}


def dumped(value: object) -> bytes:
    """A request's JSON.

    Raises:
        Surprise: a text in it is none, such as one with half a surrogate pair.
    """
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        raise Surprise("this is no text that JSON can carry") from None


def is_a(value: object, kind: type) -> bool:
    """Whether a JSON value has the kind. `true` is no number, though Python says so."""
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def need(holder: object, field: str, kind: type[Kind]) -> Kind:
    """A field that the contract requires.

    Raises:
        Surprise: `holder` is no object, or the field is absent or of another kind.
    """
    found = may(holder, field, kind)
    if found is None:
        raise Surprise(f"{field} is missing")
    return found


def may(holder: object, field: str, kind: type[Kind]) -> Kind | None:
    """A field that the contract allows to be absent or null.

    Raises:
        Surprise: `holder` is no object, or the field is of another kind.
    """
    if not isinstance(holder, dict):
        raise Surprise(f"no object around {field}")
    found = holder.get(field)
    if found is None:
        return None
    if not is_a(found, kind):
        raise Surprise(f"{field} is of another kind")
    return found  # type: ignore[no-any-return]


def said(holder: object, field: str) -> str:
    """A text in an error document; empty where it is absent or anything else."""
    found = holder.get(field) if isinstance(holder, dict) else None
    return found if isinstance(found, str) else ""


def objects(items: object) -> Iterator[dict[str, object]]:
    """The objects of a list.

    Raises:
        Surprise: it is no list, is too long, or holds anything but objects.
    """
    if not isinstance(items, list):
        raise Surprise("no list where one is due")
    if len(items) > MOST_ITEMS:
        raise Surprise("the list is too long")
    for item in items:
        if not isinstance(item, dict):
            raise Surprise("an item is no object")
        yield item


def noted(*words: str) -> str:
    """A platform's own words, made fit for a note: short, plain, without anything to trip a terminal."""
    return _UNFIT_FOR_NOTES.sub(" ", " ".join(word[:200] for word in words if word)).strip()[:LONGEST_NOTE]
