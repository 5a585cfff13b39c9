"""How many rounds a core plans a second, over 1,000 streams: `python -m benchmarks.planning`.

Times are CPU time, so that other work on the machine counts little. A round is planned (its names, order, id
and seed), taken from two budgets, and finished.
"""

import time
from datetime import UTC, date, datetime, timedelta

import orjson

from siaga.election.model import (
    Budget,
    Contestant,
    ContestantKind,
    Control,
    ControlKind,
    Election,
    Name,
    NameKind,
    Person,
    PlatformWatch,
    SurfaceWatch,
    Vantage,
)
from siaga.planning.planner import Planner

START = datetime(2024, 1, 25, tzinfo=UTC)
ROUNDS = 40_000
NAMES = 13


def election() -> Election:
    """50 platforms of two surfaces from ten vantages: 1,000 streams, 13 names a round, a round a minute."""
    surfaces = tuple(SurfaceWatch(surface, timedelta(minutes=1)) for surface in ("search-latest", "people"))
    budgets = (Budget(450, timedelta(minutes=15)), Budget(40_000, timedelta(days=1)))
    return Election(
        id="benchmark",
        label="Benchmark",
        country=None,
        timezone="UTC",
        votes=date(2024, 2, 14),
        contestants=tuple(
            Contestant(f"t{n}", ContestantKind.PERSON, f"t{n}", n, (Person(f"t{n}", names(f"target {n}")),))
            for n in range(3)
        ),
        controls=tuple(Control(f"c{n}", ControlKind.EVERYDAY_WORD, names(f"control {n}")) for n in range(9)),
        canaries=("qzxvkw",),
        platforms=tuple(
            PlatformWatch(f"p{n}", "x", f"p{n}", "http://127.0.0.1", surfaces, budgets) for n in range(50)
        ),
        vantages=tuple(Vantage(f"v{n}") for n in range(10)),
    )


def names(text: str) -> tuple[Name, ...]:
    """A full and a short name."""
    return Name(text, NameKind.FULL), Name(text[:3], NameKind.SHORT)


def main() -> None:
    """Plan, and print what it took."""
    watched = election()
    costs = {(platform.id, watch.surface): 1 for platform in watched.platforms for watch in platform.surfaces}
    planner = Planner(watched, costs, lambda day: day.isoformat().encode().ljust(32), START)
    planned, now = 0, START
    began = time.process_time()
    while planned < ROUNDS:
        now = max(now, planner.next_due())
        for round_ in planner.take_due(now):
            planner.finished(round_, now + timedelta(milliseconds=1), NAMES)
            planned += 1
    planning = time.process_time() - began
    began = time.process_time()
    kept = orjson.dumps(planner.state())
    keeping = time.process_time() - began
    print(
        f"rounds planned a second of CPU: {planned / planning:,.0f} ({planning / planned * 1e6:.0f} us each)"
    )
    print(f"state of {len(planner.state()['tracks']):,} streams: {len(kept):,} bytes, {keeping * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
