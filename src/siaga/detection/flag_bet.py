"""The bet on flags: a name found, but fewer, older or unordered against its own past.

Of `m` judged controls `c` are flagged, `x` says whether the name is. With `p(o, f) = o f / (o f + n - f)`,
`n = m + 1`:

    E = p(theta, c + 1) / p(psi, c + 1)                 if the name is flagged and c + 1 <= n / 3, else 1
    E = (1 - p(theta, c + 1)) / (1 - p(psi, c + 1))     if it is not and c <= n / 3, else 1

A round without the name's flag fades by the factor of the round's own `c`, also where that is 0. The
bet is fair for two nulls at once: N1, the name is flagged with chance at most `p(psi, c + 1)` given
the controls' flags (so alone in up to `psi / (psi + m)` of the rounds); and N2, its odds of being
flagged are at most `psi` times the harmonic mean of its controls', in any common state. Proofs:
docs/method.md.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from siaga.detection.bet import chance_missing
from siaga.detection.settings import MISSING_ONE_IN, Settings

Floats = npt.NDArray[np.float64]


def flag_factor(psi: float, stake: float, m: int, c: int, flagged: bool) -> float:
    """The evidence of one round, `c` of `m` controls flagged, against "flagged at odds of at most `psi`"."""
    n, f = m + 1, c + 1
    if flagged:
        if MISSING_ONE_IN * f > n:
            return 1.0
        return chance_missing(psi * stake, n, f) / chance_missing(psi, n, f)
    if MISSING_ONE_IN * c > n or f >= n:
        return 1.0
    return (1 - chance_missing(psi * stake, n, f)) / (1 - chance_missing(psi, n, f))


@lru_cache(maxsize=512)
def flag_factors(settings: Settings, m: int) -> Floats:
    """The bets of a round with `m` judged controls, by stake and `2 c + x`."""
    psi = settings.graded_psi
    table = np.array(
        [
            [flag_factor(psi, stake, m, c, flagged) for c in range(m + 1) for flagged in (False, True)]
            for stake in settings.stakes
        ]
    )
    table.setflags(write=False)
    return table
