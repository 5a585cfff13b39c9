"""Change: whether a name *went* missing, or was always so. A claim needs difference and change.

Statement. Over the usual rounds (the controls are as usual, and were in the rounds before), for each
start `s`

    e(s) = KT(x before s) KT(x from s on) / max over r of r^A (1 - r)^B     where the share rises, else 0

by universal inference, KT being Krichevsky and Trofimov's mixture; and the same with odds `rho` times the
controls' odds as known before each round, mixed over a grid of `rho`. Change `C` is the smaller of the
two sums over starts, each start weighted with the share of the span that passed before it.

Null. Given everything before and the controls missing, the name is missing with an unknown constant
chance; or with an unknown constant multiple of the controls' odds. `C` is fair where either holds, so a
name that is 3, 10 or 1,000 times as hard to find from the start is not accused, however wrong `psi` is
for it.

Memory. Each stream keeps the newest rounds one by one, only who was missing or not measured in them;
older ones as sums. Dropping a start only loses.

Source: docs/method.md, "Changed, or always so"; slow and plain: tests/reference/change.py.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.settings import (
    CHANGE_FOLD_ROUNDS,
    CHANGE_GRID_SLACK,
    CHANGE_ONSET_ONE_IN,
    CHANGE_RATIOS,
    CHANGE_STARTS,
    FIRST_ROUND_US,
    Settings,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Index = npt.NDArray[np.intp]
Codes = npt.NDArray[np.int32]
Pairs = npt.NDArray[np.int32]
RATIOS = np.geomspace(*CHANGE_RATIOS)
LOG_RATIOS = np.log(RATIOS)
LOG_MOST = 69.0
"""Beyond this logarithm evidence is cut: capping only loses."""
LOG_GAMMA_SHIFT = 12
"""Arguments are moved up by this for Stirling's series, which is then exact to the last bits."""


@dataclass(frozen=True, slots=True)
class ChangeEvidence:
    """What the usual rounds of some streams say of one name."""

    by_rate: float = 0.0
    """Evidence against a constant chance of being missing."""
    by_ratio: float = 0.0
    """Evidence against a constant multiple of the controls' odds; 0 where `by_rate` was too low to ask."""
    onset: tuple[int, int] | None = None
    """When it began: between these two rounds, microseconds; None where nothing changed."""
    rounds: int = 0
    """Usual rounds in which the name was measured."""

    @property
    def evidence(self) -> float:
        """`C`: both must be refuted."""
        return min(self.by_rate, self.by_ratio)


@dataclass(slots=True)
class RoundsBefore:
    """Rounds that are no longer kept one by one, as sums: of one name, or of all."""

    rounds: int = 0
    missing: int = 0
    log_odds: float = 0.0
    """Of the controls, as known before: summed over the rounds in which the name was missing."""
    by_ratio: Floats = field(default_factory=lambda: np.zeros((2, len(RATIOS))))
    """`log(1 + rho o)`, and the curvature `p (1 - p)`, by ratio `rho`, summed over rounds."""

    def less(self, other: "RoundsBefore") -> "RoundsBefore":
        """Without the rounds of `other`."""
        return RoundsBefore(
            self.rounds - other.rounds,
            self.missing - other.missing,
            self.log_odds - other.log_odds,
            self.by_ratio - other.by_ratio,
        )

    def and_all(self, others: "Sequence[RoundsBefore]") -> "RoundsBefore":
        """Together with the rounds of others."""
        result = self
        for other in others:
            result = result.less(RoundsBefore().less(other))
        return result


@dataclass(slots=True)
class UsualRounds:
    """The usual rounds of one stream: when, at what odds of the controls, who was missing or not measured."""

    at: Ints = field(default_factory=lambda: np.zeros(64, np.int64))
    """Microseconds, of the kept rounds, in order of time."""
    odds: Floats = field(default_factory=lambda: np.zeros(64))
    kept: int = 0
    missing: Pairs = field(default_factory=lambda: np.zeros((2, 64), np.int32))
    """Round and subject of each miss in the kept rounds; rounds are numbered from the stream's first."""
    misses: int = 0
    unmeasured: Pairs = field(default_factory=lambda: np.zeros((2, 16), np.int32))
    """Round and subject where a subject was not measured."""
    gaps: int = 0
    began: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    """By subject, the number of its first round."""
    folded: RoundsBefore = field(default_factory=RoundsBefore)
    """All subjects' older rounds; `rounds` is the number of the first kept one."""
    folded_missing: Codes = field(default_factory=lambda: np.zeros(0, np.int32))
    folded_log_odds: Floats = field(default_factory=lambda: np.zeros(0))
    """By subject: what `RoundsBefore` has of its misses."""
    folded_gaps: dict[int, RoundsBefore] = field(default_factory=dict)
    """By subject: folded rounds before its first, or in which it was not measured."""

    def hold(self, subjects: int) -> None:
        """Make room for so many; those that are new begin with the next round."""
        more = subjects - len(self.began)
        if more > 0:
            now = self.folded.rounds + self.kept
            self.began = np.append(self.began, np.full(more, now, np.int32))
            self.folded_missing = np.append(self.folded_missing, np.zeros(more, np.int32))
            self.folded_log_odds = np.append(self.folded_log_odds, np.zeros(more))

    def take(self, at: int, odds: float, missing: Index, unmeasured: Index) -> None:
        """A usual round was complete.

        Args:
            odds: the ceiling of the controls' odds, as known before it.
            missing: subjects that were missing, each once.
            unmeasured: subjects of the stream that were not measured in it.
        """
        if self.kept == len(self.at):
            self._make_room()
        self.at[self.kept], self.odds[self.kept] = at, odds
        number = self.folded.rounds + self.kept
        self.kept += 1
        if len(missing):
            self.missing = _appended(self.missing, self.misses, number, missing)
            self.misses += len(missing)
        if len(unmeasured):
            self.unmeasured = _appended(self.unmeasured, self.gaps, number, unmeasured)
            self.gaps += len(unmeasured)

    def _make_room(self) -> None:
        more = min(self.kept, CHANGE_STARTS + CHANGE_FOLD_ROUNDS - self.kept)
        if more > 0:
            self.at = np.append(self.at, np.zeros(more, np.int64))
            self.odds = np.append(self.odds, np.zeros(more))
        else:
            self._fold(CHANGE_FOLD_ROUNDS)

    def _fold(self, rounds: int) -> None:
        """The oldest rounds go into the sums."""
        first, end = self.folded.rounds, self.folded.rounds + rounds
        odds = self.odds[:rounds]
        by_ratio = _by_ratio(odds)
        for subject in np.flatnonzero((self.began > first) & (self.began <= end)).tolist():
            own = int(self.began[subject]) - first
            before = RoundsBefore(first + own, by_ratio=by_ratio[:, :, :own].sum(axis=2))
            before.by_ratio += self.folded.by_ratio
            self.folded_gaps[subject] = before
        gone = self.unmeasured[:, : self.gaps]
        for number, subject in gone[:, gone[0] < end].T.tolist():
            gap = self.folded_gaps.setdefault(subject, RoundsBefore())
            gap.rounds += 1
            gap.by_ratio += by_ratio[:, :, number - first]
        gone = self.missing[:, : self.misses]
        numbers, subjects = gone[:, gone[0] < end]
        np.add.at(self.folded_missing, subjects, 1)
        np.add.at(self.folded_log_odds, subjects, np.log(odds[numbers - first]))
        self.missing, self.misses = _since(self.missing, self.misses, end)
        self.unmeasured, self.gaps = _since(self.unmeasured, self.gaps, end)
        self.folded.rounds = end
        self.folded.by_ratio += by_ratio.sum(axis=2)
        self.kept -= rounds
        for column in (self.at, self.odds):
            column[: self.kept] = column[rounds : rounds + self.kept].copy()

    def before(self, subject: int) -> RoundsBefore:
        """The name's rounds that are no longer kept one by one."""
        if self.began[subject] > self.folded.rounds:
            return RoundsBefore()
        own = self.folded.less(self.folded_gaps.get(subject, RoundsBefore()))
        own.missing = int(self.folded_missing[subject])
        own.log_odds = float(self.folded_log_odds[subject])
        return own

    def newest(self, subject: int) -> tuple[Ints, Floats, npt.NDArray[np.bool_]]:
        """The name's kept rounds in which it was measured: when, at what odds, and whether it was missing."""
        first = self.folded.rounds
        x, measured = np.zeros(self.kept, bool), np.ones(self.kept, bool)
        measured[: max(int(self.began[subject]) - first, 0)] = False
        for marks, pairs, count, value in (
            (x, self.missing, self.misses, True),
            (measured, self.unmeasured, self.gaps, False),
        ):
            marks[pairs[0, :count][pairs[1, :count] == subject] - first] = value
        return self.at[: self.kept][measured], self.odds[: self.kept][measured], x[measured]


def _appended(pairs: Pairs, count: int, number: int, subjects: Index) -> Pairs:
    """The pairs with these at the end, in a longer array where there was no room."""
    end = count + len(subjects)
    if end > pairs.shape[1]:
        longer = np.zeros((2, max(end, 2 * pairs.shape[1])), np.int32)
        longer[:, :count] = pairs[:, :count]
        pairs = longer
    pairs[0, count:end], pairs[1, count:end] = number, subjects
    return pairs


def _since(pairs: Pairs, count: int, number: int) -> tuple[Pairs, int]:
    """The pairs of rounds from `number` on, and how many they are."""
    kept = pairs[:, :count][:, pairs[0, :count] >= number]
    room = np.zeros((2, max(2 * kept.shape[1], 16)), np.int32)
    room[:, : kept.shape[1]] = kept
    return room, kept.shape[1]


def _by_ratio(odds: Floats) -> Floats:
    """`RoundsBefore.by_ratio` of single rounds: by what, ratio and round."""
    z = RATIOS[:, None] * odds
    return np.stack([np.log1p(z), z / (1 + z) ** 2])


def log_gamma(x: Floats) -> Floats:
    """The logarithm of the gamma function for `x > 0`, by Stirling's series."""
    shifted = x + LOG_GAMMA_SHIFT
    product = np.ones_like(x)
    for step in range(LOG_GAMMA_SHIFT):
        product = product * (x + step)
    inverse = 1 / shifted
    square = inverse * inverse
    series = inverse * (
        1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))
    )
    stirling: Floats = (shifted - 0.5) * np.log(shifted) - shifted + 0.5 * math.log(2 * math.pi) + series
    result: Floats = stirling - np.log(product)
    return result


def log_mixture(missing: npt.NDArray[np.generic], asked: npt.NDArray[np.generic]) -> Floats:
    """The logarithm of Krichevsky and Trofimov's mixture of so many misses in so many rounds."""
    a, n = missing.astype(float), asked.astype(float)
    return log_gamma(a + 0.5) + log_gamma(n - a + 0.5) - log_gamma(n + 1) - math.log(math.pi)


def rate_change(x: npt.NDArray[np.bool_], before: RoundsBefore, first: int) -> Floats:
    """For each start from the round `first` of `x` on, `log e` against a constant chance.

    Minus infinity where nothing was before, or the share did not rise.
    """
    prefix = np.concatenate([[0], np.cumsum(x)])[first:-1]
    a0 = before.missing + prefix
    n0 = before.rounds + np.arange(first, len(x))
    missing, asked = before.missing + int(x.sum()), before.rounds + len(x)
    a1, n1 = missing - a0, asked - n0
    top = sum(k * np.log(k / asked) for k in (missing, asked - missing) if k)
    rises = (n0 > 0) & (a1 * n0 > a0 * n1)
    return np.where(rises, log_mixture(a0, n0) + log_mixture(a1, n1) - top, -np.inf)


def ratio_change(x: npt.NDArray[np.bool_], odds: Floats, before: RoundsBefore, first: int) -> Floats:
    """The same against a constant multiple of the controls' `odds`."""
    one_by_one = _by_ratio(odds)
    steps = x * (LOG_RATIOS[:, None] + np.log(odds)) - one_by_one[0]
    start = before.missing * LOG_RATIOS + before.log_odds - before.by_ratio[0]
    until = start[:, None] + np.concatenate([np.zeros((len(RATIOS), 1)), np.cumsum(steps, axis=1)], axis=1)
    whole, earlier = until[:, -1:], until[:, first:-1]
    later = whole - earlier
    # The best ratio may lie between two points of the grid: the logarithm is concave in log rho, with at most
    # this curvature.
    best = int(whole[:, 0].argmax())
    curvature = before.by_ratio[1, best] + one_by_one[1, best].sum()
    slack = CHANGE_GRID_SLACK / 2 * ((LOG_RATIOS[1] - LOG_RATIOS[0]) / 2) ** 2 * curvature
    rises = later.argmax(axis=0) > earlier.argmax(axis=0)
    rises[: max(1 - before.rounds - first, 0)] = False
    return np.where(rises, _log_mean(earlier) + _log_mean(later) - whole.max() - slack, -np.inf)


def _log_mean(logs: Floats) -> Floats:
    top = logs.max(axis=0)
    result: Floats = top + np.log(np.exp(logs - top).mean(axis=0))
    return result


def change_evidence(
    streams: Sequence[UsualRounds], subject: int, settings: Settings, least: float = 0.0
) -> ChangeEvidence:
    """What the streams of a part say together, as if the part had all the mass.

    Args:
        least: where `by_rate` is below it, `by_ratio` is not reckoned: the smaller counts anyway.
    """
    newest = [stream.newest(subject) for stream in streams]
    before = RoundsBefore().and_all([stream.before(subject) for stream in streams])
    at, odds, x = (np.concatenate(column) for column in zip(*newest, strict=True))
    if not x.any():
        return ChangeEvidence(rounds=before.rounds + len(x))
    order = np.argsort(at, kind="stable")
    at, odds, x = at[order], odds[order], x[order]
    # A start must have all older rounds behind it.
    kept_since = max((int(stream.at[0]) for stream in streams if stream.folded.rounds), default=int(at[0]))
    first = max(int(np.searchsorted(at, kept_since)), len(at) - CHANGE_STARTS)
    passed = np.clip(np.diff(at, prepend=at[0] - FIRST_ROUND_US), 0, settings.longest_gap_us)
    mass = passed[first:] / settings.span_us
    rate = np.exp(np.minimum(rate_change(x, before, first), LOG_MOST))
    by_rate = float((rate * mass).sum())
    if not by_rate or by_rate < least:
        return ChangeEvidence(by_rate, 0.0, None, before.rounds + len(x))
    ratio = np.exp(np.minimum(ratio_change(x, odds, before, first), LOG_MOST))
    likely = np.flatnonzero(rate * CHANGE_ONSET_ONE_IN >= rate.max()) + first
    onset = int(at[max(likely[0] - 1, 0)]), int(at[likely[-1]])
    return ChangeEvidence(by_rate, float((ratio * mass).sum()), onset, before.rounds + len(x))
