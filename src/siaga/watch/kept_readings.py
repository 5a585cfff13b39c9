"""Readings of the whole record that pages ask for often: each is read from the store once in a while."""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from siaga.watch.reader_pool import ReaderPool

KEPT: Final = timedelta(minutes=10)
"""So old what is shown may be."""
MOST_KEPT: Final = 32
"""Readings that are kept: a page of a long matrix asks for its own names."""
T = TypeVar("T")


class KeptReadings:
    """The last readings, by what was asked."""

    def __init__(self, readers: ReaderPool) -> None:
        self._readers = readers
        self._kept: dict[Hashable, tuple[datetime, Any]] = {}

    async def read(self, key: Hashable, now: datetime, read: Callable[[], T]) -> T:
        """What `read` returned when it was last asked for this key, or returns now.

        Raises:
            Busy: too many wait already.
        """
        kept = self._kept.get(key)
        if kept is not None and timedelta() <= now - kept[0] < KEPT:
            found: T = kept[1]
            return found
        found = await self._readers.run(read)
        self._kept.pop(key, None)
        self._kept[key] = (now, found)
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return found
