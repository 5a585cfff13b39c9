"""How alike names behave to the contestants: what makes a good control.

The bet compares a contestant with controls that should be missing as seldom as it is, and at the same times.
From recorded rounds: how often each name is missing, how much is found of it, how both go over the day; and
what a control does to the rounds that a proof takes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log, log2, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from siaga.detection.bet import e_value
from siaga.detection.comparable import compares, informs
from siaga.detection.registry import proof_at
from siaga.detection.round_facts import Layout, RoundFacts
from siaga.detection.rules.missing import FOUND, MISSING
from siaga.detection.settings import (
    ADDED_COUNT,
    FIRST_ROUND_US,
    Settings,
)
from siaga.domain.answers import Role

Floats = npt.NDArray[np.float64]
HOURS: Final = 24
_HOUR: Final = 3_600_000_000
SIMILAR_ROUNDS: Final = 200
"""Comparable rounds of a name, fewer of which say too little: at 1% missing, two misses."""
SIMILAR_HOURS: Final = 12
"""Hours of the day in which both were found, for their daily patterns to be compared: half a day."""
SIMILAR_PAUSE_US: Final = 3_600_000_000
"""A wait between two rounds of a stream that is longer than this, in microseconds, was a pause."""
SIMILAR_ERRORS: Final = 2.0
"""Standard errors of a difference in odds that chance explains."""
SIMILAR_INTERVAL: Final = 1.96
"""Standard errors of the interval of a missing share: 95%."""
SIMILAR_VOLUME_WEIGHT: Final = 0.5
"""What a doubled volume weighs beside doubled odds: volume matters to graded facts only."""


@dataclass(frozen=True, slots=True)
class ControlSimilarity:
    """One name beside the contestants on one platform."""

    subject: str
    rounds: int
    """Comparable rounds in which it was measured."""
    missing: float
    """Share of them in which it was missing ..."""
    missing_between: tuple[float, float]
    """... which lies between these (Wilson's interval, 95%)."""
    odds_ratio: float
    """Its odds of being missing, to the contestants'."""
    volume: float | None
    """How much is found of it, to the contestants (geometric means); None where that is not said."""
    pattern: float | None
    """Correlation of its daily pattern of volume with theirs, -1 to 1; None where too little is known."""
    distance: float
    """How unlike it is, all told; 0 is alike. Small differences that chance explains do not count."""
    rounds_changed: float
    """Rounds to prove full withholding without this control; with it, where it is a candidate."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A platform's names, the most alike first."""

    platform: str
    rounds: float
    """Rounds to prove full withholding with the controls in use."""
    controls: tuple[ControlSimilarity, ...]
    candidates: tuple[ControlSimilarity, ...]
    too_little: tuple[str, ...]
    """Names that were measured too seldom to be judged."""


@dataclass(slots=True)
class PlatformTally:
    """What was counted of one platform's names, by hour of the day (UTC) and name."""

    number: dict[str, int] = field(default_factory=dict)
    roles: list[Role] = field(default_factory=list)
    asked: Floats = field(default_factory=lambda: np.zeros((HOURS, 8)))
    missing: Floats = field(default_factory=lambda: np.zeros((HOURS, 8)))
    logs: Floats = field(default_factory=lambda: np.zeros((HOURS, 8)))
    """Sum of the logarithms of what was found, by hour of the day (UTC) and name ..."""
    said: Floats = field(default_factory=lambda: np.zeros((HOURS, 8)))
    """... and in how many rounds that was said."""
    last: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """By stream, when its last round was complete."""
    waited: int = 0
    waits: int = 0
    """Microseconds between two rounds of a stream, added up, and how many such waits."""
    plans: dict[Layout, tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.bool_]]] = field(
        default_factory=dict
    )

    def plan(
        self, layout: Layout
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
        """The layout's askings of names, their numbers, and which are controls."""
        if layout not in self.plans:
            items = [i for i, role in enumerate(layout.roles) if role is not Role.CANARY]
            numbers = []
            for item in items:
                subject = layout.subjects[item]
                if subject not in self.number:
                    self.number[subject] = len(self.roles)
                    self.roles.append(layout.roles[item])
                numbers.append(self.number[subject])
            self._hold(len(self.roles))
            controls = [layout.roles[item] is Role.CONTROL for item in items]
            self.plans[layout] = np.array(items, np.intp), np.array(numbers, np.intp), np.array(controls)
        return self.plans[layout]

    def wait(self, facts: RoundFacts) -> None:
        """Note how long the stream's round came after its last; a wait over an hour was a pause."""
        stream = (facts.surface, facts.vantage, facts.session)
        waited = facts.at - self.last.get(stream, facts.at)
        self.last[stream] = max(facts.at, self.last.get(stream, facts.at))
        if 0 < waited <= SIMILAR_PAUSE_US:
            self.waited += waited
            self.waits += 1

    def _hold(self, names: int) -> None:
        have = self.asked.shape[1]
        if names > have:
            more = np.zeros((HOURS, max(names - have, have)))
            self.asked = np.concatenate([self.asked, more], axis=1)
            self.missing = np.concatenate([self.missing, more], axis=1)
            self.logs = np.concatenate([self.logs, more], axis=1)
            self.said = np.concatenate([self.said, more], axis=1)


class SimilarityTally:
    """Takes rounds, in any order; `ranked` says what they show."""

    def __init__(self, settings: Settings, in_use: frozenset[str] | None = None) -> None:
        """`in_use`: the controls of the watch; other controls of the record are candidates. None: all are."""
        self._settings, self._in_use = settings, in_use
        self._platforms: dict[str, PlatformTally] = {}

    def take(self, facts: RoundFacts) -> None:
        """Take one completed round; one in which a third of the controls were missing says nothing here."""
        platform = self._platforms.setdefault(facts.platform, PlatformTally())
        platform.wait(facts)
        items, numbers, controls = platform.plan(facts.layout)
        codes = facts.codes[items]
        measured = codes <= MISSING
        compared = measured & controls
        count, gone = int(compared.sum()), int((codes[compared] == MISSING).sum())
        if count < self._settings.least_controls or not compares(count, gone):
            return
        hour = facts.at // _HOUR % HOURS
        np.add.at(platform.asked[hour], numbers[measured], 1.0)
        np.add.at(platform.missing[hour], numbers[codes == MISSING], 1.0)
        volume = facts.matching[items]
        known = (codes == FOUND) & ~np.isnan(volume)
        np.add.at(platform.logs[hour], numbers[known], np.log1p(volume[known]))
        np.add.at(platform.said[hour], numbers[known], 1.0)

    def ranked(self, names: int | None = None) -> list[Ranked]:
        """Each platform's controls and candidates. `names` share the promise; by default as many as appeared.

        A platform without a contestant that was measured often enough is left out.
        """
        targets = sum(role is Role.TARGET for platform in self._platforms.values() for role in platform.roles)
        alarm = proof_at(max(names or targets, 1), self._settings)
        found = []
        for key, platform in sorted(self._platforms.items()):
            ranked = self._rank(key, platform, alarm)
            if ranked is not None:
                found.append(ranked)
        return found

    def _rank(self, key: str, platform: PlatformTally, alarm: float) -> Ranked | None:
        subjects = {number: subject for subject, number in platform.number.items()}
        asked, gone = platform.asked.sum(axis=0), platform.missing.sum(axis=0)
        targets = [
            n for n, role in enumerate(platform.roles) if role is Role.TARGET and asked[n] >= SIMILAR_ROUNDS
        ]
        if not targets:
            return None
        others = [n for n, role in enumerate(platform.roles) if role is Role.CONTROL]
        judged = [n for n in others if asked[n] >= SIMILAR_ROUNDS]
        rate = {n: (gone[n] + ADDED_COUNT) / (asked[n] + 2 * ADDED_COUNT) for n in judged}
        used = [n for n in judged if self._in_use is None or subjects[n] in self._in_use]
        every = platform.waited / platform.waits if platform.waits else FIRST_ROUND_US
        base = rounds_to_proof([rate[n] for n in used], alarm, every, self._settings)
        alike = []
        for n in judged:
            changed = [rate[control] for control in used if control != n] + [rate[n]] * (n not in used)
            effect = rounds_to_proof(changed, alarm, every, self._settings)
            alike.append(_beside(platform, subjects[n], n, targets, effect))
        alike.sort(key=lambda name: (name.distance, name.subject))
        in_use = {subjects[n] for n in used}
        return Ranked(
            key,
            base,
            tuple(name for name in alike if name.subject in in_use),
            tuple(name for name in alike if name.subject not in in_use),
            tuple(sorted(subjects[n] for n in others if n not in judged)),
        )


def _beside(
    platform: PlatformTally,
    subject: str,
    n: int,
    targets: Sequence[int],
    rounds_changed: float,
) -> ControlSimilarity:
    asked, gone = float(platform.asked[:, n].sum()), float(platform.missing[:, n].sum())
    theirs, lost = float(platform.asked[:, targets].sum()), float(platform.missing[:, targets].sum())
    mine, ours = (
        (missing + ADDED_COUNT) / (found + ADDED_COUNT)
        for missing, found in ((gone, asked - gone), (lost, theirs - lost))
    )
    ratio = mine / ours
    error = sqrt(sum(1 / (count + ADDED_COUNT) for count in (gone, asked - gone, lost, theirs - lost)))
    beyond = max(0.0, abs(log(ratio)) - SIMILAR_ERRORS * error) / log(2)
    volume = _volume(platform, n, targets)
    pattern = _pattern(platform, n, targets)
    distance = (
        beyond
        + (SIMILAR_VOLUME_WEIGHT * abs(log2(volume)) if volume else 0.0)
        + (1 - pattern if pattern is not None else 0)
    )
    return ControlSimilarity(
        subject,
        int(asked),
        gone / asked,
        wilson(gone, asked),
        ratio,
        volume,
        pattern,
        distance,
        rounds_changed,
    )


def _volume(platform: PlatformTally, n: int, targets: Sequence[int]) -> float | None:
    said, theirs = platform.said[:, n].sum(), platform.said[:, targets].sum()
    if not said or not theirs:
        return None
    mine = np.expm1(platform.logs[:, n].sum() / said)
    return float(max(mine, 1e-9) / max(np.expm1(platform.logs[:, targets].sum() / theirs), 1e-9))


def _pattern(platform: PlatformTally, n: int, targets: Sequence[int]) -> float | None:
    mine, ours = platform.said[:, n], platform.said[:, targets].sum(axis=1)
    known = (mine > 0) & (ours > 0)
    if known.sum() < SIMILAR_HOURS:
        return None
    a = platform.logs[known, n] / mine[known]
    b = platform.logs[known][:, targets].sum(axis=1) / ours[known]
    if a.std() < 1e-9 or b.std() < 1e-9:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """Wilson's interval of a share, 95%."""
    z = SIMILAR_INTERVAL
    share = successes / trials
    middle = share + z * z / (2 * trials)
    half = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    whole = 1 + z * z / trials
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


def rounds_to_proof(missing: Iterable[float], alarm: float, every_us: float, settings: Settings) -> float:
    """Rounds of one stream until full withholding is proven, by the bet's expected growth.

    Args:
        missing: how often each control is missing by accident.
        alarm: the evidence at which a name is called.
        every_us: between two rounds, microseconds: a beginning has the weight of that share of the span.

    Returns:
        Infinity where there are too few controls, or these are missing too often, for any proof.
    """
    chances = np.array([1.0])
    for share in missing:
        chances = np.convolve(chances, [1 - share, share])
    controls = len(chances) - 1
    if controls < settings.least_controls:
        return float("inf")
    n = controls + 1
    best = 0.0
    for stake in settings.stakes:
        growth = sum(
            float(chance) * log(e_value(settings.psi, settings.psi * stake, n, gone + 1, missing=True))
            for gone, chance in enumerate(chances)
            if informs(n, gone + 1)
        )
        best = max(best, growth)
    return log(alarm * settings.span_us / every_us) / best if best > 0 else float("inf")
