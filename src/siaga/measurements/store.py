"""The store of measurements: one owner process appends, everybody reads.

New measurements go into a DuckDB file, durable when `append` returns. Each hour they are sealed into a
Parquet segment; each day the segments of a day are merged into one. A measurement's `seq` is its place in the
order of appending; it never changes and is never given twice.
"""

import fcntl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from siaga.domain.errors import BadInput, Fault
from siaga.domain.records import Measurement, Round
from siaga.domain.time import Clock, parse_rfc3339
from siaga.measurements import planned_rounds, rollups
from siaga.measurements.canary_masking import without_canary_words
from siaga.measurements.live_file import FILE, open_live
from siaga.measurements.planned_rounds import PlannedRound
from siaga.measurements.readers import Readers
from siaga.measurements.reading import (
    EVERYTHING,
    MeasurementFilter,
    SequenceOrder,
    in_order,
    live_span,
    newest_first,
    query_window,
    rows_after,
    segment_paths,
    span_of,
)
from siaga.measurements.schema import to_batch
from siaga.measurements.segments import (
    ROW_GROUP,
    SEGMENT_SCHEMA,
    Segment,
    SegmentLog,
    known_ids,
    read_segment,
    reconcile,
    write_index,
    write_segment,
)
from siaga.measurements.sql import Snapshot, record_batches

MOST_LIVE = 2_000_000
"""With more measurements than this in the live file, it is sealed before the hour is over."""
TAIL = 5_000
"""Measurements that one `tail` gives at most: some 1.3 MB."""


class StoreInUse(BadInput):
    """Another process owns the store."""


class Store:
    """Measurements in a directory, owned by one process. Safe to call from several threads."""

    def __init__(
        self, directory: Path, clock: Clock, keep: timedelta | None = None, log: SegmentLog | None = None
    ) -> None:
        """Use `Store.open`, which says what the arguments mean."""
        self._clock, self._keep, self._log = clock, keep, log
        self._segments = directory / "segments"
        self._segments.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._owner = (directory / "owner.lock").open("w")
        try:
            _own(self._owner.fileno(), directory)
            self._index = reconcile(self._segments)
            fresh = not (directory / FILE).exists()
            self._connection, self.gave_up = open_live(directory / FILE)
            """Whether its log was damaged, so that some of what was stored is missing; that is logged."""
            if fresh and self._index.segments:
                self._count_sealed_again()
        except BaseException:
            self._owner.close()
            raise
        self._readers = Readers(self._connection)
        self._forget_sealed()
        query = "SELECT max(seq), count(*), max(id)::VARCHAR FROM live"
        newest, self._live_rows, greatest_id = self._connection.sql(query).fetchall()[0]
        self._last_seq = max(newest or 0, self._index.sealed_to)
        self._greatest_live_id = UUID(greatest_id).bytes if greatest_id else b""

    @classmethod
    def open(
        cls, directory: Path, clock: Clock, keep: timedelta | None = None, log: SegmentLog | None = None
    ) -> Self:
        """Own the store in `directory`, made if missing; segments older than `keep` are dropped. `log` is
        told of segments before the index lists them.

        Raises:
            StoreInUse: another process owns it.
            Damaged: its files are damaged; nothing was changed.
        """
        return cls(directory, clock, keep, log)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store. What was appended stays."""
        with self._lock:
            self._connection.close()
            self._owner.close()

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The sealed files that the index lists."""
        return self._index.segments

    @property
    def last_seq(self) -> int:
        """The number of the newest measurement; 0 before the first."""
        return self._last_seq

    def append(self, measurements: Sequence[Measurement], rounds: Sequence[Round] = ()) -> int:
        """Store measurements and planned rounds in the order given; durable when it returns.

        What is stored already (by id) is passed over. Returns the newest measurement's `seq`.
        """
        return self.append_batch(to_batch(measurements), rounds)

    def append_batch(self, batch: pa.RecordBatch, rounds: Sequence[Round] = ()) -> int:
        """The same for measurements that are columns already, in SCHEMA."""
        with self._lock:
            self._first(lambda: self._insert(batch, rounds))
            if self._live_rows >= MOST_LIVE:
                self.seal()
            return self._last_seq

    def _first(self, write: Callable[[], None]) -> None:
        """Write; where that fails, once more with all memory, and nobody reading."""
        try:
            write()
        except duckdb.Error:
            with self._readers.held_off():
                write()

    def _insert(self, batch: pa.RecordBatch, rounds: Sequence[Round]) -> None:
        new = self._new(batch)
        if not len(new) and not rounds:
            return
        first, last_seq = self._last_seq + 1, self._last_seq + len(new)
        seqs = pa.array(np.arange(first, last_seq + 1))
        numbered = pa.Table.from_arrays([seqs, *new.columns], schema=SEGMENT_SCHEMA)
        with self._transaction():
            self._connection.from_arrow(numbered).insert_into("live")
            if rounds:
                planned_rounds.insert(self._connection, rounds)
        self._last_seq = last_seq
        self._live_rows += len(new)
        self._greatest_live_id = max(self._greatest_live_id, _greatest_id(new))

    def _new(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The rows of a batch that are not stored yet, each id once."""
        ids = batch.column("id")
        known = known_ids(self._segments, self._index, ids.storage)
        if (pc.min(ids.storage.cast(pa.binary())).as_py() or b"") <= self._greatest_live_id:
            with self._registered("incoming", pa.table({"id": ids})):
                query = "SELECT id FROM live SEMI JOIN incoming USING (id)"
                live = self._connection.sql(query).to_arrow_table().column("id")
            known = pa.concat_arrays([known, *(chunk.storage for chunk in live.chunks)])
        if len(known):
            batch = batch.filter(pc.invert(pc.is_in(ids.storage, known)))
            ids = batch.column("id")
        if pc.count_distinct(ids.storage).as_py() < len(ids):
            firsts: dict[bytes, int] = {}
            for row, id in enumerate(ids.storage.to_pylist()):
                firsts.setdefault(id, row)
            batch = batch.take(pa.array(firsts.values(), pa.int64()))
        return batch

    def rounds(self, since: datetime, until: datetime) -> list[PlannedRound]:
        """The rounds planned for moments from `since` to before `until`, in order of time."""
        with self.snapshot() as snapshot:
            return planned_rounds.between(snapshot.connection, since, until)

    def measurements(
        self, wanted: MeasurementFilter = EVERYTHING, limit: int | None = None
    ) -> Iterator[Measurement]:
        """What matches, the newest first; memory stays bounded however many there are."""
        return newest_first(self, wanted, limit)

    def batches(self, wanted: MeasurementFilter = EVERYTHING) -> Iterator[pa.RecordBatch]:
        """What matches in the order of appending, in SEGMENT_SCHEMA: for exports."""
        return in_order(self, wanted)

    def span(self, wanted: MeasurementFilter) -> tuple[int, int] | None:
        """The least and greatest sequence numbers that may match; None for none."""
        with self.snapshot() as snapshot:
            live = live_span(snapshot.connection, snapshot.live, wanted)
        return span_of(self._segments, snapshot.index, live, wanted)

    def first_at(self) -> datetime | None:
        """When the first measurement that is still stored was asked, UTC; None where there is none."""
        with self.snapshot() as snapshot:
            moments = [parse_rfc3339(segment.least_at) for segment in snapshot.index.segments]
            query = f'SELECT epoch_us(min("at")) FROM {snapshot.live}'  # noqa: S608
            live = snapshot.connection.sql(query).fetchall()[0][0]
        if live is not None:
            moments.append(datetime.fromtimestamp(live / 1e6, UTC))
        return min(moments, default=None)

    def after(self, seq: int, most: int = TAIL) -> pa.Table:
        """The measurements that follow `seq` in order, at most `most` of them, in SEGMENT_SCHEMA."""
        if seq >= self._last_seq:
            return SEGMENT_SCHEMA.empty_table()
        with self.snapshot() as snapshot:
            return rows_after(snapshot, seq, most)

    def tail(self, after_seq: int) -> bytes:
        """What follows `after_seq`, at most TAIL of it, as an Arrow IPC stream: for other processes.

        The words of today's canaries are not in it.
        """
        table = without_canary_words(self.after(after_seq), self._clock.now())
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, SEGMENT_SCHEMA) as stream:
            stream.write_table(table.unify_dictionaries())
        return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]

    def window(
        self, first: int, last: int, wanted: MeasurementFilter, order: SequenceOrder, limit: int
    ) -> pa.Table:
        """What matches within a range of sequence numbers, in SEGMENT_SCHEMA."""
        with self.snapshot() as snapshot:
            paths = segment_paths(self._segments, snapshot.index.segments, first, last, wanted)
            return query_window(
                snapshot.connection, paths, snapshot.live, (first, last), wanted, order, limit
            )

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The store as it is now, for as long as the block lasts.

        The live tables are pinned before the index is taken, and sealing publishes the index before it
        removes what it sealed: so whatever happens between, nothing is missed.

        Raises:
            Busy: too many read, or the memory was needed to write.
        """
        with self._readers.cursor() as cursor:
            cursor.begin()
            cursor.sql("SELECT 1 FROM live LIMIT 1").fetchall()
            yield Snapshot(cursor, self._index, self._segments)

    def maintain(self) -> None:
        """Seal what belongs to hours that are over, merge days that are over, drop what is too old."""
        now = self._clock.now()
        hour = now.replace(minute=0, second=0, microsecond=0)
        with self._lock:
            query = 'SELECT count(*) FROM (SELECT 1 FROM live WHERE "at" < $hour LIMIT 1)'
            if self._connection.sql(query, params={"hour": hour}).fetchall()[0][0]:
                self.seal()
        self._clear_superseded()
        self.merge()
        if self._keep is not None:
            self._drop_before(now - self._keep)

    def seal(self) -> None:
        """Move all that is live into a segment."""
        with self._lock:
            query = "SELECT min(seq), max(seq) FROM live WHERE seq > $sealed_to"
            sealed_to = {"sealed_to": self._index.sealed_to}
            first, last = self._connection.sql(query, params=sealed_to).fetchall()[0]
            if last is not None:
                rows = self._live(first, last)
                sealed = write_segment(self._segments, first, last, rows, self._clock.now())
                self._list(sealed)
            self._first(self._forget_sealed)
            self._live_rows = 0

    def _live(self, first: int, last: int) -> Iterator[pa.RecordBatch]:
        """The live measurements in order, a row group at a time: sorting all of them would take memory."""
        query = "SELECT * FROM live WHERE seq BETWEEN $first AND $last ORDER BY seq"
        for start in range(first, last + 1, ROW_GROUP):
            yield from record_batches(
                self._connection, query, {"first": start, "last": min(last, start + ROW_GROUP - 1)}
            )

    def _count_sealed_again(self) -> None:
        """Make the counts by hour anew from the segments, where the live file that held them is lost."""
        for segment in self._index.segments:
            self._connection.execute(rollups.count_segment(str(self._segments / segment.file)))

    def _forget_sealed(self) -> None:
        """Count, then remove, the live measurements that segments hold: in one transaction."""
        sealed_to = {"sealed_to": self._index.sealed_to}
        with self._transaction():
            self._connection.execute(rollups.COUNT_SEALED, sealed_to)
            self._connection.execute("DELETE FROM live WHERE seq <= $sealed_to", sealed_to)

    def merge(self) -> None:
        """Merge the segments sealed on each day that is over into one. Appending goes on meanwhile."""
        today = self._clock.now().date()
        for day, segments in groupby(self._index.segments, lambda s: parse_rfc3339(s.sealed_at).date()):
            group = list(segments)
            if day < today and len(group) > 1:
                self._merge(group)

    def _merge(self, group: list[Segment]) -> None:
        paths = [self._segments / segment.file for segment in group]
        batches = (batch for path in paths for batch in read_segment(path))
        sealed_at = parse_rfc3339(group[-1].sealed_at)
        merged = write_segment(self._segments, group[0].first_seq, group[-1].last_seq, batches, sealed_at)
        with self._lock:
            self._list(merged)

    def _list(self, sealed: Segment) -> None:
        """Have the index list a file that is whole, in the place of those that it covers."""
        if self._log is not None:
            self._log.sealed(sealed)
        self._index = self._index.with_segment(sealed)
        write_index(self._segments, self._index)

    def _clear_superseded(self) -> None:
        """Delete files merged at an earlier maintenance: readers that had them in hand are done by now."""
        with self._lock:
            listed = {segment.file for segment in self._index.segments}
            for path in self._segments.glob("*.parquet"):
                if path.name not in listed:
                    path.unlink()

    def _drop_before(self, moment: datetime) -> None:
        with self._lock:
            old = [s for s in self._index.segments if parse_rfc3339(s.greatest_at) < moment]
            if old:
                if self._log is not None:
                    self._log.dropped(segment.file for segment in old)
                self._index = self._index.without(old)
                write_index(self._segments, self._index)
            self._connection.execute('DELETE FROM rounds WHERE "at" < $moment', {"moment": moment})

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.begin()
        try:
            yield
            self._connection.commit()
        except BaseException:
            with suppress(duckdb.Error):  # a commit that failed may have ended the transaction by itself
                self._connection.rollback()
            raise

    @contextmanager
    def _registered(self, name: str, table: pa.Table) -> Iterator[None]:
        self._connection.register(name, table)
        try:
            yield
        finally:
            self._connection.unregister(name)


def _greatest_id(batch: pa.RecordBatch) -> bytes:
    return pc.max(batch.column("id").storage.cast(pa.binary())).as_py() or b""


def is_owned(directory: Path) -> bool:
    """Whether a process owns the store in a directory now."""
    lock = directory / "owner.lock"
    if not lock.exists():
        return False
    with lock.open("rb") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _own(descriptor: int, directory: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        what = "Another watch is running in this directory."
        do = "Stop it first, or choose another directory."
        raise StoreInUse(Fault(what, do, str(directory))) from None
