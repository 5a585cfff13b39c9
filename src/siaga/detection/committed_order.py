"""The bet that one name alone is not measured: a limit, bot check, reset, time-out, 451 or unknown answer.

All `n` names of the round's committed order are compared, asked or not. `f` of them ended with an
answer of one kind; a name that was never reached did not.

Null: the order is uniformly random and unknown to whoever answers, and the answers follow places, times and
counts in the round, not names. Then the set of the `f` places is independent of who stands in them, whatever
ends a round, so the name is among them with chance `f / n` exactly. Among the names that were
*reached* it would not be: where a round ends at a name because it was asked, that depends on the
ending rule. `psi = 2` is a reserve. Statement and proof: docs/method.md.

That the name stood early or late in the rounds that were hit is tested by itself before anything is claimed.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from siaga.detection.bet import e_value
from siaga.detection.settings import ORDER_PSI, Settings

Floats = npt.NDArray[np.float64]


@lru_cache(maxsize=512)
def order_factors(settings: Settings, n: int) -> Floats:
    """The bets of a round of `n` committed names, by stake and `2 f + x`."""
    table = np.array(
        [
            [
                e_value(ORDER_PSI, ORDER_PSI * stake, n, f, x == 1) if x <= f < n + x else 1.0
                for f in range(n + 1)
                for x in (0, 1)
            ]
            for stake in settings.stakes
        ]
    )
    table.setflags(write=False)
    return table
