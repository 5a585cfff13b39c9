"""A part of a watch that fails ends no other; only what cannot be recorded ends the watch."""

import asyncio
import errno
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy.exc import OperationalError
from tests.watch.scripted_watch import (
    CONTROLS,
    START,
    TARGETS,
    ScriptedProber,
    election,
    events,
    found,
    pass_by,
    replayed_lines,
    verdict_lines,
    watch_of,
    withheld_after,
)

from siaga.cli.outside_faults import not_recorded
from siaga.composition.open_watch import OpenWatch
from siaga.detection.watch import Detection
from siaga.domain.errors import NotRecorded
from siaga.domain.time import ScaledClock, SimulatedClock
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.measurements import writer
from siaga.measurements.store import Store
from siaga.notifying.outbox import Outbox
from siaga.ports.supervision import WatchPart
from siaga.probing.evidence import EvidenceStore
from siaga.probing.rounds import RoundResult
from siaga.services.cases import CaseDesk
from siaga.services.check_store import CheckStore
from siaga.watch import recorder, round_schedule, seed_keys, supervision
from siaga.watch.supervision import Supervisor

NAMES = len(TARGETS) + len(CONTROLS)
NO_FILES = OSError(errno.EMFILE, "Too many open files")


def raising(error: BaseException) -> Callable[..., NoReturn]:
    def fail(*_: Any, **__: Any) -> NoReturn:
        raise error

    return fail


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE_S", 0.0)


async def measuring_goes_on(opened: OpenWatch, running: "asyncio.Future[None]", rounds: int = 12) -> None:
    """Return once the watch has stored so many further rounds."""
    before = opened.view.health().measurements

    async def finished() -> None:
        async for _ in opened.view.subscribe():
            if opened.view.health().measurements >= before + rounds * NAMES:
                return

    waiting = asyncio.ensure_future(finished())
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    assert not running.done(), running.exception()


class WithBodies(ScriptedProber):
    """One whose answers have something to keep."""

    async def ask_round(self, *words: Any, **more: Any) -> RoundResult:
        return replace(await super().ask_round(*words, **more), bodies={"ab" * 32: b"an answer"})


FAILING: dict[str, tuple[object, str, BaseException, WatchPart]] = {
    "the glob of past keys": (seed_keys, "past_days", NO_FILES, WatchPart.SEED_KEYS),
    "the plan's file": (round_schedule.RoundSchedule, "save", NO_FILES, WatchPart.PLAN),
    "what rounds call for": (round_schedule.RoundSchedule, "suspect", KeyError("x"), WatchPart.BUDGETS),
    "evidence": (EvidenceStore, "keep_all", MemoryError(), WatchPart.EVIDENCE),
    "judging": (Detection, "take", ZeroDivisionError(), WatchPart.JUDGING),
    "the state's file": (recorder, "save", NO_FILES, WatchPart.CHECKPOINT),
    "cases": (CaseDesk, "tick", RuntimeError("a mistake"), WatchPart.CASES),
    "the outbox": (Outbox, "_begin", MemoryError(), WatchPart.OUTBOX),
    "checks": (CheckStore, "erase_old", NO_FILES, WatchPart.CHECKS),
}


@pytest.mark.parametrize("what", FAILING)
async def test_a_part_that_fails_is_said_once_and_measuring_goes_on(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    place, name, error, part = FAILING[what]
    monkeypatch.setattr("siaga.services.checks.HOUSEKEEPING_S", 0.0)
    monkeypatch.setattr(recorder, "SAVE_EVERY", timedelta(0))
    monkeypatch.setattr(supervision, "WELL_AFTER", timedelta(days=30))
    clock = ScaledClock(START, 3000.0)
    prober = WithBodies(withheld_after(0), slowest_ms=0.0)
    async with watch_of(tmp_path, clock, prober, election(every=1.0)) as opened:
        with monkeypatch.context() as patched:
            patched.setattr(place, name, raising(error))
            running = asyncio.ensure_future(opened.run())
            await measuring_goes_on(opened, running)
            while part not in {trouble.part for trouble in opened.view.health().troubles}:
                await measuring_goes_on(opened, running, 1)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    said = [record.getMessage() for record in caplog.records if record.getMessage().startswith(f"{part}: ")]
    assert len([text for text in said if "measuring goes on" in text]) == 1
    assert type(error).__name__ in said[0]
    assert "a mistake" not in caplog.text, "the text of an error may hold a secret"


async def test_measurements_that_cannot_be_stored_end_the_watch_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "PAUSES_S", (0.0, 0.0))
    clock = ScaledClock(START, 3000.0)

    async def watched() -> None:
        async with watch_of(tmp_path, clock, ScriptedProber(found), election(every=1.0)) as opened:
            monkeypatch.setattr(Store, "append", raising(OSError(errno.EIO, "Input/output error")))
            await opened.run()

    with pytest.RaisesGroup(pytest.RaisesExc(NotRecorded), flatten_subgroups=True) as ended:
        await watched()
    assert not_recorded(ended.value) == "[Errno 5] Input/output error"


async def test_what_could_not_be_journalled_is_judged_once_when_the_watch_starts_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills in the middle of judging what is stored: the state of that moment is not saved."""
    clock, script = SimulatedClock(START), withheld_after(10)
    append = Journal.append

    def full(self: Journal, kind: Kind, *words: Any, **more: Any) -> Any:
        if kind is Kind.FINDING_OPENED:
            raise OperationalError("INSERT", {}, Exception("database or disk is full"))
        return append(self, kind, *words, **more)

    async def watched_until_full() -> None:
        async with watch_of(tmp_path, clock, ScriptedProber(script)) as opened:
            monkeypatch.setattr(Journal, "append", full)
            await pass_by(opened, clock, timedelta(minutes=25))

    with pytest.raises(NotRecorded):
        await watched_until_full()
    monkeypatch.setattr(Journal, "append", append)
    async with watch_of(tmp_path, clock, ScriptedProber(script)) as opened:
        await pass_by(opened, clock, timedelta(minutes=25))
        live = verdict_lines(opened)
        stored = opened.view.health().rounds
    assert any('"suppressed"' in line for line in live)
    with Store.open(tmp_path / "measurements", clock) as store:
        assert stored == len({measured.round for measured in store.measurements()})
    told = [(event.kind, event.what["subject"]) for event in events(tmp_path)]
    assert told.count((Kind.FINDING_OPENED, "mahfud")) == 1
    assert replayed_lines(tmp_path)


async def test_work_that_fails_or_ends_begins_again_and_is_well_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervision, "WELL_AFTER", timedelta(0))
    supervisor, begun, well = Supervisor(SimulatedClock(START)), list[int](), asyncio.Event()
    monkeypatch.setattr(Supervisor, "is_well", lambda self, part: well.set())

    async def work() -> None:
        begun.append(len(begun))
        if len(begun) == 1:
            return
        if len(begun) < 4:
            raise ValueError("a secret")
        await asyncio.Event().wait()

    keeping = asyncio.ensure_future(supervisor.keep(WatchPart.OUTBOX, work))
    while len(begun) < 4:
        await asyncio.sleep(0)
    well.clear()
    await well.wait()
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    (trouble,) = supervisor.troubles()
    assert (trouble.part, trouble.times, trouble.since) == (WatchPart.OUTBOX, 2, START)
    assert trouble.what.startswith("ValueError in test_watch_supervision.py, line ")


async def test_a_step_that_fails_now_and_then_is_said_once_and_is_well_after_a_while(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = SimulatedClock(START)
    supervisor = Supervisor(clock)
    for _ in range(10):
        for error in (ValueError("a secret"), None):
            with supervisor.guard(WatchPart.PLAN):
                if error is not None:
                    raise error
        clock.advance(timedelta(seconds=1))
    (trouble,) = supervisor.troubles()
    assert (trouble.part, trouble.since, trouble.times) == (WatchPart.PLAN, START, 10)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    clock.advance(supervision.WELL_AFTER)
    with supervisor.guard(WatchPart.PLAN):
        pass
    assert supervisor.troubles() == []
    assert "failures until then: 10" in caplog.records[-1].getMessage()


async def test_what_cannot_be_recorded_is_let_through() -> None:
    supervisor = Supervisor(SimulatedClock(START))
    with pytest.raises(NotRecorded), supervisor.guard(WatchPart.PLAN):
        raise NotRecorded

    async def work() -> None:
        raise NotRecorded

    with pytest.raises(NotRecorded):
        await supervisor.keep(WatchPart.ROUNDS, work)
