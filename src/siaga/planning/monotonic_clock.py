"""Time that never runs backwards, made from a clock that may."""

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
JITTER: Final = 2_000_000
"""Microseconds. A moment so little behind the latest was told late; the clock was not changed."""
NAP: Final = 60_000_000
"""Microseconds. A caller comes at least so often; a longer step is the machine's sleep."""


class MonotonicClock:
    """Microseconds that grow with the clock. A clock set back stands still for a moment, then goes on.

    Forward jumps count as time that passed (the machine slept). Backward jumps count as no time at all, so
    that budgets are never thought older than they are, and nothing waits for the clock to catch up.
    """

    def __init__(self, start: datetime) -> None:
        self.offset = 0
        self.latest = (start - EPOCH) // MICROSECOND
        self.awake = 0
        """Microseconds passed, each step at most a nap: what could really be done since the start."""

    def reach(self, now: datetime) -> int:
        """The monotonic moment of `now`."""
        moment = (now - EPOCH) // MICROSECOND + self.offset
        if moment < self.latest - JITTER:
            self.offset += self.latest - moment
        if moment > self.latest:
            self.awake += min(moment - self.latest, NAP)
            self.latest = moment
        return self.latest

    def wall_time(self, moment: int) -> datetime:
        """What the clock will say at a monotonic moment, if nobody changes it."""
        return EPOCH + timedelta(microseconds=moment - self.offset)
