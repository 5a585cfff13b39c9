"""When a name that is missing now is called: short faults of one name's own last minutes.

A fault that hits every surface and vantage *is* a difference, and in its first minutes nothing that is
measured tells it from a withholding. So `missing now` is said at once, and a name is *called* after `P`:
five minutes; two where at least two surfaces and three networks are all hit, a fresh session agrees and
the record is at hand; and never before the longest lonely outage of a comparison name of the same breadth
in the last thirty days, plus a round, fifteen minutes at most. If the names' faults last as the
comparison names' do, a fault outlasts all `K` recorded ones with chance at most `1 / (K + 1)`: a bound
that needs no model of faults.
"""

from collections.abc import Sequence

import numpy as np
from tests.reference.round_bet import Floats

LEAST, BROAD, MOST = 5.0, 2.0, 15.0
"""Minutes."""
RECORD_DAYS = 30.0


def called_after(
    recorded: Sequence[tuple[float, float, bool]] | None,
    now: float,
    surfaces: int,
    networks: int,
    fresh_session: bool,
    round_minutes: float,
) -> float:
    """Minutes that a name must have been missing before it is called.

    Args:
        recorded: the comparison names' lonely outages: when they ended (minutes), how long they lasted, and
            whether they were broad; None while there is no record.
        now: minutes.
    """
    broad = surfaces >= 2 and networks >= 3
    if recorded is None:
        return LEAST
    alike = [
        lasted for ended, lasted, wide in recorded if wide == broad and now - ended <= RECORD_DAYS * 24 * 60
    ]
    least = BROAD if broad and fresh_session else LEAST
    return min(MOST, max([least, *(lasted + round_minutes for lasted in alike)]))


def lengths_of_faults(kind: str, n: int, rng: np.random.Generator) -> Floats:
    """Lengths of short faults, in minutes, of three kinds of world."""
    if kind == "uniform 1-4 min":
        return rng.uniform(1, 4, n)
    if kind == "median 2 min, long tail":
        return 2 * np.exp(rng.normal(0, 0.9, n))
    return np.maximum(rng.exponential(1.5, n), 0.05)


def share_called(
    lengths: Floats, persistence: float, every: float = 5 / 60, evidence: float = 25 / 60
) -> float:
    """The share of faults that are called: rounds `every` minutes, evidence ready after `evidence`."""
    last_round = np.floor(lengths / every) * every
    return float((last_round >= max(persistence, evidence)).mean())
