"""(h) Watching without end: one evidence a name and platform, from any number of channels, parts and stakes.

Each line (channel, part, stake, null) has a sum `M <- (M + w) E`, `E` a fair factor for that line given
everything before. New mass `w` is handed out by time: over a horizon the masses of all lines of a name
add up to at most 1. The split may change at any time by what happened before; mass already placed stays.
Evidence `N` is the sum of all lines; a name is called at `N >= S / budget`, then its lines begin at 0.

`N - t/H` is a supermartingale, so over a horizon `P(one name ever shows N >= c) <= 1/c`, and of `S` names
at most `S/c` ever do, in expectation, whatever their dependence; with the restart the number of calls,
too.
"""

import itertools
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from tests.reference.calm_bonus import Ceiling, table_calm
from tests.reference.round_bet import WEIGHTS, table

CAP = 1e30
SHARES = {"missing-free": 0.40, "missing-calm": 0.40, "graded": 0.10, "not-measured": 0.05, "slow": 0.05}
LEVELS = {"platform": 0.25, "surface": 0.25, "vantage": 0.25, "cell": 0.25}
Line = tuple[str, str, int]
"""Channel, level, part."""


def masses(
    alive: Collection[Line],
    passed: float,
    shares: Mapping[str, float] = SHARES,
    levels: Mapping[str, float] = LEVELS,
) -> dict[Line, float]:
    """The mass of each line that is alive. They add up to `passed`, a share of the horizon."""
    channels = {channel for channel, _, _ in alive}
    whole = sum(shares[channel] for channel in channels)
    result = {}
    for channel in channels:
        own = {level for other, level, _ in alive if other == channel}
        of_levels = sum(levels[level] for level in own)
        for level in own:
            lines = [line for line in alive if line[:2] == (channel, level)]
            for line in lines:
                result[line] = passed * shares[channel] / whole * levels[level] / of_levels / len(lines)
    return result


def e_bh(evidence: Sequence[float], share: float, horizons: int = 1) -> list[int]:
    """Which of the names to show, so that at most `share` of them are expected to be wrong."""
    order = np.argsort(-np.asarray(evidence))
    names = len(evidence)
    kept = max(
        (i + 1 for i, k in enumerate(order) if evidence[k] / horizons >= names / ((i + 1) * share)), default=0
    )
    return sorted(order[:kept].tolist())


def sentence(evidence: float, names: int, days: int, psi: float, m: int) -> tuple[str, str]:
    """What is promised, for one name and for the whole watch."""
    one_name = (
        f"If this name were treated like the {m} comparison names (allowing it to be up to {psi:g} times as "
        f"hard to find), evidence this strong would come up at most once in {evidence:,.0f} watches of one "
        f"name over {days} days, however often we look."
    )
    watches = evidence / names
    whole = f"Among all {names} names watched"
    if watches >= 1:
        return one_name, f"{whole}: at most once in {watches:,.0f} such watches."
    return one_name, f"{whole} it may come up by chance: it is not yet an alarm."


def evidence_by_round(
    c: Sequence[int], x: Sequence[int], m: int, psi: float, horizon: float, calm: bool
) -> list[float]:
    """One channel's evidence after each round: the free bet, or the calm bonus where a round looks calm."""
    sums, past, result = np.zeros(4), Ceiling(m), []
    for missing, gone in zip(c, x, strict=True):
        looks_calm, ceiling = past.before()
        factors = table_calm(psi, m, float(ceiling)) if calm and bool(looks_calm) else table(psi, m)
        sums = np.minimum((sums + np.array(WEIGHTS) / horizon) * factors[:, missing, gone], CAP)
        past.after(missing)
        result.append(float(sums.sum()))
    return result


def share_ever_over(
    threshold: float, horizon: int, names: int, seed: int, edge: bool, odds: float = 2.0, psi: float = 2.0
) -> float:
    """The share of names that ever show so much evidence within a horizon; promised: at most 1/threshold.

    Args:
        edge: whether exactly one name is missing in each round, the hardest null; else 2% are, at random.
    """
    rng, m, q = np.random.default_rng(seed), 12, 0.02
    factors, mass = table(psi, m), np.array(WEIGHTS)[:, None] / horizon
    sums, ever = np.zeros((4, names)), np.zeros(names, bool)
    for _ in itertools.repeat(None, horizon):
        if edge:
            x = rng.random(names) < odds / (odds + m)
            c = 1 - x.astype(int)
        else:
            x = rng.random(names) < odds * q / (1 - q + odds * q)
            c = rng.binomial(m, q, names)
        sums = np.minimum((sums + mass) * factors[:, c, x.astype(int)], CAP)
        ever |= sums.sum(0) >= threshold
    return float(ever.mean())
