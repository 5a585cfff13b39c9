"""The slow tier (`slow-tier@1`): blocks of rounds as rounds. Short faults vanish in it; it costs hours."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.comparable import compares
from siaga.detection.rule import Rule
from siaga.detection.settings import SLOW_LEAST_ONE_IN, Settings
from siaga.domain.verdicts import State

Ints = npt.NDArray[np.int64]
Index = npt.NDArray[np.intp]


RULE = Rule(
    id="slow-tier@1",
    decides="The same bet on blocks of rounds, for partial withholding over hours.",
    states=frozenset({State.SUPPRESSED}),
    parts=10,
)


@dataclass(frozen=True, slots=True)
class BlockOutcome:
    """What a full block says of the names in it."""

    controls: int
    """Controls compared with, and those of them that were missing often."""
    often: int
    gone: Index
    """The names that were missing often."""


@dataclass(slots=True)
class Block:
    """One stream's present block: how often each name was asked and missing in it."""

    asked: Ints = field(default_factory=lambda: np.zeros(8, np.int64))
    missing: Ints = field(default_factory=lambda: np.zeros(8, np.int64))
    rounds: int = 0

    def hold(self, subjects: int) -> None:
        """Make room for so many subjects."""
        if subjects > len(self.asked):
            more = np.zeros(2 * subjects - len(self.asked), np.int64)
            self.asked = np.concatenate([self.asked, more])
            self.missing = np.concatenate([self.missing, more])

    def add(self, subjects: Index, missing: Index) -> None:
        """A comparable round: who was measured, and who of them was missing."""
        self.asked[subjects] += 1
        self.missing[missing] += 1
        self.rounds += 1

    def measured(self, subjects: Index) -> Index:
        """Of these the names that were measured in at least half of the block."""
        return subjects[SLOW_LEAST_ONE_IN * self.asked[subjects] >= self.rounds]

    def limit(self, controls: Index, least: float, psi: float) -> float:
        """The missing share from which a name is flagged: `least`, and odds `psi` times the controls'."""
        share = int(self.missing[controls].sum()) / max(int(self.asked[controls].sum()), 1)
        return max(least, psi * share / (psi * share + 1 - share))

    def flagged(self, subjects: Index, limit: float) -> npt.NDArray[np.bool_]:
        """Whether each of these was missing in at least this share of its rounds."""
        often: npt.NDArray[np.bool_] = self.missing[subjects] >= limit * self.asked[subjects]
        return often

    def close(self, controls: Index, targets: Index, settings: Settings) -> BlockOutcome | None:
        """End the block and begin the next; None where it does not compare."""
        controls, targets = self.measured(controls), self.measured(targets)
        limit = self.limit(controls, settings.slow_missing, settings.psi_doubt)
        often = int(self.flagged(controls, limit).sum())
        gone = targets[self.flagged(targets, limit)]
        self._clear()
        if len(controls) < settings.least_controls or not compares(len(controls), often):
            return None
        return BlockOutcome(len(controls), often, gone)

    def _clear(self) -> None:
        self.asked[:] = 0
        self.missing[:] = 0
        self.rounds = 0
