"""On which days each name was measured at all: read from the store seldom, since only today changes."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from siaga.measurements.measured_days import measured_days
from siaga.measurements.rollups import SnapshotSource
from siaga.watch.reader_pool import ReaderPool

KEPT: Final = timedelta(minutes=10)
"""So old what is shown may be."""
MOST_KEPT: Final = 32
"""Lists of names whose days are kept: a page of a long matrix asks for its own."""


class MeasuredDays:
    """The days of some lists of names, each read once in `KEPT`."""

    def __init__(self, store: SnapshotSource, readers: ReaderPool) -> None:
        self._store, self._readers = store, readers
        self._kept: dict[
            tuple[datetime, tuple[str, ...]], tuple[datetime, Mapping[tuple[str, str], frozenset[date]]]
        ] = {}

    async def between(
        self, since: datetime, until: datetime, subjects: Sequence[str]
    ) -> Mapping[tuple[str, str], frozenset[date]]:
        """The days of `since`'s zone from `since` to `until`, by platform and subject."""
        key = (since, tuple(subjects))
        kept = self._kept.get(key)
        if kept is not None and timedelta() <= until - kept[0] < KEPT:
            return kept[1]
        found = await self._readers.run(partial(measured_days, self._store, since, until, subjects))
        self._kept.pop(key, None)
        self._kept[key] = (until, found)
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return found
