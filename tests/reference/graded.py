"""(b) Fewer, older, unordered: a fair bet on flags against a name's own past, number by number.

A name is *flagged* at a level when its value is below that share of its own usual value. Of `m` measured
controls `c` are flagged, `x = 1` if the name is:

    E(c, 1) = p(theta, c+1) / p(psi, c+1)                where c + 1 <= n/3, else 1
    E(c, 0) = (1 - p(theta, c+1)) / (1 - p(psi, c+1))    where c <= n/3, else 1

so a round without the name's flag fades by the factor of the round's own `c`, also where `c = 0`. It is
fair for two nulls at once: N1, `P(name flagged | past, controls' flags) <= p(psi, c+1)`; N2, H(psi) of
the round bet, for flags. Proof: N1 is 1 at the edge by construction and linear in P. N2: for `x = 1` it
is the round bet's factor; for `x = 0` it is the round bet's at `f + 1` in place of `f`, which is never
larger.

The past has two parts: the same hour of earlier days (at least three), and the last hour, renewed until
the alarm and kept from then on. A flag needs both where the first exists.
"""

from collections.abc import Sequence

import numpy as np
from tests.reference.round_bet import STAKES, Floats, chance

LEVELS = (0.8, 0.5, 0.25)
PSI = 3.0
LEAST_USUAL = 8
"""With fewer usual results a name is not judged by counts."""
NARROW = 0.85
"""The first level is used only where the lowest tenth is at least so much of the usual."""
SAME_HOUR, LAST_HOUR = "same hour", "last hour"
Usual = tuple[float, float, str]
"""The usual value, the lowest tenth, and which past it is."""


def e_flag(psi: float, stake: float, m: int, c: int, x: int) -> float:
    """What one round's flags say."""
    n, f = m + 1, c + 1
    p0, p1 = chance(psi, n, f), chance(psi * stake, n, f)
    if x:
        return p1 / p0 if 3 * f <= n else 1.0
    return (1 - p1) / (1 - p0) if 3 * c <= n and f < n else 1.0


def table_flag(psi: float, m: int, stakes: Sequence[float] = STAKES) -> Floats:
    """`E[stake, controls flagged, x]`."""
    return np.array(
        [[[e_flag(psi, stake, m, c, x) for x in (0, 1)] for c in range(m + 1)] for stake in stakes]
    )


def e_soft(h: Sequence[float], i: int, psi: float) -> float:
    """The general form, with ties: the evidence of name `i` by soft rank.

    Fair where no value is more than `psi` times as likely to be the name's as any other is.
    """
    ranked = np.sort(np.asarray(h, float))[::-1]
    n = len(ranked)
    top, k = np.cumsum(ranked), np.arange(1, n + 1)
    worst = ((psi * top + top[-1] - top) / (psi * k + n - k)).max()
    return float(h[i] / worst) if worst > 0 else 1.0


def usual(past: Sequence[tuple[int, int, float]], hour: int, now: int, least_days: int = 3) -> Usual | None:
    """What is usual: of the same hour and its neighbours on earlier days, else of the last hour.

    Args:
        past: (day, hour, value), in order of time.
        now: the present day.
    """
    near = {(hour - 1) % 24, hour, (hour + 1) % 24}
    days: dict[int, list[float]] = {}
    for day, at, value in past:
        if at in near:
            days.setdefault(day, []).append(value)
    earlier = [values for day, values in days.items() if day < now]
    if len(earlier) >= least_days:
        middle = float(np.median([np.median(values) for values in earlier]))
        return middle, float(np.quantile(np.concatenate(list(days.values())), 0.1)), SAME_HOUR
    recent = [value for _, _, value in past][-65:-5]
    if len(recent) < 20:
        return None
    return float(np.median(recent)), float(np.quantile(recent, 0.1)), LAST_HOUR


def levels(reference: Usual) -> tuple[float, ...]:
    """The levels that may be used with a past."""
    middle, low, which = reference
    if middle < LEAST_USUAL:
        return ()
    return LEVELS if low >= NARROW * middle and which == SAME_HOUR else LEVELS[1:]
