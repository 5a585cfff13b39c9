"""Open data: of each case and each day, all that was measured, as files that `siaga replay` judges again.

A file is made when it is first asked for, one after another, in a thread and a process of their own. What is
kept may be deleted at any time; it is made again.
"""

import asyncio
import os
import shutil
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

import pyarrow as pa

from siaga.cases.case import Case
from siaga.cases.publication import is_public, measured_until
from siaga.cases.verdict_json import verdict_from_json
from siaga.domain.errors import Busy
from siaga.domain.verdicts import Verdict
from siaga.measurements import rollups
from siaga.measurements.canary_masking import without_canary_words
from siaga.measurements.export import write_parquet
from siaga.measurements.judged_by import JudgedBy
from siaga.measurements.reading import MeasurementFilter, SequenceOrder, in_order
from siaga.measurements.schema import FIELDS
from siaga.measurements.store import Store
from siaga.ports.open_data import DataForm, NoSuchData
from siaga.ports.watch import WatchView

FOLDER: Final = "open-data"
"""In the watch's directory."""
MOST_ROWS: Final = 3_000_000
"""Measurements that the file of a case has at most, some 200 MB, unless one day alone has more."""
PASTS: Final = tuple(timedelta(days=days) for days in (28, 14, 7, 4, 2))
"""How long before a case its file begins, where all that the store has would be too much: the longest that
fits. The slowest rule compares with the same hour of three earlier days."""
SHORTEST_PAST: Final = timedelta(days=1)
STALE: Final = timedelta(minutes=10)
"""The file of a case that goes on is made anew when it is older, in real time."""
MOST_BYTES: Final = 4 << 30
"""Bytes of all files that are kept; those that nobody took for longest go first."""
MOST_WAITING: Final = 16
"""Files that wait to be made; whoever asks for more is told to come later."""
PATIENCE_S: Final = 20.0
"""Real seconds that whoever asks waits for a file that is being made."""
AGAIN: Final = timedelta(seconds=15)
HELD_BACK: Final = timedelta(minutes=10)
"""What is held back may be asked for again after so long."""
LINES_TAKE_S: Final = 900
TRIES: Final = 60
"""So often the store is asked for the same where too many read it, a second after each."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Made:
    """The file of a case, when it was made last."""

    at: float
    """Seconds of the monotonic clock."""
    state: tuple[object, ...]
    """What the case was then."""


class OpenData:
    """The files of one watch. Use as an async context manager."""

    def __init__(self, watch: WatchView, store: Store, judged_by: JudgedBy, directory: Path) -> None:
        """`directory` is the watch's own; files are made in a folder of it."""
        self._watch, self._store, self._judged_by = watch, store, judged_by
        self._directory = directory / FOLDER
        self._making: dict[Path, asyncio.Task[None]] = {}
        self._made: dict[Path, _Made] = {}
        self._turn = asyncio.Lock()
        """Files are made one after another."""

    async def __aenter__(self) -> Self:
        """Cases are made anew after a start: what they were then is not kept. Days stay as they are, under
        the digest of the election file that they are judged by."""
        days = self._days_directory
        await asyncio.to_thread(_clear, self._directory, days)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in (tasks := list(self._making.values())):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def _days_directory(self) -> Path:
        return self._directory / f"days-{self._watch.election.digest[:16]}"

    async def days(self) -> Sequence[date]:
        """The days (UTC) that are over and have measurements, the newest first."""
        first = await asyncio.to_thread(self._store.first_at)
        if first is None:
            return []
        day, days = _today(self._watch.now()) - timedelta(days=1), list[date]()
        while day >= first.date():
            days.append(day)
            day -= timedelta(days=1)
        return days

    async def of_day(self, day: date, platform: str, form: DataForm) -> Path:
        """As `OpenDataService` says."""
        known = {known.id for known in self._watch.election.platforms}
        if platform not in known or day >= _today(self._watch.now()) or day not in await self.days():
            raise NoSuchData
        since = datetime.combine(day, time_of_day(), UTC)
        until = since + timedelta(days=1)
        path = self._days_directory / f"{day}" / f"{platform}.{DataForm.PARQUET}"
        wanted = MeasurementFilter(platform=platform, since=since, until=until)
        if not path.exists():  # what was given once is public, whatever is suspected later
            withheld = measured_until(self._watch.verdicts())
            if withheld is not None and withheld < until:
                raise Busy(HELD_BACK)
            await self._finished(path, lambda: self._write(path, wanted, self._judged_by))
        return await self._in_form(path, form)

    async def of_case(self, case: str, form: DataForm) -> Path:
        """As `OpenDataService` says."""
        found = next((known for known in self._watch.cases() if known.id == case and is_public(known)), None)
        if found is None or found.proof is None:
            raise NoSuchData
        proof = verdict_from_json(found.proof)
        path = self._directory / "cases" / f"{found.id}.{DataForm.PARQUET}"
        if not self._is_fresh(path, found):
            now = self._watch.now()
            withheld = measured_until(self._watch.verdicts())
            until = min([*_ended(found), now, *([] if withheld is None else [withheld])])
            if until < proof.at:
                raise Busy(HELD_BACK)
            await self._finished(path, lambda: self._write_case(path, found, proof, until))
        return await self._in_form(path, form)

    def _is_fresh(self, path: Path, case: Case) -> bool:
        made = self._made.get(path)
        if made is None or not path.exists() or made.state != _state(case):
            return False
        return not case.stage.is_open or time.monotonic() - made.at < STALE.total_seconds()

    async def _in_form(self, path: Path, form: DataForm) -> Path:
        """The file in a form, made from Parquet where it is not there or is older."""
        if form is DataForm.PARQUET:
            wanted = path
        else:
            wanted = path.with_name(f"{path.stem}.{DataForm.JSON_LINES}")
            if _is_older(wanted, path):
                await self._finished(wanted, lambda: _as_lines(path, wanted))
        _note_taken(wanted)
        return wanted

    async def _finished(self, path: Path, make: Callable[[], Coroutine[object, object, None]]) -> None:
        """Make a file, or wait for it where it is being made.

        Raises:
            Busy: that takes longer than anybody waits.
        """
        task = self._making.get(path)
        if task is None:
            if len(self._making) >= MOST_WAITING:
                raise Busy(AGAIN)
            task = self._making[path] = asyncio.ensure_future(self._one_after_another(path, make))
            task.add_done_callback(lambda _: self._making.pop(path, None))
        try:
            await asyncio.wait_for(asyncio.shield(task), PATIENCE_S)
        except TimeoutError:
            raise Busy(AGAIN) from None

    async def _one_after_another(
        self, path: Path, make: Callable[[], Coroutine[object, object, None]]
    ) -> None:
        async with self._turn:
            path.parent.mkdir(parents=True, exist_ok=True)
            await make()
            await asyncio.to_thread(_keep_within, self._directory, MOST_BYTES, path)

    async def _write(self, path: Path, wanted: MeasurementFilter, judged_by: JudgedBy) -> None:
        now = self._watch.now()

        def write() -> None:
            batches = _in_order_of_appending(self._store, wanted, now)
            write_parquet(path, batches, judged_by=judged_by)

        await asyncio.to_thread(write)

    async def _write_case(self, path: Path, case: Case, proof: Verdict, until: datetime) -> None:
        state = _state(case)
        began = proof.since if proof.onset is None else min(proof.since, proof.onset[0])
        since = await asyncio.to_thread(self._past_of, proof.platform, began, until)
        judged_by = replace(self._judged_by, case=case.id, verdict=case.proof)
        wanted = MeasurementFilter(platform=proof.platform, since=since, until=until + timedelta.resolution)
        await self._write(path, wanted, judged_by)
        self._made[path] = _Made(time.monotonic(), state)

    def _past_of(self, platform: str, began: datetime, until: datetime) -> datetime | None:
        """From when on the file of a case has what was measured; None from the first measurement on."""
        first = self._store.first_at() or began
        for past in (None, *PASTS):
            since = first if past is None else max(first, began - past)
            tally = rollups.counts(self._store, since, until).get(platform)
            if tally is None or sum(tally.answers.values()) <= MOST_ROWS:
                return None if since == first else since
        return began - SHORTEST_PAST


class _Patient:
    """A store that is asked again where too many read it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def span(self, wanted: MeasurementFilter) -> tuple[int, int] | None:
        return _again(lambda: self._store.span(wanted))

    def window(
        self, first: int, last: int, wanted: MeasurementFilter, order: SequenceOrder, limit: int
    ) -> pa.Table:
        return _again(lambda: self._store.window(first, last, wanted, order, limit))


def _again(read: Callable[[], T]) -> T:
    for _ in range(TRIES):
        with suppress(Busy):
            return read()
        time.sleep(1)
    return read()


def _in_order_of_appending(
    store: Store, wanted: MeasurementFilter, now: datetime
) -> Iterator[pa.RecordBatch]:
    for batch in in_order(_Patient(store), wanted):
        table = without_canary_words(pa.Table.from_batches([batch]), now)
        yield from table.select(FIELDS).combine_chunks().to_batches()


async def _as_lines(source: Path, target: Path) -> None:
    """JSON Lines of a Parquet file, by another process: it would take the interpreter for minutes."""
    words = (sys.executable, "-m", "siaga.measurements.as_lines", str(source), str(target))
    process = await asyncio.create_subprocess_exec(
        *words, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        status = await asyncio.wait_for(process.wait(), LINES_TAKE_S)
    except BaseException:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    if status != 0:
        raise OSError(f"{target.name} could not be written")


def _is_older(file: Path, than: Path) -> bool:
    return not file.exists() or file.stat().st_mtime_ns < than.stat().st_mtime_ns


def _note_taken(file: Path) -> None:
    """The time of its last access says when a file was taken last, however the disk is mounted."""
    os.utime(file, ns=(time.time_ns(), file.stat().st_mtime_ns))


def _ended(case: Case) -> list[datetime]:
    """When a case was over; nothing while it is open."""
    return [] if case.stage.is_open else [max(case.reached.values())]


def _state(case: Case) -> tuple[object, ...]:
    return case.stage, len(case.reached), case.proof and case.proof["at"]


def _today(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _clear(directory: Path, but: Path) -> None:
    if directory.is_dir():
        for inner in directory.iterdir():
            if inner != but:
                shutil.rmtree(inner, ignore_errors=True)


def _keep_within(directory: Path, most: int, newest: Path) -> None:
    """Delete the files that nobody took for longest, until the rest has `most` bytes."""
    files = sorted(
        ((file.stat(), file) for file in directory.rglob("*.*") if file.is_file() and file != newest),
        key=lambda found: found[0].st_atime_ns,
        reverse=True,
    )
    kept = newest.stat().st_size
    for status, file in files:
        kept += status.st_size
        if kept > most:
            file.unlink(missing_ok=True)
