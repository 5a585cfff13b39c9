"""The detectors against a second, slow and obvious implementation: one number at a time, no arrays."""

from math import isclose

import pytest

from siaga.detection.bet import e_value
from siaga.detection.settings import Settings
from siaga.detection.watch import Detection
from siaga.domain.answers import Answer, Role
from siaga.domain.records import Measurement
from siaga.simulation.streams import Streams

SETTINGS = Settings()
MICROSECOND = 1e-6
MISSING = {Answer.EMPTY, Answer.HIDDEN, Answer.REFUSED, Answer.ERROR}


class Slow:
    """One name in one part, bet by bet, as docs/method.md says it."""

    def __init__(self) -> None:
        self.sums = {(null, j): 0.0 for null in range(2) for j in range(4)}
        self.learned = 1.0
        self.clock = 0.0
        self.bet_at = 0.0
        self.last: float | None = None
        self.rounds = 0
        self.missed_round: int | None = None
        self.missed_at = 0.0
        self.value = 0.0

    def tick(self, at: float) -> None:
        self.clock += 60.0 if self.last is None else min(max(at - self.last, 0.0), 600.0)
        self.last = at if self.last is None else max(self.last, at)
        self.rounds += 1

    def take(self, n: int, f: int, missing: bool, quiet: bool) -> None:
        if not (f > 0 and 3 * f <= n):
            self._note(missing)
            return
        span = SETTINGS.span.total_seconds() * 1.01
        prior = (1.0, 0.5 + 0.5 * self.learned)
        again = self.missed_round is None or self.rounds - 1 - self.missed_round >= SETTINGS.found_again
        for null in range(2):
            for j, stake in enumerate(SETTINGS.stakes):
                psi = (SETTINGS.psi, SETTINGS.psi_own[j])[null]
                total = self.sums[null, j] + (self.clock - self.bet_at) / span * prior[null]
                if again:
                    total = min(total, (self.clock - self.missed_at) / span * prior[null])
                self.sums[null, j] = min(total * e_value(psi, psi * stake, n, f, missing), 1e30)
        self.bet_at = self.clock
        if quiet:
            self.learned = min(self.learned * e_value(SETTINGS.psi, 1.0, n, f, missing), 10_000.0)
        self.value = min(
            sum(weight * self.sums[null, j] for j, weight in enumerate(SETTINGS.weights)) for null in range(2)
        )
        self._note(missing)

    def _note(self, missing: bool) -> None:
        if missing:
            self.missed_round = self.rounds
            self.missed_at = self.clock


class SlowWatch:
    """Names in their parts, and the streams' recent level of control misses."""

    def __init__(self) -> None:
        self.parts: dict[tuple[str, tuple[str, ...]], Slow] = {}
        self.level: dict[tuple[str, str], float] = {}
        self.usual: dict[tuple[str, str], tuple[float, int]] = {}

    def take(self, measurements: list[Measurement]) -> None:
        at = max(m.at.timestamp() + (m.total_ms or 0) / 1000 for m in measurements)
        surface, vantage = measurements[0].surface, measurements[0].vantage
        parts = [(), (surface, ""), ("", vantage), (surface, vantage)]
        for m in measurements:
            for part in parts:
                self.parts.setdefault((m.subject, part), Slow())
        measured = [m for m in measurements if m.answer in MISSING or m.answer is Answer.RESULTS]
        controls = [m.answer in MISSING for m in measured if m.role is Role.CONTROL]
        if len(controls) < SETTINGS.least_controls or 3 * sum(controls) > len(controls) + 1:
            return
        cell = (surface, vantage)
        level = self.level.get(cell, 0.0)
        usual, count = self.usual.get(cell, (0.0, 0))
        quiet = level < max(SETTINGS.learning_quiet, 1.5 * usual)
        for subject in {m.subject for m in measurements if m.role is Role.TARGET}:
            for part in parts:
                self.parts[subject, part].tick(at)
        for m in measured:
            if m.role is Role.TARGET:
                missing = m.answer in MISSING
                for part in parts:
                    self.parts[m.subject, part].take(
                        len(controls) + 1, sum(controls) + missing, missing, quiet
                    )
        share = sum(controls) / len(controls)
        self.level[cell] = 0.9 * level + 0.1 * share
        self.usual[cell] = (usual + (share - usual) / min(count + 1, 1000), count + 1)

    def evidence(self, subject: str) -> float:
        """The mean over levels of the mean over their parts."""
        levels: dict[int, list[float]] = {}
        for (who, part), slow in self.parts.items():
            if who == subject:
                level = 0 if not part else 1 if part[1] == "" else 2 if part[0] == "" else 3
                levels.setdefault(level, []).append(slow.value)
        return sum(sum(values) / len(values) for values in levels.values()) / 4


@pytest.mark.parametrize("seed", range(6))
def test_the_arrays_hold_what_the_slow_implementation_says(seed: int) -> None:
    streams = Streams(
        seed,
        150,
        targets=("anies", "ganjar", "mahfud"),
        controls=8,
        surfaces=("search-latest", "people"),
        vantages=("jakarta", "medan"),
        missing=(0.01, 0.05, 0.15)[seed % 3],
    )
    streams.outage(0, 150, 0.1, Answer.LIMITED)
    streams.withhold("mahfud", 60, 150, surfaces=("people",))
    streams.withhold("ganjar", 80, 150, 0.4)
    streams.outage(100, 110)
    detection, slow = Detection(SETTINGS), SlowWatch()
    for measurements in streams.rounds():
        detection.take(measurements)
        slow.take(measurements)
        for subject in ("anies", "ganjar", "mahfud"):
            assert isclose(detection.evidence("x", subject), slow.evidence(subject), rel_tol=1e-6)
