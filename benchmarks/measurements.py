"""Append rate, replay feed and page queries of the measurement store, beside SQLite and a plain Parquet scan.

    python -m benchmarks.measurements [--rows 50000000] [--peer-rows 1500000]

Makes a watch of 936 series (6 platforms, 4 surfaces, 3 vantages, 13 names, a round a minute) in a temporary
directory through the store's own appending and sealing, a day at a time, and deletes it afterwards.
"""

import argparse
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from siaga.domain.time import SimulatedClock
from siaga.measurements import rollups
from siaga.measurements import store as store_module
from siaga.measurements.columns import open_columns
from siaga.measurements.export import write_json_lines, write_parquet
from siaga.measurements.reading import MeasurementFilter
from siaga.measurements.schema import MOMENT, SCHEMA, WORD, to_measurements
from siaga.measurements.store import Store

START = datetime(2024, 1, 1, tzinfo=UTC)
PLATFORMS = ("x", "bluesky", "mastodon", "youtube", "nostr", "threads")
SURFACES = ("search-latest", "search-top", "people", "suggest")
VANTAGES = ("jakarta", "medan", "makassar")
SUBJECTS = ("mahfud", *(f"control-{number}" for number in range(1, 13)))
SERIES = len(PLATFORMS) * len(SURFACES) * len(VANTAGES) * len(SUBJECTS)
A_DAY = SERIES * 1440
ANSWERS = ("results", "empty", "error", "limited")
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)


class Took(NamedTuple):
    """How long something took, in seconds."""

    wall: float
    cpu: float


def clocked(work: Callable[[], object]) -> Took:
    """How long `work` takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - wall, time.process_time() - cpu)


def watch(start: datetime, rows: int, seed: int) -> pa.RecordBatch:
    """`rows` measurements from `start` on, in the order of asking: facts as varied as real ones."""
    rng = np.random.default_rng(seed)
    row = np.arange(rows)
    series = row % SERIES
    stream, subject = series // len(SUBJECTS), series % len(SUBJECTS)
    at_us = int(start.timestamp()) * 1_000_000 + row * (60_000_000 // SERIES)
    found = rng.random(rows) > 0.02
    milliseconds = at_us // 1000
    columns: dict[str, pa.Array] = {
        "id": uuids(milliseconds, rng),
        "round": uuids(np.repeat(milliseconds[:: len(SUBJECTS)], len(SUBJECTS))[:rows], None),
        "position": pa.array(subject, pa.int32()),
        "at": pa.array(at_us, pa.int64()).cast(MOMENT),
        "election": words(np.zeros(rows, int), ["indonesia-2024"]),
        "platform": words(stream // (len(SURFACES) * len(VANTAGES)), PLATFORMS),
        "surface": words(stream // len(VANTAGES) % len(SURFACES), SURFACES),
        "vantage": words(stream % len(VANTAGES), VANTAGES),
        "session": words(np.zeros(rows, int), ["public"]),
        "subject": words(subject, SUBJECTS),
        "role": words((subject > 0).astype(int), ["target", "control"]),
        "name": words(subject, [text.replace("-", " ") for text in SUBJECTS]),
        "answer": words(
            np.where(found, 0, rng.integers(1, 4, rows)), ["results", "empty", "error", "limited"]
        ),
        "failure": pa.nulls(rows, pa.string()).dictionary_encode(),
        "status": pa.array(np.full(rows, 200), pa.int32()),
        "final_url": pa.array(["https://api.example/search"]).take(pa.array(np.zeros(rows, int))),
        "count": pa.array(np.where(found, 20, 0), pa.int64()),
        "matching": pa.array(np.where(found, rng.integers(10, 21, rows), 0), pa.int64()),
        "newest_age_s": pa.array(np.round(rng.exponential(90, rows), 1), mask=~found),
        "ordered": pa.array(np.ones(rows, bool), mask=~found),
        "dns_ms": pa.nulls(rows, pa.float64()),
        "connect_ms": pa.nulls(rows, pa.float64()),
        "tls_ms": pa.nulls(rows, pa.float64()),
        "first_byte_ms": pa.array(np.round(rng.gamma(4, 20, rows), 2)),
        "total_ms": pa.array(np.round(rng.gamma(4, 25, rows), 2)),
        "bytes": pa.array(rng.integers(2_000, 90_000, rows)),
        "body_sha256": digests(rows, rng),
        "reader": words(stream // (len(SURFACES) * len(VANTAGES)), [f"{name}@1" for name in PLATFORMS]),
        "agent": words(np.zeros(rows, int), ["siaga/0.1.0"]),
    }
    return pa.RecordBatch.from_arrays([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def later(batch: pa.RecordBatch, by: timedelta) -> pa.RecordBatch:
    """The same measurements some time later, with ids of that time."""
    moved = {"at": pc.add(batch.column("at"), pa.scalar(by, pa.duration("us")))}
    for name in ("id", "round"):
        storage = batch.column(name).storage
        raw = np.frombuffer(storage.buffers()[1], np.uint8).reshape(-1, 16)[: len(batch)].copy()
        head = np.zeros((len(batch), 8), np.uint8)
        head[:, 2:] = raw[:, :6]
        milliseconds = head.view(">u8")[:, 0] + by // timedelta(milliseconds=1)
        raw[:, :6] = milliseconds.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 2:]
        moved[name] = binary(raw)
    columns = [moved[name] if name in moved else batch.column(name) for name in SCHEMA.names]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def binary(raw: np.ndarray) -> pa.Array:
    """Rows of 16 bytes as UUIDs."""
    return pa.Array.from_buffers(pa.binary(16), len(raw), [None, pa.py_buffer(raw.tobytes())]).cast(pa.uuid())


def words(codes: np.ndarray, known: list[str] | tuple[str, ...]) -> pa.Array:
    """Codes as dictionary-encoded words."""
    array = pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(list(known)))
    return array.cast(WORD)


def uuids(milliseconds: np.ndarray, rng: np.random.Generator | None) -> pa.Array:
    """UUIDv7 of these moments; without `rng` the same for the same moment."""
    rows = len(milliseconds)
    raw = np.empty((rows, 16), np.uint8)
    raw[:, 6:] = rng.integers(0, 256, (rows, 10), np.uint8) if rng is not None else 7
    raw[:, :6] = milliseconds.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 2:]
    raw[:, 6] = 0x70 | raw[:, 6] & 0x0F
    raw[:, 8] = 0x80 | raw[:, 8] & 0x3F
    return binary(raw)


def digests(rows: int, rng: np.random.Generator) -> pa.Array:
    """SHA-256 texts, random."""
    text = _HEX[rng.integers(0, 16, rows * 64, np.uint8)].tobytes()
    offsets = np.arange(rows + 1, dtype=np.int32) * 64
    return pa.Array.from_buffers(pa.string(), rows, [None, pa.py_buffer(offsets), pa.py_buffer(text)])


def append_rate(directory: Path) -> None:
    """Durable commits of 500 records, beside SQLite."""
    measured = list(to_measurements(watch(START, 100_000, seed=1)))
    durations: list[Took] = []
    with Store.open(directory / "append", SimulatedClock(START)) as store:
        for start in range(0, len(measured), 500):
            durations.append(clocked(partial(store.append, measured[start : start + 500])))
    report("durable commits of 500 records, Siaga's store", durations)
    rate = len(measured) / sum(one.wall for one in durations)
    each = sum(one.cpu for one in durations) / len(measured) * 1e6
    print(f"    {rate:,.0f} records/s, {each:.1f} us of CPU each")

    peer = sqlite3.connect(directory / "append.sqlite")
    peer.executescript(SQLITE_TABLE)

    def commit(some: list[tuple[object, ...]]) -> None:
        with peer:
            peer.executemany(SQLITE_INSERT, some)

    durations = []
    rows = list(sqlite_rows(watch(START, 100_000, seed=1)))
    for start in range(0, len(rows), 500):
        durations.append(clocked(partial(commit, rows[start : start + 500])))
    peer.close()
    report("the same, SQLite (WAL, synchronous=FULL), rows ready as tuples", durations)


def feed_rate(directory: Path) -> None:
    """Reading a recording as columns, one core."""
    batch = watch(START, 500_000, seed=2)
    parquet, lines = directory / "feed.parquet", directory / "feed.jsonl"
    write_parquet(parquet, [batch])
    began = time.perf_counter()
    write_json_lines(lines, [batch.slice(0, 200_000)])
    print(f"JSON Lines out: {200_000 / (time.perf_counter() - began):,.0f} records/s")
    needed = (
        *("round", "position", "at", "platform", "surface", "vantage", "session"),
        *("subject", "role", "name", "answer", "count", "matching", "newest_age_s", "ordered"),
    )
    for path in (parquet, lines):
        for columns in (None, needed):
            began = time.process_time()
            rows = sum(len(found) for found in open_columns([path], columns=columns))
            took = time.process_time() - began
            which = "all columns" if columns is None else f"{len(columns)} columns"
            print(f"replay feed, {path.suffix}, {which}: {rows / took:,.0f} records a second of CPU")


def fill(directory: Path, rows: int) -> Store:
    """A store of `rows` measurements, sealed a day at a time."""
    clock = SimulatedClock(START)
    store = Store.open(directory, clock)
    began = time.perf_counter()
    done = 0
    a_day = watch(START, min(A_DAY, rows), seed=1)
    while done < rows:
        store.append_batch(later(a_day.slice(0, rows - done), clock.now() - START))
        clock.advance(timedelta(days=1))
        store.seal()
        done += min(A_DAY, rows - done)
    took = time.perf_counter() - began
    size = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
    print(f"{done:,} records appended and sealed in {took:.0f} s, {size / done:.1f} bytes a record")
    return store


Query = Callable[[], object]


def page_queries(store: Store, days: int, seed: int) -> Iterator[tuple[str, Query]]:
    """What pages ask, of any day in the store: 30 of each kind."""
    rng = random.Random(seed)
    until = START + timedelta(days=days)
    for _ in range(30):
        platform, subject = rng.choice(PLATFORMS), rng.choice(SUBJECTS)
        end = START + timedelta(seconds=rng.uniform(min(7, days) * 86400, days * 86400))

        line = partial(timeline, store, platform, subject)
        yield "timeline of 2 hours", line(end - timedelta(hours=2), end)
        yield "timeline of 6 hours", line(end - timedelta(hours=6), end)
        yield "timeline of 24 hours", line(end - timedelta(hours=24), end)
        yield "timeline of 7 days", line(end - timedelta(days=7), end)
        yield "timeline of all", line(START, until)
        yield "matrix of 24 hours", partial(rollups.matrix, store, until - timedelta(hours=24))
        yield "matrix of 7 days", partial(rollups.matrix, store, until - timedelta(days=7))
        yield "latest of one subject", partial(rollups.latest, store, platform, subject, START)
        yield "counts of all", partial(rollups.counts, store, START, until)
        evidence = MeasurementFilter(platform, SURFACES[0], VANTAGES[0], subject, until=end)
        yield "newest 100 of a series before a moment", partial(newest, store, evidence)


def timeline(store: Store, platform: str, subject: str, since: datetime, until: datetime) -> Query:
    """The chart of a subject, as the page asks for it."""
    return partial(rollups.timeline, store, platform, subject, since, until)


def newest(store: Store, wanted: MeasurementFilter) -> object:
    """The evidence under a chart."""
    return list(store.measurements(wanted, 100))


def time_queries(queries: Iterator[tuple[str, Query]]) -> None:
    """Each kind's times, then all together."""
    kinds: dict[str, list[Took]] = {}
    for kind, query in queries:
        kinds.setdefault(kind, []).append(clocked(query))
    for kind, durations in kinds.items():
        report(kind, durations)
    report("ALL PAGE QUERIES", [duration for durations in kinds.values() for duration in durations])


SQLITE_TABLE = """
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE m (id BLOB PRIMARY KEY, round BLOB, at INTEGER, platform TEXT, surface TEXT, vantage TEXT,
        subject TEXT, role TEXT, name TEXT, answer TEXT, matching INTEGER, total_ms REAL, sha256 TEXT)
        WITHOUT ROWID;
    CREATE INDEX by_platform ON m (platform, at);
"""
SQLITE_INSERT = f"INSERT INTO m VALUES ({','.join('?' * 13)})"
TIMELINE_SQL = """
    SELECT at / 3600000000, subject = :subject, answer, count(*),
        sum(matching = 0), sum(matching), sum(total_ms)
    FROM m WHERE platform = :platform AND at >= :since AND at < :until
    AND (role = 'control' OR subject = :subject) GROUP BY 1, 2, 3
"""


def sqlite_rows(batch: pa.RecordBatch) -> Iterator[tuple[object, ...]]:
    """The columns that the peer's table has."""
    names = ("platform", "surface", "vantage", "subject", "role", "name", "answer")
    return zip(
        batch.column("id").storage.to_pylist(),
        batch.column("round").storage.to_pylist(),
        batch.column("at").cast(pa.int64()).to_pylist(),
        *(batch.column(name).to_pylist() for name in names),
        batch.column("matching").to_pylist(),
        batch.column("total_ms").to_pylist(),
        batch.column("body_sha256").to_pylist(),
        strict=True,
    )


def peers(directory: Path, rows: int) -> None:
    """The same week's timeline by hour: the store, SQLite, and a scan of the same Parquet files by Arrow."""
    store = fill(directory / "small", rows)
    days = -(-rows // A_DAY)
    end = START + timedelta(days=days)
    asked = [(platform, "mahfud") for platform in PLATFORMS] * 3
    since = max(START, end - timedelta(days=7))

    peer = sqlite3.connect(directory / "peer.sqlite")
    peer.executescript(SQLITE_TABLE)
    began = time.perf_counter()
    for day in range(0, rows, A_DAY):
        part = watch(START + timedelta(days=day // A_DAY), min(A_DAY, rows - day), seed=day)
        with peer:
            peer.executemany(SQLITE_INSERT, sqlite_rows(part))
    print(f"SQLite filled in {time.perf_counter() - began:.0f} s")
    span = {"since": int(since.timestamp() * 1e6), "until": int(end.timestamp() * 1e6)}

    def by_sqlite(platform: str, subject: str) -> object:
        return peer.execute(TIMELINE_SQL, {"platform": platform, "subject": subject} | span).fetchall()

    def by_scan(platform: str, subject: str) -> object:
        wanted = (
            (ds.field("platform") == platform)
            & ((ds.field("role") == "control") | (ds.field("subject") == subject))
            & (ds.field("at") >= since)
            & (ds.field("at") < end)
        )
        files = ds.dataset(sorted(str(path) for path in (directory / "small/segments").glob("*.parquet")))
        table = files.to_table(columns=["at", "subject", "answer", "matching", "total_ms"], filter=wanted)
        for name in ("subject", "answer"):
            text = table.column(name).cast(pa.string())
            table = table.set_column(table.schema.get_field_index(name), name, text)
        hour = pc.floor_temporal(table.column("at"), unit="hour")
        sums = [("matching", "sum"), ("total_ms", "sum"), ([], "count_all")]
        return table.append_column("hour", hour).group_by(["hour", "subject", "answer"]).aggregate(sums)

    ways: list[tuple[str, Callable[[str, str], object]]] = [
        ("Siaga's store", lambda p, s: rollups.timeline(store, p, s, since, end, buckets=200)),
        ("SQLite with an index on platform and time", by_sqlite),
        ("Arrow's scan of the segments", by_scan),
    ]
    for name, way in ways:
        durations: list[Took] = []
        for platform, subject in asked:
            durations.append(clocked(partial(way, platform, subject)))
        report(f"timeline by hour over {rows:,} records, {name}", durations)
    peer.close()
    store.close()


def report(what: str, durations: list[Took]) -> None:
    """Print the median and the 95th percentile."""
    wall, cpu = (
        np.percentile([getattr(one, kind) for one in durations], [50, 95]) * 1000 for kind in Took._fields
    )
    print(
        f"{what}: p50 {wall[0]:.1f} ms, p95 {wall[1]:.1f} ms"
        f" (of CPU {cpu[0]:.1f} and {cpu[1]:.1f}; {len(durations)} times)",
        flush=True,
    )


def main() -> None:
    """Measure everything and print it."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--rows", type=int, default=50_000_000)
    options.add_argument("--peer-rows", type=int, default=1_500_000)
    chosen = options.parse_args()
    store_module.MOST_LIVE = 10 * A_DAY
    with tempfile.TemporaryDirectory(prefix="siaga-benchmark-") as place:
        directory = Path(place)
        append_rate(directory)
        feed_rate(directory)
        peers(directory, chosen.peer_rows)
        with fill(directory / "large", chosen.rows) as store:
            store.append_batch(
                watch(START + timedelta(days=chosen.rows // A_DAY + 1), SERIES * 60, seed=-1 % 2**32)
            )
            time_queries(page_queries(store, max(chosen.rows // A_DAY, 1), seed=3))
            print(f"resident memory at the end: {psutil.Process().memory_info().rss >> 20} MB")


if __name__ == "__main__":
    main()
