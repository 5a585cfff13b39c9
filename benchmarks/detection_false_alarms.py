"""What detection says in 1,000 series-months in which nothing is withheld, world by world.

python -m benchmarks.detection_false_alarms [WORLD ...] [--months 1000] [--names 25] [--watched 1000]
    [--every 1] [--first 0]

A series is one name of one stream, asked every so many minutes for a month. So many names share the promise
as are watched: 1,000 names and 1,000 series-months are one watch of a month. Every change to a finding is
counted. Each platform has a seed of its own, from the first on: runs side by side take different ones.
"""

import argparse
import time
from collections import Counter
from datetime import timedelta

from benchmarks.detection_worlds import KINDS, played, quiet_streams

from siaga.detection.settings import Settings
from siaga.detection.watch import Detection
from siaga.domain.verdicts import State

SETTINGS = Settings()


MONTH = timedelta(days=30)


def false_alarms(kind: str, seeds: range, names: int, every: timedelta, watched: int) -> Counter[str]:
    """Findings about names, by state and kind."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        streams = quiet_streams(seed, MONTH // every, names, KINDS[kind], every)
        detection = Detection(SETTINGS, names=watched)
        for change in played(streams, detection):
            if change.subject is not None and change.state in (
                State.SUPPRESSED,
                State.IMPAIRED,
                State.SUSPECTED,
            ):
                counts[change.state] += 1
                what = change.detail.get("kind", "")
                if change.state is not State.SUSPECTED:
                    at = f"{change.at:%d %H:%M}"
                    print(f"  {change.state} {what} {change.platform} {change.subject} {at}", flush=True)
        print(f"  {kind}, seed {seed}: so far {dict(counts)}", flush=True)
    return counts


def main() -> None:
    """Print a row for each world."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("worlds", nargs="*", choices=[[], *KINDS], default=[])
    parser.add_argument("--months", type=int, default=1000)
    parser.add_argument("--names", type=int, default=25)
    parser.add_argument("--watched", type=int, default=1000)
    parser.add_argument("--every", type=float, default=1, help="minutes between two rounds")
    parser.add_argument("--first", type=int, default=0, help="seed of the first platform")
    options = parser.parse_args()
    print(
        "| world | series-months | suppressed | impaired | missing now | seconds |\n|---|---|---|---|---|---|"
    )
    every = timedelta(minutes=options.every)
    seeds = range(options.first, options.first + max(1, options.months // options.names))
    for kind in options.worlds or KINDS:
        begin = time.process_time()
        counts = false_alarms(kind, seeds, options.names, every, options.watched)
        row = (counts[State.SUPPRESSED], counts[State.IMPAIRED], counts[State.SUSPECTED])
        shown = " | ".join(map(str, row))
        print(f"| {kind} | {options.months} | {shown} | {time.process_time() - begin:.0f} |", flush=True)


if __name__ == "__main__":
    main()
