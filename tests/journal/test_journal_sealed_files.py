"""The journal names each sealed file before the index does: merged and dropped ones, and after kills."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.recorded_watch import DAYS, measured, planned

from siaga.domain.time import SimulatedClock
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.journal.sealed_files import NOT_THERE, SealedFilesLog, sealed_files
from siaga.measurements.segments import Segment
from siaga.measurements.store import Store

START = datetime(2024, 1, 25, 0, 30, tzinfo=UTC)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(START)


@pytest.fixture
def journal(tmp_path: Path, clock: SimulatedClock) -> Journal:
    return Journal.open(f"sqlite:///{tmp_path / 'journal.sqlite'}", clock)


def kept(store: Store) -> dict[str, str]:
    return {segment.file: segment.sha256 for segment in store.segments}


def named(journal: Journal) -> dict[str, str]:
    return {sealed.file: sealed.sha256 for sealed in sealed_files(journal).current.values()}


def test_what_is_sealed_merged_and_dropped_is_named_as_it_is(
    tmp_path: Path, journal: Journal, clock: SimulatedClock
) -> None:
    log = SealedFilesLog(journal)
    with Store.open(tmp_path / "store", clock, timedelta(days=40), log) as store:
        for number in range(3):
            store.append(measured(planned(DAYS[0], number)))
            store.seal()
            assert named(journal) == kept(store)
        assert len(kept(store)) == 3
        clock.advance(timedelta(days=1))
        store.maintain()
        assert named(journal) == kept(store)
        assert len(kept(store)) == 1
        clock.advance(timedelta(days=41))
        store.maintain()
        assert named(journal) == kept(store) == {}
    (dropped,) = journal.read(kinds={Kind.SEGMENTS_DROPPED})
    assert dropped.why == "It is older than what the room keeps."


def test_the_journal_names_a_file_before_the_index_lists_it(
    tmp_path: Path, journal: Journal, clock: SimulatedClock
) -> None:
    class Killed(SealedFilesLog):
        def sealed(self, segment: Segment) -> None:
            super().sealed(segment)
            raise KeyboardInterrupt

    with Store.open(tmp_path / "store", clock, log=SealedFilesLog(journal)) as store:
        for number in range(2):
            store.append(measured(planned(DAYS[0], number)))
            store.seal()
    sources = named(journal)
    clock.advance(timedelta(days=1))
    with (
        pytest.raises(KeyboardInterrupt),
        Store.open(tmp_path / "store", clock, log=Killed(journal)) as store,
    ):
        store.merge()
    (merged,) = sealed_files(journal).current.values()
    assert {source.file for source in sealed_files(journal).sources(merged)} == sources.keys()
    log = SealedFilesLog(journal)
    with Store.open(tmp_path / "store", clock, log=log) as store:
        log.take_up(store.segments)
        assert named(journal) == kept(store) == sources
        store.merge()
        assert named(journal) == kept(store)


def test_a_start_names_what_is_there_once_and_writes_down_what_is_gone(
    tmp_path: Path, journal: Journal, clock: SimulatedClock
) -> None:
    with Store.open(tmp_path / "store", clock) as store:
        for number in range(2):
            store.append(measured(planned(DAYS[0], number)))
            store.seal()
        segments = store.segments
    for _ in range(2):
        SealedFilesLog(journal).take_up(segments)
    assert len(journal.read(kinds={Kind.SEGMENT_SEALED})) == 2
    SealedFilesLog(journal).take_up(segments[:1])
    (gone,) = journal.read(kinds={Kind.SEGMENTS_DROPPED})
    assert (gone.what["files"], gone.why) == ([segments[1].file], NOT_THERE)
