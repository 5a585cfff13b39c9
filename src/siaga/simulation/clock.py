"""The simulated platforms' own clock, which a driver in another process sets."""

import asyncio
from datetime import datetime

from siaga.domain.time import Clock, SystemClock


class DrivenClock:
    """Stands still, or runs at a speed, from the moment that it was last set to."""

    def __init__(self, start: datetime, machine: Clock | None = None) -> None:
        self._machine = machine or SystemClock()
        self.set(start)

    def set(self, at: datetime, speed: float = 0.0, since: datetime | None = None) -> None:
        """It is `at` now, or was at the machine's moment `since`; from then it runs `speed` times as fast."""
        self._at = at
        self._speed = speed
        self._since = since or self._machine.now()

    def now(self) -> datetime:
        """The platforms' present moment."""
        if not self._speed:
            return self._at
        return self._at + (self._machine.now() - self._since) * self._speed

    async def sleep_until(self, at: datetime) -> None:
        """Return once `now()` has reached `at`; looks ten times a second, since it may be set anew."""
        while self.now() < at:
            await asyncio.sleep(0.1)
