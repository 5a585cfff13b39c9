"""What a watch's instruments have found outlives a stop and a kill."""

import shutil
from datetime import timedelta
from pathlib import Path

from tests.watch.test_watch_answers_kept import CONTROLS, START, watched

from siaga.domain.answers import Answer
from siaga.domain.time import SimulatedClock

EVERYBODY = {f"/{name}" for name in ("mahfud", *CONTROLS)}


async def next_answer(directory: Path, clock: SimulatedClock, missing: set[str]) -> Answer:
    """Start a watch, let it ask for some minutes, stop it; what the contestant's last asking came to."""
    async with watched(directory, clock, missing) as opened:
        for _ in range(3):
            clock.advance_to(max(clock.now(), opened.watch.next_due()))
            await opened.watch.step()
        (newest,) = await opened.view.measurements("plain", "m", 1)
        return newest.answer


async def test_a_restart_in_an_outage_still_says_that_nothing_is_found(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    assert await next_answer(tmp_path, clock, set()) is Answer.RESULTS
    clock.advance(timedelta(minutes=5))
    assert await next_answer(tmp_path, clock, EVERYBODY) is Answer.EMPTY
    clock.advance(timedelta(minutes=5))
    shutil.copytree(tmp_path, killed := tmp_path.with_name("killed"))
    (killed / "state").unlink()
    assert await next_answer(killed, clock, EVERYBODY) is Answer.EMPTY, "from the rounds alone"


async def test_a_watch_that_begins_in_an_outage_has_measured_nothing(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    assert await next_answer(tmp_path, clock, EVERYBODY) is Answer.UNREADABLE
    clock.advance(timedelta(minutes=5))
    assert await next_answer(tmp_path, clock, EVERYBODY) is Answer.UNREADABLE, "nor later"
    clock.advance(timedelta(minutes=5))
    assert await next_answer(tmp_path, clock, {"/mahfud"}) is Answer.EMPTY, "it works: missing"
