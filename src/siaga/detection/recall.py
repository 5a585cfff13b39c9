"""Recall: each known public post is a draw. Does search show the name's posts as it shows its controls'?

In a round the i-th known post of the target and the i-th of each control, all of one age band, are one
small round: `x = 1` if the target's is not shown. Null: given everything before and the state of
search in this round and band, the items are shown or not independently, the target's with odds of not
being shown at most `psi` times the harmonic mean of the i-th control items'. The small rounds of one
round use different items, so their factors multiply. What is common to a band (lag, backfill, an index
that forgets) is in `f` and cancels, so there is no cut at a third: old posts are missing for all.
Statement and proof: docs/method.md.
"""

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from siaga.detection.bet import chance_missing
from siaga.detection.settings import RECALL_BANDS_S, RECALL_PSI, Settings

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]
NOT_DRAWN: Final = -1
"""In place of an answer: the name has no (further) post in the band, or it was asked within the hour."""


@lru_cache(maxsize=512)
def item_factors(settings: Settings, m: int) -> Floats:
    """The bets of a small round with `m` control items, by stake and `2 c + x`."""
    psi, n = RECALL_PSI, m + 1
    table = np.ones((len(settings.stakes), 2 * (m + 1)))
    for j, stake in enumerate(settings.stakes):
        for c in range(m + 1):
            for x in (0, 1):
                if 0 < c + x < n:
                    usual, bet = chance_missing(psi, n, c + x), chance_missing(psi * stake, n, c + x)
                    table[j, 2 * c + x] = bet / usual if x else (1 - bet) / (1 - usual)
    table.setflags(write=False)
    return table


def recall_factors(
    settings: Settings, targets: npt.NDArray[np.int8], controls: npt.NDArray[np.int8], least: int
) -> Floats:
    """What one round says of each target in one age band, by stake and target.

    Args:
        targets: by item and target: 1 not shown, 0 shown, `NOT_DRAWN`.
        controls: by item and control, the same.
        least: with fewer control items a small round says nothing.
    """
    factors = np.ones((len(settings.stakes), targets.shape[1]))
    for mine, others in zip(targets, controls, strict=True):
        drawn = others != NOT_DRAWN
        m, c = int(np.count_nonzero(drawn)), int(np.count_nonzero(others[drawn]))
        if m < least:
            continue
        table = item_factors(settings, m)
        known = mine != NOT_DRAWN
        factors[:, known] *= table[:, 2 * c + mine[known]]
    return factors


def age_band(age_s: float) -> int | None:
    """The band of a post of this age in seconds, 0 the youngest; None beyond the last."""
    for band, end in enumerate(RECALL_BANDS_S):
        if age_s < end:
            return band
    return None
