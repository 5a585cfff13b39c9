"""(e) One name alone is not measured: a limit, bot check, reset or unknown answer that meets only it.

A round ends when two different names in a row are not measured; else it goes on, and all names not
measured are asked once more, last, in their order. Names never reached are *not asked*.

Bet, one line per kind of answer: `n` = all names in the round's committed order, reached or not; `f` =
names whose last answer is of that kind; the round bet's E. Null: the order is uniformly random and not
known to the answerer, and answers follow places, times and counts in the round, not names. Then `P(x = 1
| f) = f/n` exactly, whatever the rule for ending. Of the names reached only it would not hold: the round
may end at the name because it was asked.
"""

from collections.abc import Callable, Sequence

import numpy as np
from tests.reference.round_bet import STAKES, Floats, e_round

Answerer = Callable[[int, int, int], bool]
"""(name, place, times asked before) -> whether it is not measured."""


def ask(order: Sequence[int], answer: Answerer) -> tuple[set[int], set[int]]:
    """Ask a round; returns the names not measured at last, and those not asked."""
    bad: list[int] = []
    row = reached = 0
    for place, name in enumerate(order):
        reached += 1
        row = row + 1 if answer(name, place, 0) else 0
        if row:
            bad.append(name)
        if row == 2:
            return set(bad), set(order[reached:])
    return {name for i, name in enumerate(bad) if answer(name, reached + i, 1)}, set()


def evidence(f: int, n: int, x: int, psi: float = 2.0, cut: float = 1 / 3) -> Floats:
    """What one round says, by stake."""
    return np.array([e_round(psi, stake, n, f, x, cut) for stake in STAKES])


def mean_place_z(places: Sequence[int], n: int) -> float:
    """How far a name's mean place in the rounds that hit it is from the middle, in standard errors."""
    if not len(places):
        return 0.0
    mean = float(np.mean(places))
    return float(abs(mean - (n - 1) / 2) / np.sqrt((n * n - 1) / 12 / len(places)))


def world(kind: str, rng: np.random.Generator, n: int) -> Answerer:
    """How a limit meets a round of `n` names."""
    if kind == "budget":
        cut = int(rng.integers(0, n + 4))
        return lambda name, place, again: place >= cut
    if kind == "one short":
        return lambda name, place, again: place >= n - 1
    if kind == "bursts":
        on, rate = rng.random() < 0.3, rng.random()
        return lambda name, place, again: bool(on and rng.random() < rate)
    if kind == "every 9th":
        shift = int(rng.integers(0, 9))
        return lambda name, place, again: (place + shift) % 9 == 0
    if kind == "warm-up":
        return lambda name, place, again: place < 1 and not again
    share = {"only name 0": 1.0, "name 0 in 60%": 0.6}[kind]
    return lambda name, place, again: bool((name == 0 and rng.random() < share) or rng.random() < 0.01)
