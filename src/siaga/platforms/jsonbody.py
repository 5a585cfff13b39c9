"""Bounded, typed access to a JSON body: what is not as expected is None, never an exception."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from siaga.platforms.conversation import Response

LARGEST: Final = 4 * 1024 * 1024


class Json:
    """A value somewhere in a JSON document."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __getitem__(self, key: str) -> "Json":
        """The field, or nothing."""
        return Json(self.value.get(key) if isinstance(self.value, dict) else None)

    @property
    def text(self) -> str | None:
        """A text, or None."""
        return self.value if isinstance(self.value, str) else None

    @property
    def number(self) -> int | None:
        """A whole number of reasonable size, or None."""
        value = self.value
        return (
            value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53 else None
        )

    @property
    def fields(self) -> Mapping[str, Any] | None:
        """An object, or None."""
        return self.value if isinstance(self.value, dict) else None

    @property
    def items(self) -> Sequence["Json"] | None:
        """A list, or None."""
        return [Json(item) for item in self.value] if isinstance(self.value, list) else None

    @property
    def moment(self) -> datetime | None:
        """An RFC 3339 time between 1990 and 2200, or None."""
        if not isinstance(self.value, str) or len(self.value) > 40:
            return None
        try:
            at = datetime.fromisoformat(self.value)
        except ValueError:
            return None
        if at.tzinfo is None or not 1990 <= at.year <= 2200:
            return None
        return at.astimezone(UTC)


def body_of(response: Response) -> Json | None:
    """The body as JSON; None where it is cut off, too large, or no JSON."""
    if response.truncated or len(response.body) > LARGEST:
        return None
    try:
        return Json(orjson.loads(response.body))
    except orjson.JSONDecodeError:
        return None
