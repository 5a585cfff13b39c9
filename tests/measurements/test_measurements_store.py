"""The store: durable when it says so, in order, each once; sealed, merged, dropped; read by anybody."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measurements.measurement_samples import START, measurements, plain_round, planned

from siaga.domain.errors import BadInput, Damaged
from siaga.domain.records import Measurement
from siaga.domain.time import SimulatedClock
from siaga.measurements import reading, segments
from siaga.measurements import store as store_module
from siaga.measurements.columns import open_columns
from siaga.measurements.reading import EVERYTHING, MeasurementFilter, SegmentReader
from siaga.measurements.schema import to_batch, to_measurements
from siaga.measurements.segments import SEGMENT_SCHEMA, SegmentIndex, read_index, write_index
from siaga.measurements.store import Store

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(START)


@pytest.fixture
def store(tmp_path: Path, clock: SimulatedClock) -> Iterator[Store]:
    with Store.open(tmp_path, clock) as opened:
        yield opened


def write_and_end(directory: Path, index: SegmentIndex) -> None:
    write_index(directory, index)
    raise Killed


def newest(
    store: Store | SegmentReader, wanted: MeasurementFilter = EVERYTHING, limit: int | None = None
) -> list[Measurement]:
    return list(store.measurements(wanted, limit))


def files(directory: Path) -> list[str]:
    return sorted(path.name for path in (directory / "segments").iterdir())


@settings(max_examples=20, deadline=None)
@given(st.lists(measurements, max_size=4, unique_by=lambda measured: measured.id))
def test_what_is_stored_comes_back_as_it_was_live_and_sealed(
    tmp_path_factory: pytest.TempPathFactory, measured: list[Measurement]
) -> None:
    directory = tmp_path_factory.mktemp("store")
    with Store.open(directory, SimulatedClock(START)) as store:
        assert store.append(measured) == len(measured)
        assert newest(store) == measured[::-1]
        store.seal()
        assert newest(store) == measured[::-1]
    if measured:
        assert [one for batch in open_columns([directory]) for one in to_measurements(batch)] == measured


def test_the_newest_come_first_and_a_limit_holds(store: Store) -> None:
    rounds = [plain_round(number) for number in range(3)]
    for measured in rounds:
        store.append(measured)
        store.seal()
    store.append(plain_round(3))
    everything = [one for measured in [*rounds, plain_round(3)] for one in measured]
    assert newest(store) == everything[::-1]
    assert newest(store, limit=15) == everything[::-1][:15]
    assert newest(store, limit=0) == []


def test_a_filter_chooses_by_place_subject_and_time(store: Store) -> None:
    here, there = plain_round(0), plain_round(0, platform="bluesky", surface="people", vantage="medan")
    later = plain_round(30)
    store.append(here)
    store.seal()
    store.append(there + later)
    for name in ("platform", "surface", "vantage"):
        wanted = MeasurementFilter(**{name: getattr(there[0], name)})
        assert newest(store, wanted) == there[::-1]
    assert {one.subject for one in newest(store, MeasurementFilter(subject="mahfud"))} == {"mahfud"}
    assert len(newest(store, MeasurementFilter(subject="mahfud"))) == 3
    half = START + timedelta(minutes=30)
    assert newest(store, MeasurementFilter(since=half)) == later[::-1]
    assert newest(store, MeasurementFilter(until=half)) == (here + there)[::-1]
    assert newest(store, MeasurementFilter(since=half, until=half)) == []


@settings(max_examples=8, deadline=None)
@given(
    cuts=st.lists(st.integers(1, 40), max_size=4),
    sizes=st.tuples(st.integers(8, 20), st.integers(20, 60), st.integers(1, 9), st.integers(5, 30)),
    subject=st.none() | st.sampled_from(["mahfud", "control-1"]),
    minutes=st.tuples(st.integers(0, 12), st.integers(0, 12)),
    limit=st.none() | st.integers(0, 50),
)
def test_however_reading_is_cut_into_windows_it_finds_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    cuts: list[int],
    sizes: tuple[int, int, int, int],
    subject: str | None,
    minutes: tuple[int, int],
    limit: int | None,
) -> None:
    measured = [one for number in range(10) for one in plain_round(number, names=5)]
    since, until = (START + timedelta(minutes=minute) for minute in minutes)
    wanted = MeasurementFilter(subject=subject, since=since, until=until)
    expected = [one for one in measured if subject in (None, one.subject) and since <= one.at < until]
    directory = tmp_path_factory.mktemp("store")
    with pytest.MonkeyPatch.context() as patch, Store.open(directory, SimulatedClock(START)) as store:
        for name, size in zip(("_NARROW", "_WIDE", "_FEW", "_MOST"), sizes, strict=True):
            patch.setattr(reading, name, size)
        for module in (segments, store_module):
            patch.setattr(module, "ROW_GROUP", sizes[0])
        rest = measured
        for cut in cuts:
            store.append(rest[:cut])
            store.seal()
            rest = rest[cut:]
        store.append(rest)
        for source in (store, SegmentReader(directory, store.tail)):
            assert newest(source, wanted, limit) == expected[::-1][:limit]
            in_order = [one for batch in source.batches(wanted) for one in to_measurements(batch)]
            assert in_order == expected


def test_columns_are_appended_as_records_are(store: Store) -> None:
    first, second = plain_round(0), plain_round(1)
    store.append(first)
    assert store.append_batch(to_batch(first[3:] + second + second)) == 26
    assert newest(store) == (first + second)[::-1]


def test_an_id_is_stored_once_whether_live_or_sealed_or_twice_at_a_time(store: Store) -> None:
    first, second = plain_round(0), plain_round(1)
    assert store.append(first + first) == 13
    assert store.append(first) == 13
    store.seal()
    assert store.append(first[5:] + second) == 26
    assert newest(store) == (first + second)[::-1]


def test_numbers_grow_and_are_never_given_twice(tmp_path: Path, clock: SimulatedClock) -> None:
    with Store.open(tmp_path, clock, keep=HOUR) as store:
        assert store.append(plain_round(0)) == 13
        store.seal()
        clock.advance(timedelta(days=1))
        store.maintain()
        store.maintain()
        assert newest(store) == []
    with Store.open(tmp_path, clock) as store:
        assert store.last_seq == 13
        assert store.append(plain_round(1)) == 26


def test_a_round_is_kept_as_planned_and_once(store: Store) -> None:
    plan = planned(plain_round(0))
    store.append([], [plan, plan])
    store.append([], [plan, planned(plain_round(1))])
    kept = store.rounds(START, START + HOUR)
    assert [one.id for one in kept] == [plan.id, planned(plain_round(1)).id]
    assert (kept[0].at, kept[0].stream, kept[0].seed, kept[0].reason, kept[0].asked) == (
        plan.at,
        plan.stream,
        plan.seed,
        "base",
        0,
    )
    assert store.rounds(START + HOUR, START + 2 * HOUR) == []


def test_a_second_owner_is_told(tmp_path: Path, clock: SimulatedClock, store: Store) -> None:
    with pytest.raises(BadInput, match="Another watch is running in this directory"):
        Store.open(tmp_path, clock)
    store.close()
    Store.open(tmp_path, clock).close()


def test_an_hour_is_sealed_when_it_is_over(tmp_path: Path, clock: SimulatedClock, store: Store) -> None:
    store.append(plain_round(0))
    store.maintain()
    assert files(tmp_path) == []
    clock.advance(HOUR)
    store.maintain()
    assert files(tmp_path) == ["000000000001-000000000013.parquet", "index.json"]
    (segment,) = read_index(tmp_path / "segments").segments
    assert (segment.rows, segment.first_seq, segment.last_seq) == (13, 1, 13)
    assert len(segment.sha256) == 64


def test_much_is_sealed_before_the_hour_is_over(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "MOST_LIVE", 20)
    store.append(plain_round(0))
    assert files(tmp_path) == []
    store.append(plain_round(1))
    assert len(read_index(tmp_path / "segments").segments) == 1


def test_a_day_is_merged_when_it_is_over(tmp_path: Path, clock: SimulatedClock, store: Store) -> None:
    everything = []
    for hour in range(30):
        measured = plain_round(60 * hour)
        everything += measured
        store.append(measured)
        clock.advance(HOUR)
        store.maintain()
    merged = read_index(tmp_path / "segments").segments
    assert [(one.first_seq, one.last_seq) for one in merged] == [
        (1, 23 * 13),
        *((13 * hour + 1, 13 * hour + 13) for hour in range(23, 30)),
    ]
    assert newest(store) == everything[::-1]
    assert len(files(tmp_path)) == len(merged) + 1
    assert [one for batch in open_columns([tmp_path]) for one in to_measurements(batch)] == everything


def test_retention_drops_whole_segments(tmp_path: Path, clock: SimulatedClock) -> None:
    with Store.open(tmp_path, clock, keep=timedelta(hours=3)) as store:
        for hour in range(8):
            store.append(plain_round(60 * hour), [planned(plain_round(60 * hour))])
            clock.advance(HOUR)
            store.maintain()
        assert {one.at.hour for one in newest(store)} == {5, 6, 7}
        assert len(store.rounds(START, START + 10 * HOUR)) == 3


def crash_points() -> list[str]:
    return ["after the file", "after the index", "before the index of a merge", "after the index of a merge"]


class Killed(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize("point", crash_points())
def test_an_end_between_two_steps_leaves_nothing_missing_and_nothing_twice(
    tmp_path: Path, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    store = Store.open(tmp_path, clock)
    first, second = plain_round(0), plain_round(60)
    store.append(first)
    if "merge" in point:
        store.seal()
        store.append(second)
        store.seal()
        clock.advance(timedelta(days=1))
    else:
        store.append(second)
    before = newest(store)

    def end(*_: object) -> None:
        raise Killed

    if point == "after the index":
        monkeypatch.setattr(Store, "_forget_sealed", end)
    elif point == "after the index of a merge":
        monkeypatch.setattr(store_module, "write_index", write_and_end)
    else:
        monkeypatch.setattr(store_module, "write_index", end)
    with pytest.raises(Killed):
        store.merge() if "merge" in point else store.seal()
    monkeypatch.undo()
    store.close()

    with Store.open(tmp_path, clock) as again:
        assert newest(again) == before
        assert again.append(first + second) == 26
        assert len(read_index(tmp_path / "segments").segments) == 1 if point != crash_points()[2] else 2
        assert len(files(tmp_path)) == len(read_index(tmp_path / "segments").segments) + 1
        again.maintain()
        assert newest(again) == before
    assert newest(SegmentReader(tmp_path)) == before


def test_a_lost_index_is_written_anew_and_a_lost_segment_is_said(
    tmp_path: Path, clock: SimulatedClock, store: Store
) -> None:
    store.append(plain_round(0))
    store.seal()
    store.close()
    index = tmp_path / "segments" / "index.json"
    before = index.read_bytes()
    index.unlink()
    Store.open(tmp_path, clock).close()
    assert index.read_bytes() == before
    index.write_text("{")
    with pytest.raises(Damaged, match="index of sealed files is damaged"):
        Store.open(tmp_path, clock)
    with pytest.raises(Damaged, match="index of sealed files is damaged"):
        list(open_columns([tmp_path]))
    index.write_bytes(before)
    (tmp_path / "segments" / "000000000001-000000000013.parquet").unlink()
    with pytest.raises(Damaged, match="A sealed file is missing"):
        Store.open(tmp_path, clock)


def test_a_damaged_live_file_is_said(tmp_path: Path, clock: SimulatedClock) -> None:
    (tmp_path / "live.duckdb").write_bytes(b"no database" * 1000)
    with pytest.raises(Damaged, match="The live file is damaged"):
        Store.open(tmp_path, clock)


def test_another_process_reads_segments_and_asks_for_the_tail(tmp_path: Path, store: Store) -> None:
    sealed, live = plain_round(0), plain_round(1)
    store.append(sealed)
    store.seal()
    store.append(live)
    assert newest(SegmentReader(tmp_path)) == sealed[::-1]
    whole = SegmentReader(tmp_path, store.tail)
    assert newest(whole) == (sealed + live)[::-1]
    assert newest(whole, MeasurementFilter(subject="mahfud"), limit=1)[0].at >= START + timedelta(minutes=1)
    with pytest.raises(BadInput, match="no store here"):
        SegmentReader(tmp_path / "nowhere")


def test_a_tail_asked_for_before_sealing_and_given_after_misses_nothing(tmp_path: Path, store: Store) -> None:
    measured = plain_round(0) + plain_round(1)
    store.append(measured)

    def fetch(after_seq: int) -> bytes:
        store.seal()
        return store.tail(after_seq)

    assert newest(SegmentReader(tmp_path, fetch)) == measured[::-1]


def test_a_reader_that_meets_a_merge_reads_on(tmp_path: Path, clock: SimulatedClock, store: Store) -> None:
    measured = [one for number in range(3) for one in plain_round(number)]
    for start in range(0, 39, 13):
        store.append(measured[start : start + 13])
        store.seal()
    reading = SegmentReader(tmp_path, lambda after: merged_meanwhile(store, clock, after))
    assert newest(reading) == measured[::-1]


def merged_meanwhile(store: Store, clock: SimulatedClock, after: int) -> bytes:
    clock.advance(timedelta(days=1))
    store.maintain()
    store.maintain()
    return store.tail(after)


def test_a_tail_goes_on_where_it_was_left(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = [one for number in range(4) for one in plain_round(number)]
    store.append(measured[:26])
    store.seal()
    store.append(measured[26:])
    seen: list[Measurement] = []
    seq = 0
    while len(table := store.after(seq, most=20)):
        assert table.schema == SEGMENT_SCHEMA
        assert table.column("seq").to_pylist() == list(range(seq + 1, seq + 1 + len(table)))
        seen += [one for batch in table.to_batches() for one in to_measurements(batch)]
        seq += len(table)
    assert seen == measured
    assert pa.ipc.open_stream(store.tail(seq)).read_all().num_rows == 0


def test_readers_miss_nothing_while_it_is_appended_sealed_and_merged(
    store: Store, clock: SimulatedClock
) -> None:
    wrong: list[tuple[int, int]] = []
    done = threading.Event()
    begun = 0  # given to the store: it shows them once they are durable, a moment before `append` returns

    def read() -> None:
        while not done.is_set():
            least = store.last_seq
            seen = len(newest(store))
            if not least <= seen <= begun:
                wrong.append((least, seen))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(30):
        begun += 4
        store.append(plain_round(number, names=4))
        if number % 3 == 0:
            store.seal()
        if number % 10 == 9:
            clock.advance(timedelta(days=1))
            store.merge()
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert store.last_seq == 120
