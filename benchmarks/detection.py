"""Detection measured: delay beside the limit, false alarms beside common rules, updates a second.

python -m benchmarks.detection            # everything, about fifteen minutes on one core
python -m benchmarks.detection delay      # or some of: delay, recovery, pooled, throughput, false-alarms
python -m benchmarks.detection picture > docs/pictures/evidence.svg
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from math import ceil, log

import numpy as np
import numpy.typing as npt
from river import drift

from siaga.detection.evidence import Detectors, Parts
from siaga.detection.registry import proof_at
from siaga.detection.rounds import Rounds
from siaga.detection.settings import Settings
from siaga.detection.watch import Detection
from siaga.domain.answers import Answer
from siaga.domain.verdicts import State, Verdict
from siaga.simulation.streams import ANSWERS, Streams

SERIES = 1000
MONTH = 43_200
CONTROLS = 12
SETTINGS = Settings()
MISSING = [ANSWERS.index(one) for one in (Answer.EMPTY, Answer.HIDDEN, Answer.REFUSED, Answer.ERROR)]
MEASURED = [*MISSING, ANSWERS.index(Answer.RESULTS)]


def fed(streams: Streams, detection: Detection) -> Iterator[Verdict]:
    """The changes of state that the streams bring."""
    columns, words = streams.columns()
    rounds = Rounds(detection.role, None)
    for _ in rounds.add(columns, words):
        pass
    for facts in rounds.end(words):
        yield from detection.take_facts(facts)


# Delay


def delay(quiet: int, share: float, runs: int) -> list[int]:
    """Rounds from the beginning of a withholding to `suppressed`, names as in a watch of 1,000."""
    delays = []
    for seed in range(runs):
        streams = Streams(seed, quiet + 900, ("mahfud",), CONTROLS)
        streams.withhold("mahfud", quiet, quiet + 900, share)
        begin = streams.start + quiet * streams.cadence
        proofs = (
            one.at
            for one in fed(streams, Detection(SETTINGS, names=SERIES))
            if one.state is State.SUPPRESSED and one.at >= begin
        )
        first = next(proofs, None)
        delays.append(10**6 if first is None else (first - begin) // streams.cadence + 1)
    return delays


def oracle(share: float, runs: int = 400, missing: float = 0.005, psi: float = 2.0) -> float:
    """Rounds that the same conditional bet takes when it knows the share withheld and the beginning."""
    random = np.random.default_rng(1)
    odds = share / (1 - share) if share < 1 else 1e6
    theta = max(psi, odds / (missing / (1 - missing)))
    needed, delays = log(SERIES * MONTH), []
    for _ in range(runs):
        total, rounds = 0.0, 0
        while total < needed:
            rounds += 1
            x = random.random() < share
            f = int(random.binomial(CONTROLS, missing)) + x
            if f > 0 and 3 * f <= CONTROLS + 1:
                p0 = psi * f / (psi * f + CONTROLS + 1 - f)
                p1 = theta * f / (theta * f + CONTROLS + 1 - f)
                total += log(p1 / p0) if x else log((1 - p1) / (1 - p0))
        delays.append(rounds)
    return float(np.median(delays))


def limit(psi: float) -> float:
    """Rounds that full withholding takes at least: log(threshold) / log(1 + m / psi)."""
    return log(SERIES * MONTH) / log(1 + CONTROLS / psi)


def show_delay() -> None:
    """The table of delays."""
    print("rounds to `suppressed`, median (95th percentile); 12 controls, a round a minute, 1,000 names\n")
    print("| as usual before | withheld | measured | limit | oracle, same bet, psi 2 | allowed |")
    print("|---|---|---|---|---|---|")
    for quiet, title in ((60, "an hour"), (1440, "a day"), (10_080, "a week")):
        for share in (1.0, 0.6, 0.3):
            got = delay(quiet, share, 60 if quiet < 10_000 else 24)
            knows = oracle(share)
            allowed = ceil(1.15 * limit(2.0)) if share == 1 else 1.3 * knows
            print(
                f"| {title} | {share:.0%} | {np.median(got):.0f} ({np.quantile(got, 0.95):.0f}) "
                f"| {limit(2.0):.1f} | {knows:.0f} | {allowed:.0f} |",
                flush=True,
            )


# False alarms


def world(kind: str, seed: int) -> Streams:
    """Ten series for a month in which no name is withheld."""
    streams = Streams(seed, MONTH, [f"name-{k}" for k in range(10)], CONTROLS, platform=f"platform-{seed}")
    if kind in ("drift", "all"):
        streams.drift(3, 1440)
    streams.settle()
    random = streams.random
    if kind in ("bursts", "all"):
        streams.bursts(6, 10, (0.05, 0.9))
    if kind in ("outages", "all"):
        for begin in random.integers(0, MONTH, 10).tolist():
            streams.outage(begin, begin + int(random.integers(5, 120)))
    if kind in ("limits", "all"):
        streams.outage(0, MONTH, 0.05, Answer.LIMITED)
        for begin in random.integers(0, MONTH, 20).tolist():
            streams.outage(
                begin, begin + int(random.integers(5, 200)), float(random.uniform(0.2, 1)), Answer.LIMITED
            )
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
            for change in fed(streams, detection):
                if change.subject is not None:
                    counts[change.state] += 1
            for x in outcomes(streams):
                for name, rule in RULES.items():
                    counts[name] += rule(x)
        proven = counts[State.SUPPRESSED] + counts[State.IMPAIRED]
        cells = [proven, counts[State.SUSPECTED], *(counts[name] for name in RULES)]
        print(f"| {kind} | " + " | ".join(f"{count * scale:,.0f}" for count in cells) + " |", flush=True)


# Recovery


def show_recovery() -> None:
    """Rounds from the end of a withholding to its verified end."""
    delays = []
    for seed in range(40):
        streams = Streams(seed, 700, ("mahfud",), CONTROLS)
        streams.withhold("mahfud", 200, 300)
        end = streams.start + 300 * streams.cadence
        delays += [
            (one.at - end) // streams.cadence + 1
            for one in fed(streams, Detection(SETTINGS))
            if one.rule == "recovery@1"
        ]
    delta = SETTINGS.recovery_delta
    least = log(1440 / SETTINGS.recovery_false_a_day) / log(1 + delta / (1 - delta))
    median, late = np.median(delays), np.quantile(delays, 0.95)
    print(f"recovery verified after {median:.0f} rounds (median; 95%: {late:.0f})")
    print(f"its limit with an unknown beginning: {least:.0f}; {len(delays)} of 40 verified within 400 rounds")


# Throughput


def show_throughput() -> None:
    """Series-rounds a second on one core, the detector's update alone, and whole rounds; beside river."""
    print("| series | million series-rounds a second | bytes a series |")
    print("|---|---|---|")
    random = np.random.default_rng(1)
    for series in (10_000, 100_000, 1_000_000):
        evidence, parts = Detectors(), Parts()
        for level in range(4):
            parts.add(level)
        evidence.hold(1, series, SETTINGS)
        rows, names = np.array([0]), np.arange(series)
        x = (random.random(series) < 0.05).astype(np.intp)
        repeats = max(2, 4_000_000 // series)
        begin = time.process_time()
        for number in range(repeats):
            parts.tick((0,), 0, 60_000_000 * number, SETTINGS.longest_gap_us, 60_000_000)
            evidence.bet(SETTINGS, parts, rows, names, CONTROLS + 1, 1 + x, x, None, quiet=True)
        spent = time.process_time() - begin
        arrays = (
            evidence.sums,
            evidence.learned,
            evidence.bet_clock,
            evidence.missed_round,
            evidence.missed_clock,
            evidence.worth,
        )
        size = sum(array.nbytes for array in arrays) / evidence.worth.size
        print(f"| {series:,} | {repeats * series / spent / 1e6:.1f} | {size:.0f} |", flush=True)
    print()
    detectors = {"river ADWIN": drift.ADWIN, "river Page-Hinkley": drift.PageHinkley}
    for name, make in detectors.items():
        one = make()
        begin = time.process_time()
        for value in (random.random(200_000) < 0.05).astype(float).tolist():
            one.update(value)
        spent = time.process_time() - begin
        print(f"- {name}: {200_000 / spent / 1e6:.2f} million updates a second")
    for kind in ("clean", "all"):
        streams = world(kind, 1)
        columns, words = streams.columns()
        begin = time.process_time()
        detection = Detection(SETTINGS, names=SERIES)
        rounds = Rounds(detection.role, None)
        for _ in rounds.add(columns, words):
            pass
        for facts in rounds.end(words):
            detection.take_facts(facts)
        spent = time.process_time() - begin
        print(
            f"- whole rounds, {kind}: {MONTH / spent:,.0f} rounds a second, "
            f"{len(columns) / spent:,.0f} measurements a second, every rule included"
        )


# Pooled


def show_pooled() -> None:
    """Rounds of all cells until the pooled evidence for a name withheld everywhere crosses the alarm."""
    alarm = proof_at(SERIES, SETTINGS)
    for before in (60, 1440):
        needed = []
        for seed in range(12):
            streams = Streams(seed, before + 6, surfaces="abcd", vantages="123")
            streams.withhold("mahfud", before, before + 6)
            detection = Detection(SETTINGS, names=SERIES)
            first = before * len(streams.streams)
            for number, measurements in enumerate(streams.rounds(), 1):
                detection.take(measurements)
                if number > first and detection.evidence("x", "mahfud") >= alarm:
                    needed.append(number - first)
                    break
        span = f"{min(needed)} to {max(needed)}"
        print(f"{before} rounds as usual before, 12 cells: after {span} rounds of single cells")


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
    alarm = proof_at(1, SETTINGS)
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
    "delay": show_delay,
    "recovery": show_recovery,
    "pooled": show_pooled,
    "throughput": show_throughput,
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
