"""Recoveries: when "verified restored" is said after a withholding ends, and never while it goes on.

python -m benchmarks.detection_recoveries            # both tables
python -m benchmarks.detection_recoveries back       # or one of: back, volume

One cell, a round a minute, unless said; 12 controls, 100 names.
"""

import sys
from datetime import timedelta

import numpy as np
from benchmarks.detection_worlds import CONTROLS, DAY, played

from siaga.detection.settings import Settings
from siaga.detection.watch import Detection
from siaga.domain.verdicts import PROVEN, State, Verdict
from siaga.simulation.streams import Streams

SETTINGS = Settings()
QUIET = 600
REFERENCE = {
    1.0: "62 (111)",
    0.6: "102 (160)",
    0.3: "102 (160)",
    0.15: "155 (248)",
    0.12: "204",
    0.1: "231 (450)",
}
"""Rounds to verified by the slow programs, median (nineteen in twenty)."""


def said_of(streams: Streams) -> list[Verdict]:
    """What was said of the name."""
    return [c for c in played(streams, Detection(SETTINGS, names=100)) if c.subject == "mahfud"]


def show_back() -> None:
    """Wholly back after a day: rounds to the verified end; false ends while still withheld."""
    print("| withheld | reference, rounds | measured, rounds | not over in a day | ended while withheld |")
    print("|---|---|---|---|---|")
    for share, right in REFERENCE.items():
        delays, early, never = [], 0, 0
        for seed in range(20):
            until = QUIET + DAY
            streams = Streams(seed, until + DAY, ("mahfud",), CONTROLS)
            streams.withhold("mahfud", QUIET, until, share)
            end, called = streams.start + until * streams.cadence, False
            for change in said_of(streams):
                called |= change.state in PROVEN
                if called and change.state not in PROVEN:
                    if change.at < end:
                        early += 1
                        called = False
                    else:
                        delays.append((change.at - end) / streams.cadence)
                        break
            else:
                never += called
        shown = f"{np.median(delays):.0f} ({np.quantile(delays, 0.95):.0f})" if delays else "-"
        print(f"| {share:.0%} | {right} | {shown} | {never} of 20 | {early} |", flush=True)
    pooled = []
    for seed in range(12):
        streams = Streams(seed, 140, ("mahfud",), CONTROLS, surfaces="abcd", vantages="123")
        streams.withhold("mahfud", 60, 90)
        end = streams.start + 90 * streams.cadence
        over = [c.at for c in said_of(streams) if c.at > end and c.state not in PROVEN | {State.SUSPECTED}]
        pooled.append((over[0] - end) / timedelta(minutes=1) if over else np.inf)
    print(f"\nwithheld at 100% over 4 x 3 cells: verified {np.median(pooled):.1f} minutes after the end")


def show_volume() -> None:
    """Fully withheld, then back with a part of its results: what is said a day later."""
    print("| back with | states said after the return | state a day later |\n|---|---|---|")
    for volume in (0.3, 0.6, 0.75, 0.9, 1.0):
        streams = Streams(7, QUIET + 120 + DAY, ("mahfud",), CONTROLS, facts=True)
        streams.matching[:] = streams.random.poisson(40, streams.matching.shape)
        back = streams.matching[:, QUIET + 120 :, 0]
        streams.matching[:, QUIET + 120 :, 0] = streams.random.binomial(back, volume)
        streams.withhold("mahfud", QUIET, QUIET + 120)
        end = streams.start + (QUIET + 120) * streams.cadence
        states = [
            f"{c.state} after {(c.at - end) / timedelta(minutes=1):.0f} min"
            for c in said_of(streams)
            if c.at >= end
        ]
        last = said_of(streams)[-1]
        print(
            f"| {volume:.0%} | {'; '.join(states) or 'nothing'} | {last.state} {dict(last.detail)} |",
            flush=True,
        )


SHOWS = {"back": show_back, "volume": show_volume}


def main(chosen: list[str]) -> None:
    """Print the chosen table, or both."""
    for name, show in SHOWS.items():
        if not chosen or name in chosen:
            show()
            print()


if __name__ == "__main__":
    main(sys.argv[1:])
