"""SIGKILL at any instant: what was acknowledged is there, and nothing is there twice."""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from tests.measurements.measurement_samples import START, plain_round

from siaga.domain.time import SimulatedClock
from siaga.measurements import rollups
from siaga.measurements.store import Store

KILLS = int(os.environ.get("SIAGA_KILLS", "10"))
"""How often to kill; `SIAGA_KILLS=100` for the long run."""

APPENDER = """
import sys
from datetime import timedelta
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.measurements.measurement_samples import START, plain_round
from siaga.measurements.store import Store
from siaga.domain.time import SimulatedClock

clock = SimulatedClock(START)
first = int(sys.argv[3])
with Store.open(Path(sys.argv[1]), clock) as store:
    print("open", flush=True)
    for number in range(first, first + 10_000):
        clock.advance(timedelta(hours=4))
        store.append(plain_round(number, names=7))
        print(number, flush=True)
        if number % 3 == 0:
            store.maintain()
"""


def acknowledged_before_the_end(directory: Path, first: int, lines: int) -> list[int]:
    """Starts an appender and kills it at work after so many lines; returns what it acknowledged."""
    command = [sys.executable, "-c", APPENDER, str(directory), str(Path(__file__).parent), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        for _ in range(lines):
            process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        rest = process.stdout.read()
    last = first + lines + len(rest.splitlines())
    return list(range(first, last))


@pytest.mark.slow
def test_a_kill_at_any_instant_loses_nothing_acknowledged_and_stores_nothing_twice(tmp_path: Path) -> None:
    rng = random.Random(20240125)
    acknowledged: set[int] = set()
    for _ in range(KILLS):
        first = max(acknowledged, default=-1) + 1
        acknowledged |= set(acknowledged_before_the_end(tmp_path, first, rng.randrange(40)))
        with Store.open(tmp_path, SimulatedClock(START)) as store:
            stored = [one.id for one in store.measurements()]
            asked = sum(
                tally.asked for tally in rollups.counts(store, START, START.replace(year=2034)).values()
            )
        times = Counter(stored)
        assert max(times.values(), default=1) == 1
        assert asked == len(stored)
        expected = {one.id for number in acknowledged for one in plain_round(number, names=7)}
        assert expected <= set(stored)
