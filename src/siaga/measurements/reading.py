"""Reading measurements back, newest first: by their owner, or by any other process from sealed segments."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from siaga.measurements.schema import to_measurements
from siaga.measurements.segments import SEGMENT_SCHEMA, Index, Segment, read_index
from siaga.measurements.sql import listed, open_memory, record_batches
from siaga.words.errors import BadInput, Fault
from siaga.words.records import Measurement

FetchTail = Callable[[int], bytes]
"""Asks the owner for what follows a sequence number: `Store.tail`'s bytes."""

_NARROW, _WIDE = 1 << 16, 1 << 22
_FEW = 1 << 12
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Filter:
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


EVERYTHING = Filter()


class Order(StrEnum):
    """Of sequence numbers; SQL's words."""

    NEWEST_FIRST = "DESC"
    OLDEST_FIRST = "ASC"


class Source(Protocol):
    """Where numbered measurements lie."""

    def span(self, wanted: Filter) -> tuple[int, int] | None:
        """The least and greatest sequence numbers that may match; None for none."""
        ...

    def window(
        self, first: int, last: int, wanted: Filter, order: Order, limit: int | None = None
    ) -> pa.Table:
        """What matches within a range of sequence numbers, in SEGMENT_SCHEMA."""
        ...


def newest_first(source: Source, wanted: Filter, limit: int | None) -> Iterator[Measurement]:
    """What matches, the greatest sequence number first, a window of numbers at a time.

    The window widens while little is found, so that memory stays bounded and rare names are found soon.
    """
    span = source.span(wanted)
    if span is None:
        return
    (first, last), width, left = span, _NARROW, limit
    while last >= first and left != 0:
        from_seq = max(first, last - width + 1)
        found = source.window(from_seq, last, wanted, Order.NEWEST_FIRST, left)
        for batch in found.to_batches():
            yield from to_measurements(batch)
        if left is not None:
            left -= len(found)
        last = from_seq - 1
        width = min(width * 4, _WIDE) if len(found) < _FEW else max(width // 4, _NARROW)


def in_order(source: Source, wanted: Filter) -> Iterator[pa.RecordBatch]:
    """What matches, in order of sequence numbers, as batches in SEGMENT_SCHEMA; memory stays bounded."""
    span = source.span(wanted)
    if span is None:
        return
    (first, last), width = span, _NARROW
    while first <= last:
        until_seq = min(last, first + width - 1)
        found = source.window(first, until_seq, wanted, Order.OLDEST_FIRST)
        yield from found.to_batches()
        first = until_seq + 1
        width = min(width * 4, _WIDE) if len(found) < _FEW else max(width // 4, _NARROW)


def segment_paths(
    directory: Path, segments: Sequence[Segment], first: int, last: int, wanted: Filter
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

    def measurements(self, wanted: Filter = EVERYTHING, limit: int | None = None) -> Iterator[Measurement]:
        """What matches, the newest first."""
        with open_memory() as connection:
            yield from newest_first(_Sealed(self._segments, connection, self._tail()), wanted, limit)

    def batches(self, wanted: Filter = EVERYTHING) -> Iterator[pa.RecordBatch]:
        """What matches in the order of appending, in SEGMENT_SCHEMA: for exports."""
        with open_memory() as connection:
            yield from in_order(_Sealed(self._segments, connection, self._tail()), wanted)

    def _tail(self) -> tuple[Index, pa.Table]:
        """The index, and all that the owner has after it."""
        index = read_index(self._segments)
        tables = [SEGMENT_SCHEMA.empty_table()]
        if self._fetch_tail is not None:
            after = index.sealed_to
            while len(table := pa.ipc.open_stream(self._fetch_tail(after)).read_all()):
                tables.append(table)
                after = table.column("seq")[-1].as_py()
        return index, pa.concat_tables(tables)


class _Sealed:
    """A Source of segments and a tail as they were at one moment."""

    def __init__(
        self, directory: Path, connection: duckdb.DuckDBPyConnection, seen: tuple[Index, pa.Table]
    ) -> None:
        self._directory, self._connection = directory, connection
        self._index, self._tail = seen
        self._sealed_to = self._index.sealed_to
        connection.register("tail", self._tail)

    def span(self, wanted: Filter) -> tuple[int, int] | None:
        segments = [s for s in self._index.segments if s.overlaps(wanted.since, wanted.until)]
        firsts = [segment.first_seq for segment in segments]
        lasts = [segment.last_seq for segment in segments]
        if len(self._tail):
            firsts.append(self._sealed_to + 1)
            lasts.append(self._tail.column("seq")[-1].as_py())
        return (min(firsts), max(lasts)) if firsts else None

    def window(
        self, first: int, last: int, wanted: Filter, order: Order, limit: int | None = None
    ) -> pa.Table:
        for attempt in range(_ATTEMPTS):
            paths = segment_paths(self._directory, self._index.segments, first, last, wanted)
            try:
                return query_window(self._connection, paths, "tail", (first, last), wanted, order, limit)
            except duckdb.IOException:
                if attempt == _ATTEMPTS - 1 or all(Path(path).exists() for path in paths):
                    raise
                self._index = read_index(self._directory)
        raise AssertionError


def query_window(
    connection: duckdb.DuckDBPyConnection,
    paths: list[str],
    table: str,
    window: tuple[int, int],
    wanted: Filter,
    order: Order,
    limit: int | None,
) -> pa.Table:
    """What matches among `paths` and the rows of `table`, within a window of sequence numbers."""
    condition, values = wanted.condition()
    values |= {"first": window[0], "last": window[1]}
    where = f"seq BETWEEN $first AND $last AND {condition}"
    parts = [f"SELECT * FROM {table} WHERE {where}"]  # noqa: S608 - values are bound by name
    if paths:
        parts.append(f"SELECT * FROM read_parquet({listed(paths)}) WHERE {where}")  # noqa: S608
    query = f"{' UNION ALL '.join(parts)} ORDER BY seq {order}"
    if limit is not None:
        query += f" LIMIT {int(limit)}"
    return pa.Table.from_batches(record_batches(connection, query, values), SEGMENT_SCHEMA)
