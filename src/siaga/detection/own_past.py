"""A name's own past in one stream: what number, age and order of results are usual for it (`graded@1`).

Rounds are summed up in blocks; the last blocks say what is usual. Blocks of a name under suspicion, or often
flagged itself, are not added, so a withholding is not learned as usual.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.settings import (
    BLOCK_LEAST_ONE_IN,
    BLOCK_MIDDLE,
    FEWER_ROUNDED,
    ORDERED_FROM,
    SPOILT_SHARE,
    UNORDERED_BELOW,
    USUAL_LOW,
    USUAL_OLD,
    YOUNG_S,
    Settings,
)

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]


def _empty(rows: int) -> Floats:
    return np.full((rows, 8), np.nan)


@dataclass(slots=True)
class OwnPast:
    """One stream's blocks. Arrays have a row a round (or block) and a column a subject."""

    matching: Floats = field(default_factory=lambda: _empty(0))
    age: Floats = field(default_factory=lambda: _empty(0))
    ordered: Floats = field(default_factory=lambda: _empty(0))
    flagged: Floats = field(default_factory=lambda: _empty(0))
    """The present block."""
    filled: int = 0
    blocks: int = 0
    medians: Floats = field(default_factory=lambda: _empty(0))
    lows: Floats = field(default_factory=lambda: _empty(0))
    ages: Floats = field(default_factory=lambda: _empty(0))
    orders: Floats = field(default_factory=lambda: _empty(0))
    """The blocks that were: median and lowest fifth of `matching`, highest tenth of ages, share in order."""
    usual: Floats = field(default_factory=lambda: np.full(8, np.nan))
    """The usual number of results; NaN while not known."""
    few: Floats = field(default_factory=lambda: np.full(8, -np.inf))
    """Fewer results than this are `fewer`."""
    old: Floats = field(default_factory=lambda: np.full(8, np.inf))
    """An older newest result is `older`."""
    loose: Floats = field(default_factory=lambda: np.full(8, -np.inf))
    """An `ordered` below this is `unordered`."""

    def hold(self, subjects: int, settings: Settings) -> None:
        """Make room for so many subjects."""
        if len(self.matching) and subjects <= self.matching.shape[1]:
            return
        width = max(subjects, 2 * self.matching.shape[1] if len(self.matching) else 8)
        for name in ("matching", "age", "ordered", "flagged"):
            setattr(self, name, _wider(getattr(self, name), settings.block, width, np.nan))
        for name in ("medians", "lows", "ages", "orders"):
            setattr(self, name, _wider(getattr(self, name), settings.past_blocks, width, np.nan))
        for name, fill in (("usual", np.nan), ("few", -np.inf), ("old", np.inf), ("loose", -np.inf)):
            row = np.full(width, fill)
            row[: len(getattr(self, name))] = getattr(self, name)
            setattr(self, name, row)

    def flags(self, subjects: Index, matching: Floats, age: Floats, ordered: Floats) -> npt.NDArray[np.bool_]:
        """Which askings are fewer, older or unordered against their own past."""
        flagged: npt.NDArray[np.bool_] = (
            (matching < self.few[subjects]) | (age > self.old[subjects]) | (ordered < self.loose[subjects])
        )
        return flagged

    def kinds(self, subject: int, matching: float, age: float, ordered: float) -> list[str]:
        """In which ways one asking is worse than its own past."""
        return [
            kind
            for kind, met in (
                ("fewer", matching < self.few[subject]),
                ("older", age > self.old[subject]),
                ("unordered", ordered < self.loose[subject]),
            )
            if met
        ]

    def note(
        self,
        subjects: Index,
        matching: Floats,
        age: Floats,
        ordered: Floats,
        flagged: npt.NDArray[np.bool_] | None,
        suspects: set[int],
        settings: Settings,
    ) -> None:
        """Add a round; at a block's end learn what is usual. `suspects` learn nothing."""
        row = self.filled
        self.matching[row] = self.age[row] = self.ordered[row] = self.flagged[row] = np.nan
        self.matching[row, subjects] = matching
        self.age[row, subjects] = age
        self.ordered[row, subjects] = ordered
        self.flagged[row, subjects] = 0.0 if flagged is None else flagged
        if suspects:
            out = list(suspects)
            self.matching[row, out] = self.age[row, out] = self.ordered[row, out] = np.nan
        self.filled += 1
        if self.filled == settings.block:
            self._learn(settings)
            self.filled = 0

    def _learn(self, settings: Settings) -> None:
        row = self.blocks % settings.past_blocks
        spoilt = _mean(self.flagged, 1) > SPOILT_SHARE
        for ring, values, share in (
            (self.medians, self.matching, BLOCK_MIDDLE),
            (self.lows, self.matching, USUAL_LOW),
            (self.ages, self.age, USUAL_OLD),
        ):
            block = _quantile(values, share, settings.block // BLOCK_LEAST_ONE_IN)
            block[spoilt] = np.nan
            ring[row] = block
        order = _mean(self.ordered, settings.block // BLOCK_LEAST_ONE_IN)
        order[spoilt] = np.nan
        self.orders[row] = order
        self.blocks += 1
        least = settings.past_least
        usual = _quantile(self.medians, BLOCK_MIDDLE, least)
        lowest = np.where(np.isnan(self.lows), np.inf, self.lows).min(axis=0)
        known = ~np.isnan(usual)
        self.usual = np.where(known, usual, self.usual)
        self.few = np.where(known, np.minimum(usual * settings.fewer + FEWER_ROUNDED, lowest), self.few)
        oldest = np.where(np.isnan(self.ages), 0.0, self.ages).max(axis=0)
        aged = (~np.isnan(self.ages)).sum(axis=0) >= least
        self.old = np.where(aged, np.maximum(oldest * settings.older, YOUNG_S), self.old)
        in_order = _mean(self.orders, least)
        self.loose = np.where(
            in_order >= ORDERED_FROM, UNORDERED_BELOW, np.where(np.isnan(in_order), self.loose, -np.inf)
        )


def _wider(array: Floats, rows: int, width: int, fill: float) -> Floats:
    wider = np.full((rows, width), fill)
    if len(array):
        wider[:, : array.shape[1]] = array
    return wider


def _mean(values: Floats, least: int) -> Floats:
    said = ~np.isnan(values)
    count = said.sum(axis=0)
    total = np.where(said, values, 0.0).sum(axis=0)
    return np.where(count >= max(least, 1), total / np.maximum(count, 1), np.nan)


def _quantile(values: Floats, share: float, least: int) -> Floats:
    """Each column's quantile (the lower neighbour) among the values said; NaN where they are too few."""
    count = (~np.isnan(values)).sum(axis=0)
    place = np.floor(share * np.maximum(count - 1, 0)).astype(np.intp)
    # NaN sorts to the end.
    picked = np.take_along_axis(np.sort(values, axis=0), place[None, :], axis=0)[0]
    return np.where(count >= max(least, 1), picked, np.nan)
