"""Measure now: a fair round beside the plan, from what the watch can spare, kept over a kill."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from tests.app import scripted_watch as scripted
from tests.app.scripted_watch import START, ScriptedProber, watch_of

from siaga.domain.answers import Answer, Session
from siaga.domain.errors import BadInput
from siaga.domain.quota import Quota
from siaga.domain.records import Asking, Round
from siaga.domain.time import SimulatedClock
from siaga.domain.verdicts import State
from siaga.election.model import Election
from siaga.ports.checks import NameCheck, NameCheckStage
from siaga.reporting.intake_limits import QUICKEST, TooMany
from siaga.services.checks import FOLDER, KEPT_OUTSIDE, OF_AN_ADDRESS, SAME, CheckDesk
from siaga.watch.loop import SIGN_IN

KEY = b"k" * 32


def declared(budget: int = 100_000, every: float = 60.0) -> Election:
    return replace(scripted.election(budget=budget, every=every), canaries=("qzxv",))


def gone(name: str) -> Callable[[Round, Asking], Answer]:
    """One name is found nowhere, whoever asks; the canary neither."""
    return lambda round_, asking: Answer.EMPTY if asking.name in {name, "qzxv"} else Answer.RESULTS


def filled(measuring: CheckDesk, clock: SimulatedClock) -> str:
    form = measuring.form()
    clock.advance(QUICKEST)
    return form


async def done(measuring: CheckDesk, id: str) -> NameCheck:
    """The check once it is done; the scripted prober takes no time."""
    for _ in range(10_000):
        asked = measuring.find(id)
        assert asked is not None
        if asked.stage is NameCheckStage.DONE:
            return asked
        await asyncio.sleep(0)
    raise AssertionError


async def test_a_name_that_alone_is_missing_is_judged_so_and_each_round_asks_the_controls_too(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(START)
    prober = ScriptedProber(gone("mahfud"))
    async with (
        watch_of(tmp_path, clock, prober, declared()) as watch,
        CheckDesk(watch, tmp_path, KEY, clock) as measuring,
    ):
        id = measuring.ask(" mahfud ", ["x"], filled(measuring, clock), "203.0.113.1")
        asked = await done(measuring, id)
    assert asked.listed
    assert {line.surface for line in asked.lines} == {"search-latest", "search-top"}
    assert {line.state for line in asked.lines} == {State.SUSPECTED}
    assert all(line.evidence >= 20 and line.counts.controls_missing == 0 for line in asked.lines)
    for round_ in asked.rounds:
        assert sorted(name.name for name in round_.names) == sorted([*scripted.CONTROLS, "mahfud", "qzxv"])
        assert len(bytes.fromhex(round_.seed)) == 32
    orders = {tuple(name.name for name in round_.names) for round_ in asked.rounds}
    assert len(orders) > 1


async def test_what_is_found_as_others_are_is_said_after_one_round_a_surface(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    async with (
        watch_of(tmp_path, clock, ScriptedProber(gone("somebody else")), declared()) as watch,
        CheckDesk(watch, tmp_path, KEY, clock) as measuring,
    ):
        id = measuring.ask("kopi", ["x", "bluesky"], filled(measuring, clock), "203.0.113.1")
        asked = await done(measuring, id)
        lines = [orjson.loads(line) for line in (measuring.data(id) or b"").splitlines()]
    assert {line.state for line in asked.lines} == {State.FINDABLE}
    assert len(asked.rounds) == 4
    assert len(lines) == 4 * (len(scripted.CONTROLS) + 1)
    assert {line["name"] for line in lines} == {*scripted.CONTROLS, "kopi", "qzxv"}


async def test_a_budget_that_the_watch_needs_is_left_to_it(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    small = declared(budget=60, every=3600.0)
    async with (
        watch_of(tmp_path, clock, ScriptedProber(gone("x")), small) as watch,
        CheckDesk(watch, tmp_path, KEY, clock) as measuring,
    ):
        first = measuring.ask("mahfud", ["x"], filled(measuring, clock), "203.0.113.1")
        asked = await done(measuring, first)
        assert len(asked.rounds) == 1
        second = measuring.ask("ganjar", ["x"], filled(measuring, clock), "203.0.113.1")
        asked = await done(measuring, second)
        assert asked.rounds == ()
        assert asked.spared == ("x",)
        assert min(one.share_left for one in watch.health().budgets if one.platform == "x") >= 0.5


async def test_the_same_name_is_not_asked_again_a_moment_later(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    async with (
        watch_of(tmp_path, clock, ScriptedProber(gone("x")), declared()) as watch,
        CheckDesk(watch, tmp_path, KEY, clock) as measuring,
    ):
        first = measuring.ask("Máhfud", ["x"], filled(measuring, clock), "203.0.113.1")
        assert measuring.ask("mahfud", ["x"], filled(measuring, clock), "203.0.113.2") == first
        with pytest.raises(BadInput):
            measuring.ask("mahfud", ["x"], "no form of ours", "203.0.113.2")
        clock.advance(SAME)
        again = measuring.ask("mahfud", ["x"], filled(measuring, clock), "203.0.113.2")
        assert again != first


async def test_nobody_learns_that_somebody_else_asked_for_a_name_outside_the_election(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    async with (
        watch_of(tmp_path, clock, ScriptedProber(gone("x")), declared()) as watch,
        CheckDesk(watch, tmp_path, KEY, clock) as measuring,
    ):
        first = measuring.ask("somebody", ["x"], filled(measuring, clock), "203.0.113.1")
        assert measuring.ask("somebody", ["x"], filled(measuring, clock), "203.0.113.2") != first


async def test_a_platform_that_was_asked_in_part_is_named_and_one_asked_to_the_end_is_not(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(START)
    small = declared(budget=60, every=3600.0)
    async with (
        watch_of(tmp_path, clock, ScriptedProber(gone("nobody")), small) as watch,
        CheckDesk(watch, tmp_path, KEY, clock) as measuring,
    ):
        id = measuring.ask("mahfud", ["x"], filled(measuring, clock), "203.0.113.1")
        asked = await done(measuring, id)
        assert [line.surface for line in asked.lines] == ["search-latest"]
        assert asked.spared == ("x",)
    large = tmp_path / "large"
    async with (
        watch_of(large, clock, ScriptedProber(gone("nobody")), declared()) as watch,
        CheckDesk(watch, large, KEY, clock) as measuring,
    ):
        # `@` is a handle: it fits no search surface here, and that is no matter of budgets.
        id = measuring.ask("@mahfud", ["x"], filled(measuring, clock), "203.0.113.1")
        assert (await done(measuring, id)).spared == ()


async def test_signing_in_for_a_check_takes_of_the_budget_and_waits_where_the_platform_says_so(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(START)
    (x, *others) = declared(budget=200, every=3600.0).platforms
    inside = replace(x, surfaces=tuple(replace(one, session=Session.SIGNED_IN) for one in x.surfaces))
    watched = replace(declared(), platforms=(inside, *others))
    async with watch_of(tmp_path, clock, ScriptedProber(gone("nobody")), watched) as watch:
        place = await watch.place(inside, Session.SIGNED_IN)
        assert place is not None
        (left,) = [
            one.share_left
            for one in watch.health().budgets
            if (one.platform, one.vantage) == ("x", place.vantage)
        ]
        assert left == 1 - SIGN_IN / 200
        quota = Quota(wait_until=clock.now() + timedelta(minutes=5))
        watch._planner.learn("x", place.vantage, quota, clock.now())
        assert await watch.place(inside, Session.SIGNED_IN) is None


@pytest.mark.parametrize(
    ("name", "platforms", "field"),
    [
        ("", ["x"], "name"),
        ("   ", ["x"], "name"),
        ("a" * 101, ["x"], "name"),
        ("line\x00", ["x"], "name"),
        ("mahfud", [], "platforms"),
        ("mahfud", ["orkut"], "platforms"),
        ("mahfud", ["x", "orkut"], "platforms"),
    ],
)
async def test_bad_input_is_told_by_field_and_keeps_nothing(
    tmp_path: Path, name: str, platforms: list[str], field: str
) -> None:
    clock = SimulatedClock(START)
    async with watch_of(tmp_path, clock, ScriptedProber(gone("x")), declared()) as watch:
        measuring = CheckDesk(watch, tmp_path, KEY, clock)
        with pytest.raises(BadInput) as bad:
            measuring.ask(name, platforms, filled(measuring, clock), "203.0.113.1")
        assert [fault.field for fault in bad.value.faults] == [field]
        with pytest.raises(BadInput):
            measuring.ask("mahfud", ["x"], "no form of ours", "203.0.113.1")
    assert list((tmp_path / FOLDER).iterdir()) == []


async def test_one_address_cannot_use_the_budgets_up(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    async with watch_of(tmp_path, clock, ScriptedProber(gone("x")), declared()) as watch:
        measuring = CheckDesk(watch, tmp_path, KEY, clock)
        for number in range(OF_AN_ADDRESS):
            measuring.ask(f"name {number}", ["x"], filled(measuring, clock), "203.0.113.1")
        with pytest.raises(TooMany):
            measuring.ask("one more", ["x"], filled(measuring, clock), "203.0.113.1")
        measuring.ask("one more", ["x"], filled(measuring, clock), "203.0.113.2")


async def test_what_was_asked_before_a_kill_is_asked_after_it_and_old_checks_are_erased(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(START)
    async with watch_of(tmp_path, clock, ScriptedProber(gone("mahfud")), declared()) as watch:
        killed = CheckDesk(watch, tmp_path, KEY, clock)  # it never works: as if it ended here
        (tmp_path / FOLDER / "half.1234.new").write_bytes(b"{")
        id = killed.ask("mahfud", ["x"], filled(killed, clock), "203.0.113.1")
        outside = killed.ask("somebody", ["x"], filled(killed, clock), "203.0.113.1")
        async with CheckDesk(watch, tmp_path, KEY, clock) as measuring:
            asked = await done(measuring, id)
            assert {line.state for line in asked.lines} == {State.SUSPECTED}
            await done(measuring, outside)
        again = CheckDesk(watch, tmp_path, KEY, clock)
        assert again.find(id) == asked
        clock.advance(KEPT_OUTSIDE + timedelta(seconds=1))
        assert again.find(outside) is None
        again.forget_what_is_old()
        assert [path.stem for path in (tmp_path / FOLDER).iterdir()] == [id]
        later = CheckDesk(watch, tmp_path, KEY, clock)
        assert (later.find(id), later.find(outside)) == (asked, None)


async def test_a_file_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "aa.json").write_bytes(b'{"asked": {"id": 3}}')
    async with watch_of(tmp_path, clock, ScriptedProber(gone("x")), declared()) as watch:
        assert CheckDesk(watch, tmp_path, KEY, clock).find("aa") is None
