"""(a) One round's bet that a name is missing more than its controls, number by number.

Null H(psi): given everything before and the round's common state, the answers of the `n = m + 1` names
are independent, control `i` missing with odds `o_i > 0`, the name with odds at most `psi` times the
harmonic mean of the controls' odds. Nothing is assumed of the `o_i`, which may change from round to round
in any way. Then `P(name missing | f missing) <= p0 = psi f / (psi f + n - f)` for `0 < f < n`.

Proof: `P = o e_{f-1} / (o e_{f-1} + e_f)` with the elementary symmetric polynomials `e_k` of the
controls' odds. With `p_k = e_k / C(m, k)`, Newton's inequality makes `p_k / p_{k-1}` fall in `k`, so it
is at least `p_m / p_{m-1}`, the harmonic mean; hence `e_f / e_{f-1} >= HM (n - f) / f`. Put `o <= psi
HM`.

The bet is on `theta > psi`: `E = p1/p0` if missing, `(1-p1)/(1-p0)` if not; 1 where `f = 0`, `f = n`, or
`f > cut n`. `E[E | f] <= 1`: a fair factor whatever else is seen before the round.
"""

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
STAKES = (2.0, 6.0, 30.0, 1000.0)
"""`theta / psi`."""
WEIGHTS = (0.15, 0.25, 0.3, 0.3)
CUT = 1 / 3


def chance(odds: float, n: int, f: int) -> float:
    """P(the name is among the `f` missing of `n`) at `odds` times each other's odds."""
    return odds * f / (odds * f + n - f)


def e_round(psi: float, stake: float, n: int, f: int, missing: int, cut: float = CUT) -> float:
    """What one round says against H(psi)."""
    if f <= 0 or f >= n or f > cut * n + 1e-12:
        return 1.0
    p0, p1 = chance(psi, n, f), chance(psi * stake, n, f)
    return p1 / p0 if missing else (1 - p1) / (1 - p0)


def table(psi: float, m: int, stakes: Sequence[float] = STAKES, cut: float = CUT) -> Floats:
    """`E[stake, controls missing, x]`."""
    return np.array(
        [
            [[e_round(psi, stake, m + 1, c + x, x, cut) for x in (0, 1)] for c in range(m + 1)]
            for stake in stakes
        ]
    )


def chance_of(outcome: Sequence[int], odds: Sequence[float]) -> float:
    """The chance of an outcome of independent answers."""
    result = 1.0
    for missing, o in zip(outcome, odds, strict=True):
        result *= o / (1 + o) if missing else 1 / (1 + o)
    return result


def exact_mean(
    odds_controls: Sequence[float], odds_name: float, psi: float, stake: float, cut: float = CUT
) -> Floats:
    """`E[E | f]` for every `f`, by enumeration of all outcomes."""
    m = len(odds_controls)
    total, weight = np.zeros(m + 2), np.zeros(m + 2)
    for outcome in itertools.product((0, 1), repeat=m + 1):
        probability = chance_of(outcome, (odds_name, *odds_controls))
        f = sum(outcome)
        total[f] += probability * e_round(psi, stake, m + 1, f, outcome[0], cut)
        weight[f] += probability
    return total / weight


def position_mean(
    odds_controls: Sequence[float],
    effect: Sequence[float],
    odds_name: float,
    psi: float,
    stake: float,
) -> Floats:
    """`E[E | f]` where odds are multiplied by an effect of the place, and the order is uniformly random."""
    n = len(odds_controls) + 1
    total, weight = np.zeros(n + 1), np.zeros(n + 1)
    for order in itertools.permutations(range(n)):
        odds = [odds_name * effect[order[0]]]
        odds += [o * effect[place] for o, place in zip(odds_controls, order[1:], strict=True)]
        for outcome in itertools.product((0, 1), repeat=n):
            probability = chance_of(outcome, odds)
            f = sum(outcome)
            total[f] += probability * e_round(psi, stake, n, f, outcome[0], cut=1.0)
            weight[f] += probability
    return total / weight
