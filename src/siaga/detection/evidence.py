"""The evidence of one channel on one platform, by part and name.

A *part* is a set of streams whose rounds are one sequence: the platform whole, each surface, each vantage,
each single stream. In each part a name has several *lines* (a bet's stakes, the free and the calm line,
levels): for each a Shiryaev-Roberts sum over all possible beginnings, `M <- (M + w) E`, where `w` is the new
mass. A name's evidence is the plain sum over lines and parts.

In nearly every round nearly every name is found, and then all names of a *cohort* (first asked together, the
same tolerance) have the same factors. So what a name has that was always found, and the fading that all
share, are kept once for each cohort and part: a *lane*. Of a name only its excess over that is kept, as a
logarithm less the shared fading, which makes it constant while the name is found. A round then costs as many
steps as names are missing in it, however many are watched. Found factors are never above missing ones, so
an excess is never negative; a name's sum may be set back to its lane's at any time, which only loses.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Index = npt.NDArray[np.intp]
LEVELS = 4
"""The platform, surfaces, vantages, single streams."""


@dataclass(slots=True)
class Parts:
    """The parts of one platform, and which streams they hold."""

    level: list[int] = field(default_factory=list)
    streams: list[list[int]] = field(default_factory=list)
    """By part, its streams' numbers."""
    of_level: list[list[int]] = field(default_factory=lambda: [[] for _ in range(LEVELS)])
    alive: list[int] = field(default_factory=lambda: [1] * LEVELS)
    """By level, in how many parts rounds are still asked: the mass of a level is shared by these."""

    def add(self, level: int) -> int:
        """A new part of a level: 0 the platform, 1 a surface, 2 a vantage, 3 a stream."""
        part = len(self.level)
        self.level.append(level)
        self.streams.append([])
        self.of_level[level].append(part)
        return part

    def count_alive(self, current: set[int]) -> None:
        """Note in which parts rounds are still asked, given the streams that are."""
        self.alive = [
            max(1, sum(not current.isdisjoint(self.streams[part]) for part in parts))
            for parts in self.of_level
        ]

    def masses(self, rows: tuple[int, ...]) -> Floats:
        """What these parts may spend of a name's mass: a quarter a level, evenly over its parts."""
        return np.array([1 / (LEVELS * self.alive[self.level[part]]) for part in rows])


@dataclass(slots=True)
class Lanes:
    """What all names of a cohort share in one part: arrays by lane and line."""

    of: dict[tuple[int, int], int] = field(default_factory=dict)
    """By part and cohort."""
    by_cohort: dict[int, list[list[int]]] = field(default_factory=dict)
    """By cohort: its parts, and its lanes in these."""
    base: Floats = field(default_factory=lambda: np.zeros((4, 0)))
    """The sums of a name that was always found."""
    fade: Floats = field(default_factory=lambda: np.zeros((4, 0)))
    """The logarithm of the product of the found factors."""
    last: Ints = field(default_factory=lambda: np.full(4, -1))
    """When the lane's last round was complete; -1 before the first."""

    def numbers(self, rows: tuple[int, ...], cohort: int, lines: int) -> Index:
        """The lanes of a cohort in these parts; new ones are made."""
        for part in rows:
            if (part, cohort) not in self.of:
                lane = self.of[part, cohort] = len(self.of)
                parts, lanes = self.by_cohort.setdefault(cohort, [[], []])
                parts.append(part)
                lanes.append(lane)
        if len(self.of) > len(self.last) or self.base.shape[1] != lines:
            size = max(len(self.of), 2 * len(self.last))
            self.base, self.fade = _grown(self.base, (size, lines)), _grown(self.fade, (size, lines))
            self.last = _grown(self.last, (size,), -1)
        return np.array([self.of[part, cohort] for part in rows], np.intp)

    def passed(self, lanes: Index, at: int, gap: int, first: int) -> Floats:
        """Microseconds watched since each lane's round before, `at` being now: a gap counts up to `gap`, the
        first round as `first`."""
        last = self.last[lanes]
        passed = np.where(last < 0, first, np.minimum(np.maximum(at - last, 0), gap))
        self.last[lanes] = np.maximum(last, at)
        return passed.astype(np.float64)


@dataclass(slots=True)
class Detectors:
    """One channel's evidence on one platform."""

    lines: int
    lanes: Lanes = field(default_factory=Lanes)
    slot_of: dict[int, int] = field(default_factory=dict)
    """By name, where its excess is; only names that were ever missing have one."""
    excess: Floats = field(default_factory=lambda: np.zeros((4, 0, 0)))
    """By part, slot and line: the logarithm of what the name has beyond its lane, less the lane's fading."""

    def step(
        self,
        rows: tuple[int, ...],
        cohort: int,
        grants: Floats,
        found: tuple[Floats, Floats],
        others: Index,
        factors: Floats,
        cap: float,
    ) -> Floats:
        """A round of a cohort: everybody was found but `others`.

        Args:
            rows: the stream's parts.
            grants: the new mass, by part and line.
            found: the factor of a name that was found, by line, and its logarithm.
            others: names that were missing, or not measured; those need a slot (`slots`).
            factors: theirs, by name and line; 1 for those not measured.

        Returns:
            The evidence of `others` in these parts.
        """
        lanes = self.lanes.numbers(rows, cohort, self.lines)
        base, fade = self.lanes.base[lanes], self.lanes.fade[lanes]
        after, faded = (base + grants) * found[0], fade + found[1]
        worth: Floats = np.zeros((len(rows), 0))
        if len(others):
            where = np.array(rows)[:, None], np.array([self.slot_of[who] for who in others.tolist()])
            sums = np.exp(self.excess[where] + fade[:, None]) + base[:, None]
            sums = np.minimum((sums + grants[:, None]) * factors, cap)
            with np.errstate(divide="ignore"):
                self.excess[where] = np.log(np.maximum(sums - after[:, None], 0.0)) - faded[:, None]
            worth = sums.sum(axis=2)
        self.lanes.base[lanes], self.lanes.fade[lanes] = after, faded
        return worth

    def slots(self, names: Index, parts: int) -> None:
        """Make room for these names."""
        for who in names.tolist():
            self.slot_of.setdefault(who, len(self.slot_of))
        have = self.excess.shape
        if parts > have[0] or len(self.slot_of) > have[1] or have[2] != self.lines:
            shape = (_room(parts, have[0]), _room(len(self.slot_of), have[1]), self.lines)
            self.excess = _grown(self.excess, shape, -np.inf)

    def known(self, names: Index) -> Index:
        """Those of the names that have a slot."""
        known: Index = names[[who in self.slot_of for who in names.tolist()]] if len(names) else names
        return known

    def sums(self, name: int, cohort: int) -> tuple[list[int], Floats]:
        """A name's sums: the parts that it is asked in, and by these parts the sum of each line."""
        if cohort not in self.lanes.by_cohort:
            return [], np.zeros((0, self.lines))
        parts, lanes = self.lanes.by_cohort[cohort]
        sums = self.lanes.base[lanes]
        slot = self.slot_of.get(name)
        if slot is not None:
            sums = sums + np.exp(self.excess[parts, slot] + self.lanes.fade[lanes])
        return parts, sums

    def of(self, name: int, cohort: int) -> float:
        """A name's evidence."""
        return float(self.sums(name, cohort)[1].sum())

    def begin(self, name: int) -> None:
        """A name's sums begin anew, as those of a name that was always found. This only loses."""
        slot = self.slot_of.get(name)
        if slot is not None:
            self.excess[:, slot] = -np.inf


def _grown(array: npt.NDArray[np.generic], shape: tuple[int, ...], fill: float = 0.0):  # type: ignore[no-untyped-def]
    grown = np.full(shape, fill, array.dtype)
    if array.size:
        grown[tuple(slice(0, size) for size in array.shape)] = array
    return grown


def _room(need: int, have: int) -> int:
    return have if need <= have else max(need, 2 * have, 4)
