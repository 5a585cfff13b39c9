"""Detection beside the rules that people use: false alarms; series-rounds a second; what it holds.

python -m benchmarks.detection            # everything, about fifteen minutes on one core
python -m benchmarks.detection memory     # or some of: throughput, replay, memory, false-alarms
python -m benchmarks.detection picture > docs/pictures/evidence.svg
"""

import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
from benchmarks.detection_worlds import CONTROLS, MONTH, limits, outages, played
from river import drift

from siaga.cli.replaying import replayed
from siaga.detection.rounds import Rounds
from siaga.detection.settings import Settings
from siaga.detection.watch import Detection
from siaga.domain.answers import Answer
from siaga.domain.verdicts import State
from siaga.measurements.export import write_json_lines, write_parquet
from siaga.simulation.streams import ANSWERS, Streams

SERIES = 1000
SETTINGS = Settings()
MISSING = [ANSWERS.index(one) for one in (Answer.EMPTY, Answer.HIDDEN, Answer.REFUSED, Answer.ERROR)]
MEASURED = [*MISSING, ANSWERS.index(Answer.RESULTS)]


# False alarms


def world(kind: str, seed: int, names: int = 10, rounds: int = MONTH) -> Streams:
    """Series in which no name is withheld."""
    targets = [f"name-{k}" for k in range(names)]
    streams = Streams(seed, rounds, targets, CONTROLS, platform=f"platform-{seed}")
    if kind in ("drift", "all"):
        streams.drift(3, 1440)
    streams.settle()
    if kind in ("bursts", "all"):
        streams.bursts(6, 10, (0.05, 0.9))
    if kind in ("outages", "all"):
        outages(streams)
    if kind in ("limits", "all"):
        limits(streams)
    return streams


def outcomes(streams: Streams) -> npt.NDArray[np.int8]:
    """Each target's rounds: 1 missing, 0 found, -1 not measured; shape (names, rounds)."""
    answers = streams.answer[0, :, :10].T
    out = np.where(np.isin(answers, MISSING), 1, 0).astype(np.int8)
    out[~np.isin(answers, MEASURED)] = -1
    return out


def n_in_a_row(x: npt.NDArray[np.int8], n: int) -> int:
    """Alarms of "n misses in a row", one a run."""
    seen = x[x >= 0]
    ends = np.flatnonzero(np.diff(np.concatenate([[0], seen == 1, [0]]).astype(int)))
    return int((ends[1::2] - ends[::2] >= n).sum())


def k_of_n(x: npt.NDArray[np.int8], k: int, n: int) -> int:
    """Alarms of "k misses of the last n", one a stretch."""
    seen = (x[x >= 0] == 1).astype(int)
    over = np.convolve(seen, np.ones(n, int))[: len(seen)] >= k
    return int((np.diff(np.concatenate([[0], over])) == 1).sum())


def cusum(x: npt.NDArray[np.int8], base: float = 0.005, bad: float = 0.5, h: float = 16.0) -> int:
    """Alarms of a CUSUM on misses, restarted after each."""
    total, alarms = 0.0, 0
    up, down = log(bad / base), log((1 - bad) / (1 - base))
    for one in x[x >= 0].tolist():
        total = max(0.0, total + (up if one else down))
        if total > h:
            alarms, total = alarms + 1, 0.0
    return alarms


def repeated_z(x: npt.NDArray[np.int8], base: float = 0.005, z: float = 5.0) -> int:
    """Alarms of a z-test on the last hour, repeated every round, one a stretch."""
    seen = (x[x >= 0] == 1).astype(float)
    share = np.convolve(seen, np.ones(60))[: len(seen)] / 60
    over = share > base + z * np.sqrt(base * (1 - base) / 60)
    return int((np.diff(np.concatenate([[0], over])) == 1).sum())


RULES: dict[str, Callable[[npt.NDArray[np.int8]], int]] = {
    "three misses in a row": lambda x: n_in_a_row(x, 3),
    "5 of the last 10": lambda x: k_of_n(x, 5, 10),
    "CUSUM on misses, h = 16": cusum,
    "z-test every round on an hour, z > 5": repeated_z,
}


def show_false_alarms(platforms: int = 10) -> None:
    """The table of false alarms."""
    scale = SERIES / (10 * platforms)
    print(f"alarms in 1,000 series over 30 days without withholding (measured on {10 * platforms}, scaled)\n")
    print("| streams | suppressed or impaired | suspected | " + " | ".join(RULES) + " |")
    print("|---|---|---|" + "---|" * len(RULES))
    for kind in ("clean", "bursts", "outages", "limits", "drift", "all"):
        counts: Counter[str] = Counter()
        detection = Detection(SETTINGS, names=SERIES)
        for seed in range(platforms):
            streams = world(kind, seed)
            for change in played(streams, detection):
                if change.subject is not None:
                    counts[change.state] += 1
            for x in outcomes(streams):
                for name, rule in RULES.items():
                    counts[name] += rule(x)
        proven = counts[State.SUPPRESSED] + counts[State.IMPAIRED]
        cells = [proven, counts[State.SUSPECTED], *(counts[name] for name in RULES)]
        print(f"| {kind} | " + " | ".join(f"{count * scale:,.0f}" for count in cells) + " |", flush=True)


# Throughput and memory


def show_throughput() -> None:
    """Series-rounds and measurements a CPU second, all rules included; beside river's detectors."""
    print("| names in a round | world | series-rounds a second | measurements a second |")
    print("|---|---|---|---|")
    for names, rounds in ((1, 20_000), (10, 10_000), (100, 4000), (1000, 600)):
        for kind in ("clean", "all"):
            streams = world(kind, 1, names, rounds)
            columns, words = streams.columns()
            begin = time.process_time()
            detection = Detection(SETTINGS, names=SERIES)
            grouped = Rounds(detection.role, None)
            for _ in grouped.add(columns, words):
                pass
            for facts in grouped.end(words):
                detection.take_facts(facts)
            spent = time.process_time() - begin
            print(
                f"| {names:,} | {kind} | {names * rounds / spent:,.0f} | {len(columns) / spent:,.0f} |",
                flush=True,
            )
    print()
    random = np.random.default_rng(1)
    detectors = {"river ADWIN": drift.ADWIN, "river Page-Hinkley": drift.PageHinkley}
    for name, make in detectors.items():
        detector = make()
        begin = time.process_time()
        for value in (random.random(200_000) < 0.05).astype(float).tolist():
            detector.update(value)
        spent = time.process_time() - begin
        print(f"- {name}: {200_000 / spent:,.0f} updates a second")


def show_replay() -> None:
    """Records a CPU second of `siaga replay`: reading, gathering into rounds and judging, all rules."""
    print("| names in a round | world | JSON Lines | Parquet |\n|---|---|---|---|")
    with TemporaryDirectory() as directory:
        for names, rounds in ((10, 10_000), (100, 2000), (1000, 300)):
            for kind in ("clean", "all"):
                table = world(kind, 1, names, rounds).table()
                rates = []
                for name, write in (("jsonl", write_json_lines), ("parquet", write_parquet)):
                    path = Path(directory) / f"world.{name}"
                    write(path, [table])
                    begin = time.process_time()
                    replayed([path], SETTINGS, names=SERIES)
                    rates.append(len(table) / (time.process_time() - begin))
                print(f"| {names:,} | {kind} | {rates[0]:,.0f} | {rates[1]:,.0f} |", flush=True)


def show_memory() -> None:
    """What detection holds after rounds of many series, by Python's own count."""
    print("| platforms | streams of each | names | series | rounds of each stream | MB | bytes a series |")
    print("|---|---|---|---|---|---|---|")
    for platforms, surfaces, names, rounds in (
        (100, "a", 1000, 40),
        (60, "a", 600, 40),
        (1, "a", 1000, 2500),
    ):
        tracemalloc.start()
        detection = Detection(SETTINGS, names=platforms * names)
        for seed in range(platforms):
            targets = [f"name-{k}" for k in range(names)]
            streams = Streams(
                seed, rounds, targets, CONTROLS, platform=f"platform-{seed}", surfaces=surfaces, facts=True
            )
            for _ in played(streams, detection):
                pass
            del streams
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        series = platforms * len(surfaces) * names
        print(
            f"| {platforms} | {len(surfaces)} | {names} | {series:,} | {rounds} "
            f"| {held / 1e6:.0f} | {held / series:.0f} |",
            flush=True,
        )


# Picture


def show_picture() -> None:
    """The picture of docs/method.md: one name withheld after an outage, and its evidence, as SVG."""
    streams = Streams(12, 160, ("mahfud",), CONTROLS, missing=0.01)
    streams.outage(40, 50)
    streams.withhold("mahfud", 90, 130)
    detection = Detection(SETTINGS)
    own, controls, evidence = [], [], []
    for measurements in streams.rounds():
        detection.take(measurements)
        missing = {one.subject: one.answer is not Answer.RESULTS for one in measurements}
        own.append(missing.pop("mahfud"))
        controls.append(sum(missing.values()) / CONTROLS)
        evidence.append(detection.evidence("x", "mahfud"))
    alarm = SETTINGS.alarm(1)
    low, high = -6.0, 12.0

    def x(number: int) -> float:
        return 60 + 4.8 * number

    def y(value: float) -> float:
        return 300 - 150 * (min(max(log(max(value, 1e-30), 10), low), high) - low) / (high - low)

    marks = [
        f'<rect x="{x(k):.1f}" y="30" width="4" height="22" fill="#b3261e"/>'
        for k, gone in enumerate(own)
        if gone
    ]
    marks += [
        f'<rect x="{x(k):.1f}" y="{102 - 32 * share:.1f}" width="4" height="{32 * share:.1f}" fill="#555"/>'
        for k, share in enumerate(controls)
        if share
    ]
    line = " ".join(f"{x(k):.1f},{y(value):.1f}" for k, value in enumerate(evidence))
    texts = [
        (10, 22, "mahfud: missing in these rounds"),
        (10, 66, "12 controls: share missing"),
        (10, 136, "evidence, from 1 in a million to a trillion to 1"),
        (600, y(alarm) - 6, "proof: the promise's threshold"),
        (x(40), 118, "outage: everyone, so no evidence"),
        (x(90), 118, "one name withheld"),
    ]
    words = "".join(f'<text x="{a:.0f}" y="{b:.0f}">{text}</text>' for a, b, text in texts)
    print(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 840 320" font-family="sans-serif" '
        'font-size="13" role="img" '
        'aria-label="Detectors stays low in an outage and rises when one name is withheld">'
        '<rect width="840" height="320" fill="#fff"/>'
        f"{''.join(marks)}{words}"
        f'<line x1="60" x2="828" y1="{y(alarm):.1f}" y2="{y(alarm):.1f}" stroke="#555" '
        'stroke-dasharray="5 4"/>'
        f'<polyline points="{line}" fill="none" stroke="#0b57d0" stroke-width="2"/></svg>'
    )


SHOWS: dict[str, Callable[[], None]] = {
    "throughput": show_throughput,
    "replay": show_replay,
    "memory": show_memory,
    "false-alarms": show_false_alarms,
}


def main(chosen: list[str]) -> None:
    """Print the chosen tables, or all; or the picture alone."""
    if chosen == ["picture"]:
        show_picture()
        return
    days = SETTINGS.span / timedelta(days=1)
    print(f"psi {SETTINGS.psi:g}, promise {SETTINGS.false_alarms:g} in {days:g} days")
    for name, show in SHOWS.items():
        if not chosen or name in chosen:
            begin = time.monotonic()
            print(f"\n## {name}\n")
            show()
            print(f"({time.monotonic() - begin:.0f} s)")


if __name__ == "__main__":
    main(sys.argv[1:])
