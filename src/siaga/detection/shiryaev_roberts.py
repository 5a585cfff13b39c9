"""Sums over all possible beginnings, `M <- (M + mass) E`, for many names of which few are ever other
than usual.

In most rounds nothing is wrong with most names, and all of these have the same factor, at most 1. So a
part keeps one *quiet* sum, that of a name with which nothing was ever wrong, and each name only its
excess over it. As the
recurrence is linear, a round is booked for all usual names at once by two numbers a stake:

    quiet <- (quiet + mass) E0,    scale <- scale E0,    M = quiet + scale * excess

Only names with another factor are touched. This is the recurrence itself, no approximation. Source:
Shiryaev-Roberts e-detectors; docs/method.md.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]
_SMALLEST_SCALE: Final = 1e-60
"""Below this the scale is multiplied into the excesses, so that neither leaves the range of floats."""


@dataclass(slots=True)
class ShiryaevRoberts:
    """The sums by stake, part and name."""

    quiet: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    """By stake and part: the sum of a name that was always as usual."""
    scale: Floats = field(default_factory=lambda: np.ones((0, 0)))
    """By stake and part: what has become of an excess of 1."""
    excess: Floats = field(default_factory=lambda: np.zeros((0, 0, 0)))
    """By stake, part and name."""

    def hold(self, stakes: int, parts: int, names: int) -> None:
        """Make room; a new name in an old part begins as if it had always been as usual."""
        have = self.excess.shape
        if have[0] == stakes and parts <= have[1] and names <= have[2]:
            return
        wide = parts if parts <= have[1] else max(parts, 2 * have[1])
        long = names if names <= have[2] else max(names, 2 * have[2])
        shape = (stakes, max(wide, have[1]), max(long, have[2]))
        quiet, scale, excess = np.zeros(shape[:2]), np.ones(shape[:2]), np.zeros(shape)
        if have[0] == stakes:
            quiet[:, : have[1]] = self.quiet
            scale[:, : have[1]] = self.scale
            excess[:, : have[1], : have[2]] = self.excess
        self.quiet, self.scale, self.excess = quiet, scale, excess

    def pass_over(self, parts: Index, mass: Floats, usual: Floats) -> None:
        """A round in which every name was as usual.

        Args:
            parts: the round's parts.
            mass: what is added to each sum before the round, by stake and part.
            usual: the factor of a name that is as usual, by stake.
        """
        quiet: Floats = (self.quiet[:, parts] + mass) * usual[:, None]
        self.quiet[:, parts] = quiet
        scale: Floats = self.scale[:, parts] * usual[:, None]
        self.scale[:, parts] = scale
        if scale.min() < _SMALLEST_SCALE:
            self._rescale(parts)

    def bet(
        self, parts: Index, mass: Floats, usual: Floats, names: Index, factors: Floats, cap: float
    ) -> Floats:
        """A round in which some names are other than usual.

        Args:
            names: those, each once.
            factors: theirs, by stake and name.
            cap: no sum grows beyond it: capping only loses.

        Returns:
            The names' sums, by stake, part and name.
        """
        sums: Floats = np.minimum((self.sums(parts, names) + mass[:, :, None]) * factors[:, None], cap)
        self.pass_over(parts, mass, usual)
        excess = (sums - self.quiet[:, parts, None]) / self.scale[:, parts, None]
        self.excess[:, parts[:, None], names] = excess
        return sums

    def sums(self, parts: Index, names: Index) -> Floats:
        """The sums, by stake, part and name."""
        excess = self.excess[:, parts[:, None], names]
        sums: Floats = self.quiet[:, parts, None] + self.scale[:, parts, None] * excess
        return np.maximum(sums, 0.0)

    def begin(self, parts: Index, names: Index) -> None:
        """Start names anew: no evidence."""
        excess = -self.quiet[:, parts] / self.scale[:, parts]
        self.excess[:, parts[:, None], names] = excess[:, :, None]

    def _rescale(self, parts: Index) -> None:
        self.excess[:, parts] *= self.scale[:, parts, None]
        self.scale[:, parts] = 1.0
