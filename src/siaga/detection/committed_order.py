"""The bet that one name alone is not measured: a limit, bot check, reset, time-out, 451 or unknown answer.

All `n` names of the round's committed order are compared, asked or not. `f` of them ended with an
answer of one kind; a name that was never reached did not.

Null: the order is uniformly random and unknown to whoever answers, and the answers follow places, times and
counts in the round, not names. Then the set of the `f` places is independent of who stands in them, whatever
ends a round, so the name is among them with chance `f / n` exactly. Among the names that were
*reached* it would not be: where a round ends at a name because it was asked, that depends on the
ending rule. `psi = 2` is a reserve. Statement and proof: docs/method.md.

What else may explain it is tested by itself before anything is claimed: `obstacles`.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from siaga.detection.bet import e_value
from siaga.detection.settings import ORDER_PLACE_ERRORS, ORDER_PSI, Settings

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Index = npt.NDArray[np.intp]
MEASURED: Final = 0
"""The kind of a name that was measured, or never asked."""


class Obstacle(StrEnum):
    """Why "only this name meets it" is not claimed although the evidence is there."""

    PLACE = "place"
    """The name stood early or late in the rounds that were hit: the order may be the cause."""
    BUDGET = "budget"
    """The platform said that our own budget was spent."""
    SELF_TEST = "self-test"
    """The instrument's own test failed, or was not made within the hour."""


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


def of_each_kind(kinds: Index) -> dict[int, Floats]:
    """For each kind of answer that was met: 1 for the names that ended with it, 0 for the others.

    `kinds` has an entry a name of the committed order, `MEASURED` for those measured or never asked.
    """
    met = [kind for kind in np.unique(kinds).tolist() if kind != MEASURED]
    return {kind: (kinds == kind).astype(np.float64) for kind in met}


@dataclass(slots=True)
class PlacesHit:
    """Where names stood in the rounds in which they were hit. The caller numbers the rows."""

    rounds: Ints = field(default_factory=lambda: np.zeros(8, np.int64))
    total: Floats = field(default_factory=lambda: np.zeros(8))
    """Sum of their places, each in standard deviations from its round's middle."""

    def hold(self, rows: int) -> None:
        """Make room for so many rows."""
        if rows > len(self.rounds):
            more = max(rows, 2 * len(self.rounds)) - len(self.rounds)
            self.rounds = np.concatenate([self.rounds, np.zeros(more, np.int64)])
            self.total = np.concatenate([self.total, np.zeros(more)])

    def hit(self, rows: Index, places: Index, n: int) -> None:
        """Names were hit, each at its place (from 0) in a committed order of `n` names."""
        self.rounds[rows] += 1
        self.total[rows] += (places - (n - 1) / 2) / np.sqrt((n * n - 1) / 12)

    def begin(self, rows: Index) -> None:
        """Start anew."""
        self.rounds[rows] = 0
        self.total[rows] = 0.0

    def errors(self, rows: Index) -> Floats:
        """How many standard errors the mean place is from the middle; 0 without a hit."""
        errors: Floats = np.abs(self.total[rows]) / np.sqrt(np.maximum(self.rounds[rows], 1))
        return errors


def obstacles(place_errors: float, budget_spent: bool, self_tested: bool) -> tuple[Obstacle, ...]:
    """What stands against the claim that only this name gets such an answer.

    Args:
        place_errors: from `PlacesHit.errors`.
        budget_spent: whether a budget said by the platform was spent in the rounds that were hit.
        self_tested: whether the instrument's own test was good within the hour.
    """
    against = (
        (Obstacle.PLACE, place_errors >= ORDER_PLACE_ERRORS),
        (Obstacle.BUDGET, budget_spent),
        (Obstacle.SELF_TEST, not self_tested),
    )
    return tuple(obstacle for obstacle, met in against if met)
