"""When reports about a name on a platform come faster than is usual: by bets that stay honest however often
one looks.

Reports of trouble that come by themselves are a Poisson process whose rate is at most the usual one. A bet
that they come `k` times as often multiplies, over a span `t` with `n` reports, to
`k**n * exp(-(k - 1) * usual * t)`: on average at most 1. A bet is begun each ten minutes and the sum of all
is followed (the Shiryaev-Roberts e-detector; Shin, Ramdas, Rinaldo, "E-detectors", 2023), so that under the
usual rate the mean time to a false call is at least the threshold, in bets begun.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import exp
from typing import Final

FACTORS: Final = (4.0, 12.0, 40.0)
"""So many times as often as usual; the bets' shares are equal."""
BEGUN_EVERY_S: Final = 600.0
LEAST_USUAL: Final = 1 / (6 * 3_600)
"""Reports a second, below which no usual rate is taken: one in six hours."""
FALSE_AT_MOST: Final = timedelta(days=30)
"""Under usual rates, a false call over all names and platforms comes no oftener on average."""
FORGOTTEN_AFTER: Final = 1_000
"""Bets begun without a report, after which nothing of the past is left."""


def threshold(units: int) -> float:
    """The evidence that makes a surge, where so many names on platforms are followed."""
    return FALSE_AT_MOST.total_seconds() / BEGUN_EVERY_S * max(units, 1)


@dataclass(slots=True)
class Detector:
    """The bets about one name on one platform."""

    at: float
    """Seconds, the moment up to which it has looked."""
    sums: list[float] = field(default_factory=lambda: [1.0] * len(FACTORS))
    """By factor, the worth of all bets begun."""

    def evidence(self) -> float:
        """The detector's value now."""
        return sum(self.sums) / len(self.sums)

    def pass_time(self, at: float, usual: float) -> None:
        """Let time pass in which nothing came; `usual` is in reports a second."""
        usual = max(usual, LEAST_USUAL)
        begun = int(at // BEGUN_EVERY_S) - int(self.at // BEGUN_EVERY_S)
        if begun > FORGOTTEN_AFTER:
            self.sums, self.at = [1.0] * len(FACTORS), at
            return
        for _ in range(begun):
            edge = (self.at // BEGUN_EVERY_S + 1) * BEGUN_EVERY_S
            self._fade(edge - self.at, usual)
            self.sums = [worth + 1.0 for worth in self.sums]
            self.at = edge
        if at > self.at:
            self._fade(at - self.at, usual)
            self.at = at

    def report(self, at: float, usual: float) -> float:
        """Take a report; returns the evidence."""
        self.pass_time(at, usual)
        self.sums = [min(worth * factor, 1e200) for worth, factor in zip(self.sums, FACTORS, strict=True)]
        return self.evidence()

    def start_anew(self) -> None:
        """Forget, once a surge was called."""
        self.sums = [0.0] * len(FACTORS)

    def _fade(self, seconds: float, usual: float) -> None:
        self.sums = [
            worth * exp(-(factor - 1) * usual * seconds)
            for worth, factor in zip(self.sums, FACTORS, strict=True)
        ]


def usual_rate(moments: Sequence[float], since: float, until: float) -> float:
    """Reports a second of a span that is over, from the moments at which they came; never below the least."""
    span = until - since
    if span <= 0:
        return LEAST_USUAL
    return max(sum(since <= moment < until for moment in moments) / span, LEAST_USUAL)
