"""A journalled event, its canonical form and its digest: pure, so that anybody can recompute the chain."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Final
from uuid import UUID

from siaga.domain.errors import BadInput, Fault, Sentence
from siaga.domain.time import rfc3339

MOST_BYTES: Final = 64 * 1024
"""Of one event in canonical form."""
LONGEST_WHO: Final = 200
LONGEST_KEY: Final = 300
DEEPEST: Final = 8
LARGEST_INTEGER: Final = 2**53 - 1
"""Beyond it JSON readers disagree."""
FIRST_PREVIOUS: Final = "0" * 64
"""`previous` of the first event."""


@dataclass(frozen=True, slots=True)
class JournalEvent:
    """One thing that people or the watch did."""

    seq: int
    """Its place in the journal, from 1, without a gap."""
    id: str
    """UUIDv7 of the moment of writing."""
    at: datetime
    """When it happened, UTC."""
    who: str
    """Who did it: `watch`, or a person's id."""
    kind: str
    what: Mapping[str, object]
    """Plain facts; no secrets, nothing of people who reported."""
    why: str
    """The reason that was given; may be empty."""
    key: str | None
    """What makes saying it again the same saying; None for an event that may be repeated."""
    previous: str
    """The digest of the event before it."""
    digest: str
    """SHA-256, hexadecimal, over `canonical`."""

    @property
    def written(self) -> datetime:
        """When it came into the record, to the millisecond: before that, nobody could have read it there."""
        return written(self.id)


def written(id: str) -> datetime:
    """The moment that an event's id carries (UUIDv7, RFC 9562)."""
    return datetime.fromtimestamp((UUID(id).int >> 80) / 1000, UTC)


def canonical_what(what: Mapping[str, object]) -> str:
    """`what` as JSON: keys sorted, no white space, text as it is.

    Raises:
        BadInput: it holds something that JSON cannot carry without doubt, or is too large.
    """
    try:
        text = _json(_plain(what, 0))
    except ValueError as problem:
        do = "Journal texts, whole numbers, finite numbers, lists and mappings."
        raise BadInput(Fault(str(problem), do, field="what")) from None
    if len(text.encode()) > MOST_BYTES:
        most = MOST_BYTES // 1024
        do = Sentence("Shorten the text ({n} KiB at most).", n=most)
        raise BadInput(Fault(Sentence("The text is longer than {n} KiB.", n=most), do, field="what"))
    return text


def canonical(
    seq: int, id: str, at: datetime, who: str, kind: str, what: str, why: str, key: str | None, previous: str
) -> bytes:
    """What the digest is taken over: a JSON list of the fields in this order, `what` as its JSON text."""
    return _json([seq, id, rfc3339(at), who, kind, what, why, key, previous]).encode()


def digest(of: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(of).hexdigest()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _plain(value: object, depth: int) -> object:
    """The value in JSON's own types; a ValueError where JSON cannot carry it without doubt."""
    problem = None
    if depth > DEEPEST:
        problem = f"Values are nested more than {DEEPEST} deep."
    elif value is None or isinstance(value, bool):
        return value
    elif isinstance(value, str):
        problem = _text_problem(value)
    elif isinstance(value, int):
        problem = None if abs(value) <= LARGEST_INTEGER else "A whole number is larger than 2^53."
    elif isinstance(value, float):
        problem = None if isfinite(value) else "A number is not finite."
    elif isinstance(value, Mapping):
        if all(isinstance(name, str) for name in value):
            return {_plain(name, depth): _plain(part, depth + 1) for name, part in value.items()}
        problem = "A field's name is no text."
    elif isinstance(value, list | tuple):
        return [_plain(part, depth + 1) for part in value]
    else:
        problem = f"A {type(value).__name__} is no plain value."
    if problem is not None:
        raise ValueError(problem)
    return value


def _text_problem(text: str) -> str | None:
    if "\x00" in text:
        return "A text holds a null character."
    return (
        None
        if text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)
        else "A text is no Unicode."
    )


def checked_text(text: str, longest: int, field: str, least: int = 1) -> str:
    """`text`, if it can be journalled.

    Raises:
        BadInput: it is empty where it must not be, too long, or no clean Unicode.
    """
    if not least <= len(text) <= longest:
        raise BadInput(
            Fault(f"`{field}` has {len(text)} characters.", f"Write {least} to {longest}.", field=field)
        )
    if (problem := _text_problem(text)) is not None:
        raise BadInput(Fault(problem, "Write plain text.", field=field))
    return text
