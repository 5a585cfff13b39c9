"""What a plan promises: slower for less withheld, the same each time, and what a real watch then does."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.watch.scripted_watch import START, ScriptedProber, election, watch_of, withheld_after

from siaga.domain.time import SimulatedClock
from siaga.domain.verdicts import State
from siaga.election.model import Budget, ContestantKind, Election
from siaga.planning.request_costs import request_costs
from siaga.platforms.registry import platforms
from siaga.services.forecast import asked_in_turn, asked_most, bought, time_to_proof, times_to_proof

READERS_HERE = {"x": platforms()["x"], "bluesky": platforms()["bluesky"]}
QUIET = 30


def median_time(declared: Election, share: float, missing: float = 0.0) -> timedelta:
    proof = time_to_proof(
        declared, declared.platforms[0], request_costs(declared, READERS_HERE), share, missing
    )
    assert proof.median is not None
    assert proof.late is not None
    assert proof.median <= proof.late
    return proof.median


async def proven_after(directory: Path, minutes: int) -> timedelta:
    """How long a live watch takes, from the beginning of a full withholding."""
    clock = SimulatedClock(START)
    prober = ScriptedProber(withheld_after(minutes))
    async with watch_of(directory, clock, prober) as opened:
        while True:
            clock.advance_to(opened.watch.next_due())
            await opened.watch.step()
            if any(v.state is State.SUPPRESSED and v.subject == "mahfud" for v in opened.view.changes(10)):
                (first,) = [v for v in opened.view.changes(10) if v.state is State.SUPPRESSED]
                return first.at - START - timedelta(minutes=minutes)
            assert clock.now() < START + timedelta(hours=6)


@pytest.mark.slow
async def test_a_live_watch_proves_a_withheld_name_when_the_plan_said(tmp_path: Path) -> None:
    took, promised = await proven_after(tmp_path, QUIET), median_time(election(), 1.0)
    assert abs(took - promised) <= 0.25 * promised, (took, promised)


def test_the_less_is_withheld_the_longer_it_takes_and_the_same_plan_says_the_same() -> None:
    declared = election()
    x, costs = declared.platforms[0], request_costs(declared, READERS_HERE)
    full, most, some = (p.median for p in times_to_proof(declared, x, costs, (1.0, 0.6, 0.3), 0.01))
    assert full is not None
    assert most is not None
    assert some is not None
    assert timedelta(minutes=5) < full < most < some
    assert median_time(declared, 0.6, 0.01) == most, "alone as beside others"


def test_what_is_never_proven_says_so() -> None:
    rare = election(every=5 * 24 * 3600.0)
    proof = time_to_proof(rare, rare.platforms[0], request_costs(rare, READERS_HERE), 0.3, 0.05)
    assert (proof.median, proof.late, proof.rounds) == (None, None, None)


def test_what_more_would_buy_is_told_unless_the_budget_does_not_carry_it() -> None:
    declared = election()
    small = replace(declared.platforms[0], budgets=(Budget(18, timedelta(minutes=1)),))
    more = bought(declared, small, request_costs(declared, READERS_HERE), 0.0)
    assert more["one more control"] is None, "nine names and one, twice for retries, are more than 18"
    assert set(more) == {"one more control", "one more vantage", "rounds twice as often"}
    rich = bought(declared, declared.platforms[0], request_costs(declared, READERS_HERE), 0.0)
    assert all(proof is not None and proof.median is not None for proof in rich.values())


def in_turn(others_every: timedelta | None = timedelta(hours=4)) -> Election:
    """Sixty people on the list of one party; a round each half hour."""
    declared = election([f"person-{number:02}" for number in range(60)], every=1800.0)
    party = replace(declared.contestants[-1], kind=ContestantKind.PARTY)
    contestants = (*declared.contestants[:-1], party)
    (first, *_) = declared.platforms
    surfaces = tuple(replace(surface, others_every=others_every) for surface in first.surfaces)
    return replace(declared, contestants=contestants, platforms=(replace(first, surfaces=surfaces),))


@pytest.mark.slow
def test_a_name_that_waits_for_its_turn_is_proven_after_the_wait() -> None:
    declared = in_turn()
    costs = request_costs(declared, READERS_HERE)
    (x,) = declared.platforms
    always, waiting = asked_most(declared), asked_in_turn(declared, x)
    assert (always, waiting) == ("person-59", "person-00"), "the party is asked in each round"
    first = time_to_proof(declared, x, costs, 1.0, 0.002, asked=always)
    turn = time_to_proof(declared, x, costs, 1.0, 0.002, asked=waiting)
    assert first.median is not None
    assert turn.median is not None
    assert turn.late is not None
    assert first == time_to_proof(declared, x, costs, 1.0, 0.002)
    assert timedelta(hours=1) < turn.median - first.median < timedelta(hours=3), "half of four hours, about"
    assert turn.late < timedelta(hours=5)


def test_where_all_names_take_turns_alike_none_waits_longer_than_another() -> None:
    alike = in_turn(others_every=None)
    assert asked_in_turn(alike, alike.platforms[0]) is None
    few = election()
    assert asked_in_turn(few, few.platforms[0]) is None
    assert asked_most(few) == few.people()[0].id
