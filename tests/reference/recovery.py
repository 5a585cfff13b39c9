"""(d) Verified restored: evidence against "still missing more often than the controls by at least delta".

Null R(delta), per comparable round: given everything before and `c` of `m` controls missing, `P(name
missing) >= c/m + delta`. For lambda in (0, 1]: `E = 1 + lambda (delta - (x - c/m)) / (1 - delta)`.

`delta` belongs to the finding: the smaller of half its difference and that difference's lower 95% bound,
0.1 at most, from the finding's own rounds. It is lowered, never raised, while the finding is open; the
sums start anew.

Two halves: at the `k`-th time that the name is found after it was missing, mass `1/(k (k+1))` is added
before the next round; and mass 1 a day by time watched. Verified at 100.
"""

import numpy as np
from tests.reference.round_bet import WEIGHTS, table

LAMBDAS = (0.5, 0.8, 0.95, 1.0)
CAP, LEAST = 0.1, 0.03
VERIFIED = 100.0


def wilson_low(missing: int, asked: int, z: float = 1.645) -> float:
    """The lower end of Wilson's interval of a share."""
    p = missing / asked
    half = z * np.sqrt(p * (1 - p) / asked + z * z / (4 * asked * asked))
    return float((p + z * z / (2 * asked) - half) / (1 + z * z / asked))


def delta_of(asked: int, missing: int, controls_asked: int, controls_missing: int) -> float:
    """The difference that is to be refuted, from the finding's own rounds."""
    rate = controls_missing / max(controls_asked, 1)
    difference = missing / asked - rate
    return float(np.clip(min(difference / 2, wilson_low(missing, asked) - rate), LEAST, CAP))


def e_recover(stake: float, delta: float, x: int, c: int, m: int) -> float:
    """What one round says for recovery."""
    return max(0.0, 1 + stake * (delta - (x - c / m)) / (1 - delta))


class Recovery:
    """The evidence of one finding's recovery."""

    def __init__(self, delta: float, m: int, per_day: float = 1440) -> None:
        self.delta, self.m, self.mass = delta, m, 1 / per_day
        self.returns, self.was_missing, self.start = 0, True, 0.0
        self.by_return, self.by_time = np.zeros(4), np.zeros(4)

    def step(self, x: int, c: int) -> float:
        """Take a round; returns the evidence."""
        if 3 * c > self.m + 1:
            return self.evidence
        factors = np.array([e_recover(stake, self.delta, x, c, self.m) for stake in LAMBDAS])
        self.by_return = np.minimum((self.by_return + self.start) * factors, 1e30)
        self.by_time = np.minimum((self.by_time + self.mass) * factors, 1e30)
        self.start = 0.0
        if x == 0 and self.was_missing:
            self.returns += 1
            self.start = 1 / (self.returns * (self.returns + 1))
        self.was_missing = bool(x)
        return self.evidence

    @property
    def evidence(self) -> float:
        """Half each."""
        return float(0.5 * self.by_return.mean() + 0.5 * self.by_time.mean())


def finding_of(
    share: float, rng: np.random.Generator, m: int, q: float, alarm: float, horizon: float
) -> tuple[int, int, int, int]:
    """Rounds of a name withheld at `share` until its alarm: asked, missing, controls asked and missing."""
    factors, mass = table(2.0, m), np.array(WEIGHTS) / horizon
    sums, asked, missing, c_asked, c_missing = np.zeros(4), 0, 0, 0, 0
    while sums.sum() < alarm and asked < 4000:
        c, x = int(rng.binomial(m, q)), int(rng.random() < 1 - (1 - share) * (1 - q))
        asked, missing, c_asked, c_missing = asked + 1, missing + x, c_asked + m, c_missing + c
        sums = (sums + mass) * factors[:, c, x]
    return asked, missing, c_asked, c_missing


def recovery_of(
    share: float,
    back: float,
    rng: np.random.Generator,
    withheld: int = 0,
    rounds: int = 1440,
    m: int = 12,
    q: float = 0.005,
) -> tuple[float, int | None]:
    """A finding goes on for `withheld` rounds, then the name is still missing at `back`.

    Returns:
        `delta`, and the round of "verified" counted from the return (below 1: verified while still withheld).
    """
    asked, missing, c_asked, c_missing = finding_of(share, rng, m, q, 100.0, 43200)
    delta = delta_of(asked, missing, c_asked, c_missing)
    recovery = Recovery(delta, m)
    for number in range(1, withheld + rounds + 1):
        rate = share if number <= withheld else back
        x = int(rng.random() < 1 - (1 - rate) * (1 - q))
        asked, missing = asked + 1, missing + x
        if recovery.step(x, int(rng.binomial(m, q))) >= VERIFIED:
            return delta, number - withheld
        if number % 50 == 0 and number < withheld:
            lower = delta_of(asked, missing, c_asked, c_missing)
            if lower < 0.8 * delta:
                returns, recovery, delta = recovery.returns, Recovery(lower, m), lower
                recovery.returns = returns
    return delta, None


def mean_at_the_edge(delta: float, stake: float, c: int, m: int) -> float:
    """The mean of one round's factor where the null is just true."""
    p = min(1.0, c / m + delta)
    return p * e_recover(stake, delta, 1, c, m) + (1 - p) * e_recover(stake, delta, 0, c, m)
