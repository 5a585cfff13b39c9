"""Reading measurements back, newest first: by their owner, or by any other process from sealed segments."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TypeVar

import duckdb
import pyarrow as pa

from siaga.domain.errors import BadInput, Fault
from siaga.domain.records import Measurement
from siaga.measurements.schema import to_measurements
from siaga.measurements.segments import SEGMENT_SCHEMA, Segment, SegmentIndex, read_index, seqs_between
from siaga.measurements.sql import Snapshot, listed, open_memory, record_batches

FetchTail = Callable[[int], bytes]
"""Asks the owner for what follows a sequence number: `Store.tail`'s bytes."""

_NARROW, _WIDE = 1 << 17, 1 << 22
"""Sequence numbers that one query looks at, at least and at most."""
_FEW, _MOST = 1 << 10, 1 << 15
"""Matches that widen the next look; matches that one query gives at most, so that memory stays bounded."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MeasurementFilter:
    """Which measurements; None for all."""

    platform: str | None = None
    surface: str | None = None
    vantage: str | None = None
    subject: str | None = None
    since: datetime | None = None
    """Asked at this moment or later, UTC."""
    until: datetime | None = None
    """Asked before this moment, UTC."""

    def condition(self) -> tuple[str, dict[str, Any]]:
        """As an SQL condition with named values."""
        parts, values = ["true"], {}
        for name in ("platform", "surface", "vantage", "subject"):
            if (value := getattr(self, name)) is not None:
                parts.append(f'"{name}" = ${name}')
                values[name] = value
        if self.since is not None:
            parts.append('"at" >= $since')
            values["since"] = self.since
        if self.until is not None:
            parts.append('"at" < $until')
            values["until"] = self.until
        return " AND ".join(parts), values


EVERYTHING = MeasurementFilter()


class SequenceOrder(StrEnum):
    """The order of sequence numbers, in SQL's words."""

    NEWEST_FIRST = "DESC"
    OLDEST_FIRST = "ASC"


class MeasurementSource(Protocol):
    """A place that numbered measurements are read from."""

    def span(self, wanted: MeasurementFilter) -> tuple[int, int] | None:
        """The least and greatest sequence numbers that may match; None for none."""
        ...

    def window(
        self, first: int, last: int, wanted: MeasurementFilter, order: SequenceOrder, limit: int
    ) -> pa.Table:
        """What matches within a range of sequence numbers, in SEGMENT_SCHEMA."""
        ...


def newest_first(
    source: MeasurementSource, wanted: MeasurementFilter, limit: int | None
) -> Iterator[Measurement]:
    """What matches, the greatest sequence number first."""
    left = limit
    if (span := source.span(wanted)) is None:
        return
    (first, last), width = span, _NARROW
    while first <= last and left != 0:
        from_seq = max(first, last - width + 1)
        most = _MOST if left is None else min(left, _MOST)
        found = source.window(from_seq, last, wanted, SequenceOrder.NEWEST_FIRST, most)
        for batch in found.to_batches():
            yield from to_measurements(batch)
        left = None if left is None else left - len(found)
        last = from_seq - 1 if len(found) < most else found.column("seq")[-1].as_py() - 1
        width = _next_width(width, len(found))


def in_order(source: MeasurementSource, wanted: MeasurementFilter) -> Iterator[pa.RecordBatch]:
    """What matches, in order of sequence numbers, as batches in SEGMENT_SCHEMA."""
    if (span := source.span(wanted)) is None:
        return
    (first, last), width = span, _NARROW
    while first <= last:
        to_seq = min(last, first + width - 1)
        found = source.window(first, to_seq, wanted, SequenceOrder.OLDEST_FIRST, _MOST)
        yield from found.to_batches()
        first = to_seq + 1 if len(found) < _MOST else found.column("seq")[-1].as_py() + 1
        width = _next_width(width, len(found))


def _next_width(width: int, found: int) -> int:
    """Wider while little is found, so that rare names are found soon; narrower where there is much."""
    return min(width * 4, _WIDE) if found < _FEW else max(width // 4, _NARROW)


def live_span(
    connection: duckdb.DuckDBPyConnection, table: str, wanted: MeasurementFilter
) -> tuple[int, int] | None:
    """The least and greatest sequence numbers of what matches in a table; None for none."""
    condition, values = wanted.condition()
    query = f"SELECT min(seq), max(seq) FROM {table} WHERE {condition}"  # noqa: S608 - values are bound by name
    first, last = connection.sql(query, params=values).fetchall()[0]
    return None if first is None else (first, last)


def span_of(
    directory: Path, index: SegmentIndex, live: tuple[int, int] | None, wanted: MeasurementFilter
) -> tuple[int, int] | None:
    """The least and greatest sequence numbers that may match, in segments and in the range that is live."""
    spans = [
        seqs_between(directory, segment, wanted.since, wanted.until)
        for segment in index.segments
        if segment.overlaps(wanted.since, wanted.until)
    ]
    found = [span for span in (*spans, live) if span is not None]
    return (min(first for first, _ in found), max(last for _, last in found)) if found else None


def segment_paths(
    directory: Path, segments: Sequence[Segment], first: int, last: int, wanted: MeasurementFilter
) -> list[str]:
    """The files that may hold matches within a range of sequence numbers."""
    return [
        str(directory / segment.file)
        for segment in segments
        if segment.first_seq <= last
        and segment.last_seq >= first
        and segment.overlaps(wanted.since, wanted.until)
    ]


class SegmentReader:
    """Reads a store's measurements from another process: sealed segments, and the owner's tail if it can ask.

    Needs no lock and no owner. Without `fetch_tail` it sees what is sealed, up to about an hour ago.
    """

    def __init__(self, directory: Path, fetch_tail: FetchTail | None = None) -> None:
        self._segments = directory / "segments"
        if not self._segments.is_dir():
            do = "Give the directory of a store."
            raise BadInput(Fault("There is no store here.", do, str(directory)))
        self._fetch_tail = fetch_tail

    def measurements(
        self, wanted: MeasurementFilter = EVERYTHING, limit: int | None = None
    ) -> Iterator[Measurement]:
        """What matches, the newest first."""
        with open_memory() as connection:
            yield from newest_first(_FrozenSource(self._segments, connection, self._tail()), wanted, limit)

    def batches(self, wanted: MeasurementFilter = EVERYTHING) -> Iterator[pa.RecordBatch]:
        """What matches in the order of appending, in SEGMENT_SCHEMA: for exports."""
        with open_memory() as connection:
            yield from in_order(_FrozenSource(self._segments, connection, self._tail()), wanted)

    def _tail(self) -> tuple[SegmentIndex, pa.Table]:
        """The index, and all that the owner has after it."""
        index = read_index(self._segments)
        tables = [SEGMENT_SCHEMA.empty_table()]
        if self._fetch_tail is not None:
            after = index.sealed_to
            while len(table := pa.ipc.open_stream(self._fetch_tail(after)).read_all()):
                tables.append(table)
                after = table.column("seq")[-1].as_py()
        return index, pa.concat_tables(tables)


class _FrozenSource:
    """A `MeasurementSource` of segments and a tail as they were at one moment."""

    def __init__(
        self, directory: Path, connection: duckdb.DuckDBPyConnection, seen: tuple[SegmentIndex, pa.Table]
    ) -> None:
        self._directory, self._connection = directory, connection
        self._index, self._tail = seen
        connection.register("tail", self._tail)

    def span(self, wanted: MeasurementFilter) -> tuple[int, int] | None:
        tail = live_span(self._connection, "tail", wanted)
        return self._with_current_index(lambda: span_of(self._directory, self._index, tail, wanted))

    def window(
        self, first: int, last: int, wanted: MeasurementFilter, order: SequenceOrder, limit: int
    ) -> pa.Table:
        def look() -> pa.Table:
            paths = segment_paths(self._directory, self._index.segments, first, last, wanted)
            return query_window(self._connection, paths, "tail", (first, last), wanted, order, limit)

        return self._with_current_index(look)

    def _with_current_index(self, look: Callable[[], T]) -> T:
        """What `look` finds; again with the newer index where files were merged or dropped meanwhile."""
        while True:
            try:
                return look()
            except (duckdb.IOException, FileNotFoundError):
                newer = read_index(self._directory)
                if newer == self._index:
                    raise
                self._index = newer


def rows_after(snapshot: Snapshot, seq: int, most: int) -> pa.Table:
    """The first `most` rows that follow a sequence number, in order, in SEGMENT_SCHEMA.

    Sequence numbers have no gaps but what was dropped before them, so that a range of them holds the answer:
    nothing needs to be sorted, and memory stays that of the answer.
    """
    first, index = seq, snapshot.index
    kept = [segment for segment in index.segments if segment.last_seq > seq]
    if seq < index.sealed_to:
        first = max(seq, kept[0].first_seq - 1 if kept else index.sealed_to)
    values: dict[str, Any] = {"first": first, "last": first + most}
    paths = segment_paths(snapshot.directory, kept, first + 1, first + most, EVERYTHING)
    tables = [
        pa.Table.from_batches(record_batches(snapshot.connection, query, values), SEGMENT_SCHEMA)
        for source in (*(f"read_parquet({listed([path])})" for path in paths), snapshot.live)
        for query in [f"SELECT * FROM {source} WHERE seq > $first AND seq <= $last"]  # noqa: S608 - bound by name
    ]
    return pa.concat_tables(tables).sort_by("seq")


def query_window(
    connection: duckdb.DuckDBPyConnection,
    paths: list[str],
    table: str,
    window: tuple[int, int],
    wanted: MeasurementFilter,
    order: SequenceOrder,
    limit: int,
) -> pa.Table:
    """What matches among `paths` and the rows of `table`, within a window of sequence numbers."""
    condition, values = wanted.condition()
    values |= {"first": window[0], "last": window[1]}
    where = f"seq BETWEEN $first AND $last AND {condition}"

    def matches(columns: str) -> str:
        parts = [f"SELECT {columns} FROM {table} WHERE {where}"]  # noqa: S608 - values are bound by name
        if paths:
            parts.append(f"SELECT {columns} FROM read_parquet({listed(paths)}) WHERE {where}")  # noqa: S608
        return f"{' UNION ALL '.join(parts)} ORDER BY seq {order} LIMIT {limit}"

    # Which ones first, by the few columns that say so: the wide columns are then read only where they lie.
    which = f"SELECT min(seq), max(seq) FROM ({matches('seq')})"  # noqa: S608
    first, last = connection.sql(which, params=values).fetchall()[0]
    if first is None:
        return SEGMENT_SCHEMA.empty_table()
    values |= {"first": first, "last": last}
    return pa.Table.from_batches(record_batches(connection, matches("*"), values), SEGMENT_SCHEMA)
