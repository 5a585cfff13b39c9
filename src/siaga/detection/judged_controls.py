"""Which controls compare at a surface, judged by earlier rounds only, so that the next round's bet
stays fair.

A control is judged in every round in which at least half of the other controls are found, also where the bet
rests. It is dropped after ten misses in a row, or when it was missing in 60% of its last 32 judged
rounds, and is back after twenty rounds in a row in which it was found. At least half of the controls,
and three, are always kept. In bursts, and where a fifth of all askings fails, good controls stay:
docs/method.md has the figures.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from siaga.detection.comparable import compares
from siaga.detection.settings import (
    CONTROL_BACK_AFTER,
    CONTROL_JUDGED_LEAST,
    CONTROL_JUDGED_ROUNDS,
    CONTROL_MISSES_IN_A_ROW,
    CONTROL_MISSING_SHARE,
    CONTROLS_GONE_WITHIN,
    CONTROLS_KEPT_ONE_IN,
)

Flags = npt.NDArray[np.bool_]
Index = npt.NDArray[np.intp]
_NONE: Final = np.uint64(0)


class Comparison(StrEnum):
    """What a round's controls allow to be said."""

    COMPARES = "compares"
    INSUFFICIENT = "insufficient"
    """Too few, or more than a third of them missing: names are neither findable nor missing."""
    TROUBLE = "trouble"
    """At least half of them missing: the cause is common."""


def comparison(measured: int, missing: int, least: int) -> Comparison:
    """What can be said in a round in which `missing` of the `measured` controls that compare were missing."""
    if measured < least:
        return Comparison.INSUFFICIENT
    if compares(measured, missing):
        return Comparison.COMPARES
    return Comparison.TROUBLE if 2 * missing >= measured else Comparison.INSUFFICIENT


@dataclass(slots=True)
class JudgedControls:
    """The controls of one surface. Arrays have an entry a control, in the caller's numbering."""

    misses: npt.NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))
    """The last judged rounds as bits, the newest lowest: 1 missing."""
    judged: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    """How many of the bits count."""
    out: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    """Dropped."""
    dropped_at: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """In which of the surface's rounds it was dropped; of those that are out."""
    rounds: int = 0
    """Rounds of the surface so far."""

    def hold(self, controls: int) -> None:
        """Make room for so many controls."""
        more = controls - len(self.out)
        if more > 0:
            self.misses = np.concatenate([self.misses, np.zeros(more, np.uint64)])
            self.judged = np.concatenate([self.judged, np.zeros(more, np.uint8)])
            self.out = np.concatenate([self.out, np.zeros(more, np.bool_)])
            self.dropped_at = np.concatenate([self.dropped_at, np.zeros(more, np.int64)])

    def judge(self, who: Index, missing: Flags, least: int) -> bool:
        """Take a completed round, after its bets.

        Args:
            who: the controls that were measured, each once.
            missing: whether they were missing.
            least: with fewer other controls than this nothing is judged.

        Returns:
            Whether any control was dropped or taken back.
        """
        self.rounds += 1
        others = len(who) - 1
        others_missing = int(np.count_nonzero(missing)) - missing
        judged = who[2 * others_missing <= others] if others >= least else who[:0]
        now = np.zeros(len(self.out), np.bool_)
        now[who] = missing
        self.misses[judged] = self.misses[judged] << np.uint64(1) | now[judged]
        self.judged[judged] = np.minimum(self.judged[judged] + 1, CONTROL_JUDGED_ROUNDS)
        return self._settle()

    def all_found(self) -> None:
        """A round in which every control was found, while none is left out."""
        self.rounds += 1
        self.misses <<= np.uint64(1)
        np.minimum(self.judged + 1, CONTROL_JUDGED_ROUNDS, out=self.judged)

    def _settle(self) -> bool:
        """Drop and take back, by what was judged until now."""
        bits, rounds = self.misses, self.judged
        straight = _newest(CONTROL_MISSES_IN_A_ROW)
        share = np.bitwise_count(bits & _newest(CONTROL_JUDGED_ROUNDS)) >= CONTROL_MISSING_SHARE * rounds
        bad = (rounds >= CONTROL_MISSES_IN_A_ROW) & (bits & straight == straight)
        bad |= (rounds >= CONTROL_JUDGED_LEAST) & share
        well = (rounds >= CONTROL_BACK_AFTER) & (bits & _newest(CONTROL_BACK_AFTER) == _NONE)
        changed = False
        for control in np.flatnonzero((self.out & well) | (~self.out & bad)).tolist():
            if self.out[control]:
                self.out[control] = False
            elif len(self.out) - np.count_nonzero(self.out) > self.floor:
                self.out[control] = True
                self.dropped_at[control] = self.rounds
            else:
                continue
            changed = True
        return changed

    @property
    def floor(self) -> int:
        """So many controls are always kept."""
        return max(3, -(-len(self.out) // CONTROLS_KEPT_ONE_IN))

    def gone_with(self, round_: int) -> list[int]:
        """Controls that were dropped at about the round in which a name went missing, by number.

        A single one is news of its own; of two or more a finding says that they went together with the name.
        """
        near = np.abs(self.dropped_at - CONTROL_MISSES_IN_A_ROW + 1 - round_) <= CONTROLS_GONE_WITHIN
        gone: list[int] = np.flatnonzero(self.out & near).tolist()
        return gone if len(gone) > 1 else []


def common_tags(names: Iterable[str], tags: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The tags that all these names carry, and not every name does: the category that was hit."""
    shared = [tags.get(name, frozenset()) for name in names]
    if not shared:
        return frozenset()
    return frozenset.intersection(*shared) - frozenset.intersection(*tags.values())


def _newest(rounds: int) -> np.uint64:
    return np.uint64((1 << rounds) - 1)
