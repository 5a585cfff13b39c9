"""From a first miss to what is said: confirming rounds come within seconds, a call after it persisted."""

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.watch.scripted_watch import START, Script, ScriptedProber, election, pass_by, watch_of

from siaga.domain.answers import Answer
from siaga.domain.records import Asking, Round
from siaga.domain.time import SimulatedClock
from siaga.domain.verdicts import State, Verdict
from siaga.election.model import Election, SurfaceWatch, Vantage

BEGIN = timedelta(minutes=45)


def cells(surfaces: int, vantages: int) -> Election:
    """One platform of so many surfaces from so many vantages."""
    small = election()
    names = ("search-latest", "search-top", "people", "suggest")[:surfaces]
    asked = tuple(SurfaceWatch(name, timedelta(seconds=60)) for name in names)
    return replace(
        small,
        platforms=(replace(small.platforms[0], surfaces=asked),),
        vantages=tuple(Vantage(f"v{number}") for number in range(vantages)),
    )


def withheld(share: float) -> Script:
    """One name is missing everywhere in this share of its askings."""

    def answer(round_: Round, asking: Asking) -> Answer:
        gone = asking.subject == "mahfud" and round_.at >= START + BEGIN
        chance = random.Random(round_.id.int + asking.position).random()
        return Answer.EMPTY if gone and chance < share else Answer.RESULTS

    return answer


@pytest.mark.parametrize(
    ("surfaces", "vantages", "share", "now_s"), [(1, 1, 1.0, 100), (2, 2, 1.0, 40), (2, 2, 0.6, 75)]
)
async def test_missing_now_is_said_in_seconds_and_called_after_five_minutes(
    tmp_path: Path, surfaces: int, vantages: int, share: float, now_s: int
) -> None:
    clock, prober = SimulatedClock(START), ScriptedProber(withheld(share))
    said: list[Verdict] = []
    async with watch_of(tmp_path, clock, prober, cells(surfaces, vantages)) as opened:
        opened.watch.on_change = said.append
        await pass_by(opened, clock, BEGIN + timedelta(minutes=8))

    def first(state: State) -> float:
        at = next(v.at for v in said if v.subject == "mahfud" and v.state is state)
        return (at - START - BEGIN).total_seconds()

    assert 0 < first(State.SUSPECTED) <= now_s
    assert 300 <= first(State.SUPPRESSED) <= 60 + 300 + 30, (
        "the first round after the onset, five minutes, a round"
    )
    assert {v.subject for v in said if v.state in {State.SUSPECTED, State.SUPPRESSED}} == {"mahfud"}
