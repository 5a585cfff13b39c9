"""(g) Recall: each post that is known to be public is a draw.

For each age band `k` known posts of the target and `k` of each of the `m` controls are looked for. The
`i`-th post of the target and the `i`-th of each control are one small round: `n = m + 1` items, `f` not
shown, `x = 1` if the target's is not: the round bet, psi 1.5, without a cut, as old posts are often not
shown for anybody. Small rounds of one round use different items, so their factors multiply.
"""

from collections.abc import Sequence

import numpy as np
from tests.reference.round_bet import WEIGHTS, Floats, table


def e_round_items(target: Sequence[int], controls: Sequence[Sequence[int]], psi: float = 1.5) -> Floats:
    """The product over the small rounds, by stake.

    Args:
        target: 1 for each item of the target that is not shown.
        controls: the same of each control.
    """
    factors, product = table(psi, len(controls), cut=1.0), np.ones(4)
    for i, x in enumerate(target):
        product *= factors[:, sum(control[i] for control in controls), x]
    return product


def rounds_to_alarm(
    withheld: float,
    hidden: float,
    names: int,
    most: int,
    rng: np.random.Generator,
    cut: float = 1.0,
    odds: float = 1.0,
    items: int = 5,
    m: int = 12,
    alarm: float = 100 * 43200,
) -> Floats:
    """Rounds until the alarm of each of some names; infinite where there is none.

    Args:
        hidden: the share of everybody's items that is not shown anyway.
        odds: the target's own odds of that, as a multiple of the controls'.
    """
    factors, weights = table(1.5, m, cut=cut), np.array(WEIGHTS)[:, None]
    sums, result = np.zeros((4, names)), np.full(names, np.inf)
    own = odds * hidden / (1 - hidden)
    missing = 1 - (1 - withheld) / (1 + own)
    for number in range(1, most + 1):
        product = np.ones((4, names))
        for _ in range(items):
            x = (rng.random(names) < missing).astype(int)
            product = product * factors[:, rng.binomial(m, hidden, names), x]
        sums = np.minimum((sums + weights) * product, 1e30)
        result[(sums.sum(0) >= alarm) & np.isinf(result)] = number
        if not np.isinf(result).any():
            break
    return result
