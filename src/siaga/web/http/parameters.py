"""Numbers and moments that come in an address or a form."""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException

MOST_DIGITS: Final = 18
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
"""Nothing that is watched lies outside. What is reckoned from a moment between them stays in the calendar."""


def number_of(text: str) -> int:
    """The whole number that the text says.

    Raises:
        HTTPException: 400, it says none, or one of more than 18 digits.
    """
    if not text.isascii() or not text.isdigit() or len(text) > MOST_DIGITS:
        raise HTTPException(400)
    return int(text)


def moment_of(text: str, zone: str | None = None) -> datetime:
    """The moment that a text names, in UTC. Without an offset, as a form's field gives it, it is in `zone`.

    Raises:
        HTTPException: 400, it names none from 2000 to 2199.
    """
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None and zone is not None:
            at = at.replace(tzinfo=ZoneInfo(zone))
        if at.tzinfo is None or not EARLIEST <= at < LATEST:
            raise HTTPException(400)
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise HTTPException(400) from None
