"""(i) Which controls compare, from earlier rounds only, and what is said when many are missing.

Each control is judged in every round in which at least half of the *other* controls are found, also where
the bet rests. It is dropped when missing in all of its last 10 judged rounds, or in 60% of the last 32
(of at least 16); it is back when found in the last 20 in a row. It is dropped, too, when over some 500
judged rounds (of at least 60), each worth a little less than the next, its odds are three times those of
the middle one of all that compare (by the upper end of its misses, 95%), and one like that would be
missing so often once in a million at most (Chernoff's bound); then it is back when found in the last 60.
All by rounds before the present one, so the next bet stays fair. Never fewer than half of all, or three,
compare: at that floor no more are dropped.

Of the controls that compare, with share `r` missing: `r <= 1/3` (the name counted in) compares; below a
half names are `insufficient`; from a half on it is trouble of all names alike.
"""

import math
from collections.abc import Sequence

import numpy as np
from tests.reference.round_bet import WEIGHTS, table

STRAIGHT, WINDOW, SHARE, LEAST, AGAIN = 10, 32, 0.6, 16, 20
WORSE_ROUNDS, WORSE_LEAST, WORSE_TIMES, WORSE_EVIDENCE, WORSE_AGAIN = 500, 60, 3.0, 1e6, 60
WORSE_ERRORS = 1.645


class Controls:
    """The controls of one stream or surface."""

    def __init__(self, m: int) -> None:
        self.m, self.out = m, set[int]()
        self.seen: list[list[int]] = [[] for _ in range(m)]
        self.asked, self.missing = [0.0] * m, [0.0] * m
        self.worse = set[int]()

    def compare(self) -> list[int]:
        """The controls that compare."""
        return [j for j in range(self.m) if j not in self.out]

    def after(self, missing: Sequence[int | None]) -> None:
        """Take a round: 0 found, 1 missing, None not measured."""
        for j in range(self.m):
            others = [value for i, value in enumerate(missing) if i != j and value is not None]
            now = missing[j]
            if now is not None and len(others) >= 3 and 2 * sum(others) <= len(others):
                self.seen[j] = [*self.seen[j], now][-WORSE_AGAIN:]
                self.asked[j] = self.asked[j] * (1 - 1 / WORSE_ROUNDS) + 1
                self.missing[j] = self.missing[j] * (1 - 1 / WORSE_ROUNDS) + now
        worse = [self.is_worse(j) for j in range(self.m)]
        floor = max(3, (self.m + 1) // 2)
        for j, seen in enumerate(self.seen):
            if j in self.out:
                again = WORSE_AGAIN if j in self.worse else AGAIN
                if len(seen) >= again and not any(seen[-again:]):
                    self.out.discard(j)
                    self.worse.discard(j)
                    self.asked[j] = self.missing[j] = 0.0
                continue
            straight = len(seen) >= STRAIGHT and all(seen[-STRAIGHT:])
            last = seen[-WINDOW:]
            often = len(last) >= LEAST and sum(last) >= SHARE * len(last)
            if self.m - len(self.out) > floor and (straight or often or worse[j]):
                self.out.add(j)
                self.asked[j] = self.missing[j] = 0.0
                if not (straight or often):
                    self.worse.add(j)

    def is_worse(self, j: int) -> bool:
        """Whether a control is missing far more often than the middle one of those that compare."""
        shares = sorted(
            (self.missing[i] / max(self.asked[i], 1), i) for i in range(self.m) if i not in self.out
        )
        middle = shares[(len(shares) - 1) // 2][1]
        most = self.missing[middle] + WORSE_ERRORS * math.sqrt(self.missing[middle] + 1) + 1
        q = min(most / (max(self.asked[middle], 1) + 2), 0.9)
        share = min(self.missing[j] / max(self.asked[j], 1), 1 - 1e-9)
        if self.asked[j] < WORSE_LEAST or share <= q or share * (1 - q) < WORSE_TIMES * q * (1 - share):
            return False
        far = share * math.log(share / q) + (1 - share) * math.log((1 - share) / (1 - q))
        return max(self.asked[j], 1) * far >= math.log(WORSE_EVIDENCE)

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
