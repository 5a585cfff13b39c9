"""The e-detectors of one platform: evidence that a name is missing more than its controls, by part and name.

A *part* is a set of streams whose rounds are one sequence: the platform whole (part 0), each surface, each
vantage, each single stream. Each part and name has, for three nulls and four stakes, a Shiryaev-Roberts sum
over all possible beginnings: `M <- (M + w) E`, where `w` is the share of the promise's span that has passed
since the name's last bet in that part. A name's evidence is the mean over the four levels of the mean
over their parts, so one threshold serves one name, however many parts it has.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.bet import NULLS, fading, tables
from siaga.detection.settings import FADING_MOST, OWN_ODDS_UNBET, Settings

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
LEVELS = 4
BLOCK = 1 << 12
"""Names that are bet on at once, where there are very many: what the cache holds."""
NEVER = -(1 << 30)


def _bigger(array: npt.NDArray[np.generic], shape: tuple[int, ...], fill: float) -> npt.NDArray[np.generic]:
    grown = np.full(shape, fill, array.dtype)
    grown[tuple(slice(0, size) for size in array.shape)] = array
    return grown


@dataclass(slots=True)
class Parts:
    """The parts' own clocks and counts: what does not depend on a name."""

    level: list[int] = field(default_factory=list)
    clock: list[int] = field(default_factory=list)
    """Microseconds watched: time between comparable rounds, each gap capped."""
    last: list[int] = field(default_factory=list)
    """When the last comparable round was complete; -1 before the first."""
    rounds: list[int] = field(default_factory=list)
    """Comparable rounds."""
    rounds_of_stream: list[int] = field(default_factory=list)
    """The same of the single streams, by the stream's index."""
    of_level: list[list[int]] = field(default_factory=lambda: [[] for _ in range(LEVELS)])

    def add(self, level: int) -> int:
        """A new part of a level: 0 the platform, 1 a surface, 2 a vantage, 3 a stream."""
        index = len(self.level)
        self.level.append(level)
        self.clock.append(0)
        self.last.append(-1)
        self.rounds.append(0)
        self.of_level[level].append(index)
        if level == LEVELS - 1:
            self.rounds_of_stream.append(0)
        return index

    def tick(self, parts: tuple[int, ...], stream: int, at: int, gap: int, first: int) -> None:
        """A comparable round of a stream was complete at `at`: its parts' clocks go on."""
        clock, last, rounds = self.clock, self.last, self.rounds
        for part in parts:
            before = last[part]
            passed = at - before if before >= 0 else first
            clock[part] += 0 if passed < 0 else passed if passed < gap else gap
            last[part] = at if at > before else before
            rounds[part] += 1
        self.rounds_of_stream[stream] += 1


@dataclass(slots=True)
class Detectors:
    """The detectors' state: arrays by part and subject, grown as these appear."""

    sums: Floats = field(default_factory=lambda: np.zeros((NULLS, 4, 4, 8)))
    """Shiryaev-Roberts sums by null, stake, part and subject."""
    learned: Floats = field(default_factory=lambda: np.ones((4, 8)))
    """Evidence that the name's own odds ratio is below `psi`, from its past."""
    bet_clock: Ints = field(default_factory=lambda: np.zeros((4, 8), np.int64))
    """The part's clock at the name's last bet."""
    missed_round: npt.NDArray[np.int32] = field(default_factory=lambda: np.full((4, 8), NEVER, np.int32))
    """The part's round in which the name was last missing."""
    missed_clock: Ints = field(default_factory=lambda: np.zeros((4, 8), np.int64))
    worth: npt.NDArray[np.float32] = field(default_factory=lambda: np.zeros((4, 8), np.float32))
    """Evidence by part and subject: the smallest of the nulls' weighted sums."""

    def hold(self, parts: int, subjects: int, settings: Settings) -> None:
        """Make room for so many parts and subjects."""
        have_parts, have_subjects = self.worth.shape
        if parts <= have_parts and subjects <= have_subjects:
            return
        shape = (_room(parts, have_parts), _room(subjects, have_subjects))
        self.sums = _bigger(self.sums, (NULLS, len(settings.stakes), *shape), 0.0)  # type: ignore[assignment]
        self.learned = _bigger(self.learned, shape, 1.0)  # type: ignore[assignment]
        self.bet_clock = _bigger(self.bet_clock, shape, 0)  # type: ignore[assignment]
        self.missed_round = _bigger(self.missed_round, shape, NEVER)  # type: ignore[assignment]
        self.missed_clock = _bigger(self.missed_clock, shape, 0)  # type: ignore[assignment]
        self.worth = _bigger(self.worth, shape, 0.0)  # type: ignore[assignment]

    def begin(self, part: int, subject: int, clock: int) -> None:
        """Start a name anew in a part: no evidence, nothing learned, watched from `clock` on."""
        self.sums[:, :, part, subject] = 0.0
        self.learned[part, subject] = 1.0
        self.bet_clock[part, subject] = clock
        self.missed_clock[part, subject] = clock
        self.missed_round[part, subject] = NEVER
        self.worth[part, subject] = 0.0

    def binding(self, part: int, subject: int, settings: Settings) -> bool:
        """Whether the weaker evidence is that against a constant own odds ratio up to `psi_own`."""
        free, own, _ = mixed(self.sums[:, :, part, subject], settings.weights).tolist()
        return bool(own < free)

    def of(self, parts: Parts, subject: int) -> float:
        """The name's evidence: the mean over levels of the mean over their parts."""
        worth = self.worth[:, subject].tolist()
        total = 0.0
        for members in parts.of_level:
            total += sum(worth[part] for part in members) / len(members)
        return total / LEVELS

    def bet(
        self,
        settings: Settings,
        parts: Parts,
        rows: npt.NDArray[np.intp],
        subjects: npt.NDArray[np.intp],
        n: int,
        missing: npt.NDArray[np.intp],
        x: npt.NDArray[np.intp],
        shares: Floats | None,
        quiet: bool,
        doubtful: npt.NDArray[np.bool_] | None = None,
    ) -> Floats:
        """Bet one round, in all its parts, on some names.

        Args:
            rows: the stream's parts.
            subjects: one a name, unique and sorted; repeated where `shares` is given.
            n: askings compared: the measured controls and the name.
            missing: how many of the `n` were missing, one a name.
            x: whether the name was.
            shares: where a name was asked by several texts: each text's share of its bet.
            quiet: whether the stream's recent past was quiet, so that own odds may be learned.
            doubtful: by subject, whether the learned odds ratio is so high that `psi_doubt` is tolerated.

        Returns:
            The names' evidence in these parts, by part and name.
        """
        if len(rows) == 1 and shares is None and len(subjects) > BLOCK:
            cuts = [slice(first, first + BLOCK) for first in range(0, len(subjects), BLOCK)]
            blocks = [
                self.bet(settings, parts, rows, subjects[cut], n, missing[cut], x[cut], None, quiet, doubtful)
                for cut in cuts
            ]
            return np.concatenate(blocks, axis=1)
        up_table, down_table = tables(settings, n)
        code = 2 * missing + x
        up = up_table[:, :, code]
        down: Floats | None = down_table[code]
        if shares is not None:
            starts = np.flatnonzero(np.diff(subjects, prepend=-1))
            up = np.add.reduceat(up * shares, starts, axis=2)
            down = np.add.reduceat(down_table[code] * shares, starts)
            subjects = subjects[starts]
        if not quiet:
            down = None
        return self._book(settings, parts, rows, subjects, up, down, doubtful)

    def _book(
        self,
        settings: Settings,
        parts: Parts,
        rows: npt.NDArray[np.intp],
        subjects: npt.NDArray[np.intp],
        up: Floats,
        down: Floats | None,
        doubtful: npt.NDArray[np.bool_] | None,
    ) -> Floats:
        """Multiply the sums by what a bet brought, `up` by null, stake and name, and weigh them.

        `down` is what it says for a low own odds ratio, by name; None where that is not learned.
        """
        at = _index(rows, subjects)
        clock, rounds = _now(parts, rows)
        learned = self.learned[at]
        prior = np.ones((NULLS, *learned.shape))
        prior[1] = OWN_ODDS_UNBET + (1 - OWN_ODDS_UNBET) * learned
        sums: Floats = self.sums[:, :, at[0], at[1]]
        sums += ((clock - self.bet_clock[at]) / settings.span_us * prior)[:, None]
        again = rounds - 1 - self.missed_round[at] >= settings.found_again
        if again.any():
            # Found so often since the last miss: only beginnings since then remain. Cutting only loses.
            most = (clock - self.missed_clock[at]) / settings.span_us * prior
            np.minimum(sums, np.where(again, most, np.inf)[:, None], out=sums)
        sums *= up[:, :, None]
        np.minimum(sums, settings.evidence_cap, out=sums)
        if sums.base is not self.sums:
            self.sums[:, :, at[0], at[1]] = sums
        self.bet_clock[at] = clock
        if down is not None:
            self.learned[at] = np.minimum(learned * down, settings.learning_cap)
        by_null = mixed(sums, settings.weights)
        worth: Floats = np.minimum(by_null[0], by_null[1])
        if doubtful is not None and (doubt := doubtful[subjects]).any():
            worth = np.where(doubt, np.minimum(worth, by_null[2]), worth)
        self.worth[at] = worth
        return worth

    def bet_fading(
        self,
        settings: Settings,
        parts: Parts,
        rows: npt.NDArray[np.intp],
        subjects: npt.NDArray[np.intp],
        n: int,
        flagged: int,
    ) -> Floats:
        """Bet a round in which some names, and `flagged` controls, are worse than their own past.

        The bet is against "flagged with at most `graded_psi` times the controls' odds, the name counted in",
        so rounds without a flag count too: they make the evidence fade. They are booked here, with the next
        flag, all at once. Arguments and result as for `bet`; all `subjects` are flagged, each once.
        """
        win, fade = fading(settings, n)
        at = (rows[:, None], subjects)
        clock, rounds = _now(parts, rows)
        since = np.minimum(rounds - 1 - self.missed_round[at], FADING_MOST)
        gap = np.minimum(clock - self.bet_clock[at], settings.longest_gap_us)
        sums = self.sums[:, :, at[0], at[1]]
        sums *= fade[:, :, None, None] ** np.maximum(since, 0)
        sums += gap / settings.span_us
        sums *= win[:, :, flagged + 1, None, None]
        np.minimum(sums, settings.evidence_cap, out=sums)
        self.sums[:, :, at[0], at[1]] = sums
        self.bet_clock[at] = clock
        worth: Floats = mixed(sums, settings.weights).min(axis=0)
        self.worth[at] = worth
        self.missed(parts, rows, subjects)
        return worth

    def missed(self, parts: Parts, rows: npt.NDArray[np.intp], subjects: npt.NDArray[np.intp]) -> None:
        """Note that names were missing in the present round of these parts."""
        for row in rows.tolist():
            self.missed_round[row, subjects] = parts.rounds[row]
            self.missed_clock[row, subjects] = parts.clock[row]


def mixed(sums: Floats, weights: tuple[float, ...]) -> Floats:
    """The stakes' weighted sum, by null: added one by one, so that no shape or machine changes a bit."""
    total: Floats = sums[:, 0] * weights[0]
    for j in range(1, len(weights)):
        total = total + sums[:, j] * weights[j]
    return total


def _now(parts: Parts, rows: npt.NDArray[np.intp]) -> tuple[Ints, Ints]:
    """The parts' clocks and rounds, as columns."""
    chosen = rows.tolist()
    clock = np.array([parts.clock[row] for row in chosen])[:, None]
    return clock, np.array([parts.rounds[row] for row in chosen])[:, None]


def _index(
    rows: npt.NDArray[np.intp], subjects: npt.NDArray[np.intp]
) -> tuple[slice, slice] | tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Where the parts' and subjects' entries are: as slices where they stand side by side."""
    if len(rows) == 1 and len(subjects):
        row, first, last = int(rows[0]), int(subjects[0]), int(subjects[-1])
        if last - first + 1 == len(subjects):
            return slice(row, row + 1), slice(first, last + 1)
    return rows[:, None], subjects


def _room(need: int, have: int) -> int:
    return have if need <= have else max(need, 2 * have)
