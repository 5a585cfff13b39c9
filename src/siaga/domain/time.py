"""Time is passed in: the clock that edges hold, and RFC 3339 texts."""

import asyncio
import heapq
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from typing import Final, Protocol

EPOCH: Final = datetime.fromtimestamp(0, UTC)
"""Stands in a verdict for a moment that nobody knows, such as one before the watch began. Never shown."""


class Clock(Protocol):
    """Where a part that waits gets its time from."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    async def sleep_until(self, at: datetime) -> None:
        """Return once `now()` has reached `at`; at once if it has already."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    async def sleep_until(self, at: datetime) -> None:
        """Wait on the event loop; wakes at least each minute, so that a clock change is noticed."""
        while (left := (at - self.now()).total_seconds()) > 0:
            await asyncio.sleep(min(left, 60.0))


class ScaledClock:
    """A clock that starts at `start` and runs `speed` times as fast as the machine's."""

    def __init__(self, start: datetime, speed: float, machine: Clock | None = None) -> None:
        self._machine = machine or SystemClock()
        self._origin = self._machine.now()
        self._start = start
        self._speed = speed

    def now(self) -> datetime:
        """The scaled present."""
        return self._start + (self._machine.now() - self._origin) * self._speed

    async def sleep_until(self, at: datetime) -> None:
        """Wait the scaled-down time."""
        while (left := (at - self.now()).total_seconds()) > 0:
            await asyncio.sleep(left / self._speed)


class SimulatedClock:
    """A clock that stands still until `advance_to` moves it; sleepers wake in order of time."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> datetime:
        """The moment that the clock stands at."""
        return self._now

    async def sleep_until(self, at: datetime) -> None:
        """Wait for `advance_to` to reach `at`."""
        if at <= self._now:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (at, self._count, woken))
        await woken

    def next_wake(self) -> datetime | None:
        """When the next sleeper wants to wake; None without sleepers."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def advance_to(self, at: datetime) -> None:
        """Move to `at` (never backwards) and wake everyone due by then."""
        self._now = max(self._now, at)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            woken = heapq.heappop(self._sleepers)[2]
            if not woken.done():
                woken.set_result(None)

    def advance(self, by: timedelta) -> None:
        """Move forward by a span."""
        self.advance_to(self._now + by)


def rfc3339(at: datetime) -> str:
    """`at` in UTC with microseconds and a `Z`: `2024-01-25T00:02:00.000000Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_rfc3339(text: str) -> datetime:
    """The moment that an RFC 3339 text names, in UTC.

    Raises:
        ValueError: the text is no RFC 3339 time, says no offset, or names a time at the very edge of the
            calendar, where nothing can be reckoned from it.
    """
    at = datetime.fromisoformat(text)
    if not MINYEAR < at.year < MAXYEAR:
        message = f"{text!r} is out of range"
        raise ValueError(message)
    if at.tzinfo is None:
        message = f"{text!r} has no offset; write one, such as Z or +07:00"
        raise ValueError(message)
    return at.astimezone(UTC)
