"""Rounds from the start of a withholding to `missing now` and to the call, beside the reference's figures.

python -m benchmarks.detection_delays             # all tables, forty minutes on one core
python -m benchmarks.detection_delays pooled      # or one of: rounds, pooled
python -m benchmarks.detection_delays rounds clean "2% noise"
python -m benchmarks.detection_delays beside clean    # the engine and the slow programs on the same streams

600 rounds as usual before, 100 names share the promise of one false alarm in 30 days, 12 controls.
"""

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from benchmarks.detection_worlds import CONTROLS, DAY, STREAM_KINDS, accidents, played
from benchmarks.method_tables import BothLines

from siaga.detection.settings import Settings
from siaga.detection.watch import Detection
from siaga.domain.answers import Answer
from siaga.domain.verdicts import NAME_FINDINGS, PROVEN
from siaga.simulation.streams import ANSWERS, Streams

SETTINGS = Settings()
NAMES = 100
QUIET = 600
SHARES = {1.0: 60, 0.6: 200, 0.3: 700, 0.15: 3000, 0.1: 4000}
"""Shares withheld, and how many rounds each is watched for."""
REFERENCE: dict[str, tuple[int | None, ...]] = {
    "clean": (4, 8, 18, 50, 86),
    "daily rhythm": (5, 9, 22, 52, 95),
    "bursts": (5, 9, 24, 56, 95),
    "2% noise": (6, 12, 30, 100, 192),
    "a fifth fails": (16, 50, 264, None, None),
    "a fifth fails, one retry": (7, 17, 44, 162, 370),
}
"""Median rounds to the alarm by the slow programs, psi 1.5, by share; difference alone, without change."""
NEVER = 10**9
Delays = tuple[list[float], list[float]]
"""Seconds to the alarm, and to the call; `NEVER` where there was none."""


def delays_of(streams: Streams, begin: datetime) -> tuple[float, float]:
    """Seconds from `begin` until the name is at least suspected, and until it is called."""
    missing_now = NEVER
    for change in played(streams, Detection(SETTINGS, names=NAMES)):
        if change.subject != "mahfud" or change.at < begin:
            continue
        if change.state in NAME_FINDINGS:
            missing_now = min(missing_now, int((change.at - begin).total_seconds()))
        if change.state in PROVEN:
            return missing_now, (change.at - begin).total_seconds()
    return missing_now, NEVER


def withheld(kind: str, share: float, seed: int) -> Streams:
    """One stream, a round a minute, in which one name is withheld after the quiet rounds."""
    rounds = QUIET + SHARES[share]
    streams = Streams(seed, rounds, ("mahfud",), CONTROLS)
    accidents(streams, kind)
    streams.withhold("mahfud", QUIET, rounds, share)
    return streams


def one_cell(kind: str, share: float, runs: int) -> Delays:
    """One stream, a round a minute."""
    now, called = [], []
    for seed in range(runs):
        streams = withheld(kind, share, seed)
        a, b = delays_of(streams, streams.start + QUIET * streams.cadence)
        now.append(a)
        called.append(b)
    return now, called


def pooled(
    surfaces: str, vantages: str, share: float, hit: tuple[str, str], cadence: timedelta, runs: int
) -> Delays:
    """Several cells, each with a round a `cadence`, evenly spread; withheld on some surfaces and vantages."""
    now, called = [], []
    every = int(timedelta(minutes=1) / cadence)
    for seed in range(runs):
        rounds = QUIET // (len(surfaces) * len(vantages)) + every * min(SHARES[share], 240)
        quiet = rounds - every * min(SHARES[share], 240)
        streams = Streams(
            seed, rounds, ("mahfud",), CONTROLS, surfaces=surfaces, vantages=vantages, cadence=cadence
        )
        cells = len(streams.streams)
        streams.offsets = [cadence * index / cells for index in range(cells)]
        streams.withhold("mahfud", quiet, rounds, share, surfaces=hit[0], vantages=hit[1])
        a, b = delays_of(streams, streams.start + quiet * streams.cadence)
        now.append(a)
        called.append(b)
    return now, called


def text(delays: Sequence[float], unit: float) -> str:
    """Median and nineteen in twenty, in units of so many seconds."""
    median, late = float(np.median(delays)), float(np.quantile(delays, 0.95))
    if median >= NEVER:
        return "-"
    shown = f"{median / unit:.3g}"
    return f"{shown} ({late / unit:.3g})" if late < NEVER else f"{shown} (not all)"


def show_rounds(kinds: Sequence[str]) -> None:
    """One cell: every kind of stream and share."""
    print("| stream | withheld | reference | to `missing now`, rounds | to the call, minutes |")
    print("|---|---|---|---|---|")
    for kind in kinds:
        for share, right in zip(SHARES, REFERENCE[kind], strict=True):
            if right is None:
                continue
            now, called = one_cell(kind, share, 24 if share >= 0.3 else 8)
            rounds = [seconds // 60 + 1 if seconds < NEVER else NEVER for seconds in now]
            print(f"| {kind} | {share:.0%} | {right} | {text(rounds, 1)} | {text(called, 60)} |", flush=True)


def slow_rounds(all_streams: Sequence[Streams]) -> list[float]:
    """Rounds from the beginning to the alarm by the slow programs, difference alone, on these streams."""
    gone = np.stack([streams.answer[0] != ANSWERS.index(Answer.RESULTS) for streams in all_streams], axis=1)
    lines = BothLines(CONTROLS, len(all_streams), SETTINGS.psi)
    first = np.full(len(all_streams), float(NEVER))
    for number, missing in enumerate(gone):
        evidence = lines.step(missing[:, 1:].sum(axis=1), missing[:, 0]).sum(axis=0)
        if number >= QUIET:
            first[(evidence >= SETTINGS.alarm(NAMES)) & (first == NEVER)] = number - QUIET + 1
    return first.tolist()


def show_beside(kinds: Sequence[str]) -> None:
    """Rounds to `missing now` beside the slow programs' alarm on the same streams."""
    print("| stream | withheld | slow programs, same streams | engine, rounds |\n|---|---|---|---|")
    for kind in kinds:
        for share in (1.0, 0.6, 0.3):
            slow = slow_rounds([withheld(kind, share, seed) for seed in range(24)])
            now, _ = one_cell(kind, share, 24)
            rounds = [seconds // 60 + 1 if seconds < NEVER else NEVER for seconds in now]
            print(f"| {kind} | {share:.0%} | {text(slow, 1)} | {text(rounds, 1)} |", flush=True)


PLACES = {
    "1 cell": ("a", "1", ("", "")),
    "2 surfaces": ("ab", "1", ("", "")),
    "2 x 2": ("ab", "12", ("", "")),
    "4 x 3": ("abcd", "123", ("", "")),
    "6 x 5": ("abcdef", "12345", ("", "")),
    "4 x 3, one surface": ("abcd", "123", ("a", "")),
    "4 x 3, one vantage": ("abcd", "123", ("", "1")),
}


def show_pooled(_: Sequence[str]) -> None:
    """Several cells, a round a minute each."""
    print("seconds to `missing now`, and minutes to the call\n")
    print("| cells | " + " | ".join(f"{share:.0%}" for share in list(SHARES)[:3]) + " |")
    print("|---|---|---|---|")
    for name, (surfaces, vantages, hit) in PLACES.items():
        cells = []
        for share in list(SHARES)[:3]:
            now, called = pooled(surfaces, vantages, share, hit, timedelta(minutes=1), 12)
            cells.append(f"{text(now, 1)} s; {text(called, 60)} min")
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


SHOWS = {"rounds": show_rounds, "pooled": show_pooled, "beside": show_beside}


def main(chosen: list[str]) -> None:
    """Print the chosen table, or all."""
    print(f"psi {SETTINGS.psi:g}, a day has {DAY} rounds\n")
    if chosen and chosen[0] in SHOWS:
        SHOWS[chosen[0]](chosen[1:] or STREAM_KINDS)
        return
    for show in SHOWS.values():
        show(STREAM_KINDS)
        print()


if __name__ == "__main__":
    main(sys.argv[1:])
