"""Measure now: a fair round beside the plan, from what the watch can spare, kept over a kill."""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from tests.watch import scripted_watch as scripted
from tests.watch.scripted_watch import START, ScriptedProber, watch_of

from siaga.domain.answers import Answer, Session
from siaga.domain.errors import BadInput
from siaga.domain.quota import Quota
from siaga.domain.records import Asking, Round, Stream
from siaga.domain.time import SimulatedClock
from siaga.domain.verdicts import State
from siaga.election.model import Credential, Election, SurfaceWatch
from siaga.platforms.conversation import Instance, SignIn
from siaga.ports.checks import NameCheck, NameCheckStage
from siaga.probing.rounds import SignedIn
from siaga.reporting.intake_limits import QUICKEST, TooMany
from siaga.services.check_store import FOLDER, CheckStore
from siaga.services.checks import KEPT_OUTSIDE, OF_AN_ADDRESS, SAME, CheckDesk
from siaga.watch.spare_rounds import SIGN_IN, RoundLender


def declared(budget: int = 100_000, every: float = 60.0) -> Election:
    return replace(scripted.election(budget=budget, every=every), canaries=("qzxv",))


def gone(name: str) -> Callable[[Round, Asking], Answer]:
    """One name is found nowhere, whoever asks; the canary neither."""
    return lambda round_, asking: Answer.EMPTY if asking.name in {name, "qzxv"} else Answer.RESULTS


def filled(checks: CheckDesk, clock: SimulatedClock) -> str:
    form = checks.form()
    clock.advance(QUICKEST)
    return form


async def done(checks: CheckDesk, id: str) -> NameCheck:
    """The check once it is done; the scripted prober takes no time."""
    for _ in range(10_000):
        asked = checks.find(id)
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
    async with watch_of(tmp_path, clock, prober, declared()) as opened:
        checks = opened.checks
        id = checks.ask(" mahfud ", ["x"], filled(checks, clock), "203.0.113.1")
        asked = await done(checks, id)
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
    async with watch_of(tmp_path, clock, ScriptedProber(gone("somebody else")), declared()) as opened:
        checks = opened.checks
        id = checks.ask("kopi", ["x", "bluesky"], filled(checks, clock), "203.0.113.1")
        asked = await done(checks, id)
        lines = [orjson.loads(line) for line in (checks.data(id) or b"").splitlines()]
    assert {line.state for line in asked.lines} == {State.FINDABLE}
    assert len(asked.rounds) == 4
    assert len(lines) == 4 * (len(scripted.CONTROLS) + 1)
    assert {line["name"] for line in lines} == {*scripted.CONTROLS, "kopi", "qzxv"}


async def test_a_budget_that_the_watch_needs_is_left_to_it(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    small = declared(budget=60, every=3600.0)
    async with watch_of(tmp_path, clock, ScriptedProber(gone("x")), small) as opened:
        checks = opened.checks
        first = checks.ask("mahfud", ["x"], filled(checks, clock), "203.0.113.1")
        asked = await done(checks, first)
        assert len(asked.rounds) == 1
        second = checks.ask("ganjar", ["x"], filled(checks, clock), "203.0.113.1")
        asked = await done(checks, second)
        assert asked.rounds == ()
        assert asked.spared == ("x",)
        assert min(left.share_left for left in opened.view.health().budgets if left.platform == "x") >= 0.5


async def test_the_same_name_is_not_asked_again_a_moment_later(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    async with watch_of(tmp_path, clock, ScriptedProber(gone("x")), declared()) as opened:
        checks = opened.checks
        first = checks.ask("Máhfud", ["x"], filled(checks, clock), "203.0.113.1")
        assert checks.ask("mahfud", ["x"], filled(checks, clock), "203.0.113.2") == first
        with pytest.raises(BadInput):
            checks.ask("mahfud", ["x"], "no form of ours", "203.0.113.2")
        clock.advance(SAME)
        again = checks.ask("mahfud", ["x"], filled(checks, clock), "203.0.113.2")
        assert again != first


async def test_nobody_learns_that_somebody_else_asked_for_a_name_outside_the_election(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    async with watch_of(tmp_path, clock, ScriptedProber(gone("x")), declared()) as opened:
        checks = opened.checks
        first = checks.ask("somebody", ["x"], filled(checks, clock), "203.0.113.1")
        assert checks.ask("somebody", ["x"], filled(checks, clock), "203.0.113.2") != first


async def test_a_platform_that_was_asked_in_part_is_named_and_one_asked_to_the_end_is_not(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(START)
    small = declared(budget=60, every=3600.0)
    async with watch_of(tmp_path, clock, ScriptedProber(gone("nobody")), small) as opened:
        checks = opened.checks
        id = checks.ask("mahfud", ["x"], filled(checks, clock), "203.0.113.1")
        asked = await done(checks, id)
        assert [line.surface for line in asked.lines] == ["search-latest"]
        assert asked.spared == ("x",)
    large = tmp_path / "large"
    async with watch_of(large, clock, ScriptedProber(gone("nobody")), declared()) as opened:
        checks = opened.checks
        # `@` is a handle: it fits no search surface here, and that is no matter of budgets.
        id = checks.ask("@mahfud", ["x"], filled(checks, clock), "203.0.113.1")
        assert (await done(checks, id)).spared == ()


async def test_signing_in_for_a_check_takes_of_the_budget_and_waits_where_the_platform_says_so(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(START)
    (x, *others) = declared(budget=200, every=3600.0).platforms
    inside = replace(x, surfaces=tuple(replace(surface, session=Session.SIGNED_IN) for surface in x.surfaces))
    watched = replace(declared(), platforms=(inside, *others))
    async with watch_of(tmp_path, clock, ScriptedProber(gone("nobody")), watched) as opened:
        spare = opened.checks._spare
        assert isinstance(spare, RoundLender)
        access = await spare.access(inside, Session.SIGNED_IN)
        assert access is not None
        (left,) = [
            budget.share_left
            for budget in opened.view.health().budgets
            if (budget.platform, budget.vantage) == ("x", access.vantage)
        ]
        assert left == 1 - SIGN_IN / 200
        quota = Quota(wait_until=clock.now() + timedelta(minutes=5))
        stream = Stream("x", "search-latest", access.vantage, Session.SIGNED_IN)
        spare._schedule.learn(stream, quota)
        assert await spare.access(inside, Session.SIGNED_IN) is None


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
    async with watch_of(tmp_path, clock, ScriptedProber(gone("x")), declared()) as opened:
        checks = opened.checks
        with pytest.raises(BadInput) as bad:
            checks.ask(name, platforms, filled(checks, clock), "203.0.113.1")
        assert [fault.field for fault in bad.value.faults] == [field]
        with pytest.raises(BadInput):
            checks.ask("mahfud", ["x"], "no form of ours", "203.0.113.1")
    assert list((tmp_path / FOLDER).iterdir()) == []


async def test_whoever_types_fast_is_not_refused(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    async with watch_of(tmp_path, clock, ScriptedProber(gone("x")), declared()) as opened:
        assert opened.checks.ask("mahfud", ["x"], opened.checks.form(), "203.0.113.1")


async def test_one_address_cannot_use_the_budgets_up(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    async with watch_of(tmp_path, clock, ScriptedProber(gone("x")), declared()) as opened:
        checks = opened.checks
        for number in range(OF_AN_ADDRESS):
            checks.ask(f"name {number}", ["x"], filled(checks, clock), "203.0.113.1")
        with pytest.raises(TooMany):
            checks.ask("one more", ["x"], filled(checks, clock), "203.0.113.1")
        checks.ask("one more", ["x"], filled(checks, clock), "203.0.113.2")


async def test_what_was_asked_before_a_kill_is_asked_after_it_and_old_checks_are_erased(
    tmp_path: Path,
) -> None:
    clock, killed = SimulatedClock(START), tmp_path / "killed"
    async with watch_of(tmp_path / "first", clock, ScriptedProber(gone("mahfud")), declared()) as opened:
        id = opened.checks.ask("mahfud", ["x"], filled(opened.checks, clock), "203.0.113.1")
        outside = opened.checks.ask("somebody", ["x"], filled(opened.checks, clock), "203.0.113.1")
        shutil.copytree(tmp_path / "first", killed)  # nothing of them has been asked by now
    (killed / FOLDER / "half.1234.new").write_bytes(b"{")
    async with watch_of(killed, clock, ScriptedProber(gone("mahfud")), declared()) as opened:
        asked = await done(opened.checks, id)
        assert {line.state for line in asked.lines} == {State.SUSPECTED}
        await done(opened.checks, outside)
    store = CheckStore(killed, clock)
    assert store.find(id) == asked
    clock.advance(KEPT_OUTSIDE + timedelta(seconds=1))
    assert store.find(outside) is None
    store.erase_old()
    assert [path.stem for path in (killed / FOLDER).iterdir()] == [id]
    later = CheckStore(killed, clock)
    assert (later.find(id), later.find(outside)) == (asked, None)


async def test_a_file_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "aa.json").write_bytes(b'{"asked": {"id": 3}}')
    async with watch_of(tmp_path, clock, ScriptedProber(gone("x")), declared()) as opened:
        assert opened.checks.find("aa") is None


async def test_one_surface_in_two_sessions_is_two_results_and_each_says_which(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    whole = declared()
    (platform,) = (platform for platform in whole.platforms if platform.id == "bluesky")
    both = tuple(
        SurfaceWatch("search-latest", timedelta(minutes=1), session)
        for session in (Session.PUBLIC, Session.SIGNED_IN)
    )
    credential = Credential("password", environment="NOWHERE", account="a.example")
    election = replace(whole, platforms=(replace(platform, surfaces=both, credential=credential),))
    instance = Instance("http://127.0.0.1:9", Session.SIGNED_IN, "password", "a.example")

    class SigningIn(ScriptedProber):
        async def sign_in(self, conversation: SignIn, vantage: str) -> SignedIn:
            conversation.close()
            return SignedIn("token", 1)

    async with watch_of(tmp_path, clock, SigningIn(gone("x")), election, instance) as opened:
        checks = opened.checks
        id = checks.ask("kopi", ["bluesky"], filled(checks, clock), "203.0.113.1")
        asked = await done(checks, id)
    assert {(line.surface, line.session) for line in asked.lines} == {
        ("search-latest", Session.PUBLIC),
        ("search-latest", Session.SIGNED_IN),
    }
    assert {round_.session for round_ in asked.rounds} == set(Session)
