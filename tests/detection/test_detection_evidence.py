"""The lazily booked evidence against a second, slow and obvious implementation: one number at a time."""

from math import isclose

import numpy as np
import pytest

from siaga.detection.calm import ControlsPast, line_factors
from siaga.detection.evidence import Detectors, Parts
from siaga.detection.registry import live_shares
from siaga.detection.rules.round_bet import CEILINGS
from siaga.detection.settings import Settings
from siaga.detection.watch import Detection
from siaga.domain.answers import Answer, Role
from siaga.domain.records import Measurement
from siaga.simulation.streams import Streams

SETTINGS = Settings()
MISSING = {Answer.EMPTY, Answer.HIDDEN, Answer.REFUSED, Answer.ERROR}
SHARES = live_shares(graded=True)
Place = tuple[str, str]


class SlowLines:
    """One name in one part, round by round, as docs/method.md says it."""

    def __init__(self) -> None:
        self.sums = [0.0] * 8
        self.last: float | None = None

    def take(self, at: float, share: float, factors: list[float]) -> None:
        passed = 60.0 if self.last is None else min(max(at - self.last, 0.0), 600.0)
        self.last = at
        span = SETTINGS.span.total_seconds() * 1.01
        for line in range(8):
            mass = SHARES["missing"] / 2 * SETTINGS.weights[line % 4]
            grown = self.sums[line] + passed / span * share * mass
            self.sums[line] = min(grown * factors[line], 1e30)


class SlowWatch:
    """Names in their parts, and what each stream's controls did before."""

    def __init__(self, streams: Streams) -> None:
        self.places = sorted(set(streams.streams))
        self.lines: dict[tuple[str, str, str], SlowLines] = {}
        self.past: dict[Place, ControlsPast] = {}

    def take(self, measurements: list[Measurement]) -> None:
        at = max(m.at.timestamp() + (m.total_ms or 0) / 1000 for m in measurements)
        place = measurements[0].surface, measurements[0].vantage
        measured = [m for m in measurements if m.answer in MISSING or m.answer is Answer.RESULTS]
        controls = [m.answer in MISSING for m in measured if m.role is Role.CONTROL]
        past = self.past.setdefault(place, ControlsPast())
        if len(controls) >= SETTINGS.least_controls and 3 * sum(controls) <= len(controls) + 1:
            ceiling = None
            if past.looks_calm(len(controls)):
                ceiling = next(step for step in CEILINGS if step >= past.odds)
            table = line_factors(SETTINGS, SETTINGS.psi, len(controls), sum(controls), ceiling)
            answers = {m.subject: m.answer in MISSING for m in measured}
            for m in measurements:
                if m.role is Role.TARGET:
                    factors = [1.0] * 8
                    if m.subject in answers:
                        factors = table[:, :, int(answers[m.subject])].ravel().tolist()
                    self._book(m.subject, place, at, factors)
        if controls:
            past.take(len(controls), sum(controls))

    def _book(self, subject: str, place: Place, at: float, factors: list[float]) -> None:
        surfaces, vantages = ({each[side] for each in self.places} for side in (0, 1))
        for part, parts in (
            (("", ""), 1),
            ((place[0], ""), len(surfaces)),
            (("", place[1]), len(vantages)),
            (place, len(self.places)),
        ):
            lines = self.lines.setdefault((subject, *part), SlowLines())
            lines.take(at, 1 / (4 * parts), factors)

    def evidence(self, subject: str) -> float:
        return sum(sum(lines.sums) for (who, *_), lines in self.lines.items() if who == subject)


@pytest.mark.parametrize("seed", range(6))
def test_the_arrays_hold_what_the_slow_implementation_says(seed: int) -> None:
    streams = Streams(
        seed,
        150,
        targets=("anies", "ganjar", "mahfud"),
        controls=8,
        surfaces=("search-latest", "people"),
        vantages=("jakarta", "medan"),
        missing=(0.002, 0.02, 0.1)[seed % 3],
    )
    streams.outage(0, 150, 0.1, Answer.LIMITED)
    streams.withhold("mahfud", 60, 75, surfaces=("people",))
    streams.withhold("ganjar", 80, 150, 0.1)
    streams.outage(100, 110)
    detection, slow = Detection(SETTINGS, names=10**40), SlowWatch(streams)
    first = list(streams.rounds())
    for measurements in first[:4]:  # once all four streams have been met, their number is what it is
        detection.take(measurements)
    engine = detection._state.platforms["x"]
    for channel in engine.channels.values():
        channel.evidence.lanes.clear()
        channel.evidence.parts_of.clear()
        channel.evidence.slot_of.clear()
        channel.evidence.excess = np.zeros((4, 0, 0))
    detection = Detection.restore(detection.snapshot())
    for measurements in first[:4]:
        slow.past.setdefault((measurements[0].surface, measurements[0].vantage), ControlsPast())
        slow.take(measurements)
    slow.lines.clear()
    for measurements in first[4:]:
        detection.take(measurements)
        slow.take(measurements)
        for subject in ("anies", "ganjar", "mahfud"):
            assert isclose(detection.evidence("x", subject), slow.evidence(subject), rel_tol=1e-6)


def test_mass_is_shared_by_the_parts_that_are_still_asked() -> None:
    parts = Parts()
    rows = [parts.add(level) for level in (0, 1, 2, 3)]
    other = [parts.add(level) for level in (1, 3)]
    for part in rows:
        parts.streams[part].append(0)
    for part in (rows[0], rows[2], *other):
        parts.streams[part].append(1)
    parts.count_alive({0, 1})
    assert parts.masses(tuple(rows)) == [0.25, 0.125, 0.25, 0.125]
    parts.count_alive({0})
    assert parts.masses(tuple(rows)) == [0.25] * 4


def test_evidence_that_begins_anew_is_that_of_a_name_always_found() -> None:
    detectors = Detectors(1)
    who, nobody = np.array([0]), np.zeros(0, np.intp)
    rows, grants, found = (0,), np.array([[0.5]]), (np.array([0.5]), np.log([0.5]))
    detectors.slots(who, 1)
    worth = detectors.step(rows, 1, grants, found, who, np.array([[8.0]]), 1e30)
    assert worth.tolist() == [[4.0]]
    detectors.step(rows, 1, grants, found, nobody, np.zeros((0, 1)), 1e30)
    assert detectors.of(0, 1) == pytest.approx((4.0 + 0.5) * 0.5)
    detectors.begin(0)
    assert detectors.of(0, 1) == detectors.of(1, 1) == pytest.approx((0.25 + 0.5) * 0.5)
