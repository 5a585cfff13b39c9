"""Many appenders, one commit: what comes at once, or while others are stored, is stored together.

A commit that fails is tried again for half a minute, so that no passing trouble loses what was measured.
"""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from siaga.domain.errors import NotRecorded
from siaga.domain.records import Measurement, Round
from siaga.domain.time import Clock
from siaga.measurements.store import Store

_log = logging.getLogger(__name__)

MOST_IN_A_COMMIT = 20_000
"""Measurements that one commit takes, roughly: what comes after waits for the next."""
MOST_WAITING = 200_000
"""With more measurements than this unstored, `append` waits before it takes another."""
PAUSES_S = (0.1, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Real seconds before each further attempt to store the same: half a minute in all. What lasts longer is for
a person or a service manager."""


@dataclass(slots=True)
class _PendingAppend:
    measurements: Sequence[Measurement]
    rounds: Sequence[Round]
    stored: asyncio.Future[int]


class Writer:
    """Appends to a store without blocking the event loop, and maintains it every hour.

    Use as an async context manager; leaving it stores what is waiting.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._queue: asyncio.Queue[_PendingAppend] = asyncio.Queue()
        self._waiting = 0
        self._room = asyncio.Event()
        self._room.set()
        self._appending = ThreadPoolExecutor(1, thread_name_prefix="measurements")
        self._maintaining = ThreadPoolExecutor(1, thread_name_prefix="measurements-maintenance")
        self.failing_since: datetime | None = None
        """Since when nothing could be stored; None while all goes well."""
        self.failure = ""
        """The kind of what stood against it last."""

    async def append(self, measurements: Sequence[Measurement], rounds: Sequence[Round] = ()) -> int:
        """Returns, with the newest `seq`, once these are durable. Order of calls is order of storing.

        Raises:
            NotRecorded: they could not be stored, however often it was tried.
        """
        while not self._room.is_set():
            await self._room.wait()
        stored: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting += len(measurements)
        if self._waiting >= MOST_WAITING:
            self._room.clear()
        self._queue.put_nowait(_PendingAppend(measurements, rounds, stored))
        return await stored

    async def __aenter__(self) -> Self:
        await self._maintain_now()
        self._tasks = [asyncio.create_task(self._write()), asyncio.create_task(self._maintain())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._queue.join()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._appending.shutdown)
        await asyncio.to_thread(self._maintaining.shutdown)

    async def _write(self) -> None:
        while True:
            group = await self._gather()
            try:
                await self._store_together(group)
            finally:
                self._waiting -= sum(len(append.measurements) for append in group)
                if self._waiting < MOST_WAITING:
                    self._room.set()
                for _ in group:
                    self._queue.task_done()

    async def _gather(self) -> list[_PendingAppend]:
        group = [await self._queue.get()]
        await asyncio.sleep(0)  # what others append in this turn of the loop goes with it
        rows = len(group[0].measurements)
        while rows < MOST_IN_A_COMMIT and not self._queue.empty():
            group.append(self._queue.get_nowait())
            rows += len(group[-1].measurements)
        return group

    async def _store_together(self, group: list[_PendingAppend]) -> None:
        measurements = [measured for append in group for measured in append.measurements]
        rounds = [planned for append in group for planned in append.rounds]
        try:
            seq = await self._stored(measurements, rounds, PAUSES_S if len(group) == 1 else PAUSES_S[:1])
        except NotRecorded as error:
            if len(group) == 1:
                _settle(group[0], error)
                return
            for append in group:  # one bad appender must not fail the others
                await self._store_together([append])
            return
        for append in group:
            _settle(append, seq)

    async def _stored(
        self, measurements: Sequence[Measurement], rounds: Sequence[Round], pauses: Sequence[float]
    ) -> int:
        """Store these, trying again after each of the pauses; returns the newest `seq`.

        Raises:
            NotRecorded: the last attempt failed as well.
        """
        loop = asyncio.get_running_loop()
        for pause in (*pauses, None):
            try:
                seq = await loop.run_in_executor(self._appending, self._store.append, measurements, rounds)
            except Exception as error:
                if pause is None:
                    raise NotRecorded from error
                self.failure = type(error).__name__
                if self.failing_since is None:
                    self.failing_since = self._clock.now()
                    _log.error("measurements cannot be stored, trying again: %s", _first_line(error))
                await asyncio.sleep(pause)
                continue
            if self.failing_since is not None:
                self.failing_since = None
                _log.warning("measurements are stored again; none was lost")
            return seq
        raise AssertionError("the last attempt returns or raises")

    async def _maintain(self) -> None:
        while True:
            over = self._clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
            await self._clock.sleep_until(over)
            try:
                await self._maintain_now()
            except Exception:
                _log.exception("store maintenance failed; retrying in 1 hour")

    async def _maintain_now(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._maintaining, self._store.maintain)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "")[:200] or type(error).__name__


def _settle(append: _PendingAppend, outcome: int | Exception) -> None:
    if append.stored.done():  # its caller was cancelled meanwhile
        return
    if isinstance(outcome, Exception):
        append.stored.set_exception(outcome)
    else:
        append.stored.set_result(outcome)
