"""Findings shown together: e-BH, so that at most a given share of a list is expected to be wrong.

Source: Wang and Ramdas, False discovery rate control with e-values, 2022. Holds whatever the dependence.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def filtered(evidence: Mapping[Key, float], share: float) -> set[Key]:
    """The findings to show: the largest `k` whose evidence is at least `len(evidence) / (share k)`."""
    ranked = sorted(evidence, key=lambda key: -evidence[key])
    total = len(ranked)
    for k in range(total, 0, -1):
        if evidence[ranked[k - 1]] >= total / (share * k):
            return set(ranked[:k])
    return set()
