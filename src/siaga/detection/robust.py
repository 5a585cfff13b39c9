"""Evidence that survives liars among the parties that measure: people, volunteers' machines.

If at most `b` parties lie, in any way and together, some set of `b` holds all liars, and the sum over
beginnings that leaves it out is made of honest rounds only. The smallest over all sets is at most that
one, so it keeps the promise. Where the sets are too many, for each beginning every party's product
since then is kept and the `b` largest are taken off: that is at most the exact one. Only factors above
1 are taken off, so `b` may grow with the parties heard. A party is who could lie alone; not a
measurement point of our own with a pinned key. Statement: docs/method.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import Final

import numpy as np
import numpy.typing as npt

from siaga.detection.settings import LIARS_MOST_SETS, LIARS_ONE_IN, LIARS_STARTS_KEPT, Settings

Floats = npt.NDArray[np.float64]
_LEAST_FACTOR: Final = 1e-30
_MOST_LOG: Final = 69.0
"""Logarithm of the evidence at which a beginning is cut: capping only loses."""


def liars_borne(parties: int) -> int:
    """How many of the parties heard may lie: one in five, at least one."""
    return max(1, parties // LIARS_ONE_IN)


def exact_is_small(parties: int, liars: int) -> bool:
    """Whether leaving out every set of `liars` parties takes few enough sums."""
    return comb(parties, liars) <= LIARS_MOST_SETS


@dataclass(slots=True)
class LeaveOut:
    """The smallest evidence over the removal of any `liars` of a fixed number of parties, exactly."""

    parties: int
    liars: int
    settings: Settings
    left_out: npt.NDArray[np.bool_] = field(init=False)
    """By party and set."""
    sums: Floats = field(init=False)
    """By stake and set."""

    def __post_init__(self) -> None:
        sets = list(combinations(range(self.parties), self.liars))
        self.left_out = np.zeros((self.parties, len(sets)), np.bool_)
        for number, members in enumerate(sets):
            self.left_out[list(members), number] = True
        self.sums = np.zeros((len(self.settings.stakes), len(sets)))

    def take(self, party: int, factors: Floats, mass: float) -> None:
        """A round of a party: its factors, one a stake, and the mass that is added before it."""
        self.sums += (np.array(self.settings.weights) * mass)[:, None]
        heard = ~self.left_out[party]
        self.sums[:, heard] = np.minimum(self.sums[:, heard] * factors[:, None], self.settings.evidence_cap)

    def evidence(self) -> float:
        """The evidence without the parties whose removal leaves least; 0 where they are too few."""
        if self.parties <= 2 * self.liars:
            return 0.0
        return float(self.sums.sum(axis=0).min())


@dataclass(slots=True)
class LeastProducts:
    """The same for any number of parties, never more than the exact value.

    It keeps the newest beginnings, each with every party's product since then; dropping one only loses.
    """

    settings: Settings
    liars: Callable[[int], int] = liars_borne
    """How many may lie of so many parties heard since a beginning."""
    kept: int = LIARS_STARTS_KEPT
    logs: Floats = field(default_factory=lambda: np.zeros((0, 0, 0)))
    """By beginning, party and stake: the logarithm of the party's product."""
    heard: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros((0, 0), np.bool_))
    """By beginning and party."""
    mass: Floats = field(default_factory=lambda: np.zeros(0))

    def take(self, party: int, factors: Floats, mass: float) -> None:
        """A round of a party: its factors, one a stake, and the mass that is added before it."""
        have, parties = len(self.mass), max(self.heard.shape[1], party + 1)
        logs = np.zeros((have + 1, parties, len(self.settings.stakes)))
        heard = np.zeros((have + 1, parties), np.bool_)
        if have:
            logs[:have, : self.heard.shape[1]] = self.logs
            heard[:have, : self.heard.shape[1]] = self.heard
        logs[:, party] += np.log(np.maximum(factors, _LEAST_FACTOR))
        heard[:, party] = True
        self.logs, self.heard = logs[-self.kept :], heard[-self.kept :]
        self.mass = np.append(self.mass, mass)[-self.kept :]

    def evidence(self) -> float:
        """The evidence without the parties that say most; 0 where too few were heard."""
        total = 0.0
        in_all = int(np.count_nonzero(self.heard.any(axis=0)))
        if in_all <= 2 * self.liars(in_all):
            return total
        weights = np.array(self.settings.weights)
        for logs, heard, mass in zip(self.logs, self.heard, self.mass, strict=True):
            liars = self.liars(int(np.count_nonzero(heard)))
            ordered = np.sort(logs, axis=0)
            without = ordered.sum(axis=0) - np.maximum(ordered[len(ordered) - liars :], 0).sum(axis=0)
            total += mass * float((np.exp(np.minimum(without, _MOST_LOG)) * weights).sum())
        return total
