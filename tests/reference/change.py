"""(k) Changed, or always so? A claim that a name *went* missing needs difference and change.

The smaller of the two counts. Rounds used: the controls are, and in the six before were, as usual (`c <=
1 + 1.5 m q`, or so many and more at least once in a hundred rounds, at their long-run rate `q`). Null K:
in these, given everything before and `c`, P(name missing) is an unknown constant. For each start `s`,
universal inference:

    e(s, t) = KT(x before s) KT(x from s to t) / max over r of r^A (1 - r)^B    where the share rises, else 0

Null K2 is the other shape of "always so": the odds are a constant times the controls' odds as known
before. `C` is the smaller of the two, fair where either holds, and each is the sum over starts divided by
the horizon. `KT(a of n) = B(a + 1/2, n - a + 1/2) / B(1/2, 1/2)` integrates to 1.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from tests.reference.round_bet import Floats

RHO = np.exp(np.linspace(np.log(0.02), np.log(2e4), 70))
"""The constant ratios among which is mixed and maximised."""
LOG_MOST = 69
"""Beyond this logarithm evidence is cut."""


def kt(a: npt.ArrayLike, n: npt.ArrayLike) -> Floats:
    """The logarithm of Krichevsky and Trofimov's mixture of `a` misses in `n` rounds."""
    log_gamma = np.vectorize(math.lgamma)
    missing, asked = np.asarray(a), np.asarray(n)
    result: Floats = (
        log_gamma(missing + 0.5)
        + log_gamma(asked - missing + 0.5)
        - log_gamma(asked + 1.0)
        - 2 * math.lgamma(0.5)
    )
    return result


def change(x: Sequence[int], horizon: float = 43200, newest: int = 2000) -> tuple[float, int]:
    """The evidence against a constant rate, and the start that explains best.

    Args:
        x: 1 where the name was missing, of the usual rounds so far.
        newest: how many starts are looked at.
    """
    n, misses = len(x), int(sum(x))
    before = np.concatenate([[0], np.cumsum(x)])
    s = np.arange(max(0, n - newest), n)
    a0, n0 = before[s], s
    a1, n1 = misses - before[s], n - s
    top = (misses * math.log(misses / n) if misses else 0) + (
        (n - misses) * math.log(1 - misses / n) if misses < n else 0
    )
    e = np.where(a1 * np.maximum(n0, 1) > a0 * n1, kt(a0, n0) + kt(a1, n1) - top, -np.inf)
    e = np.where(n0 > 0, e, -np.inf)
    return float(np.exp(np.minimum(e, LOG_MOST)).sum() / horizon), int(s[np.argmax(e)])


def is_unusual(c: npt.NDArray[np.int64], m: int, q: Floats) -> npt.NDArray[np.bool_]:
    """Whether so many of `m` controls missing are more than usual, by their long-run rate."""
    at_least = np.zeros(len(c))
    for k in range(m + 1):
        at_least += np.where(k >= c, math.comb(m, k) * q**k * (1 - q) ** (m - k), 0.0)
    return (c > 1 + 1.5 * m * q) & (at_least < 0.01)


def mixture(logs: Floats) -> Floats:
    """The logarithm of the mean over the grid, of likelihoods given as logarithms."""
    top = logs.max(0)
    result: Floats = top + np.log(np.exp(logs - top).mean(0))
    return result


def change_ratio(
    x: Sequence[int], odds: Sequence[float], horizon: float = 43200, newest: int = 2000
) -> float:
    """The evidence against a constant multiple of the controls' odds, known before each round."""
    missing, n = np.asarray(x, float), len(x)
    z = RHO[:, None] * np.asarray(odds, float)[None]
    likelihood = np.cumsum(missing * np.log(z) - np.log1p(z), 1)
    likelihood = np.concatenate([np.zeros((len(RHO), 1)), likelihood], 1)
    s = np.arange(max(1, n - newest), n)
    if not len(s):
        return 0.0
    best_before = likelihood[:, s].argmax(0)
    best_after = (likelihood[:, [n]] - likelihood[:, s]).argmax(0)
    # The true maximum may lie between two points of the grid: the log-likelihood is concave in log rho, with
    # curvature at most the sum of p (1 - p).
    top = likelihood[:, n].argmax()
    p = z[top] / (1 + z[top])
    slack = 0.5 * (np.log(RHO[1] / RHO[0]) / 2) ** 2 * (p * (1 - p)).sum() * 1.3
    e = mixture(likelihood[:, s]) + mixture(likelihood[:, [n]] - likelihood[:, s])
    e = np.where(best_after > best_before, e - likelihood[:, n].max() - slack, -np.inf)
    return float(np.exp(np.minimum(e, LOG_MOST)).sum() / horizon)
