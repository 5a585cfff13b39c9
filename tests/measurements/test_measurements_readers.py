"""Readers of a live store: bounded, and never in the way of what is being written."""

import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from tests.measurements.measurement_samples import START, plain_round

from siaga.domain.errors import Busy
from siaga.domain.time import SimulatedClock
from siaga.measurements import readers, store
from siaga.measurements.store import TAIL, Store


def filled(directory: Path, rounds: int) -> Store:
    opened = Store.open(directory, SimulatedClock(START + timedelta(days=30)))
    opened.append([measured for number in range(rounds) for measured in plain_round(number)])
    return opened


def test_twenty_readers_of_the_tail_fail_no_append_and_are_given_what_they_asked_for(tmp_path: Path) -> None:
    with filled(tmp_path, 3_000) as opened:
        done, outcomes = threading.Event(), Counter[str]()

        def read() -> None:
            while not done.is_set():
                try:
                    opened.tail(0)
                    outcomes["answered"] += 1
                except Busy:
                    outcomes["told to come later"] += 1
                except BaseException as error:
                    outcomes[repr(error)] += 1

        threads = [threading.Thread(target=read) for _ in range(20)]
        for thread in threads:
            thread.start()
        for number in range(10_000, 10_030):
            opened.append(plain_round(number))
        done.set()
        for thread in threads:
            thread.join()
        assert opened.last_seq == 3_030 * 13
        assert outcomes.keys() <= {"answered", "told to come later"}
        assert outcomes["answered"] >= 20


def test_an_append_that_finds_no_memory_ends_who_reads_and_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert, outcomes, reading = Store._insert, list[str](), threading.Event()

    def without_memory_while_somebody_reads(self: Store, *words: object) -> None:
        if self._readers._reading:
            raise duckdb.OutOfMemoryException("could not allocate block of size 256.0 KiB")
        insert(self, *words)  # type: ignore[arg-type]

    with filled(tmp_path, 1) as opened:

        def read_without_end() -> None:
            try:
                with opened.snapshot() as snapshot:
                    reading.set()
                    without_end = "SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b"
                    snapshot.connection.sql(without_end).fetchall()
            except Busy:
                outcomes.append("ended")

        reader = threading.Thread(target=read_without_end)
        reader.start()
        reading.wait()
        monkeypatch.setattr(Store, "_insert", without_memory_while_somebody_reads)
        assert opened.append(plain_round(1)) == 26
        reader.join()
    assert outcomes == ["ended"]


def test_a_commit_that_fails_stores_nothing_and_the_next_append_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing:
        """The live file's connection, whose commits fail."""

        failures = 2

        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self._connection = connection

        def __getattr__(self, name: str) -> object:
            return getattr(self._connection, name)

        def commit(self) -> None:
            if self.failures:
                self.failures -= 1
                raise duckdb.TransactionException("Failed to commit: failed to pin block")
            self._connection.commit()

    with filled(tmp_path, 1) as opened:
        monkeypatch.setattr(opened, "_connection", Failing(opened._connection))
        with pytest.raises(duckdb.TransactionException):
            opened.append(plain_round(1))
        assert opened.append(plain_round(2)) == 26
        assert len(list(opened.measurements())) == 26


def test_beyond_those_who_may_read_at_once_one_is_told_to_come_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "LONGEST_WAIT_S", 0.0)
    with filled(tmp_path, 1) as opened, opened.snapshot(), opened.snapshot():
        with pytest.raises(Busy):
            opened.tail(0)
        opened.append(plain_round(1))


@pytest.mark.parametrize("sealed", [0, 6_000, 13_000])
def test_an_answer_of_the_tail_is_bounded_and_the_answers_are_whole(tmp_path: Path, sealed: int) -> None:
    with filled(tmp_path, sealed // 13) as opened:
        opened.seal()
        opened.append([measured for number in range(2_000, 2_300) for measured in plain_round(number)])
        seqs: list[int] = []
        while len(table := opened.after(seqs[-1] if seqs else 0)):
            assert len(table) <= TAIL
            seqs += table.column("seq").to_pylist()
        assert seqs == list(range(1, opened.last_seq + 1))


def test_after_a_gap_that_retention_left_the_tail_goes_on(tmp_path: Path) -> None:
    clock = SimulatedClock(START + timedelta(days=1))
    with Store.open(tmp_path, clock, keep=timedelta(days=10)) as opened:
        opened.append(plain_round(0))
        opened.maintain()
        clock.advance(timedelta(days=30))
        opened.append(plain_round(30 * 24 * 60))
        opened.maintain()
        assert opened.after(0).column("seq").to_pylist() == list(range(14, 27))
        clock.advance(timedelta(days=30))
        opened.maintain()
        assert opened.after(0).num_rows == 0


def test_what_was_sealed_and_not_yet_removed_is_sealed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(self: Store) -> None:
        raise duckdb.OutOfMemoryException("could not allocate block of size 256.0 KiB")

    with filled(tmp_path, 2) as opened:
        with monkeypatch.context() as patched:
            patched.setattr(store.Store, "_forget_sealed", failing)
            with pytest.raises(duckdb.OutOfMemoryException):
                opened.seal()
        opened.append(plain_round(2))
        opened.seal()
        assert [(s.first_seq, s.last_seq) for s in opened._index.segments] == [(1, 26), (27, 39)]
        assert len(list(opened.measurements())) == 39
