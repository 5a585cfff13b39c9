"""Equal treatment over time: for two contestants, what the rounds in which exactly one was missing say.

Given that exactly one of the two is missing, it is the first with odds equal to their odds ratio, whatever
the platform's general state. The confidence sequence holds at every moment at once, so it may be looked at as
often as one likes. Source: the beta-binomial mixture, Robbins 1970; Howard and others 2021.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, lgamma, log
from typing import Final

import numpy as np
import numpy.typing as npt

PAIR_PRIOR: Final = 0.5
"""Both parameters of the beta mixture over shares by which pairs of names are compared: Jeffreys' prior."""


@dataclass(frozen=True, slots=True)
class PairComparison:
    """Two contestants' subjects on one platform."""

    platform: str
    first: str
    second: str
    first_only: int
    """Rounds in which only the first was missing."""
    second_only: int
    low: float
    """The odds ratio, first to second, lies between these, at every moment at once with chance 1 - alpha."""
    high: float


def odds_ratio(first_only: int, second_only: int, alpha: float = 0.05) -> tuple[float, float]:
    """The confidence sequence of the odds ratio of being missing, first to second."""
    a, b = first_only, second_only
    prior = PAIR_PRIOR
    evidence = lgamma(a + prior) + lgamma(b + prior) - lgamma(a + b + 2 * prior) - 2 * lgamma(prior)

    def refuted(share: float) -> bool:
        return evidence - a * log(share) - b * log(1 - share) >= -log(alpha)

    best = a / (a + b) if a + b else 0.5
    low = _edge(refuted, 1e-12, best) if a else 0.0
    high = _edge(refuted, 1 - 1e-12, best) if b else 1.0
    return low / (1 - low), high / (1 - high) if high < 1 else inf


def _edge(refuted: Callable[[float], bool], outside: float, inside: float) -> float:
    """Where the refuted values end, seen from `outside`; by bisection, erring outwards."""
    for _ in range(60):
        middle = (outside + inside) / 2
        if refuted(middle):
            outside = middle
        else:
            inside = middle
    return outside


def compared_pairs(
    platform: str,
    subjects: Sequence[str],
    only: npt.NDArray[np.int64],
    watched: Sequence[int],
    alpha: float,
    most: int,
) -> list[PairComparison]:
    """The pairs of a platform that differ most, the more so the earlier; at most `most` of them.

    Args:
        only: rounds in which the row's subject was missing and the column's found.
        watched: the subjects to compare, as places in `subjects`.
        alpha: shared evenly by all pairs, so that every interval holds at once.
    """
    if len(watched) < 2:
        return []
    chosen = np.array(watched, np.intp)
    first, second = np.triu_indices(len(chosen), 1)
    a, b = only[chosen[first], chosen[second]], only[chosen[second], chosen[first]]
    differ = np.abs(a - b) / np.sqrt(a + b + 1.0)
    known = np.flatnonzero(a + b)
    ranked = known[np.lexsort((known, -(a + b)[known], -differ[known]))][:most]
    each = alpha / len(first)
    return [
        PairComparison(
            platform,
            subjects[int(chosen[first[pair]])],
            subjects[int(chosen[second[pair]])],
            int(a[pair]),
            int(b[pair]),
            *odds_ratio(int(a[pair]), int(b[pair]), each),
        )
        for pair in ranked.tolist()
    ]
