"""A name's own odds of being missing, as a multiple of its controls', from its quiet past.

Statement. Each usual round is a stratum: the name against its measured controls. Over rounds, Mantel and
Haenszel's odds ratio with the interval of Robins, Breslow and Greenland holds whatever the rounds' own
rates are. A name whose ratio is above 3 at the interval's lower end (95%) keeps the upper end as its
`psi`, frozen, and every claim says so.

Null. A higher `psi` is a wider null of the round bet, so a `psi` that is raised by the past only loses
evidence: no promise rests on the interval. It must be learned where nothing is withheld (usual rounds, no
change), or a withholding would be absorbed; therefore it is frozen.

Source: Mantel and Haenszel 1959; Robins, Breslow and Greenland 1986; docs/method.md, "A name that was
harder to find from the start"; slow and plain: tests/reference/own_odds.py.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.settings import OWN_ODDS_ABOVE, OWN_ODDS_MISSES

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]
Index = npt.NDArray[np.intp]
FOR_NAME, FOR_CONTROLS = 0, 1
"""The odds ratio's numerator and denominator; three terms of its variance follow."""
TERMS = 5
ERRORS = 1.96
"""Standard errors on both sides of the interval: 95%."""
SOME = 1e-9
"""Sums of less are nothing but rounding."""


def _terms(controls: int, missing: int, x: int) -> Floats:
    """What one round adds to the sums, by term."""
    n = controls + 1
    agree, differ = (x + controls - missing) / n, (1 - x + missing) / n
    of_name, of_controls = x * (controls - missing) / n, (1 - x) * missing / n
    return np.array(
        [
            of_name,
            of_controls,
            agree * of_name,
            agree * of_controls + differ * of_name,
            differ * of_controls,
        ]
    )


@dataclass(slots=True)
class OwnOdds:
    """The learned odds ratios of one platform's names.

    A round in which a name is as usual adds the same for all names, so it is booked once; by name stands only
    what differs from that.
    """

    usual: Floats = field(default_factory=lambda: np.zeros(TERMS))
    differs: Floats = field(default_factory=lambda: np.zeros((TERMS, 0)))
    misses: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    frozen: Floats = field(default_factory=lambda: np.zeros(0))
    """The `psi` that a name keeps; 0 where it keeps none of its own."""

    def hold(self, subjects: int) -> None:
        """Make room for so many; those that are new begin now."""
        more = subjects - len(self.misses)
        if more > 0:
            self.differs = np.append(self.differs, np.repeat(-self.usual[:, None], more, axis=1), axis=1)
            self.misses = np.append(self.misses, np.zeros(more, np.int32))
            self.frozen = np.append(self.frozen, np.zeros(more))

    def take(self, controls: int, missing: int, gone: Index, not_learned: Index) -> None:
        """A usual round was complete.

        Args:
            gone: the names that were missing, each once, and are learned of.
            not_learned: names that were not measured, or of which nothing is learned now (a change goes on).
        """
        found = _terms(controls, missing, 0)
        self.usual += found
        self.differs[:, not_learned] -= found[:, None]
        if len(gone):
            self.differs[:, gone] += (_terms(controls, missing, 1) - found)[:, None]
            self.misses[gone] += 1

    def interval(self, subjects: Index) -> tuple[Floats, Floats, Floats]:
        """The names' odds ratios, and their lower and upper ends; NaN where one side has no miss."""
        name, controls, a, b, c = self.usual[:, None] + self.differs[:, subjects]
        known = (name > SOME) & (controls > SOME)
        name, controls = np.where(known, name, np.nan), np.where(known, controls, np.nan)
        ratio: Floats = name / controls
        error = np.sqrt(a / (2 * name**2) + b / (2 * name * controls) + c / (2 * controls**2))
        spread = np.exp(ERRORS * error)
        return ratio, ratio / spread, ratio * spread

    def freeze(self, subjects: Index, psi: float) -> Floats:
        """The `psi` of these names; those whose past is surely above what is tolerated get their own."""
        _, lower, upper = self.interval(subjects)
        with np.errstate(invalid="ignore"):
            above = (lower > OWN_ODDS_ABOVE) & (self.misses[subjects] >= OWN_ODDS_MISSES)
        new = above & (self.frozen[subjects] == 0)
        self.frozen[subjects] = np.where(new, upper, self.frozen[subjects])
        return self.psi(subjects, psi)

    def psi(self, subjects: Index, psi: float) -> Floats:
        """The odds ratio that is tolerated of these names: their own, or `psi`."""
        return np.where(self.frozen[subjects] > 0, self.frozen[subjects], psi)
