"""When results were made: times as platforms write them, ages and order, with hostile times set aside."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Nothing on a social platform is older."""
AHEAD: Final = timedelta(hours=1)
"""How far a platform's clock may run ahead of ours. A time beyond it is not believed."""
LONGEST_TIME: Final = 40
"""Characters; RFC 3339 with nanoseconds and an offset takes 35."""


def moment(text: str | None) -> datetime | None:
    """The moment that an RFC 3339 text names, in UTC; None where it names none."""
    if text is None or len(text) > LONGEST_TIME:
        return None
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def moment_of_seconds(seconds: float) -> datetime | None:
    """The moment so many seconds after 1970; None where that is out of range."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def believable(made: datetime | None, at: datetime) -> bool:
    """Whether a result can have been made then, seen at `at`."""
    return made is not None and EARLIEST <= made <= at + AHEAD


def newest_age_s(times: Sequence[datetime | None], at: datetime) -> float | None:
    """Age of the newest believable time, in seconds and never below 0; None without one."""
    newest = max((made for made in times if made is not None and believable(made, at)), default=None)
    return None if newest is None else max(0.0, (at - newest).total_seconds())


def newest_first(times: Sequence[datetime | None], at: datetime) -> bool | None:
    """Whether the believable times never rise; None with fewer than two of them."""
    known = [made for made in times if made is not None and believable(made, at)]
    if len(known) < 2:
        return None
    return all(earlier >= later for earlier, later in pairwise(known))
