"""What detection says in 1,000 series-months in which nothing is withheld, world by world.

python -m benchmarks.detection_false_alarms [WORLD ...] [--months 1000] [--names 25] [--watched 1000]

A series is one name of one stream; a month has 43,200 rounds. So many names share the promise as are watched:
1,000 names and 1,000 series-months are one watch of a month. Every change to a finding is counted.
"""

import argparse
import time
from collections import Counter

from benchmarks.detection_worlds import KINDS, MONTH, played, quiet_streams

from siaga.detection.settings import Settings
from siaga.detection.watch import Detection
from siaga.domain.verdicts import State

SETTINGS = Settings()


def false_alarms(kind: str, months: int, names: int, rounds: int, watched: int) -> Counter[str]:
    """Findings about names, by state and kind."""
    counts: Counter[str] = Counter()
    for seed in range(max(1, months * MONTH // (names * rounds))):
        streams = quiet_streams(seed, rounds, names, KINDS[kind])
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
                    print(
                        f"  {kind}: {change.state} {what} {change.platform} {change.subject} {change.at}",
                        flush=True,
                    )
    return counts


def main() -> None:
    """Print a row for each world."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("worlds", nargs="*", choices=[[], *KINDS], default=[])
    parser.add_argument("--months", type=int, default=1000)
    parser.add_argument("--names", type=int, default=25)
    parser.add_argument("--rounds", type=int, default=MONTH)
    parser.add_argument("--watched", type=int, default=1000)
    options = parser.parse_args()
    print(
        "| world | series-months | suppressed | impaired | missing now | seconds |\n|---|---|---|---|---|---|"
    )
    for kind in options.worlds or KINDS:
        begin = time.process_time()
        counts = false_alarms(kind, options.months, options.names, options.rounds, options.watched)
        row = (counts[State.SUPPRESSED], counts[State.IMPAIRED], counts[State.SUSPECTED])
        shown = " | ".join(map(str, row))
        print(f"| {kind} | {options.months} | {shown} | {time.process_time() - begin:.0f} |", flush=True)


if __name__ == "__main__":
    main()
