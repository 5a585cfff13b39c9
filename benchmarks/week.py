"""A week of simulated time, and whether memory and open files stay flat: `python -m benchmarks.week [DAYS]`.

All of a watch but the network and the web server: 3 targets and 6 controls at 8 streams, a round in five
minutes each, answers by a script, one name withheld for an hour out of six, so that findings, cases, alarms
and messages come and go. Each hour it is asked what the pages ask. A line of JSON at the end of each day.
"""

import asyncio
import gc
import json
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import psutil
from tests.watch.scripted_watch import START, ScriptedProber, election, watch_of

from siaga.composition.open_watch import OpenWatch
from siaga.domain.answers import Answer
from siaga.domain.records import Asking, Round
from siaga.domain.time import SimulatedClock

EVERY = timedelta(minutes=5)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def withheld_now_and_then(round_: Round, asking: Asking) -> Answer:
    """One name is missing on one platform in the second hour of each six."""
    gone = HOUR <= (round_.at - START) % (6 * HOUR) < 2 * HOUR
    here = (asking.subject, round_.stream.platform) == ("mahfud", "x")
    return Answer.EMPTY if gone and here else Answer.RESULTS


async def look(opened: OpenWatch) -> None:
    """What overview, health, equal treatment, a name's and the history's pages ask."""
    view, since = opened.view, opened.view.now() - DAY
    view.verdicts(), view.health(), view.treatment(), view.cases(), view.changes(100)
    view.spells(since, suspicions=True), view.past_findings(since, suspicions=True)
    view.evidence("x", "mahfud", since)
    await view.missing_counts(since, view.now())
    await view.measurements("x", "mahfud", 100)


def measured(directory: Path, opened: OpenWatch, spent: float) -> dict[str, object]:
    """What the process and its directory hold now, after the garbage is collected."""
    gc.collect()
    process = psutil.Process()
    health = opened.view.health()
    return {
        "day": (opened.view.now() - START) // DAY,
        "rounds": health.rounds,
        "MB": round(process.memory_info().rss / 2**20, 1),
        "descriptors": process.num_fds(),
        "threads": process.num_threads(),
        "Python objects": len(gc.get_objects()),
        "tasks": len(asyncio.all_tasks()),
        "cases": len(opened.view.cases()),
        "journal events": opened.journal.head()[0],
        "state KB": (directory / "state").stat().st_size >> 10,
        "directory MB": round(sum(path.stat().st_size for path in directory.rglob("*")) / 2**20, 1),
        "CPU s": round(time.process_time() - spent, 1),
    }


async def watched(directory: Path, days: int) -> None:
    """Watch so many days by a clock that is moved from one time of rounds to the next."""
    clock, prober = SimulatedClock(START), ScriptedProber(withheld_now_and_then)
    async with watch_of(directory, clock, prober, election(every=EVERY.total_seconds())) as opened:
        spent = time.process_time()
        for _ in range(days):
            for step in range(DAY // EVERY):
                clock.advance(EVERY)
                await opened.watch.step()
                opened.messaging.alerts.step()
                await opened.outbox.step()
                prober.asked.clear()
                prober.answered.clear()
                if step % (HOUR // EVERY) == 0:
                    await look(opened)
            print(json.dumps(measured(directory, opened, spent)), flush=True)
            spent = time.process_time()


def main() -> None:
    """Watch; a line a day."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(watched(Path(directory), days))


if __name__ == "__main__":
    main()
