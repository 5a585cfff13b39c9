"""Keeps the parts of a watch apart: one that fails is said once and begins again; measuring goes on.

Only what cannot be recorded ends a watch (`NotRecorded`): what is not kept must not be judged.
"""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from siaga.domain.errors import NotRecorded
from siaga.domain.time import Clock
from siaga.ports.supervision import PartTrouble, WatchPart

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 60.0
"""Real seconds before a part begins again: the first time, and at most. Each pause is twice the last."""
WELL_AFTER: Final = timedelta(minutes=5)
"""A part that has not failed for so long is well again; one that fails now and then is said once."""
MOST_KINDS: Final = 100
"""Kinds of failure that are told apart."""

_log = logging.getLogger(__name__)


class Supervisor:
    """What `ports/supervision.py` describes, for one watch."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._troubles: dict[WatchPart, PartTrouble] = {}
        self._last: dict[WatchPart, datetime] = {}
        """When each failed last."""
        self._said: set[tuple[WatchPart, str]] = set()

    def troubles(self) -> Sequence[PartTrouble]:
        """The parts that have failed and not done their work since, in the order of parts."""
        return [self._troubles[part] for part in WatchPart if part in self._troubles]

    async def keep(self, part: WatchPart, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work of a part until cancelled; again after a pause where it failed or ended.

        Raises:
            NotRecorded: what was measured cannot be kept.
        """
        failures = 0
        while True:
            begun = self._clock.now()
            well = asyncio.get_running_loop().call_later(WELL_AFTER.total_seconds(), self.is_well, part)
            try:
                await work()
            except NotRecorded:
                raise
            except Exception as error:
                failures = 1 if self._clock.now() - begun >= WELL_AFTER else failures + 1
                self.failed(part, error)
            finally:
                well.cancel()
            await asyncio.sleep(min(FIRST_PAUSE_S * 2.0 ** min(failures, 10), LONGEST_PAUSE_S))

    @contextmanager
    def guard(self, part: WatchPart) -> Iterator[None]:
        """A step of a part: where it fails, that is noted, and what follows the block goes on.

        Raises:
            NotRecorded: what was measured cannot be kept.
        """
        try:
            yield
        except NotRecorded:
            raise
        except Exception as error:
            self.failed(part, error)
        else:
            self.is_well(part)

    def failed(self, part: WatchPart, error: Exception) -> None:
        """A part has failed: each kind of failure is said once, and counted from then on."""
        now, what = self._clock.now(), place_of(error)
        known = self._troubles.get(part, PartTrouble(part, what, now, 0))
        self._troubles[part] = replace(known, what=what, times=known.times + 1)
        self._last[part] = now
        if (part, what) not in self._said and len(self._said) < MOST_KINDS:
            self._said.add((part, what))
            _log.error("%s: %s; measuring goes on", part, what)

    def is_well(self, part: WatchPart) -> None:
        """A part has done its work; where it had failed, that is over once it has not failed for a while."""
        if part not in self._troubles or self._clock.now() - self._last[part] < WELL_AFTER:
            return
        _log.warning("%s: well again; failures until then: %s", part, self._troubles.pop(part).times)
        self._said = {(known, what) for known, what in self._said if known is not part}


def place_of(error: BaseException) -> str:
    """The kind of a failure and its place, never its text, which may hold a secret."""
    frames = traceback.extract_tb(error.__traceback__)
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
        frames = traceback.extract_tb(error.__traceback__) or frames
    if not frames:
        return type(error).__name__
    return f"{type(error).__name__} in {Path(frames[-1].filename).name}, line {frames[-1].lineno}"
