"""The bet that a name is found again as its controls are.

Null, by finding: in a round in which `c` of `m` controls are missing, the name is missing with a chance of at
least `c / m + delta`, whatever came before. For a stake `l` the factor `1 + l (delta - (x - c / m)) /
(1 - delta)` is never negative and has mean at most 1. `delta` comes from the finding's own rounds: a
name that is missing as often as in its finding is in the null. Statement and proof: docs/method.md.

Evidence is half of each of two sums, so that neither a sudden nor a slow recovery waits for the other:

- *again*: at the k-th time that the name is found after it was missing, mass `1 / (k (k + 1))` is
  added before the next round; that is at most 1 over a finding's life.
- *days*: mass 1 a day watched.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from siaga.detection.settings import (
    RECOVERY_DELTA_LEAST,
    RECOVERY_DELTA_MOST,
    RECOVERY_ERRORS,
    RECOVERY_FOLLOWED_EVERY,
    RECOVERY_LOWERED,
    RECOVERY_STILL_MISSES,
    Settings,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Index = npt.NDArray[np.intp]
_FIRST_ROWS: Final = 8


def recovery_delta(asked: Ints, missing: Ints, controls_asked: Ints, controls_missing: Ints) -> Floats:
    """How much more often than its controls a name must still be missing for its finding to go on.

    From the finding's rounds: the smaller of half the difference of the two missing shares (a share
    measured at an alarm is too high, as it was chosen for being high) and the lower end of its
    interval (Wilson's, 95% one-sided: a share of few rounds is unsure). All arguments are counts, one
    entry a finding.
    """
    n = np.maximum(asked, 1).astype(np.float64)
    share = missing / n
    usual = controls_missing / np.maximum(controls_asked, 1)
    z = RECOVERY_ERRORS
    spread = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = (share + z * z / (2 * n) - spread) / (1 + z * z / n)
    delta: Floats = np.clip(
        np.minimum((share - usual) / 2, low - usual), RECOVERY_DELTA_LEAST, RECOVERY_DELTA_MOST
    )
    return delta


def recovery_factors(stakes: tuple[float, ...], delta: Floats, x: Floats, usual: Floats) -> Floats:
    """What a round says for the recovery, by stake and finding.

    Args:
        x: the share of the name's texts that were missing: 0 or 1 where it was asked by one.
        usual: the share of its controls that were missing.
    """
    gain = (delta - (x - usual)) / (1 - delta)
    factors: Floats = np.maximum(1 + np.array(stakes)[:, None] * gain, 0.0)
    return factors


@dataclass(slots=True)
class RecoveryBets:
    """Open findings' evidence of recovery. A row is a finding at a surface; the caller numbers them."""

    again: Floats = field(default_factory=lambda: np.zeros((0, _FIRST_ROWS)))
    """Sums over the beginnings at which the name was found after it was missing, by stake and row."""
    days: Floats = field(default_factory=lambda: np.zeros((0, _FIRST_ROWS)))
    """Sums over all beginnings."""
    coming: Floats = field(default_factory=lambda: np.zeros(_FIRST_ROWS))
    """Mass that is added before the next round."""
    returns: Ints = field(default_factory=lambda: np.zeros(_FIRST_ROWS, np.int64))
    """How often the name was found after it was missing."""
    was_missing: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(_FIRST_ROWS, np.bool_))
    delta: Floats = field(default_factory=lambda: np.zeros(_FIRST_ROWS))
    counts: Ints = field(default_factory=lambda: np.zeros((4, _FIRST_ROWS), np.int64))
    """The name asked and missing, its controls asked and missing, since the onset."""
    since: Ints = field(default_factory=lambda: np.zeros((2, _FIRST_ROWS), np.int64))
    """The name asked and missing since `delta` was last looked at."""

    def hold(self, rows: int, settings: Settings) -> None:
        """Make room for so many rows."""
        have = len(self.coming)
        stakes = len(settings.recovery_stakes)
        if rows <= have and len(self.again) == stakes:
            return
        width = have if rows <= have else max(rows, 2 * have)
        self.again, self.days = _wider(self.again, stakes, width), _wider(self.days, stakes, width)
        self.counts, self.since = _longer(self.counts, width), _longer(self.since, width)
        more = width - have
        self.coming = np.concatenate([self.coming, np.zeros(more)])
        self.delta = np.concatenate([self.delta, np.zeros(more)])
        self.returns = np.concatenate([self.returns, np.zeros(more, np.int64)])
        self.was_missing = np.concatenate([self.was_missing, np.zeros(more, np.bool_)])

    def open(self, rows: Index, counts: Ints) -> None:
        """Findings begin in these rows.

        Args:
            counts: of the finding's own rounds, from its onset to its claim: the name asked and missing, its
                controls asked and missing; a column a row.
        """
        self.again[:, rows] = self.days[:, rows] = 0.0
        self.coming[rows] = 0.0
        self.returns[rows] = 0
        self.was_missing[rows] = True
        self.counts[:, rows] = counts
        self.since[:, rows] = 0
        self.delta[rows] = recovery_delta(counts[0], counts[1], counts[2], counts[3])

    def step(
        self, rows: Index, x: Floats, controls: tuple[int, int], day_share: Floats, settings: Settings
    ) -> None:
        """A comparable round of these rows, each once.

        Args:
            x: the share of the name's texts that were missing, by row.
            controls: measured, and missing of them.
            day_share: the share of a day that was watched since the row's round before.
        """
        asked, missing = controls
        factors = recovery_factors(
            settings.recovery_stakes, self.delta[rows], x, np.full(len(rows), missing / asked)
        )
        cap = settings.evidence_cap
        self.again[:, rows] = np.minimum((self.again[:, rows] + self.coming[rows]) * factors, cap)
        self.days[:, rows] = np.minimum((self.days[:, rows] + day_share) * factors, cap)
        found = x == 0
        returned = found & self.was_missing[rows]
        k = self.returns[rows] + returned
        self.coming[rows] = np.where(returned, 1 / np.maximum(k * (k + 1), 1), 0.0)
        self.returns[rows] = k
        self.was_missing[rows] = ~found
        self.since[0, rows] += 1
        self.since[1, rows] += x > 0
        self._follow(rows)

    def _follow(self, rows: Index) -> None:
        """Lower `delta` where further rounds show that the name is missing less often than in the claim.

        Lowering is safe, as the null only grows; the sums start anew, the count of returns goes on.
        Rounds with hardly a miss do not lower it: they are the recovery.
        """
        due = rows[self.since[0, rows] >= RECOVERY_FOLLOWED_EVERY]
        if not len(due):
            return
        self.counts[:2, due] += self.since[:, due]
        still = due[self.since[1, due] >= RECOVERY_STILL_MISSES]
        self.since[:, due] = 0
        delta = recovery_delta(
            self.counts[0, still], self.counts[1, still], self.counts[2, still], self.counts[3, still]
        )
        lower = delta < RECOVERY_LOWERED * self.delta[still]
        anew = still[lower]
        self.delta[anew] = delta[lower]
        self.again[:, anew] = self.days[:, anew] = 0.0
        self.coming[anew] = 0.0
        self.was_missing[anew] = True

    def evidence(self, rows: Index) -> Floats:
        """Evidence that the name is found as its controls are, by row."""
        stakes = len(self.again)
        evidence: Floats = (
            0.5 * _total(self.again[:, rows]) / stakes + 0.5 * _total(self.days[:, rows]) / stakes
        )
        return evidence


def _total(sums: Floats) -> Floats:
    """Over the stakes, one by one, so that no shape or machine changes a bit."""
    total: Floats = np.zeros(sums.shape[1])
    for stake in sums:
        total = total + stake
    return total


def _wider(sums: Floats, stakes: int, width: int) -> Floats:
    wider = np.zeros((stakes, width))
    wider[: len(sums), : sums.shape[1]] = sums
    return wider


def _longer(counts: Ints, width: int) -> Ints:
    longer = np.zeros((len(counts), width), np.int64)
    longer[:, : counts.shape[1]] = counts
    return longer
