"""The writer: many appenders, few commits; acknowledged means stored; sealed by the clock."""

import asyncio
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from tests.measurements.measurement_samples import START, plain_round, planned

from siaga.domain.errors import NotRecorded
from siaga.domain.records import Measurement, Round
from siaga.domain.time import SimulatedClock
from siaga.measurements import writer as writer_module
from siaga.measurements.segments import read_index
from siaga.measurements.store import Store
from siaga.measurements.writer import Writer


async def test_appends_that_come_together_share_a_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits: list[int] = []
    append = Store.append

    def counted(self: Store, measurements: list[Measurement], rounds: list[Round]) -> int:
        commits.append(len(measurements))
        return append(self, measurements, rounds)

    monkeypatch.setattr(Store, "append", counted)
    clock = SimulatedClock(START)
    rounds = [plain_round(number) for number in range(20)]
    with Store.open(tmp_path, clock) as store:
        async with Writer(store, clock) as writer:
            seqs = await asyncio.gather(*(writer.append(measured) for measured in rounds))
        assert seqs == [260] * 20
        assert list(store.measurements()) == [one for measured in rounds for one in measured][::-1]
    assert commits == [260]


async def test_leaving_stores_what_waits_and_rounds_go_with_it(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    with Store.open(tmp_path, clock) as store:
        async with Writer(store, clock) as writer:
            task = asyncio.create_task(writer.append(plain_round(0), [planned(plain_round(0))]))
            await asyncio.sleep(0)
        assert await task == 13
        assert len(store.rounds(START, START + timedelta(hours=1))) == 1


async def test_one_appender_that_cannot_be_stored_does_not_fail_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = plain_round(0), plain_round(1)
    append = Store.append

    def picky(self: Store, measurements: list[Measurement], rounds: list[Round]) -> int:
        if bad[0] in measurements:
            raise OSError(28, "No space left on device")
        return append(self, measurements, rounds)

    monkeypatch.setattr(Store, "append", picky)
    monkeypatch.setattr(writer_module, "PAUSES_S", (0.0,))
    clock = SimulatedClock(START)
    with Store.open(tmp_path, clock) as store:
        async with Writer(store, clock) as writer:
            outcomes = await asyncio.gather(writer.append(good), writer.append(bad), return_exceptions=True)
        assert outcomes[0] == 13
        assert isinstance(outcomes[1], NotRecorded)
        assert isinstance(outcomes[1].__cause__, OSError)
        assert list(store.measurements()) == good[::-1]


async def test_what_could_not_be_stored_is_tried_again_in_its_order_and_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    append, failures = Store.append, 3

    def failing(self: Store, measurements: list[Measurement], rounds: list[Round]) -> int:
        nonlocal failures
        if failures:
            failures -= 1
            raise duckdb.OutOfMemoryException("could not allocate block of size 256.0 KiB")
        return append(self, measurements, rounds)

    monkeypatch.setattr(Store, "append", failing)
    monkeypatch.setattr(writer_module, "PAUSES_S", (0.0,) * 5)
    clock = SimulatedClock(START)
    with Store.open(tmp_path, clock) as store:
        async with Writer(store, clock) as writer:
            seqs = await asyncio.gather(*(writer.append(plain_round(number)) for number in range(3)))
            assert writer.failing_since is None
        assert seqs == sorted(seqs)
        stored = [measured for number in range(3) for measured in plain_round(number)]
        assert list(store.measurements()) == stored[::-1]
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert "could not allocate" in caplog.text


async def test_a_caller_that_gave_up_changes_nothing_for_the_others(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    with Store.open(tmp_path, clock) as store:
        async with Writer(store, clock) as writer:
            leaving = asyncio.create_task(writer.append(plain_round(0)))
            staying = asyncio.create_task(writer.append(plain_round(1)))
            await asyncio.sleep(0)
            leaving.cancel()
            assert await staying == 26


async def test_with_too_much_waiting_an_appender_waits_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "MOST_WAITING", 20)
    monkeypatch.setattr(writer_module, "MOST_IN_A_COMMIT", 13)
    clock = SimulatedClock(START)
    with Store.open(tmp_path, clock) as store:
        async with Writer(store, clock) as writer:
            await asyncio.gather(*(writer.append(plain_round(number)) for number in range(10)))
        assert store.last_seq == 130


async def test_each_hour_of_the_clock_is_sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maintained: asyncio.Queue[None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    maintain = Store.maintain
    attempts = 0

    def told(self: Store) -> None:
        nonlocal attempts
        attempts += 1
        try:
            if attempts == 2:
                raise OSError(28, "No space left on device")
            maintain(self)
        finally:
            loop.call_soon_threadsafe(maintained.put_nowait, None)

    monkeypatch.setattr(Store, "maintain", told)
    clock = SimulatedClock(START)
    with Store.open(tmp_path, clock) as store:
        async with Writer(store, clock) as writer:
            await maintained.get()
            await writer.append(plain_round(0))
            for _ in range(2):
                while clock.next_wake() is None:
                    await asyncio.sleep(0)
                clock.advance(timedelta(hours=1))
                await maintained.get()
        assert len(read_index(tmp_path / "segments").segments) == 1
