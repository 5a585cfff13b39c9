"""Findings shown together: e-BH, so that at most a given share of a list is expected to be wrong.

Source: Wang and Ramdas, False discovery rate control with e-values, 2022. Holds whatever the dependence.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def filtered(evidence: Mapping[Key, float], share: float, spans: int = 1) -> set[Key]:
    """The findings to show: the largest `k` whose evidence is at least `spans * len(evidence) / (share k)`.

    Args:
        evidence: of every name that was watched, shown or not.
        share: of the shown findings, at most so many are expected to be wrong.
        spans: spans of the promise watched so far, a begun one included: evidence holds for one of them.
    """
    ranked = sorted(evidence, key=lambda key: -evidence[key])
    total = len(ranked)
    for k in range(total, 0, -1):
        if evidence[ranked[k - 1]] / spans >= total / (share * k):
            return set(ranked[:k])
    return set()
