"""The calm line: the free bet, and a bonus for the name that is missing alone in a round that looks calm.

Statement. With `c` of `m` controls missing and `x` the name, a round that looks calm says

    E = 1 - s               for c = 0, x = 0: the stake
    E = free(1) + s / root  for c = 0, x = 1: the bonus
    E = the free bet        else, and in every round that does not look calm

Null. The free bet's in every round; and a calm-looking round is calm with probability at least 0.98, given
everything before: the name's odds are at most `psi` times the ceiling of the controls' odds, and with chance
1/2 or more no control is missing. Else it is in any state within the free bet's null. The ceiling comes from
the controls' past alone, so a withholding is never absorbed. `root` makes the mean 1 at the worst state.
Where the addition fails the free line beside it keeps its own promise.

Source: docs/method.md, "The calm line"; slow and plain: tests/reference/calm_bonus.py.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import comb

import numpy as np
import numpy.typing as npt

from siaga.detection.bet import e_value
from siaga.detection.comparable import compares
from siaga.detection.settings import (
    CALM_ADDED_LONG,
    CALM_ADDED_RECENT,
    CALM_DISTURBED,
    CALM_FLOOR,
    CALM_LONG_ROUNDS,
    CALM_MOST,
    CALM_PAST_ROUNDS,
    CALM_RECENT_ROUNDS,
    CALM_REST_ROUNDS,
    CALM_STIR,
    CALM_STIR_RARE,
    CALM_UNDISTURBED,
    USUAL_CONTROLS,
    USUAL_RARE,
    USUAL_REST_ROUNDS,
    Settings,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Index = npt.NDArray[np.intp]
FREE, CALM = 0, 1
"""The two lines, as they stand in `line_factors`."""
STATES = np.concatenate([[0.0], np.geomspace(1e-4, 50.0, 4000)])
"""The controls' odds among which the worst disturbed state is looked for: of everything that could matter."""


@dataclass(slots=True)
class ControlsPast:
    """What a stream's controls tell before a round: whether it looks calm, and a ceiling of their odds."""

    missing: float = 0.0
    asked: float = 0.0
    rounds: float = 0.0
    """Over the long past, each round worth a little less than the next."""
    recent_missing: float = 0.0
    recent_asked: float = 0.0
    unrest: int = CALM_REST_ROUNDS
    """Rounds that will not look calm, whatever they bring."""
    unusual: int = 0
    """Rounds that will not be usual, whatever they bring."""

    def _ceiling(self) -> float:
        long = (self.missing + CALM_ADDED_LONG) / (self.asked + 1)
        recent = (self.recent_missing + CALM_ADDED_RECENT) / (self.recent_asked + 1)
        return max(long, recent, CALM_FLOOR)

    @property
    def odds(self) -> float:
        """The ceiling of a control's odds of being missing in the coming round."""
        share = min(self._ceiling(), CALM_MOST)
        return share / (1 - share)

    def looks_calm(self, controls: int) -> bool:
        """Whether the coming round, of so many controls, looks calm."""
        return (
            self.unrest <= 0
            and self.rounds >= CALM_PAST_ROUNDS
            and (1 - self._ceiling()) ** controls >= CALM_UNDISTURBED
        )

    def is_usual(self, controls: int, missing: int) -> bool:
        """Whether the coming round, with so many controls missing, may tell a change; see `change.py`."""
        return not self.unusual and not self._is_more_than_usual(controls, missing)

    def _is_more_than_usual(self, controls: int, missing: int) -> bool:
        share = self.missing / max(self.asked, 1.0)
        if missing <= 1 + USUAL_CONTROLS * controls * share:
            return False
        return chance_of_at_least(missing, controls, share) < USUAL_RARE

    def take(self, controls: int, missing: int) -> None:
        """A round was complete: of so many measured controls, some were missing. Trouble teaches nothing."""
        share = (self.missing + CALM_ADDED_LONG) / (self.asked + 1)
        stir = missing >= CALM_STIR
        if missing == CALM_STIR - 1:
            stir = chance_of_at_least(missing, controls, share) < CALM_STIR_RARE
        self.unrest = CALM_REST_ROUNDS if stir else self.unrest - 1
        more = self._is_more_than_usual(controls, missing)
        self.unusual = USUAL_REST_ROUNDS if more else max(self.unusual - 1, 0)
        if compares(controls, missing):
            long, recent = 1 - 1 / CALM_LONG_ROUNDS, 1 - 1 / CALM_RECENT_ROUNDS
            self.missing = self.missing * long + missing
            self.asked = self.asked * long + controls
            self.rounds = self.rounds * long + 1
            self.recent_missing = self.recent_missing * recent + missing
            self.recent_asked = self.recent_asked * recent + controls


def chance_of_at_least(missing: int, controls: int, share: float) -> float:
    """The chance that so many controls or more are missing at once, each independently with this chance."""
    return 1 - sum(
        comb(controls, k) * share**k * (1 - share) ** (controls - k)
        for k in range(min(missing, controls + 1))
    )


@lru_cache(maxsize=256)
def _bonus_worth(psi: float, controls: int) -> Floats:
    """By state: how likely a lonely miss is in it, per odds of the control."""
    worth: Floats = (1 + STATES / psi) ** -controls / (1 + STATES)
    worth.setflags(write=False)
    return worth


def bonus_odds(psi: float, controls: int, ceiling: float) -> float:
    """The odds `root` at which the bonus `s / root` is fair.

    The mean of bonus less stake, `calm (o0/root - 1) + disturbed (o/root - 1)`, falls in `root` for every
    disturbed state `o`; so the root of the worst is the largest of the states' roots, each in closed form.
    """
    most = psi * ceiling
    calm = CALM_UNDISTURBED * (1 - CALM_DISTURBED) / (1 + most)
    disturbed = CALM_DISTURBED * _bonus_worth(psi, controls)
    return float(((calm * most + disturbed * STATES) / (calm + disturbed)).max())


@lru_cache(maxsize=4096)
def free_factors(settings: Settings, psi: float, controls: int, missing: int) -> Floats:
    """The free line's `E[stake, x]` of a round with so many controls, some of them missing."""
    n = controls + 1
    factors = np.array(
        [[e_value(psi, psi * stake, n, missing + x, x == 1) for x in (0, 1)] for stake in settings.stakes]
    )
    factors.setflags(write=False)
    return factors


def line_factors(
    settings: Settings, psi: float, controls: int, missing: int, ceiling: float | None
) -> Floats:
    """Both lines' `E[line, stake, x]` of a round; index it by the names' `x` to bet on all of them.

    Args:
        psi: what is tolerated: the name's odds of being missing, as a multiple of the controls'.
        ceiling: of the controls' odds (`ControlsPast.odds`), where the round looks calm; else None.
    """
    free = free_factors(settings, psi, controls, missing)
    factors = np.stack([free, free])
    if ceiling is not None and missing == 0:
        stakes = np.array(settings.calm_stakes)
        factors[CALM, :, 0] = 1 - stakes
        factors[CALM, :, 1] += stakes / bonus_odds(psi, controls, ceiling)
    return factors
