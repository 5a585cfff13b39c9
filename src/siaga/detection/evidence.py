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

from copy import deepcopy
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

    def masses(self, rows: tuple[int, ...]) -> list[float]:
        """What these parts may spend of a name's mass: a quarter a level, evenly over its parts."""
        return [1 / (LEVELS * self.alive[self.level[part]]) for part in rows]


@dataclass(slots=True)
class Lane:
    """What all names of a cohort share in one part, by line."""

    base: Floats
    """The sums of a name that was always found."""
    fade: Floats
    """The logarithm of the product of the found factors."""
    last: int = -1
    """When its last round was complete; -1 before the first."""
    kept: float = 0.0
    """Mass of quiet rounds not in `base` yet, for lines that stake nothing where nobody is missing ..."""
    staked: list[float] = field(default_factory=list)
    """... and for those that do, by stake."""
    calm: int = 0
    """So many of these rounds looked calm."""

    def passed(self, at: int, gap: int, first: int) -> int:
        """Microseconds watched since the round before, `at` being now: a gap counts up to `gap`, the first
        round as `first`."""
        last = self.last
        passed = first if last < 0 else min(max(at - last, 0), gap)
        self.last = max(last, at)
        return passed


@dataclass(slots=True)
class Detectors:
    """One channel's evidence on one platform."""

    lines: int
    weights: Floats = field(default_factory=lambda: np.zeros(0))
    """Of the stakes, for quiet rounds, ..."""
    calm: Floats = field(default_factory=lambda: np.zeros(0))
    """... and what each leaves, on the lines of the second half, of a quiet round that looks calm."""
    lanes: dict[tuple[int, int], Lane] = field(default_factory=dict)
    """By part and cohort."""
    parts_of: dict[int, list[int]] = field(default_factory=dict)
    """By cohort: the parts that it is asked in."""
    slot_of: dict[int, int] = field(default_factory=dict)
    """By name, where its excess is; only names that were ever missing have one."""
    excess: Floats = field(default_factory=lambda: np.zeros((4, 0, 0)))
    """By part, slot and line: the logarithm of what the name has beyond its lane, less the lane's fading."""
    _found: dict[tuple[tuple[int, ...], int], tuple[Lane, ...]] = field(default_factory=dict, init=False)

    def lanes_of(self, rows: tuple[int, ...], cohort: int) -> tuple[Lane, ...]:
        """The lanes of a cohort in these parts; new ones are made."""
        found = self._found.get((rows, cohort))
        if found is None:
            for part in rows:
                if (part, cohort) not in self.lanes:
                    blank = [0.0] * len(self.weights)
                    self.lanes[part, cohort] = Lane(np.zeros(self.lines), np.zeros(self.lines), staked=blank)
                    self.parts_of.setdefault(cohort, []).append(part)
            found = self._found[rows, cohort] = tuple(self.lanes[part, cohort] for part in rows)
        return found

    def divide(self, cohort: int, part: int) -> None:
        """`part` is a new cohort of some of a cohort's names: what they share until now is the same."""
        for row in self.parts_of.get(cohort, ()):
            self.lanes[row, part] = deepcopy(self.lanes[row, cohort])
            self.parts_of.setdefault(part, []).append(row)

    def pass_over(
        self, lanes: tuple[Lane, ...], masses: list[float], at: int, gap: int, first: int, calm: bool
    ) -> None:
        """A round of these lanes in which every name was found and no control was missing.

        Booked with the next round that says more: such rounds are nearly all.
        """
        leaves = self.calm.tolist() if calm else None
        for lane, mass in zip(lanes, masses, strict=True):
            granted = lane.passed(at, gap, first) * mass
            lane.kept += granted
            staked = lane.staked
            if leaves is None:
                lane.staked = [stake + granted for stake in staked]
            else:
                lane.staked = [(stake + granted) * left for stake, left in zip(staked, leaves, strict=True)]
                lane.calm += 1

    def _settled(self, lane: Lane) -> tuple[Floats, Floats]:
        """A lane's base and fade with the quiet rounds booked that were passed over. The lane stays as it is:
        who only reads must not change in which steps a later round is booked, not in its last bit."""
        if not (lane.kept or lane.calm):
            return lane.base, lane.fade
        half = len(self.weights)
        base, fade = lane.base.copy(), lane.fade.copy()
        base[:half] += self.weights * lane.kept
        base[half:] = base[half:] * self.calm**lane.calm + self.weights * np.array(lane.staked)
        fade[half:] += lane.calm * np.log(self.calm)
        return base, fade

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
        lanes = self.lanes_of(rows, cohort)
        settled = [self._settled(lane) for lane in lanes]
        base, fade = np.array([base for base, _ in settled]), np.array([fade for _, fade in settled])
        after, faded = (base + grants) * found[0], fade + found[1]
        worth: Floats = np.zeros((len(rows), 0))
        if len(others):
            where = np.array(rows)[:, None], np.array([self.slot_of[who] for who in others.tolist()])
            sums = np.exp(self.excess[where] + fade[:, None]) + base[:, None]
            sums = np.minimum((sums + grants[:, None]) * factors, cap)
            with np.errstate(divide="ignore"):
                self.excess[where] = np.log(np.maximum(sums - after[:, None], 0.0)) - faded[:, None]
            worth = sums.sum(axis=2)
        for lane, sum_, gone in zip(lanes, after, faded, strict=True):
            lane.base, lane.fade = sum_, gone
            lane.kept, lane.calm, lane.staked = 0.0, 0, [0.0] * len(self.weights)
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
        if cohort not in self.parts_of:
            return [], np.zeros((0, self.lines))
        parts = self.parts_of[cohort]
        settled = [self._settled(self.lanes[part, cohort]) for part in parts]
        sums = np.array([base for base, _ in settled])
        slot = self.slot_of.get(name)
        if slot is not None:
            sums = sums + np.exp(self.excess[parts, slot] + np.array([fade for _, fade in settled]))
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
