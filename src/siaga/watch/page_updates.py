"""Tells open pages that something on them may have changed."""

import asyncio
from collections.abc import AsyncIterator


class PageUpdates:
    """A number that grows with each change, and whoever waits for the next."""

    def __init__(self) -> None:
        self._version = 0
        self._ended = False
        self._changed = asyncio.Condition()

    async def announce(self) -> None:
        """Something may have changed."""
        async with self._changed:
            self._version += 1
            self._changed.notify_all()

    async def end(self) -> None:
        """The watch ends: every subscription ends in order."""
        self._ended = True
        await self.announce()

    async def subscribe(self) -> AsyncIterator[int]:
        """The number, each time that something may have changed."""
        known = self._version
        while True:
            async with self._changed:
                while self._version == known:
                    await self._changed.wait()
                known = self._version
            if self._ended:
                return
            yield known
