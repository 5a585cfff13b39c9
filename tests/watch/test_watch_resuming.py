"""Stops, kills, changed files, damaged files: a watch goes on as if nothing had happened, or says it."""

import asyncio
import json
import re
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.watch.scripted_watch import (
    START,
    ScriptedProber,
    election,
    events,
    findings,
    found,
    pass_by,
    replayed_lines,
    verdict_lines,
    watch_of,
    withheld_after,
)

from siaga.cli.replaying import line_of
from siaga.composition.open_watch import OpenWatch
from siaga.domain.answers import Answer
from siaga.domain.errors import BadInput, Damaged
from siaga.domain.records import Asking, Round
from siaga.domain.time import Clock, ScaledClock, SimulatedClock
from siaga.domain.verdicts import Verdict
from siaga.journal.kinds import Kind
from siaga.measurements.store import Store
from siaga.platforms.conversation import Instance, PlatformReader
from siaga.ports.watch import StreamHealth
from siaga.probing.rounds import RoundResult
from siaga.watch import recorder
from siaga.watch.checkpoint import load, save
from siaga.watch.recorder import Recorder
from siaga.watch.supervision import Supervisor

FIRST, WHOLE = timedelta(minutes=5), timedelta(minutes=8)
SCRIPT = withheld_after(3)


def streams(opened: OpenWatch) -> list[StreamHealth]:
    """How each stream is, less what is of one process: what it has measured since its start."""
    return [replace(health, last_measured=None) for health in opened.view.health().streams]


def stored_ids(directory: Path) -> list[str]:
    with Store.open(directory / "measurements", SimulatedClock(START)) as store:
        return sorted(str(m.id) for m in store.measurements())


@pytest.mark.parametrize("seed", range(2))
async def test_replay_tells_the_same_whatever_the_rounds_lengths(tmp_path: Path, seed: int) -> None:
    """Rounds take up to 15 seconds by a clock that stands still, so the next ones begin before they end."""
    clock = SimulatedClock(START)
    changes: list[Verdict] = []
    async with watch_of(tmp_path, clock, ScriptedProber(SCRIPT, seed, slowest_ms=15_000)) as opened:
        opened.watch.on_change = changes.append
        await pass_by(opened, clock, WHOLE)
    assert any(change.state.is_finding for change in changes)
    assert replayed_lines(tmp_path) == [line_of(change) for change in changes]


@pytest.mark.parametrize("way", ["stopped", "killed", "killed before anything was saved"])
async def test_interrupted_or_not_it_tells_the_same(tmp_path: Path, way: str) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    clock = SimulatedClock(START)
    async with watch_of(whole, clock, ScriptedProber(SCRIPT)) as opened:
        await pass_by(opened, clock, FIRST)
        if way == "killed":
            shutil.copytree(whole, broken)
        elif way == "killed before anything was saved":
            shutil.copytree(whole, broken, ignore=shutil.ignore_patterns("state", "plan.json"))
        before = (
            verdict_lines(opened),
            streams(opened),
            opened.view.evidence("x", "mahfud", START),
        )
    if way == "stopped":
        shutil.copytree(whole, broken)
    async with watch_of(broken, SimulatedClock(clock.now()), ScriptedProber(SCRIPT)) as again:
        after = verdict_lines(again), streams(again), again.view.evidence("x", "mahfud", START)
    assert after == before
    assert len(after[2]) > 10, "the evidence's line follows the rounds"
    assert findings(broken) == findings(whole) != []


async def test_stopped_and_begun_again_the_plan_is_the_same(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    plan = tmp_path / "plan.json"
    async with watch_of(tmp_path, clock, ScriptedProber(SCRIPT)) as opened:
        await pass_by(opened, clock, FIRST)
        due = opened.watch.next_due()
    before = json.loads(plan.read_bytes())["plan"]
    assert [place["allowance"]["held"] for *_, place in before["places"]] == [[0, 0]] * 4, "none in flight"
    async with watch_of(tmp_path, clock, ScriptedProber(SCRIPT)) as opened:
        assert opened.watch.next_due() == due
    assert json.loads(plan.read_bytes())["plan"] == before


@pytest.mark.parametrize("turns", [0, 3, 9, 20, 50])
async def test_stopped_at_any_moment_whatever_was_answered_is_stored_and_judged(
    tmp_path: Path, turns: int
) -> None:
    clock = ScaledClock(START, 3000.0)
    prober = ScriptedProber(SCRIPT)
    async with watch_of(tmp_path, clock, prober, election(every=1.0)) as opened:
        running = asyncio.ensure_future(opened.watch.run())
        async for version in opened.view.subscribe():
            if version >= 3:
                break
        for _ in range(turns):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    with Store.open(tmp_path / "measurements", SimulatedClock(START)) as store:
        stored = {m.round for m in store.measurements()}
        last = store.last_seq
    assert stored == {round_.id for round_ in prober.answered}
    saved = load(tmp_path / "state")
    assert saved is not None
    assert (saved.seq, saved.plain["rounds"]) == (last, len(stored))


async def test_a_round_that_fails_by_our_mistake_is_left_out_and_said_once_without_its_text(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def script(round_: Round, asking: Asking) -> Answer:
        if round_.stream.platform == "bluesky":
            raise ValueError("Bearer s3cret is not understood")
        return Answer.RESULTS

    clock = SimulatedClock(START)
    async with watch_of(tmp_path, clock, ScriptedProber(script)) as opened:
        await pass_by(opened, clock, timedelta(minutes=5))
        assert {health.stream.platform for health in opened.view.health().streams if health.last_round} == {
            "x"
        }
    failed = [record.getMessage() for record in caplog.records if "round skipped" in record.message]
    assert len(failed) == 2, failed  # one for each surface
    assert all("ValueError" in text and "bluesky" in text for text in failed)
    assert "s3cret" not in caplog.text


async def test_a_running_watch_goes_on_after_a_round_that_failed(tmp_path: Path) -> None:
    class Failing(ScriptedProber):
        async def ask_round(
            self, round_: Round, platform: PlatformReader, instance: Instance, *, election: str, clock: Clock
        ) -> RoundResult:
            self.asked.append(round_)
            if len(self.asked) % 2:
                raise ExceptionGroup("several", [KeyError("data")])
            return await super().ask_round(round_, platform, instance, election=election, clock=clock)

    clock = ScaledClock(START, 3000.0)
    async with watch_of(tmp_path, clock, Failing(found), election(every=1.0)) as opened:
        running = asyncio.ensure_future(opened.watch.run())

        async def five_rounds() -> None:
            async for _ in opened.view.subscribe():
                if opened.view.health().rounds >= 5:
                    return

        await asyncio.wait(
            {running, asyncio.ensure_future(five_rounds())}, return_when=asyncio.FIRST_COMPLETED
        )
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_another_election_file_is_judged_anew_and_only_what_differs_is_findings(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    async with watch_of(tmp_path, clock, ScriptedProber(SCRIPT)) as opened:
        await pass_by(opened, clock, WHOLE)
    before = findings(tmp_path)
    assert [subject for _, subject, _ in before] == ["mahfud"]
    same_names = replace(election(), digest="a comment was added")
    async with watch_of(tmp_path, clock, ScriptedProber(SCRIPT), same_names):
        pass
    assert findings(tmp_path) == before
    stricter = replace(same_names, digest="six controls are too few now", least_controls=7)
    for _ in range(2):
        async with watch_of(tmp_path, clock, ScriptedProber(SCRIPT), stricter):
            pass
    assert findings(tmp_path) == [*before, (Kind.FINDING_OVER, "mahfud", "insufficient")]


async def test_another_version_of_siaga_judges_anew_and_tells_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimulatedClock(START)
    async with watch_of(tmp_path, clock, ScriptedProber(SCRIPT)) as opened:
        await pass_by(opened, clock, WHOLE)
        before = verdict_lines(opened)
    once = findings(tmp_path)
    monkeypatch.setattr(recorder, "__version__", "99.0")
    async with watch_of(tmp_path, clock, ScriptedProber(SCRIPT)) as opened:
        assert verdict_lines(opened) == before
    assert findings(tmp_path) == once


async def test_a_checkpoint_whose_classes_were_renamed_is_rebuilt_from_the_store_without_loss(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(START)
    async with watch_of(tmp_path, clock, ScriptedProber(SCRIPT)) as opened:
        await pass_by(opened, clock, WHOLE)
        before = verdict_lines(opened), opened.view.health().rounds, opened.view.changes(500)
        line = opened.view.evidence("x", "mahfud", START)
    once = findings(tmp_path)
    checkpoint = load(tmp_path / "state")
    assert checkpoint is not None
    name = re.search(rb'"o":"(\w+)"', checkpoint.detection)
    assert name is not None
    other = name[1][:-1] + b"_"  # as long as before, so that the lengths in the head still hold
    renamed = checkpoint.detection.replace(b'"o":"' + name[1] + b'"', b'"o":"' + other + b'"')
    save(tmp_path / "state", replace(checkpoint, detection=renamed))
    async with watch_of(tmp_path, clock, ScriptedProber(SCRIPT)) as opened:
        after = verdict_lines(opened), opened.view.health().rounds, opened.view.changes(500)
        assert after == before
        assert opened.view.evidence("x", "mahfud", START) == line
    assert findings(tmp_path) == once


async def test_a_store_put_back_from_a_backup_is_judged_as_it_is(tmp_path: Path) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup"
    clock = SimulatedClock(START)
    async with watch_of(data, clock, ScriptedProber(SCRIPT)) as opened:
        await pass_by(opened, clock, FIRST)
        shutil.copytree(data / "measurements", backup)
        then = verdict_lines(opened)
        await pass_by(opened, clock, WHOLE)
    shutil.rmtree(data / "measurements")
    shutil.copytree(backup, data / "measurements")
    with pytest.raises(Damaged, match="Measurements that were stored are missing"):
        async with watch_of(data, clock, ScriptedProber(SCRIPT)):
            pass
    (data / "record.json").unlink()
    async with watch_of(data, clock, ScriptedProber(SCRIPT)) as opened:
        assert verdict_lines(opened) == then


def kept_aside(directory: Path) -> list[str]:
    return [path.read_text() for path in directory.glob("plan.json.damaged-*")]


@pytest.mark.parametrize("content", ["", "[]", "[1]", "null", "{}", '{"plan": 1}', '{"plan": {}}', "{"])
async def test_a_plan_that_cannot_be_read_is_put_aside_said_and_begun_anew(
    content: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "plan.json").write_text(content)
    clock = SimulatedClock(START)
    async with watch_of(tmp_path, clock, ScriptedProber(found)) as opened:
        await pass_by(opened, clock, timedelta(minutes=2))
        assert opened.view.health().rounds
    assert "The saved plan is damaged" in caplog.text
    assert kept_aside(tmp_path) == [content]


async def test_a_plan_with_a_bit_turned_is_not_taken_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, plan = SimulatedClock(START), tmp_path / "plan.json"
    async with watch_of(tmp_path, clock, ScriptedProber(found)) as opened:
        await pass_by(opened, clock, timedelta(minutes=2))
    plan.write_text(plan.read_text().replace('"offset":0', '"offset":8'))
    async with watch_of(tmp_path, clock, ScriptedProber(found)):
        pass
    assert "The saved plan is damaged" in caplog.text


async def test_a_key_that_was_lost_is_replaced_in_the_open(tmp_path: Path) -> None:
    for _ in range(2):
        clock = SimulatedClock(START)
        async with watch_of(tmp_path, clock, ScriptedProber(found)) as opened:
            await pass_by(opened, clock, timedelta(minutes=2))
        shutil.rmtree(tmp_path / "keys")
    committed = events(tmp_path, (Kind.SEED_KEY_COMMITTED,))
    assert [event.what["day"] for event in committed] == ["2024-01-25"] * 2
    assert len({event.what["sha256"] for event in committed}) == 2


async def test_an_election_that_cannot_be_watched_leaves_its_directory_free(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    with pytest.raises(BadInput, match="budget"):
        async with watch_of(tmp_path, clock, ScriptedProber(found), election(budget=3)):
            pass
    async with watch_of(tmp_path, clock, ScriptedProber(found)) as opened:
        await pass_by(opened, clock, timedelta(minutes=2))
    with pytest.raises(BadInput, match="Another watch is running"):
        async with (
            watch_of(tmp_path, clock, ScriptedProber(found)),
            watch_of(tmp_path, clock, ScriptedProber(found)),
        ):
            pass


async def test_a_watch_that_ends_by_a_fault_says_no_orderly_stop_and_frees_its_directory(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(START)
    with pytest.raises(RuntimeError):  # noqa: PT012
        async with watch_of(tmp_path, clock, ScriptedProber(SCRIPT)) as opened:
            await pass_by(opened, clock, FIRST)
            raise RuntimeError
    kinds = (Kind.WATCH_STARTED, Kind.WATCH_STOPPED)
    assert [event.kind for event in events(tmp_path, kinds)] == [Kind.WATCH_STARTED]
    async with watch_of(tmp_path, clock, ScriptedProber(SCRIPT)) as opened:
        assert opened.view.health().rounds
    assert len(stored_ids(tmp_path)) == len(set(stored_ids(tmp_path)))


async def test_measurements_older_than_what_the_room_keeps_are_dropped_and_the_rest_stays(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(START)
    async with watch_of(tmp_path, clock, ScriptedProber(found)) as opened:
        await pass_by(opened, clock, timedelta(hours=2))
        before = opened.view.health().measurements
    clock.advance(timedelta(days=40))
    with Recorder(election(), tmp_path, clock, Supervisor(clock), keep=timedelta(days=30)).store as store:
        store.maintain()
        assert list(store.measurements()) == []
        assert store.last_seq == before
