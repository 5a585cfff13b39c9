"""A run: one name missing again and again while its controls are found. What a suspicion, a finding and its
recovery are made of: since when, where, under which texts, and the plain counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.rules.recovery import Recovery
from siaga.detection.settings import (
    LATER_MISSES,
    LATER_ONE_IN,
    LONE_MISS_GAP,
    ONSET_APART,
    PLAINLY_MISSING,
    STREAK_FIND,
    STREAK_MISS,
    STREAK_MOST,
    Settings,
)

Ints = npt.NDArray[np.int64]


@dataclass(slots=True)
class Streak:
    """The run in one stream. Each round that finds the name lowers the score; at zero the streak is over."""

    first: int
    before: int
    """When its first miss was complete, and the last comparable round before it (-1 for none)."""
    first_round: int
    """The stream's comparable round of the first miss."""
    counts: tuple[int, int, int, int]
    """Before the streak: the name asked and missing in the stream, its controls asked and missing."""
    sharp: int = 0
    sharp_before: int = -1
    """As `first` and `before`, without a single early miss with finds after it."""
    misses: int = 0
    later: int = 0
    """Those of them that came at least the persistence after `sharp`."""
    score: float = 0.0
    round: int = 0
    """The stream's comparable round of the last miss."""

    def left(self, round_: int) -> float:
        """The score after the stream's `round_`-th comparable round, the name found since the last miss."""
        return self.score - STREAK_FIND * (round_ - self.round)

    def alive(self, round_: int) -> bool:
        """Whether the streak goes on."""
        return self.left(round_) > 0

    def miss(self, round_: int, at: int, before: int, persistence: int) -> None:
        """The name was missing again, in the stream's `round_`-th comparable round."""
        if not self.misses or (self.misses == 1 and round_ - self.round > LONE_MISS_GAP):
            self.sharp, self.sharp_before = at, before
        self.later += at - self.sharp >= persistence
        self.score = min(max(0.0, self.left(round_ - 1) if self.misses else 0.0) + STREAK_MISS, STREAK_MOST)
        self.misses += 1
        self.round = round_


@dataclass(frozen=True, slots=True)
class Front:
    """What the streams say in whose last round the name was missing."""

    misses: int
    share: float
    """Of their rounds since their first misses."""
    controls_share: float
    """The controls' missing share in the same rounds."""
    onset: tuple[int, int]
    """The last round as usual and the first not; -1 for none."""
    persists: bool
    """Whether enough of the run's misses came so late that no short fault explains them."""


@dataclass(slots=True)
class MissRun:
    """One name's run of misses on one platform."""

    streaks: dict[int, Streak] = field(default_factory=dict)
    """By stream in which it was missing."""
    total: int = 0
    """Rounds with a miss."""
    late: float = 0.0
    """Sum over its misses of its place in the round's order, from 0 (first) to 1 (last)."""
    last: int = 0
    """When it was last missing, twice in a row in a stream: among many streams accidents never end."""
    found: int = -1
    """When it was first found after that; -1 while it was not."""
    texts: dict[str, list[int]] = field(default_factory=dict)
    """By text: rounds with that text missing; rounds found since the suspicion."""
    failures: dict[str, int] = field(default_factory=dict)
    """By answer, how often."""
    ways: dict[str, int] = field(default_factory=dict)
    """Of a graded run: `fewer`, `older`, `unordered`, how often each."""
    onset: tuple[int, int] = (-1, -1)
    """Of a suspicion or finding: the last round as usual (-1 for none) and the first not."""
    hits: set[int] = field(default_factory=set)
    """Streams that are part of the finding; kept through recovery."""
    recovery: Recovery = field(default_factory=Recovery)

    def miss(
        self,
        stream: int,
        round_: int,
        at: int,
        before: int,
        counts: tuple[int, int, int, int],
        settings: Settings,
    ) -> None:
        """The name was missing in a stream's `round_`-th comparable round; the one before was at `before`.

        `counts` are the stream's until then: the name asked and missing, controls asked and missing.
        """
        streak = self.streaks.get(stream)
        if streak is None or not streak.alive(round_ - 1):
            streak = self.streaks[stream] = Streak(at, before, round_, counts)
        repeated = streak.round == round_ - 1
        streak.miss(round_, at, before, settings.persistence_us)
        self.total += 1
        if repeated or not self.last:
            self.last = at
            self.found = -1

    def front(self, rounds: Sequence[int], controls: tuple[Ints, Ints]) -> Front | None:
        """The streams in whose last round the name was missing; None where there is none.

        Args:
            rounds: comparable rounds so far, by stream.
            controls: controls asked and missing so far, by stream.
        """
        missing = {index: streak for index, streak in self.streaks.items() if streak.round == rounds[index]}
        if not missing:
            return None
        misses = sum(streak.misses for streak in missing.values())
        share = misses / sum(streak.round - streak.first_round + 1 for streak in missing.values())
        plain = share >= PLAINLY_MISSING
        onsets = [
            (streak.sharp, streak.sharp_before) if plain else (streak.first, streak.before)
            for streak in missing.values()
        ]
        longest = max(missing.values(), key=lambda streak: (streak.misses, -streak.first))
        settled = longest.sharp if plain else longest.first
        # An accident in one stream shortly before is not the beginning.
        apart = max((first - before for first, before in onsets if before >= 0), default=0)
        onset = min(first for first, _ in onsets if first >= settled - ONSET_APART * apart)
        last_usual = max((before for _, before in onsets if before < onset), default=-1)
        asked = sum(int(controls[0][index]) - streak.counts[2] for index, streak in missing.items())
        lost = sum(int(controls[1][index]) - streak.counts[3] for index, streak in missing.items())
        alive = [streak for index, streak in self.streaks.items() if streak.alive(rounds[index])]
        later = sum(streak.later for streak in alive)
        persists = later >= max(LATER_MISSES, sum(streak.misses for streak in alive) / LATER_ONE_IN)
        return Front(misses, share, lost / max(asked, 1), (last_usual, onset), persists)
