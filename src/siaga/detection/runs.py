"""A run: one name missing again and again while its controls are found. What a suspicion, a finding and its
recovery are made of: since when, where, under which texts, and the plain counts."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.settings import Settings

Ints = npt.NDArray[np.int64]


MISS, FIND, MOST = 3.2, 0.67, 9.0
"""What a miss adds to a streak's score and a find takes: logarithms of 0.5 to 0.02, and of 0.98 to 0.5.

The score is cut at the third, so fourteen finds in a row end any streak."""
PLAIN = 0.6
"""A name missing in at least this share is plainly missing: the beginning of that is its onset."""


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
        return self.score - FIND * (round_ - self.round)

    def alive(self, round_: int) -> bool:
        """Whether the streak goes on."""
        return self.left(round_) > 0

    def miss(self, round_: int, at: int, before: int, persistence: int) -> None:
        """The name was missing again, in the stream's `round_`-th comparable round."""
        if not self.misses or (self.misses == 1 and round_ - self.round > 2):
            self.sharp, self.sharp_before = at, before
        self.later += at - self.sharp >= persistence
        self.score = min(max(0.0, self.left(round_ - 1) if self.misses else 0.0) + MISS, MOST)
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
class Run:
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
    recovery: dict[str, list[float]] = field(default_factory=dict)
    """By surface: the sums over `recovery_stakes`."""
    recovery_at: dict[str, int] = field(default_factory=dict)
    volumes: dict[int, deque[float]] = field(default_factory=dict)
    """By hit stream: its latest volumes against its own past and its controls'."""

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
        missing = {index: one for index, one in self.streaks.items() if one.round == rounds[index]}
        if not missing:
            return None
        misses = sum(one.misses for one in missing.values())
        share = misses / sum(one.round - one.first_round + 1 for one in missing.values())
        plain = share >= PLAIN
        firsts = [
            (one.sharp, one.sharp_before) if plain else (one.first, one.before) for one in missing.values()
        ]
        longest = max(missing.values(), key=lambda one: (one.misses, -one.first))
        settled = longest.sharp if plain else longest.first
        # An accident in one stream shortly before is not the beginning.
        apart = max((one - earlier for one, earlier in firsts if earlier >= 0), default=0)
        first = min(one for one, _ in firsts if one >= settled - 1.2 * apart)
        before = max((earlier for _, earlier in firsts if earlier < first), default=-1)
        asked = sum(int(controls[0][index]) - one.counts[2] for index, one in missing.items())
        lost = sum(int(controls[1][index]) - one.counts[3] for index, one in missing.items())
        alive = [one for index, one in self.streaks.items() if one.alive(rounds[index])]
        later = sum(one.later for one in alive)
        persists = later >= max(2, sum(one.misses for one in alive) / 5)
        return Front(misses, share, lost / max(asked, 1), (before, first), persists)

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
