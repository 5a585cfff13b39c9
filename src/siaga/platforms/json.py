"""Bounded, typed access to JSON answers: what is not in the contract is a `ContractViolation`, no crash."""

import json
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


class ContractViolation(Exception):
    """An answer that is not in the contract. `guard.guarded` makes it an `unreadable` reading."""


def document(response: Response) -> object:
    """The body as JSON.

    Raises:
        ContractViolation: it is cut off, too large, nested too deeply or not JSON.
    """
    if response.truncated or len(response.body) > LARGEST_BODY:
        raise ContractViolation("the answer is too large")
    try:
        found: object = orjson.loads(response.body)
    except orjson.JSONDecodeError:
        raise ContractViolation(f"status {response.status} without JSON") from None
    return found


def repeats_a_field(body: bytes) -> bool:
    """Whether an object in a JSON text, or in one of its lines, has a field twice.

    The standard lets each reader choose which of the two counts (RFC 8259): such an answer says nothing.
    """

    def seen(pairs: list[tuple[str, object]]) -> None:
        if len(dict(pairs)) < len(pairs):
            raise _Repeated

    for line in [body] if body[:1] != b"[" else body.splitlines():
        try:
            json.loads(line, object_pairs_hook=seen)
        except _Repeated:
            return True
        except (ValueError, RecursionError):
            continue
    return False


class _Repeated(Exception):
    """A field stands twice in an object."""


def error_document(response: Response) -> dict[str, object]:
    """The body of a failed request as a JSON object; empty where it is not one: the status still counts."""
    try:
        found = document(response)
    except ContractViolation:
        return {}
    return found if isinstance(found, dict) else {}


def encoded(value: object) -> bytes:
    """A request's JSON.

    Raises:
        ContractViolation: a text in it cannot be encoded, such as one with half a surrogate pair.
    """
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        raise ContractViolation("JSON cannot carry this text") from None


def is_a(value: object, kind: type) -> bool:
    """Whether a JSON value is of the kind. `true` is not a number, although Python treats it as one."""
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def required(holder: object, field: str, kind: type[Kind]) -> Kind:
    """A field that the contract requires.

    Raises:
        ContractViolation: `holder` is not an object, or the field is absent or of another kind.
    """
    found = optional(holder, field, kind)
    if found is None:
        raise ContractViolation(f"{field} is missing")
    return found


def optional(holder: object, field: str, kind: type[Kind]) -> Kind | None:
    """A field that the contract allows to be absent or null.

    Raises:
        ContractViolation: `holder` is not an object, or the field is of another kind.
    """
    if not isinstance(holder, dict):
        raise ContractViolation(f"no object around {field}")
    found = holder.get(field)
    if found is None or type(found) is kind:
        return found
    if not is_a(found, kind):
        raise ContractViolation(f"{field} is of another kind")
    return found  # type: ignore[no-any-return]


def error_text(holder: object, field: str) -> str:
    """A text that need not be there, as in an error document; empty where it is absent or anything else."""
    found = holder.get(field) if isinstance(holder, dict) else None
    return found if isinstance(found, str) else ""


def objects(items: object) -> Iterator[dict[str, object]]:
    """The objects of a list.

    Raises:
        ContractViolation: it is not a list, is too long, or has an item that is not an object.
    """
    if not isinstance(items, list):
        raise ContractViolation("no list where one is due")
    if len(items) > MOST_ITEMS:
        raise ContractViolation("the list is too long")
    for item in items:
        if not isinstance(item, dict):
            raise ContractViolation("an item is no object")
        yield item


def required_list(holder: object, field: str) -> Iterator[dict[str, object]]:
    """The objects of a list that the contract requires.

    Raises:
        ContractViolation: the field is absent or not such a list.
    """
    yield from objects(required(holder, field, list))


def optional_list(holder: object, field: str) -> Iterator[dict[str, object]]:
    """The objects of a list that the contract allows to be absent or null.

    Raises:
        ContractViolation: the field is not such a list.
    """
    yield from objects(optional(holder, field, list) or [])


def texts(holder: object, *fields: str, optionally: tuple[str, ...] = ()) -> str:
    """The texts in these fields, with spaces between them; those of `optionally` may be absent or null.

    Raises:
        ContractViolation: another field is absent, or one is not a text.
    """
    found = [required(holder, field, str) for field in fields]
    return " ".join([*found, *(optional(holder, field, str) or "" for field in optionally)])


def added_texts(holder: object, *fields: str) -> str:
    """The texts in fields that an author or a server may add to an item, with spaces between them.

    Whatever else stands there is passed over: an odd picture must not make a page of results unreadable.
    """
    return " ".join(error_text(holder, field) for field in fields)


def added_objects(holder: object, field: str) -> list[dict[str, object]]:
    """The objects in such a field, be it a list or one object; the rest is passed over, as above."""
    found = holder.get(field) if isinstance(holder, dict) else None
    items = found[:MOST_ITEMS] if isinstance(found, list) else [found]
    return [item for item in items if isinstance(item, dict)]


def as_note(*words: str) -> str:
    """A platform's own words as a note: short and plain, without control characters."""
    return _UNFIT_FOR_NOTES.sub(" ", " ".join(word[:200] for word in words if word)).strip()[:LONGEST_NOTE]
