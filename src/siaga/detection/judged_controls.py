"""Which controls compare at a surface, judged by earlier rounds only, so that the next round's bet
stays fair.

A control is judged in every round in which at least half of the other controls are found, also where the bet
rests. It is dropped after ten misses in a row, or when it was missing in 60% of its last 32 judged
rounds, and is back after twenty rounds in a row in which it was found. At least half of the controls,
and three, are always kept. In bursts, and where a fifth of all askings fails, good controls stay:
docs/method.md has the figures.

Controls that are withheld in a part of rounds, each by itself, never meet these marks, and would hide a name
that is withheld as they are. So a control is also dropped when over its last hours it was missing far more
often than the middle one of all, at odds of a million to one and three times the odds; then it is back
after sixty rounds in a row. A control that is harder to find from the start goes the same way, which loses
nothing: the others' harmonic mean of odds hardly changes with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import log, sqrt
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
    CONTROL_WORSE_BACK_AFTER,
    CONTROL_WORSE_ERRORS,
    CONTROL_WORSE_EVIDENCE,
    CONTROL_WORSE_LEAST,
    CONTROL_WORSE_MISSES,
    CONTROL_WORSE_ROUNDS,
    CONTROL_WORSE_TIMES,
    CONTROLS_GONE_WITHIN,
    CONTROLS_KEPT_ONE_IN,
)

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]
_NONE: Final = np.uint64(0)
_BITS: Final = 64
_KEEPS: Final = 1 - 1 / CONTROL_WORSE_ROUNDS


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
    gone_since: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """In about which of the surface's rounds its misses began; of those that are out."""
    seen: Floats = field(default_factory=lambda: np.zeros((2, 0)))
    """Judged rounds over its last hours, each worth a little less than the next, and misses among them."""
    worse: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    """Dropped because it was missing far more often than the others."""
    rounds: int = 0
    """Rounds of the surface so far."""
    quiet: int = 0
    """The newest of them in which every control was found, not in the arrays yet."""

    def hold(self, controls: int) -> None:
        """Make room for so many controls."""
        more = controls - len(self.out)
        if more > 0:
            self._catch_up()
            self.misses = np.concatenate([self.misses, np.zeros(more, np.uint64)])
            self.judged = np.concatenate([self.judged, np.zeros(more, np.uint8)])
            self.out = np.concatenate([self.out, np.zeros(more, np.bool_)])
            self.gone_since = np.concatenate([self.gone_since, np.zeros(more, np.int64)])
            self.seen = np.concatenate([self.seen, np.zeros((2, more))], axis=1)
            self.worse = np.concatenate([self.worse, np.zeros(more, np.bool_)])

    def judge(self, who: Index, missing: Flags, least: int) -> bool:
        """Take a completed round, after its bets. What was missing is one thing, what could not be measured
        another: each has controls judged by it.

        Args:
            who: the controls that were measured, each once.
            missing: whether they were missing.
            least: with fewer other controls than this nothing is judged.

        Returns:
            Whether any control was dropped or taken back.
        """
        self._catch_up()
        self.rounds += 1
        others = len(who) - 1
        others_missing = int(np.count_nonzero(missing)) - missing
        judged = who[2 * others_missing <= others] if others >= least else who[:0]
        now = np.zeros(len(self.out), np.bool_)
        now[who] = missing
        self.misses[judged] = self.misses[judged] << np.uint64(1) | now[judged]
        self.judged[judged] = np.minimum(self.judged[judged] + 1, CONTROL_WORSE_BACK_AFTER)
        self._see(judged, now[judged])
        return self._settle()

    def all_found(self) -> None:
        """A round in which every control was found, while none is left out.

        Such rounds are nearly all: they are put into the arrays with the next one that says more.
        """
        self.rounds += 1
        self.quiet += 1

    def _catch_up(self) -> None:
        quiet, self.quiet = self.quiet, 0
        if not quiet:
            return
        self.misses = self.misses << np.uint64(quiet) if quiet < _BITS else np.zeros_like(self.misses)
        judged = np.minimum(self.judged.astype(np.int64) + quiet, CONTROL_WORSE_BACK_AFTER)
        self.judged = judged.astype(np.uint8)
        kept = _KEEPS**quiet
        self.seen *= kept
        self.seen[0] += (1 - kept) / (1 - _KEEPS)

    def missed_lately(self, rounds: int, least: int) -> Flags:
        """Which controls were missing in at least so many of their last judged rounds."""
        self._catch_up()
        lately: Flags = np.bitwise_count(self.misses & _newest(rounds)) >= least
        return lately

    def _see(self, judged: Index, missing: Flags) -> None:
        self.seen[:, judged] *= _KEEPS
        self.seen[0, judged] += 1
        self.seen[1, judged] += missing

    def _is_worse(self) -> Flags:
        """Which controls are missing far more often than the middle one of those that compare.

        By Chernoff's bound of the chance that one like the middle one is missing so often.
        """
        asked, missing = np.maximum(self.seen[0], 1), self.seen[1]
        if not (missing >= CONTROL_WORSE_MISSES).any():
            return np.zeros(len(self.out), np.bool_)
        compare = np.flatnonzero(~self.out)
        middle = compare[np.argsort((missing / asked)[compare], kind="stable")[(len(compare) - 1) // 2]]
        most = missing[middle] + CONTROL_WORSE_ERRORS * sqrt(missing[middle] + 1) + 1
        usual = min(most / (asked[middle] + 2), 0.9)
        share = np.minimum(missing / asked, 1 - 1e-9)
        above = share * (1 - usual) >= CONTROL_WORSE_TIMES * usual * (1 - share)
        share = np.maximum(share, usual)
        far = share * np.log(share / usual) + (1 - share) * np.log((1 - share) / (1 - usual))
        known = asked >= CONTROL_WORSE_LEAST
        worse: Flags = above & known & (asked * far >= log(CONTROL_WORSE_EVIDENCE))
        return worse

    def _settle(self) -> bool:
        """Drop and take back, by what was judged until now."""
        bits, rounds = self.misses, self.judged
        if not self.out.any() and not self._may_be_bad():
            return False
        straight = _newest(CONTROL_MISSES_IN_A_ROW)
        of_last = np.minimum(rounds, CONTROL_JUDGED_ROUNDS)
        share = np.bitwise_count(bits & _newest(CONTROL_JUDGED_ROUNDS)) >= CONTROL_MISSING_SHARE * of_last
        bad = (rounds >= CONTROL_MISSES_IN_A_ROW) & (bits & straight == straight)
        bad |= (rounds >= CONTROL_JUDGED_LEAST) & share
        worse = self._is_worse()
        after = np.where(self.worse, CONTROL_WORSE_BACK_AFTER, CONTROL_BACK_AFTER)
        found_for = np.where(self.worse, _newest(CONTROL_WORSE_BACK_AFTER), _newest(CONTROL_BACK_AFTER))
        well = (rounds >= after) & (bits & found_for == _NONE)
        changed = False
        for control in np.flatnonzero((self.out & well) | (~self.out & (bad | worse))).tolist():
            if self.out[control]:
                self.out[control] = self.worse[control] = False
            elif len(self.out) - np.count_nonzero(self.out) > self.floor:
                self.out[control] = True
                self.worse[control] = not bad[control]
                self.gone_since[control] = self.rounds - _going_for(int(bits[control])) + 1
            else:
                continue
            self.seen[:, control] = 0
            changed = True
        return changed

    def _may_be_bad(self) -> bool:
        """A quick look that most rounds do not pass: every mark asks for so many misses at least."""
        most = int(np.bitwise_count(self.misses).max(initial=0))
        share = CONTROL_MISSING_SHARE * CONTROL_JUDGED_LEAST
        return most >= min(CONTROL_MISSES_IN_A_ROW, share) or bool(
            (self.seen[1] >= CONTROL_WORSE_MISSES).any()
        )

    @property
    def floor(self) -> int:
        """So many controls are always kept."""
        return max(3, -(-len(self.out) // CONTROLS_KEPT_ONE_IN))

    def gone_with(self, round_: int) -> list[int]:
        """Controls that went missing at about the round in which a name did, and were dropped; by number.

        A single one is news of its own; of two or more a finding says that they went together with the name.
        """
        near = np.abs(self.gone_since - round_) <= CONTROLS_GONE_WITHIN
        gone: list[int] = np.flatnonzero(self.out & near).tolist()
        return gone if len(gone) > 1 else []


def _going_for(bits: int) -> int:
    """For how many rounds a control that is dropped has been going: those missed in a row, or since its
    oldest miss."""
    straight = (~bits & (bits + 1)).bit_length() - 1
    return straight if straight >= CONTROL_MISSES_IN_A_ROW else bits.bit_length()


def common_tags(names: Iterable[str], tags: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The tags that all these names carry, and not every name does: the category that was hit."""
    shared = [tags.get(name, frozenset()) for name in names]
    if not shared:
        return frozenset()
    return frozenset.intersection(*shared) - frozenset.intersection(*tags.values())


def _newest(rounds: int) -> np.uint64:
    return np.uint64((1 << rounds) - 1)
