"""(i) Which controls compare, from earlier rounds only, and what is said when many are missing.

Each control is judged in every round in which at least half of the *other* controls are found, also where
the bet rests. It is dropped when missing in all of its last 10 judged rounds, or in 60% of the last 32
(of at least 16); it is back when found in the last 20 in a row. Both by rounds before the present one, so
the next bet stays fair. Never fewer than half of all, or three, compare: at that floor no more are
dropped.

Of the controls that compare, with share `r` missing: `r <= 1/3` (the name counted in) compares; below a
half names are `insufficient`; from a half on it is trouble of all names alike.
"""

from collections.abc import Sequence

import numpy as np
from tests.reference.round_bet import WEIGHTS, table

STRAIGHT, WINDOW, SHARE, LEAST, AGAIN = 10, 32, 0.6, 16, 20


class Controls:
    """The controls of one stream or surface."""

    def __init__(self, m: int) -> None:
        self.m, self.out = m, set[int]()
        self.seen: list[list[int]] = [[] for _ in range(m)]

    def compare(self) -> list[int]:
        """The controls that compare."""
        return [j for j in range(self.m) if j not in self.out]

    def after(self, missing: Sequence[int | None]) -> None:
        """Take a round: 0 found, 1 missing, None not measured."""
        for j in range(self.m):
            others = [value for i, value in enumerate(missing) if i != j and value is not None]
            now = missing[j]
            if now is not None and len(others) >= 3 and 2 * sum(others) <= len(others):
                self.seen[j] = [*self.seen[j], now][-WINDOW:]
        floor = max(3, (self.m + 1) // 2)
        for j, seen in enumerate(self.seen):
            if j in self.out:
                if len(seen) >= AGAIN and not any(seen[-AGAIN:]):
                    self.out.discard(j)
                continue
            straight = len(seen) >= STRAIGHT and all(seen[-STRAIGHT:])
            often = len(seen) >= LEAST and sum(seen) >= SHARE * len(seen)
            if self.m - len(self.out) > floor and (straight or often):
                self.out.add(j)

    def said(self, missing: Sequence[int | None]) -> tuple[str, int, int]:
        """What the coming round is, and of the controls that compare those measured and missing."""
        use = [value for j in self.compare() if (value := missing[j]) is not None]
        if len(use) < 3:
            return "insufficient", len(use), 0
        if 3 * sum(use) <= len(use) + 1:
            return "compare", len(use), sum(use)
        return ("insufficient" if 2 * sum(use) < len(use) else "trouble"), len(use), sum(use)


def rounds_to_alarm(
    gone: int, share: float, rng: np.random.Generator, m: int = 12, quiet: int = 100, most: int = 300
) -> tuple[int | None, int]:
    """A name and `gone` controls vanish together: rounds to the alarm, and good controls dropped."""
    controls, sums, weights = Controls(m), np.zeros(4), np.array(WEIGHTS) * 0.4 / 43200
    tables = {n: table(2.0, n) for n in range(3, m + 1)}
    for number in range(quiet + most):
        hit = number >= quiet
        x = int((hit and rng.random() < share) or rng.random() < 0.005)
        missing = [int(rng.random() < 0.005 or (hit and j < gone and rng.random() < share)) for j in range(m)]
        _, n, c = controls.said(missing)
        if n >= 3:
            factors = tables[n][:, c, x] if 3 * c <= n + 1 else 1.0
            sums = np.minimum((sums + weights) * factors, 1e30)
        if hit and sums.sum() >= 100:
            return number - quiet + 1, sum(j >= gone for j in controls.out)
        controls.after(missing)
    return None, sum(j >= gone for j in controls.out)
