"""(c) The bet that also knows the controls' own past, number by number.

The free bet must assume that "one name of n missing" is a common kind of round. In calm times it is rare,
and a name that is missing alone says more. With `c` controls missing, `x` the name, `f = c + x`:

    E = the free bet          for f >= 2 and for (c, x) = (1, 0)
    E = 1 - s                 for f = 0                           (the stake)
    E = free(1) + s / root    for c = 0, x = 1                    (the bonus)

Null: H(psi) in every round, and for a round that *looks calm* (by earlier rounds of the controls only):
with probability at least `1 - beta`, given everything before, the name's odds are at most `o0 = psi *
ceiling` and `P(no control missing) >= kappa`; else the round is in any state within H(psi).

Fair: `E[E - 1] <= kappa (1 - beta) s (o0/root - 1)/(1 + o0) + beta s G`, with `G = sup over o of (1 +
o/psi)^-m (o/root - 1)/(1 + o)` (equal control odds are the worst). `s` cancels; `root` makes the sum 0.
If the addition fails for a share `b` of calm-looking rounds, a round's mean is at most `1 + b s G`; the
free line beside it keeps its own promise.
"""

import numpy as np
import numpy.typing as npt
from tests.reference.round_bet import Floats, table

BETA, KAPPA, FLOOR = 0.02, 0.5, 0.002
CALM_STAKES = (0.03, 0.12, 0.35, 0.97)
"""`s`, beside `theta / psi` 2, 6, 30, 1000."""
GRID = np.concatenate([[0], np.exp(np.linspace(np.log(1e-4), np.log(50), 4000))])
"""Odds among which `G` is looked for."""


def worst_state(root: float, psi: float, m: int) -> float:
    """`G`: what the bonus less the stake is worth at most, in any state within H(psi)."""
    return float(((1 + GRID / psi) ** -m * (GRID / root - 1) / (1 + GRID)).max())


def o_tilde(psi: float, m: int, ceiling: float, beta: float = BETA, kappa: float = KAPPA) -> float:
    """The odds at which the bonus is fair, by halving."""
    o0 = psi * ceiling
    low, high = o0, o0 + 10.0
    for _ in range(60):
        middle = (low + high) / 2
        calm = kappa * (1 - beta) * (o0 / middle - 1) / (1 + o0)
        if calm + beta * worst_state(middle, psi, m) > 0:
            low = middle
        else:
            high = middle
    return high


def table_calm(psi: float, m: int, ceiling: float, beta: float = BETA) -> Floats:
    """`E[stake, controls missing, x]` of a round that looks calm."""
    factors, root = table(psi, m), o_tilde(psi, m, ceiling, beta)
    for j, stake in enumerate(CALM_STAKES):
        factors[j, 0, 0] = 1 - stake
        factors[j, 0, 1] += stake / root
    return factors


class Ceiling:
    """What a stream's controls tell before a round: whether it looks calm, and a ceiling of their odds.

    Of one stream, or of many side by side where `shape` says how many.
    """

    def __init__(self, m: int, shape: tuple[int, ...] = ()) -> None:
        self.m = m
        self.long, self.long_rounds = np.zeros(shape), np.zeros(shape)
        self.recent, self.recent_rounds = np.zeros(shape), np.zeros(shape)
        self.unrest = np.full(shape, 6.0)

    def before(self) -> tuple[npt.NDArray[np.bool_], Floats]:
        """Whether the coming round looks calm, and the ceiling of the controls' odds."""
        long = (self.long + 1) / (self.long_rounds * self.m + 1)
        recent = (self.recent + 0.5) / (self.recent_rounds * self.m + 1)
        q = np.maximum(np.maximum(long, recent), FLOOR)
        calm = (self.unrest <= 0) & (self.long_rounds >= 30) & ((1 - q) ** self.m >= KAPPA)
        q = np.minimum(q, 0.9)
        return calm, q / (1 - q)

    def after(self, missing: npt.ArrayLike) -> None:
        """So many controls were missing. A troubled round (over a third) teaches nothing; two or more missing
        where that is rarer than 1 in 50: the next six rounds do not look calm."""
        c, m = np.asarray(missing), self.m
        q = (self.long + 1) / (self.long_rounds * m + 1)
        rare = 1 - (1 - q) ** m - m * q * (1 - q) ** (m - 1) < 0.02
        self.unrest = np.where((c >= 3) | ((c >= 2) & rare), 6.0, self.unrest - 1)
        taught = 3 * c <= m + 1
        for name, keeps in (("long", 1 - 1 / 2000), ("recent", 1 - 1 / 60)):
            for field, added in ((name, c), (f"{name}_rounds", 1)):
                was = getattr(self, field)
                setattr(self, field, np.where(taught, was * keeps + added, was))
