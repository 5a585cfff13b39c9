"""Bounds how much costly work visitors have done at once: some are served, some wait, the rest come later."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from siaga.domain.errors import Busy

TRY_AGAIN: Final = timedelta(seconds=5)


class AtOnce:
    """One kind of work. For one event loop."""

    def __init__(self, most: int, most_waiting: int) -> None:
        """So many are served at once, and so many more wait for it."""
        self._places = asyncio.Semaphore(most)
        self._most, self._present = most + most_waiting, 0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place, for the length of a block.

        Raises:
            Busy: as many as may are waiting already.
        """
        if self._present >= self._most:
            raise Busy(TRY_AGAIN)
        self._present += 1
        try:
            async with self._places:
                yield
        finally:
            self._present -= 1
