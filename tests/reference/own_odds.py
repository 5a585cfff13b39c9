"""A name's own odds ratio, from its quiet past.

Mantel and Haenszel's over rounds, with the interval of Robins, Breslow and Greenland. A name whose lower
end (95%) is above 3 keeps `psi` = its upper end, frozen.

Each round is a stratum: the name against its `m` measured controls, of which `c` are missing.
"""

import math
from collections.abc import Sequence

Z = 1.959963984540054
ABOVE = 3.0
LEAST_MISSES = 5


def odds_interval(rounds: Sequence[tuple[int, int, int]]) -> tuple[float, float, float] | None:
    """The odds ratio and its interval, of rounds `(m, c, x)`; None while one side has no miss."""
    r = s = pr = mixed = qs = 0.0
    for m, c, x in rounds:
        n = m + 1
        p, q = (x + m - c) / n, (1 - x + c) / n
        of_name, of_controls = x * (m - c) / n, (1 - x) * c / n
        r, s = r + of_name, s + of_controls
        pr += p * of_name
        mixed += p * of_controls + q * of_name
        qs += q * of_controls
    if r == 0 or s == 0:
        return None
    error = math.sqrt(pr / (2 * r * r) + mixed / (2 * r * s) + qs / (2 * s * s))
    return r / s, r / s * math.exp(-Z * error), r / s * math.exp(Z * error)


def psi_of(rounds: Sequence[tuple[int, int, int]], psi: float) -> float:
    """The `psi` that the name keeps."""
    interval = odds_interval(rounds)
    if interval is None or sum(x for _, _, x in rounds) < LEAST_MISSES:
        return psi
    return interval[2] if interval[1] > ABOVE else psi
