"""(f) Evidence that survives any `b` liars among the parties that measure, number by number.

For a set B of `b` parties let `M^-B` be the detector fed with the rounds of all parties but B. Robust
evidence is the least of them. If at most `b` parties lie, in any way, together, seeing everything, it
keeps the promise: some fixed set holds all liars, and the rounds without it are all honest.

With too many sets, `SumOfMinima`: for each start the parties' products since, less their `b` largest
above 1. It is at most the exact one, so it only loses; `b` may grow with the parties that spoke. Dropping
a start only loses, too.
"""

import itertools
from collections.abc import Callable

import numpy as np
from tests.reference.round_bet import WEIGHTS, Floats, table

W = np.array(WEIGHTS)


class Exact:
    """The least over all sets of `b` of `n` parties."""

    def __init__(self, n: int, b: int, mass: float) -> None:
        self.sets = list(itertools.combinations(range(n), b))
        self.mass, self.sums = mass, np.zeros((len(self.sets), 4))
        self.without = np.array([[party in out for out in self.sets] for party in range(n)])

    def round(self, party: int, factors: Floats) -> None:
        """A party's round; mass goes by rounds of anybody."""
        self.sums += W * self.mass
        use = ~self.without[party]
        self.sums[use] = np.minimum(self.sums[use] * factors, 1e30)

    @property
    def evidence(self) -> float:
        """The robust evidence."""
        return float(self.sums.sum(1).min())


class SumOfMinima:
    """The sum over starts of the products less their largest factors.

    Args:
        b: how many may lie, of so many parties that spoke since a start.
        keep: so many of the newest starts are kept.
    """

    def __init__(self, n: int, b: Callable[[int], int], mass: float, keep: int = 200) -> None:
        self.b, self.mass, self.keep = b, mass, keep
        self.logs, self.spoke = np.zeros((0, n, 4)), np.zeros((0, n), bool)

    def round(self, party: int, factors: Floats) -> None:
        """A party's round: a new start, and all starts go on."""
        n = self.spoke.shape[1]
        self.logs = np.concatenate([self.logs, np.zeros((1, n, 4))])[-self.keep :]
        self.spoke = np.concatenate([self.spoke, np.zeros((1, n), bool)])[-self.keep :]
        self.logs[:, party] += np.log(np.maximum(factors, 1e-30))
        self.spoke[:, party] = True

    @property
    def evidence(self) -> float:
        """The robust evidence."""
        total = 0.0
        for logs, spoke in zip(self.logs, self.spoke, strict=True):
            b = self.b(int(spoke.sum()))
            ranked = np.sort(logs, axis=0)
            kept = ranked.sum(0) - np.maximum(ranked[len(ranked) - b :], 0).sum(0)
            total += float((np.exp(np.minimum(kept, 69)) * W).sum())
        return total * self.mass


def fifth(parties: int) -> int:
    """How many of so many parties may lie."""
    return max(1, parties // 5)


def sheets(
    share: float,
    slip: float,
    rng: np.random.Generator,
    liars: int = 0,
    in_turn: bool = True,
    alarm: float = 1000.0,
    most: int = 200,
    people: int = 30,
    m: int = 5,
) -> tuple[int | None, int | None]:
    """Sheets until the alarm, unprotected and protected. Slips turn an answer round; liars always lie."""
    factors = table(1.5, m, cut=0.5)
    robust, sums = SumOfMinima(people, fifth, 1 / 1000), np.zeros(4)
    unprotected = protected = None
    for number in range(1, most + 1):
        person = number % people if in_turn else int(rng.integers(people))
        c, x = 0, 1
        if person >= liars:
            c, gone = int((rng.random(m) < slip).sum()), rng.random() < share
            x = int(rng.random() < (1 - slip if gone else slip))
        sums = np.minimum((sums + W / 1000) * factors[:, c, x], 1e30)
        robust.round(person, factors[:, c, x])
        if unprotected is None and sums.sum() >= alarm:
            unprotected = number
        if robust.evidence >= alarm:
            protected = number
            break
    return unprotected, protected
