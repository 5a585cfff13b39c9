"""Whether a name's results came newest first, against its own last rounds in one stream: 9 bytes a name.

A name whose results usually are in order is flagged in a round in which they are not. Attention has no
part in it, so no daily rhythm is needed. While a finding is open nothing is learned.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from siaga.detection.settings import ATTENTION_LEAST, ORDERED_FROM, UNORDERED_BELOW

Flags = npt.NDArray[np.bool_]
Index = npt.NDArray[np.intp]
ROUNDS: Final = 64
NEWEST_OUT: Final = 16
"""The newest rounds may be what is judged: they say nothing of what is usual."""


@dataclass(slots=True)
class ResultOrder:
    """One stream's past. Arrays have an entry a subject."""

    bits: npt.NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))
    """The last rounds, the newest lowest: 1 in order."""
    rounds: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    """How many of the bits count."""
    kept: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    """Names under a finding."""

    def hold(self, names: int) -> None:
        """Make room for so many subjects."""
        more = names - len(self.bits)
        if more > 0:
            self.bits = np.concatenate([self.bits, np.zeros(more, np.uint64)])
            self.rounds = np.concatenate([self.rounds, np.zeros(more, np.uint8)])
            self.kept = np.concatenate([self.kept, np.zeros(more, np.bool_)])

    def judged(self, subjects: Index) -> Flags:
        """Whether each subject's results usually are in order."""
        rounds = np.maximum(self.rounds[subjects], NEWEST_OUT) - NEWEST_OUT
        usual: Flags = np.bitwise_count(self.bits[subjects] >> np.uint64(NEWEST_OUT)) >= ORDERED_FROM * rounds
        return usual & (rounds >= ATTENTION_LEAST)

    def flags(self, subjects: Index, ordered: npt.NDArray[np.float64]) -> Flags:
        """Which rounds are out of order although they usually are not. `ordered` is NaN where not known."""
        return self.judged(subjects) & (ordered < UNORDERED_BELOW)

    def note(self, subjects: Index, ordered: npt.NDArray[np.float64]) -> None:
        """Add a round, after it was judged."""
        learns = ~np.isnan(ordered) & ~self.kept[subjects]
        who, now = subjects[learns], ordered[learns] >= UNORDERED_BELOW
        self.bits[who] = self.bits[who] << np.uint64(1) | now
        self.rounds[who] = np.minimum(self.rounds[who] + 1, ROUNDS)

    def keep(self, subjects: Index) -> None:
        """A finding about these names was opened."""
        self.kept[subjects] = True

    def release(self, subjects: Index) -> None:
        """The findings have ended."""
        self.kept[subjects] = False
