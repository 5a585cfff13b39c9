"""The promise over a whole watch: how its mass is split over lines, and what a number of evidence says.

Statement. Each line of a name on a platform (a channel, at a level, in a part) has a sum `M <- (M + w) E`
with `E` a fair factor given everything before. New mass `w` is handed out by time: over a span the masses
of all lines of a name add up to at most 1. Evidence `N` is the sum of all lines. Then, over any span and
under the null of every line: one name ever shows `N >= c` with chance at most `1 / c`, and of `S` names
at most `S / c` ever do, in expectation, whatever their dependence; over `k` spans `k` times as many.

Proof. `N` less the mass handed out is a supermartingale, and a name that is called begins at 0 again. The
split may change at any time by what happened before (a dead vantage, a channel that does not exist here:
its mass goes to the others); mass that was placed stays. So dead channels and vantages cost nothing.

Source: docs/method.md, "One promise"; slow and plain: tests/reference/watch.py.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from siaga.detection.settings import PUBLIC_PARTIES, PUBLIC_TIMES, Settings

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WatchPromise:
    """What evidence says in a watch of `names` names (each counted on each of its platforms)."""

    names: int
    false_alarms: float
    """At most so many are expected in a span, over the whole watch."""

    @classmethod
    def of(cls, names: int, settings: Settings) -> "WatchPromise":
        """The promise of a watch of so many names."""
        return cls(names, settings.false_alarms)

    @property
    def alarm(self) -> float:
        """The evidence at which a name is an alarm."""
        return self.names / self.false_alarms

    @property
    def public(self) -> float:
        """The evidence at which a claim may be made in public without a second measuring party."""
        return PUBLIC_TIMES * self.alarm

    def watches(self, evidence: float) -> float:
        """Such evidence comes up, for any of the names, at most once in so many watches of a span each.

        Below 1 it may come up by chance. For one name alone it is at most once in `evidence` watches.
        """
        return evidence / self.names

    def may_be_public(self, free: float, calm: float, calm_holds: bool, parties: int = 1) -> bool:
        """Whether a claim may be made in public.

        Args:
            free: evidence of all lines but the calm ones.
            calm: evidence of the calm lines.
            calm_holds: whether the calm lines' addition has been shown to hold here; else they do not count.
            parties: independent measuring parties that have each proven it.
        """
        evidence = free + calm if calm_holds else free
        return evidence >= (self.alarm if parties >= PUBLIC_PARTIES else self.public)
