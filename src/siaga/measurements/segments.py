"""Sealed segments: Parquet files that never change, and the index that lists them.

A segment holds the measurements of a range of sequence numbers, in that order, zstd-compressed; its footer
says schema version and range. `index.json` names each one with its range, times and SHA-256, so that other
processes can read without asking the owner. A file that the index does not list is not there for readers.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from siaga.domain.damage import Damage
from siaga.domain.errors import Damaged
from siaga.domain.time import parse_rfc3339, rfc3339
from siaga.measurements.files import UNFINISHED, whole_file
from siaga.measurements.schema import SCHEMA, VERSION, WORD

SEGMENT_SCHEMA = pa.schema([pa.field("seq", pa.int64(), nullable=False), *SCHEMA], metadata=SCHEMA.metadata)
"""A segment's columns: the record's, after the growing number that the store gave it."""
ROW_GROUP = 1 << 15
_DICTIONARIES = [
    *("round", "position", "status", "final_url", "count", "matching", "ordered"),
    *(field.name for field in SCHEMA if field.type == WORD),
]
"""Columns with few values: small, and quick to decode."""
_RISING = dict.fromkeys(("seq", "at"), "DELTA_BINARY_PACKED")


@dataclass(frozen=True, slots=True)
class Segment:
    """One sealed file. Times are RFC 3339 texts, ids hexadecimal: as the index holds them."""

    file: str
    first_seq: int
    last_seq: int
    rows: int
    least_at: str
    greatest_at: str
    least_id: str
    greatest_id: str
    sealed_at: str
    bytes: int
    sha256: str

    def overlaps(self, since: datetime | None, until: datetime | None) -> bool:
        """Whether it may hold measurements from `since` on and before `until`."""
        return not (
            (since is not None and parse_rfc3339(self.greatest_at) < since)
            or (until is not None and parse_rfc3339(self.least_at) >= until)
        )


class SegmentLog(Protocol):
    """Is told of sealed files before the index says the same."""

    def sealed(self, segment: Segment) -> None:
        """A file is whole on the disk, in the place of those whose measurements it holds."""
        ...

    def dropped(self, files: Iterable[str]) -> None:
        """Files, by their names, are older than what is kept."""
        ...


@dataclass(frozen=True, slots=True)
class SegmentIndex:
    """All segments, in order of their sequence numbers."""

    segments: tuple[Segment, ...] = ()
    sealed_to: int = 0
    """The greatest sequence number ever sealed, also of segments since dropped."""

    def with_segment(self, new: Segment) -> "SegmentIndex":
        """The index with `new` in the place of the segments that it covers."""
        kept = [s for s in self.segments if not new.first_seq <= s.first_seq <= s.last_seq <= new.last_seq]
        ordered = sorted([*kept, new], key=lambda segment: segment.first_seq)
        return SegmentIndex(tuple(ordered), max(self.sealed_to, new.last_seq))

    def without(self, dropped: Iterable[Segment]) -> "SegmentIndex":
        """The index less some segments."""
        gone = set(dropped)
        return SegmentIndex(tuple(s for s in self.segments if s not in gone), self.sealed_to)

    def covers(self, first_seq: int, last_seq: int) -> bool:
        """Whether the listed segments hold this range."""
        return any(s.first_seq <= first_seq for s in self.segments) and any(
            s.last_seq >= last_seq for s in self.segments
        )


def read_index(directory: Path) -> SegmentIndex:
    """The index in `directory`; empty where there is none yet.

    Raises:
        Damaged: the file is no such index.
    """
    path = directory / "index.json"
    if not path.exists():
        return SegmentIndex()
    try:
        content = orjson.loads(path.read_bytes())
        return SegmentIndex(
            tuple(Segment(**segment) for segment in content["segments"]), content["sealed_to"]
        )
    except (ValueError, KeyError, TypeError):
        raise Damaged(Damage.INDEX.at(path)) from None


def write_index(directory: Path, index: SegmentIndex) -> None:
    """Replace `index.json` as a whole."""
    content = {
        "schema": VERSION,
        "sealed_to": index.sealed_to,
        "segments": [asdict(segment) for segment in index.segments],
    }
    with whole_file(directory / "index.json") as path:
        path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def write_segment(
    directory: Path, first_seq: int, last_seq: int, batches: Iterable[pa.RecordBatch], sealed_at: datetime
) -> Segment:
    """Write batches in SEGMENT_SCHEMA, in order, to a file: durable when it returns, but not yet listed."""
    path = directory / f"{first_seq:012d}-{last_seq:012d}.parquet"
    sealed = rfc3339(sealed_at)
    facts = {"first_seq": str(first_seq), "last_seq": str(last_seq), "sealed_at": sealed}
    with (
        whole_file(path) as unfinished,
        pq.ParquetWriter(
            unfinished,
            SEGMENT_SCHEMA.with_metadata(SEGMENT_SCHEMA.metadata | facts),
            compression="zstd",
            write_page_checksum=True,
            use_dictionary=_DICTIONARIES,
            column_encoding=_RISING,
            sorting_columns=[pq.SortingColumn(0)],
        ) as writer,
    ):
        for table in _row_groups(batches):
            writer.write_table(table)
    described = describe(path)
    pa.default_memory_pool().release_unused()  # about 30 MB that Arrow would keep until the next hour
    return described


def _row_groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        waiting.append(batch)
        rows += len(batch)
        if rows >= ROW_GROUP:
            yield joined(waiting)
            waiting, rows = [], 0
    if waiting:
        yield joined(waiting)


def joined(batches: list[pa.RecordBatch]) -> pa.Table:
    """Batches as one table whose columns have one dictionary each, as Parquet needs it."""
    return pa.Table.from_batches(batches).unify_dictionaries()


def describe(path: Path) -> Segment:
    """What the index says of a segment's file, read from the file itself.

    Raises:
        Damaged: the file is no segment.
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as source:
            facts = source.schema_arrow.metadata or {}
            seqs = int(facts[b"first_seq"]), int(facts[b"last_seq"])
            ranges = [_ranges(batch.select(["id", "at"])) for batch in source.iter_batches()]
            least_at, greatest_at = min(r[0] for r in ranges), max(r[1] for r in ranges)
            least_id, greatest_id = min(r[2] for r in ranges), max(r[3] for r in ranges)
            rows = source.metadata.num_rows
    except (pa.ArrowException, OSError, KeyError, ValueError, TypeError):
        raise Damaged(Damage.SEGMENT_DAMAGED.at(path)) from None
    with path.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256").hexdigest()
    return Segment(
        file=path.name,
        first_seq=seqs[0],
        last_seq=seqs[1],
        rows=rows,
        least_at=rfc3339(least_at),
        greatest_at=rfc3339(greatest_at),
        least_id=least_id.hex(),
        greatest_id=greatest_id.hex(),
        sealed_at=facts[b"sealed_at"].decode(),
        bytes=path.stat().st_size,
        sha256=digest,
    )


def _ranges(batch: pa.RecordBatch) -> tuple[datetime, datetime, bytes, bytes]:
    at = pc.min_max(batch.column("at"))
    ids = batch.column("id").storage.cast(pa.binary())
    id_range = pc.min_max(ids)
    return at["min"].as_py(), at["max"].as_py(), id_range["min"].as_py(), id_range["max"].as_py()


def seqs_between(
    directory: Path, segment: Segment, since: datetime | None, until: datetime | None
) -> tuple[int, int] | None:
    """The sequence numbers that a segment's measurements of a time may have, by its footer alone."""
    if (since is None or since <= parse_rfc3339(segment.least_at)) and (
        until is None or until > parse_rfc3339(segment.greatest_at)
    ):
        return segment.first_seq, segment.last_seq
    firsts, lasts = [], []
    metadata = pq.read_metadata(directory / segment.file)
    place = SEGMENT_SCHEMA.get_field_index("at")
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        at, seq = group.column(place).statistics, group.column(0).statistics
        if (since is None or at.max >= since) and (until is None or at.min < until):
            firsts.append(seq.min)
            lasts.append(seq.max)
    return (firsts[0], lasts[-1]) if firsts else None


def read_segment(path: Path, rows: int = ROW_GROUP) -> Iterator[pa.RecordBatch]:
    """A segment's batches in SEGMENT_SCHEMA."""
    words = [field.name for field in SCHEMA if field.type == WORD]
    with pq.ParquetFile(path, read_dictionary=words, page_checksum_verification=True) as source:
        for batch in source.iter_batches(batch_size=rows, use_threads=False):
            yield batch.cast(SEGMENT_SCHEMA)


def known_ids(directory: Path, index: SegmentIndex, ids: pa.Array) -> pa.Array:
    """Which of these ids (as 16 bytes) sealed segments hold already."""
    found = [ids.slice(0, 0)]
    for segment in index.segments:
        least, greatest = bytes.fromhex(segment.least_id), bytes.fromhex(segment.greatest_id)
        here = _between(ids, least, greatest)
        if len(here):
            found.append(_ids_in(directory / segment.file, here))
    return pa.concat_arrays(found)


def _between(ids: pa.Array, least: bytes, greatest: bytes) -> pa.Array:
    texts = ids.cast(pa.binary())
    return ids.filter(pc.and_(pc.greater_equal(texts, least), pc.less_equal(texts, greatest)))


def _ids_in(path: Path, ids: pa.Array) -> pa.Array:
    found = [ids.slice(0, 0)]
    with pq.ParquetFile(path) as source:
        place = source.schema_arrow.names.index("id")
        for group in range(source.num_row_groups):
            held = source.metadata.row_group(group).column(place).statistics
            if held is not None and held.has_min_max and not len(_between(ids, held.min, held.max)):
                continue
            stored = source.read_row_group(group, columns=["id"]).column(0).combine_chunks().storage
            found.append(ids.filter(pc.is_in(ids, stored)))
    return pa.concat_arrays(found)


def reconcile(directory: Path) -> SegmentIndex:
    """The index after whatever instant the last owner was killed at; leftovers are cleared away.

    A complete segment that the index does not list was sealed just before the end: it is taken in. One whose
    range is listed already was merged, or was about to be: it is deleted.

    Raises:
        Damaged: a listed segment is missing, or a file is no segment.
    """
    for leftover in directory.glob(f"*{UNFINISHED}"):
        leftover.unlink()
    index = before = read_index(directory)
    for segment in index.segments:
        if not (directory / segment.file).is_file():
            raise Damaged(Damage.SEGMENT_GONE.at(directory / segment.file))
    listed = {segment.file for segment in index.segments}
    unlisted = [describe(path) for path in sorted(directory.glob("*.parquet")) if path.name not in listed]
    for found in sorted(unlisted, key=lambda segment: segment.first_seq - segment.last_seq):
        if index.covers(found.first_seq, found.last_seq):
            (directory / found.file).unlink()
        else:
            index = index.with_segment(found)
    if index != before:
        write_index(directory, index)
    return index
