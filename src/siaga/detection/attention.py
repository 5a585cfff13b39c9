"""What is usual for a name in one stream, and which values are flagged as fewer against it.

The past has two parts, and a flag needs both. *Same hour*: the median over earlier days of that hour and
its neighbours, and the lowest tenth of all their values. *Last hour*: the median of the last rounds, the
newest left out. Attention has a daily rhythm, which is in the same hour, and drifts over days, which is
in the last hour; against either alone honest names would be flagged. The last hour counts less by what
the name's rhythm took within that hour on an earlier day, or drift and rhythm together would pass both.
Until three days are known the last hour decides alone, at the lower levels, and says so. From the alarm
that a name has less, the last hour is kept as it was; from a suspicion on, or under another finding, it is
not, as drifting attention would then be called within days. The same hour learns nothing meanwhile.

Values are numbers of results, or the newest result's age turned round (`freshness`). Flags stand on a
ladder of levels, so that each is a bet of its own. Figures: docs/method.md.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from siaga.detection.settings import (
    ATTENTION_DAYS,
    ATTENTION_EVERY_US,
    ATTENTION_FULL_PAGE,
    ATTENTION_HALF,
    ATTENTION_HOUR_LEAST,
    ATTENTION_LEAST,
    ATTENTION_LEAST_SLOW,
    ATTENTION_NEWEST_OUT,
    ATTENTION_QUARTER,
    ATTENTION_REACH_US,
    ATTENTION_ROUNDS,
    ATTENTION_USUAL_LEAST,
    DAYS_LEAST,
    LOWEST_TENTH,
    NARROW_PAST,
    YOUNG_S,
)

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Index = npt.NDArray[np.intp]
HOURS: Final = 24
_HOUR_US: Final = 3_600_000_000
_RING: Final = ATTENTION_ROUNDS + ATTENTION_NEWEST_OUT
_WAITING: Final = 10
"""Rounds that are learned together, and after which the last hour's medians are computed anew."""
_MOST: Final = 65_000.0
"""Larger values count as this: what a 16-bit float holds."""
_FRESHEST: Final = 60_000.0
"""The freshness of a result of one second."""
_TENTHS_BELOW_MEDIAN: Final = 5


class Rung(IntEnum):
    """The ladder of flags. Each rung is bet on by itself, against the controls that stand on it as well."""

    FULL_PAGE = 0
    """Below four fifths, where both pasts are known and the past is narrow."""
    HALF = 1
    """Below half, where both pasts are known."""
    QUARTER = 2
    """Below a quarter, by whatever past is known."""
    HALF_OF_LAST_HOUR = 3
    """Below half, where the last hour alone is known: drifting attention may do it, so it proves nothing."""


class KnownPast(IntEnum):
    """Which past of a name is known."""

    NONE = 0
    LAST_HOUR = 1
    BOTH = 2


def freshness(age_s: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Ages in seconds turned round, so that older is less. A young result is never less than fresh."""
    fresh: npt.NDArray[np.float64] = _FRESHEST / np.maximum(age_s, YOUNG_S)
    return fresh


@dataclass(slots=True)
class Attention:
    """One stream's past of one quantity. Arrays have a column (or entry) a subject."""

    least: float = ATTENTION_USUAL_LEAST
    """A name with a lower usual value is not judged by it."""
    names: int = 0
    ring: npt.NDArray[np.float16] = field(default_factory=lambda: np.zeros((_RING, 0), np.float16))
    """The last values of each, one a minute at most."""
    place: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    """Where each one's next value goes."""
    held: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    """How many of the values count; those from too long ago do not."""
    reach: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """How far back these reach, microseconds; each is taken to be as long after the one before."""
    in_hour: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    """How many of them are of the present hour."""
    noted: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """When its newest value was noted, microseconds since 1970."""
    kept: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    """Names called impaired: their last hour stays as it was."""
    spared: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    """Names under any finding: waiting makes none of their values stale, their same hour learns nothing."""
    last_hour: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    """The median of the last hour; NaN while not known."""
    same_hour: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    """The same hour's; NaN while not known."""
    lowest: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    """The same hour's lowest tenth."""
    fall: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    """The present hour against the one before, on the earlier day on which it fell most; 1 at most."""
    bars: Floats = field(default_factory=lambda: np.zeros((len(Rung), 0), np.float32))
    """By rung: values below are flagged; minus infinity where the name does not stand on it."""
    highest: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    """The highest bar of each: a value that is not below it is flagged nowhere."""
    medians: npt.NDArray[np.float16] = field(default_factory=lambda: np.zeros((0, HOURS, 0), np.float16))
    """By day (a row for each of the last `ATTENTION_DAYS`) and hour of the day."""
    lows: npt.NDArray[np.float16] = field(default_factory=lambda: np.zeros((0, HOURS, 0), np.float16))
    days: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, HOURS), np.int64))
    """Which day an entry of `medians` is of, since 1970; -1 for none."""
    hour: int = -1
    """The present hour since 1970."""
    first_day: int = 0
    """The day of the first row of `medians`, since 1970."""
    waiting: Floats = field(default_factory=lambda: np.zeros((_WAITING, 0), np.float32))
    """The newest rounds, which are learned together: a row a round."""
    waiting_at: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(_WAITING, np.int64))
    filled: int = 0

    def hold(self, names: int) -> None:
        """Make room for so many subjects."""
        if names <= self.names:
            return
        self.names = max(names, 2 * self.names)
        for name in ("place", "held", "reach", "in_hour", "noted", "kept", "spared"):
            setattr(self, name, _longer(getattr(self, name), self.names, 0))
        for name in ("ring", "waiting", "last_hour", "same_hour", "lowest", "fall", "medians", "lows"):
            setattr(self, name, _longer(getattr(self, name), self.names, np.nan))
        bars = np.full((len(Rung), self.names), -np.inf, np.float32)
        bars[:, : self.bars.shape[1]] = self.bars
        self.bars = bars
        self.highest = bars.max(axis=0)

    def flags(self, subjects: Index, values: npt.NDArray[np.float64]) -> Flags:
        """Which values are flagged, by rung and subject."""
        flagged: Flags = values < self.bars[:, subjects]
        return flagged

    def judged(self, subjects: Index) -> Flags:
        """On which rungs each subject is judged at present, by rung and subject."""
        used: Flags = self.bars[:, subjects] > -np.inf
        return used

    def known(self, subjects: Index) -> npt.NDArray[np.uint8]:
        """Which past each subject is judged by, as `KnownPast`."""
        last, both = ~np.isnan(self.last_hour[subjects]), ~np.isnan(self.same_hour[subjects])
        return last.astype(np.uint8) + (last & both).astype(np.uint8)

    def ratio(self, subjects: Index, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The values against the last hour, NaN while that is not known."""
        usual = self.last_hour[subjects].astype(np.float64)
        ratio: npt.NDArray[np.float64] = values / np.where(usual > 0, usual, np.nan)
        return ratio

    def keep(self, subjects: Index, impaired: bool) -> None:
        """A finding about these names is open, until `release`.

        Args:
            impaired: whether it is that they have less than usual: then the last hour stays as it was. Under
                any other finding it goes on, as attention drifts away from what it was.
        """
        self.spared[subjects] = True
        self.kept[subjects] = impaired

    def release(self, subjects: Index) -> None:
        """The findings have ended."""
        self.spared[subjects] = self.kept[subjects] = False

    def note(self, at: int, subjects: Index, values: npt.NDArray[np.float64]) -> None:
        """Add a round, after it was judged.

        Args:
            at: when it was complete, microseconds since 1970.
            values: one a subject, NaN where nothing is known.
        """
        hour = at // _HOUR_US
        if hour > self.hour or hour < self.hour - HOURS:
            # A late round belongs to the present hour; a clock that was far ahead is believed no more.
            self._learn()
            self._end_hour()
            self.hour = hour
            self._look_back()
        self.waiting[self.filled, subjects] = np.minimum(values, _MOST)
        self.waiting_at[self.filled] = at
        self.filled += 1
        if self.filled == _WAITING:
            self._learn()
            self._set_bars()

    def _learn(self) -> None:
        """Put the waiting rounds into the ring."""
        at, values = self.waiting_at[: self.filled, None], self.waiting[: self.filled]
        counts = ~np.isnan(values)
        known = np.maximum.accumulate(np.concatenate([self.noted[None], np.where(counts, at, 0)]))
        passed = at - known[:-1]
        if (counts & (passed < ATTENTION_EVERY_US)).any():
            passed = _thin(counts, at, self.noted)
            known[-1] = np.where(counts, at, self.noted).max(axis=0)
        order = counts.cumsum(axis=0)
        row, who = np.nonzero(counts)
        self.ring[(self.place[who] + order[row, who] - 1) % _RING, who] = values[row, who]
        new = order[-1] if self.filled else np.zeros(self.names, np.intp)
        self.place = ((self.place + new) % _RING).astype(np.uint8)
        self._hold_values(counts, passed)
        self.in_hour = np.minimum(self.in_hour + new, ATTENTION_ROUNDS).astype(np.uint8)
        self.noted = known[-1]
        self.waiting[:] = np.nan
        self.filled = 0

    def _hold_values(self, counts: Flags, passed: npt.NDArray[np.int64]) -> None:
        """Count the new values in, and out those that are from too long ago: at a slow pace fewer are held.

        Args:
            counts: by round and subject, whether there is a new value.
            passed: microseconds since the subject's value before.
        """
        passed = np.where(counts & ~self.spared, np.maximum(passed, 0), 0)
        row = np.arange(len(passed))[:, None]
        breaks = np.where(passed >= ATTENTION_REACH_US, row, -1).max(axis=0, initial=-1)
        held, reach = np.where(breaks >= 0, 0, self.held), np.where(breaks >= 0, 0, self.reach)
        total = held + (counts & (row >= breaks)).sum(axis=0)
        reach = reach + np.where(row > breaks, passed, 0).sum(axis=0)
        most = np.minimum(total, _RING)
        reach = reach * most // np.maximum(total, 1)
        fits = most * ATTENTION_REACH_US // np.maximum(reach, ATTENTION_REACH_US)
        self.held = fits.astype(np.uint8)
        self.reach = np.minimum(reach, ATTENTION_REACH_US)

    def _values(self, first: int, count: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Each subject's `count` values from the `first`-th newest on, in columns; NaN in the other rows."""
        rows = np.arange(_RING)[:, None]
        age = (self.place.astype(np.int64) - 1 - rows) % _RING
        within = (age >= first) & (age < first + count.astype(np.int64))
        return np.where(within, self.ring, np.nan).astype(np.float32)

    def _end_hour(self) -> None:
        """Remember the hour that was, of all names with enough values that are not under a finding."""
        if not self.in_hour.any():
            return
        day, hour = divmod(self.hour, HOURS)
        if not len(self.medians):
            self.first_day = day
        row = (day - self.first_day) % ATTENTION_DAYS
        if row >= len(self.medians):
            more = (row + 1 - len(self.medians), HOURS)
            blank = np.full((*more, self.names), np.nan, np.float16)
            self.medians = np.concatenate([self.medians, blank])
            self.lows = np.concatenate([self.lows, blank])
            self.days = np.concatenate([self.days, np.full(more, -1, np.int64)])
        values = self._values(0, np.minimum(self.in_hour, self.held))
        learns = np.where(self.spared, _RING + 1, ATTENTION_HOUR_LEAST)
        self.medians[row, hour] = _quantile(values, 0.5, learns)
        self.lows[row, hour] = _quantile(values, LOWEST_TENTH, learns)
        self.days[row, hour] = day
        self.in_hour[:] = 0

    def _look_back(self) -> None:
        """What is usual at the present hour of the day, from earlier days."""
        day, hour = divmod(self.hour, HOURS)
        near = [(hour + step) % HOURS for step in (-1, 0, 1)]
        earlier = (self.days[:, near] < day) & (self.days[:, near] >= day - ATTENTION_DAYS)
        medians = np.where(earlier[:, :, None], self.medians[:, near], np.nan).astype(np.float32)
        lows = np.where(earlier[:, :, None], self.lows[:, near], np.nan).astype(np.float32)
        of_day = np.full((len(medians), self.names), np.nan, np.float32)
        for row, hours in enumerate(medians):
            of_day[row] = _median(hours, 1)
        self.same_hour = _median(of_day, DAYS_LEAST)
        lowest = _pooled_tenth(medians.reshape(-1, self.names), lows.reshape(-1, self.names))
        self.lowest = np.where(np.isnan(self.same_hour), np.nan, lowest).astype(np.float32)
        self.fall = self._usual_fall(hour, day)
        self._set_bars()

    def _usual_fall(self, hour: int, day: int) -> Floats:
        """What a name's rhythm may take within an hour: the largest fall into this hour of the days known."""
        fall = np.ones(self.names, np.float32)
        rows = {int(known[hour]): row for row, known in enumerate(self.days) if known[hour] >= 0}
        for earlier, row in rows.items():
            before = row if hour else (earlier - 1 - self.first_day) % ATTENTION_DAYS
            at = earlier if hour else earlier - 1
            known = before < len(self.days) and self.days[before, hour - 1] == at
            if known and day - ATTENTION_DAYS <= earlier < day:
                was = self.medians[before, hour - 1].astype(np.float32)
                share = self.medians[row, hour].astype(np.float32) / np.where(was > 0, was, np.nan)
                fall = np.fmin(fall, share)
        return fall

    def _set_bars(self) -> None:
        count = np.maximum(self.held, ATTENTION_NEWEST_OUT) - np.uint8(ATTENTION_NEWEST_OUT)
        recent = _median(self._values(ATTENTION_NEWEST_OUT, count), ATTENTION_LEAST_SLOW)
        recent[(count < ATTENTION_LEAST) & (self.reach < ATTENTION_REACH_US)] = np.nan
        self.last_hour = np.where(self.kept & ~np.isnan(self.last_hour), self.last_hour, recent)
        both = ~np.isnan(self.same_hour)
        rhythm = np.where(self.kept | ~both, np.float32(1), self.fall)
        judged = (self.last_hour >= self.least) & (~both | (self.same_hour >= self.least))
        # Ages have no full pages: young ones count alike, which would make a past look narrow.
        narrow = (self.lowest >= NARROW_PAST * self.same_hour) & (self.least > 0)
        for rung, share, used in (
            (Rung.FULL_PAGE, ATTENTION_FULL_PAGE, judged & both & narrow),
            (Rung.HALF, ATTENTION_HALF, judged & both),
            (Rung.QUARTER, ATTENTION_QUARTER, judged),
            (Rung.HALF_OF_LAST_HOUR, ATTENTION_HALF, judged & ~both),
        ):
            bar = np.fmin(share * rhythm * self.last_hour, np.fmin(share * self.same_hour, self.lowest))
            self.bars[rung] = np.where(used, bar, -np.inf)
        self.highest = self.bars.max(axis=0)


def _thin(counts: Flags, at: npt.NDArray[np.int64], noted: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Take from `counts` what came too soon after the value before; returns the time passed before each."""
    last, passed = noted.copy(), np.zeros(counts.shape, np.int64)
    for row, now in enumerate(at[:, 0].tolist()):
        passed[row] = now - last
        counts[row] &= (passed[row] >= ATTENTION_EVERY_US) | (passed[row] < 0)
        last[counts[row]] = now
    return passed


def _longer(array: npt.NDArray[np.generic], names: int, fill: float) -> npt.NDArray[np.generic]:
    longer = np.full((*array.shape[:-1], names), fill, array.dtype)
    longer[..., : array.shape[-1]] = array
    return longer


def _median(values: Floats, least: int) -> Floats:
    """Each column's median among its values, the mean of the middle two; NaN with fewer than `least`."""
    ordered = np.sort(values, axis=0)
    count = (~np.isnan(ordered)).sum(axis=0)
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    last = max(len(ordered) - 1, 0)
    if not len(ordered):
        return np.full(values.shape[1], np.nan, np.float32)
    pick = [np.take_along_axis(ordered, np.minimum(at, last)[None], axis=0)[0] for at in (low, high)]
    return np.where(count >= least, (pick[0] + pick[1]) / 2, np.nan).astype(np.float32)


def _quantile(values: Floats, share: float, least: npt.NDArray[np.intp]) -> Floats:
    """Each column's quantile (the lower neighbour); NaN where it has fewer than `least` values."""
    ordered = np.sort(values, axis=0)
    count = (~np.isnan(ordered)).sum(axis=0)
    at = np.floor(share * np.maximum(count - 1, 0)).astype(np.intp)
    picked = np.take_along_axis(ordered, at[None], axis=0)[0]
    return np.where(count >= least, picked, np.nan).astype(np.float32)


def _pooled_tenth(medians: Floats, lows: Floats) -> Floats:
    """The lowest tenth of many hours' values, each hour known by its lowest tenth and median.

    An hour counts as ten values: five evenly from its lowest tenth to its median, five at the median.
    """
    if not len(medians):
        return np.full(medians.shape[1], np.nan, np.float32)
    steps = np.arange(_TENTHS_BELOW_MEDIAN, dtype=np.float32)[:, None, None] / _TENTHS_BELOW_MEDIAN
    below = (lows + steps * (medians - lows)).reshape(-1, medians.shape[1])
    ordered = np.sort(np.concatenate([below, *[medians] * _TENTHS_BELOW_MEDIAN]), axis=0)
    hours = (~np.isnan(medians)).sum(axis=0)
    picked = np.take_along_axis(ordered, np.maximum(hours - 1, 0)[None], axis=0)[0]
    return np.where(hours > 0, picked, np.nan).astype(np.float32)
