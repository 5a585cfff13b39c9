"""Threads of their own for those who read the store, so that measuring waits for none of them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final, TypeVar

from siaga.domain.errors import Busy

MOST_WAITING: Final = 64
"""Readers who wait for a thread; whoever comes then is told to come later."""
AGAIN: Final = timedelta(seconds=5)
T = TypeVar("T")


class ReaderPool:
    """So many threads, and a bounded line before them."""

    def __init__(self, name: str, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._waiting = 0

    async def run(self, read: Callable[[], T]) -> T:
        """What `read` returns.

        Raises:
            Busy: too many wait already.
        """
        if self._waiting >= MOST_WAITING:
            raise Busy(AGAIN)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, read)
        finally:
            self._waiting -= 1
