"""A whole watch: killed again and again, and its memory and time at 1,000 series.

    python -m benchmarks.watch kill [KILLS]    # SIGKILL so often (100), and what was lost
    python -m benchmarks.watch size [HOURS]    # 1,000 series, a round a minute each, for so many hours (3)

`size` plays all of a watch but the network: 10 targets at 100 streams, answers made by a script, through
planner, store, detection, journal and saved state. Time is CPU time of the whole process, by part.
"""

import asyncio
import cProfile
import json
import pstats
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psutil
from tests.watch.killed_watch import kill_again_and_again
from tests.watch.scripted_watch import START, ScriptedProber, election, watch_of, withheld_after

from siaga.domain.time import SimulatedClock
from siaga.election.model import Budget, Election, PlatformWatch, SurfaceWatch, Vantage

SURFACES = ("search-latest", "search-top", "people", "suggest", "profile")
PLATFORMS = ("x", "bluesky", "mastodon", "youtube", "nostr")
VANTAGES = ("jakarta", "medan", "makassar", "singapore")
MINUTE = timedelta(minutes=1)
WITHHELD = 10
"""For so many minutes at the end, one name is missing on one platform."""
PARTS = {
    "answers made by the script": ("scripted_watch.py", "ask_round"),
    "judged": ("recorder.py", "_judge"),
    "plan made": ("planner.py", "take_due"),
    "plan written": ("round_schedule.py", "save"),
    "state saved": ("recorder.py", "save"),
}
"""By file and function."""


def kill(kills: int) -> dict[str, object]:
    """Kill a watch, and count what was lost."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as directory:
        found = kill_again_and_again(Path(directory), kills, seed=7)
    return {**found, "seconds": round(time.monotonic() - began)}


def thousand_series() -> Election:
    """10 targets at 5 platforms of 5 surfaces from 4 vantages, a round a minute."""
    surfaces = tuple(SurfaceWatch(surface, MINUTE) for surface in SURFACES)
    budgets = (Budget(10_000_000, timedelta(minutes=15)),)
    return replace(
        election(f"target-{number}" for number in range(10)),
        platforms=tuple(
            PlatformWatch(id, id, id, "http://127.0.0.1:9", surfaces, budgets) for id in PLATFORMS
        ),
        vantages=tuple(Vantage(id) for id in VANTAGES),
    )


async def watched(directory: Path, minutes: int) -> dict[str, object]:
    """Watch for so long by a clock that is moved a minute at a time."""
    process, clock = psutil.Process(), SimulatedClock(START)
    before = process.memory_info().rss
    prober = ScriptedProber(withheld_after(minutes - WITHHELD, "target-3"))
    sizes: list[int] = []
    async with watch_of(directory, clock, prober, thousand_series()) as opened:
        began = time.process_time()
        for _ in range(minutes):
            clock.advance(MINUTE)
            await opened.watch.step()
            prober.asked.clear()
            prober.answered.clear()
            sizes.append(process.memory_info().rss >> 20)
        took = time.process_time() - began
        health = opened.view.health()
    return {
        "series": len(health.streams) * 10,
        "rounds": health.rounds,
        "measurements": health.measurements,
        "MB before": before >> 20,
        "MB each half hour": sizes[29::30],
        "MB at most": max(sizes),
        "CPU ms a round": round(1000 * took / health.rounds, 2),
        "state file KB": (directory / "state").stat().st_size >> 10,
        "plan file KB": (directory / "plan.json").stat().st_size >> 10,
    }


async def judged_anew(directory: Path) -> int:
    """How many stored rounds a second a start judges that finds no saved state."""
    (directory / "state").unlink()
    began = time.process_time()
    async with watch_of(
        directory, SimulatedClock(START), ScriptedProber(withheld_after(0)), thousand_series()
    ) as opened:
        return round(opened.view.health().rounds / (time.process_time() - began))


def size(hours: float) -> dict[str, object]:
    """Memory first, unobserved; then 20 minutes under the profiler, which slows all: where time goes."""
    with tempfile.TemporaryDirectory() as directory:
        found = asyncio.run(watched(Path(directory), round(hours * 60)))
        found["rounds judged anew a second"] = asyncio.run(judged_anew(Path(directory)))
    profile = cProfile.Profile(time.process_time)
    with tempfile.TemporaryDirectory() as directory:
        profile.enable()
        rounds = asyncio.run(watched(Path(directory), 20))["rounds"]
        profile.disable()
    assert isinstance(rounds, int)
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for part, place in PARTS.items():
        spent = sum(
            entry[3] for (file, _, function), entry in stats.items() if (Path(file).name, function) == place
        )
        found[f"profiled ms a round: {part}"] = round(1000 * spent / rounds, 3)
    return found


def main() -> None:
    """Measure one thing; print it as one JSON object."""
    what = sys.argv[1] if len(sys.argv) > 1 else "kill"
    number = sys.argv[2] if len(sys.argv) > 2 else ""
    found = kill(int(number or 100)) if what == "kill" else size(float(number or 3))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
