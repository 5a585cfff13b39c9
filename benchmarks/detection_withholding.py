"""Withholdings of every share, with controls that go too, by every kind of answer: one finding each?

python -m benchmarks.detection_withholding [--seeds 2] [--share 0.3] [--gone 2] [--kind empty] [--alike]

For each: findings opened, their state, minutes to the call, how far the onset is off, and false ends.
"""

import argparse
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, product

import numpy as np
from benchmarks.detection_worlds import CONTROLS, DAY, played

from siaga.detection.settings import Settings
from siaga.detection.watch import Detection
from siaga.domain.answers import Answer
from siaga.domain.verdicts import PROVEN, State, Verdict
from siaga.simulation.streams import Streams

SETTINGS = Settings()
SHARES = (1.0, 0.6, 0.3, 0.15, 0.12, 0.1)
GONE = (0, 2, 4, 5, 6)
KINDS = (
    Answer.EMPTY,
    Answer.HIDDEN,
    Answer.REFUSED,
    Answer.ERROR,
    Answer.LIMITED,
    Answer.CHALLENGED,
    Answer.WALLED,
    Answer.UNREACHABLE,
    Answer.UNREADABLE,
)
QUIET = 600


@dataclass(frozen=True, slots=True)
class Played:
    """What was said of a name withheld from `begin` on, without end."""

    begin: datetime
    changes: list[Verdict]

    @property
    def calls(self) -> list[Verdict]:
        """The changes to a finding that is called."""
        states = [change.state for change in self.changes]
        return [
            change
            for change, before in zip(self.changes, [None, *states], strict=False)
            if change.state in PROVEN and before not in PROVEN
        ]

    @property
    def first(self) -> Verdict | None:
        """The first call; where the name is not measured, the first suspicion."""
        named = [change for change in self.changes if change.state in PROVEN | {State.SUSPECTED}]
        return next(iter(self.calls), None) or next(iter(named), None)

    @property
    def last(self) -> Verdict | None:
        """What was said last of all."""
        return self.changes[-1] if self.changes else None

    @property
    def false_ends(self) -> int:
        """Times that a finding was said to be over, though it was not."""
        states = [change.state for change in self.changes]
        return sum(a in PROVEN and b not in PROVEN for a, b in pairwise(states))


def play(kind: Answer, share: float, gone: int, seed: int, alike: bool) -> Played:
    """A name withheld from round 600 on, for long; so many controls go with it, wholly or `alike`."""
    rounds = QUIET + (2 * DAY if share < 0.2 else DAY if share < 0.5 else 500)
    streams = Streams(seed, rounds, ("mahfud", "anies", "ganjar"), CONTROLS)
    streams.withhold("mahfud", QUIET, rounds, share, kind)
    for control in range(gone):
        streams.withhold(f"control-{control}", QUIET, rounds, share if alike else 1.0, kind)
    begin = streams.start + QUIET * streams.cadence
    said = [
        change
        for change in played(streams, Detection(SETTINGS, names=100))
        if change.subject == "mahfud" and change.at >= begin
    ]
    return Played(begin, said)


def row(kind: Answer, share: float, gone: int, seeds: int, alike: bool) -> str:
    """What was said of such a name."""
    games = [play(kind, share, gone, seed, alike) for seed in range(seeds)]
    firsts = [(game, game.first) for game in games]
    delays = [(first.at - game.begin).total_seconds() / 60 for game, first in firsts if first]
    off = [
        abs((first.onset[1] - game.begin).total_seconds()) / 60
        for game, first in firsts
        if first and first.onset
    ]
    states = sorted({named(first or game.last) for game, first in firsts})
    cells = (
        kind,
        f"{share:.0%}",
        gone,
        ", ".join(states),
        "/".join(str(len(game.calls)) for game in games),
        f"{np.median(delays):.0f}" if delays else "-",
        f"{np.median(off):.0f}" if off else "-",
        sum(game.false_ends for game in games),
    )
    return "| " + " | ".join(map(str, cells)) + " |"


def named(first: Verdict | None) -> str:
    """A state and its kind."""
    if first is None:
        return "nothing (findable)"
    return " ".join((first.state, first.detail.get("kind", ""))).strip()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--share", type=float, action="append")
    parser.add_argument("--gone", type=int, action="append")
    parser.add_argument("--kind", type=Answer, action="append")
    parser.add_argument("--alike", action="store_true", help="controls go at the name's share, not wholly")
    options = parser.parse_args()
    print(
        "| answer | withheld | controls gone | said first | calls | minutes | onset off, min | false ends |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for kind, share, gone in product(options.kind or KINDS, options.share or SHARES, options.gone or GONE):
        print(row(kind, share, gone, options.seeds, options.alike), flush=True)


if __name__ == "__main__":
    main()
