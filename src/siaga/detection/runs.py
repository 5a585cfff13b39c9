"""A run: one name missing again and again while its controls are found. What a suspicion, a finding and its
recovery are made of: since when, where, under which texts, and the plain counts."""

import math
from collections import deque
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.settings import Settings

Ints = npt.NDArray[np.int64]


MISS, FIND = 3.2, 0.67
"""What a miss adds to a streak's score and a find takes: logarithms of 0.5 to 0.02, and of 0.98 to 0.5."""


@dataclass(slots=True)
class Streak:
    """The run in one stream. Each round that finds the name lowers the score; at zero the streak is over."""

    first: int
    before: int
    """When its first miss was complete, and the last comparable round before it (-1 for none)."""
    misses: int = 0
    score: float = 0.0
    round: int = 0
    """The stream's comparable round of the last miss."""

    def left(self, round_: int) -> float:
        """The score after the stream's `round_`-th comparable round, the name found since the last miss."""
        return self.score - FIND * (round_ - self.round)

    def alive(self, round_: int) -> bool:
        """Whether the streak goes on."""
        return self.left(round_) > 0

    def miss(self, round_: int) -> None:
        """The name was missing again."""
        self.score = max(0.0, self.left(round_ - 1) if self.misses else 0.0) + MISS
        self.misses += 1
        self.round = round_


@dataclass(slots=True)
class Run:
    """One name's run of misses on one platform."""

    asked: Ints
    """The name's askings by stream before the run, and so on: counts of the run are differences to these."""
    missing: Ints
    controls_asked: Ints
    controls_missing: Ints
    streaks: dict[int, "Streak"] = field(default_factory=dict)
    """By stream in which it was missing."""
    total: int = 0
    """Rounds with a miss."""
    recent: deque[int] = field(default_factory=deque)
    """Their times within the last `persistence`."""
    late: float = 0.0
    """Sum over its misses of its place in the round's order, from 0 (first) to 1 (last)."""
    densest: int = 0
    """The most rounds with a miss within any `persistence`."""
    last: int = 0
    """When it was last missing."""
    found: int = -1
    """When it was first found after that; -1 while it was not."""
    texts: dict[str, list[int]] = field(default_factory=dict)
    """By text: rounds with that text missing; rounds asked since the suspicion."""
    failures: dict[str, int] = field(default_factory=dict)
    """By answer, how often."""
    ways: dict[str, int] = field(default_factory=dict)
    """Of a graded run: `fewer`, `older`, `unordered`, how often each."""
    hits: set[int] = field(default_factory=set)
    """Streams that are part of the finding; kept through recovery."""
    recovery: dict[str, list[float]] = field(default_factory=dict)
    """By surface: the sums over `recovery_stakes`."""
    recovery_at: dict[str, int] = field(default_factory=dict)
    volumes: dict[int, deque[float]] = field(default_factory=dict)
    """By hit stream: its latest volumes against its own past and its controls'."""

    def miss(self, stream: int, round_: int, at: int, before: int, settings: Settings) -> None:
        """The name was missing in a stream's `round_`-th comparable round; the one before was at `before`."""
        streak = self.streaks.get(stream)
        if streak is None or not streak.alive(round_ - 1):
            streak = self.streaks[stream] = Streak(at, before)
        streak.miss(round_)
        self.total += 1
        self.last = at
        self.found = -1
        window = settings.persistence_us
        recent = self.recent
        recent.append(at)
        while recent[0] <= at - window:
            recent.popleft()
        self.densest = max(self.densest, len(recent))

    @property
    def persists(self) -> bool:
        """Whether enough misses lie outside the densest few minutes, so that no short fault explains them."""
        return self.total - self.densest >= max(2, self.total / 5)

    def recover(self, surface: str, at: int, difference: float, settings: Settings) -> None:
        """A comparable round at a hit stream: `difference` is the name's missing share less its controls'."""
        sums = self.recovery.setdefault(surface, [0.0] * len(settings.recovery_stakes))
        passed = min(max(at - self.recovery_at.get(surface, at), 0), settings.longest_gap_us)
        self.recovery_at[surface] = at
        weight = passed / 86_400_000_000
        delta = settings.recovery_delta
        for j, stake in enumerate(settings.recovery_stakes):
            factor = 1 + stake * (delta - difference) / (1 - delta)
            sums[j] = min((sums[j] + weight) * max(factor, 0.0), settings.evidence_cap)

    def volume(self, stream: int, ratio: float, settings: Settings) -> None:
        """Note a round's volume at a hit stream, where it is known."""
        if not math.isnan(ratio):
            recent = self.volumes.setdefault(stream, deque())
            recent.append(ratio)
            if len(recent) > settings.found_again:
                recent.popleft()

    def volume_back(self, stream: int, settings: Settings) -> bool:
        """Whether the median volume is as before, or nothing is known of it."""
        recent = sorted(self.volumes.get(stream, ()))
        return not recent or recent[len(recent) // 2] >= settings.volume_back

    def recovered(self, settings: Settings) -> float:
        """Evidence that the name is found as its controls are, at the hit surface where it is weakest."""
        if not self.recovery:
            return 0.0
        return min(sum(sums) / len(sums) for sums in self.recovery.values())
