"""When a finding about a name is verified restored: `recovery@1`. A platform's word changes nothing."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from siaga.detection.rule import Rule
from siaga.detection.settings import DAY_US, Settings
from siaga.domain.verdicts import State

RULE = Rule(
    id="recovery@1",
    decides="Whether a name that was suppressed or impaired is found as before and as its controls: "
    "findable.",
    states=frozenset({State.FINDABLE}),
)


@dataclass(frozen=True, slots=True)
class HitStream:
    """A stream that is part of the finding and is still being asked."""

    index: int
    vantage: str
    since_miss: int
    """Its comparable rounds since the name was last missing there."""


@dataclass(slots=True)
class Recovery:
    """What speaks for the end of one finding."""

    sums: dict[str, list[float]] = field(default_factory=dict)
    """By surface: the sums over `recovery_stakes`."""
    at: dict[str, int] = field(default_factory=dict)
    """By surface: when its last round was complete, microseconds since 1970."""
    volumes: dict[int, deque[float]] = field(default_factory=dict)
    """By hit stream: its latest volumes against its own past and its controls'."""

    def take(self, surface: str, at: int, difference: float, settings: Settings) -> None:
        """A comparable round at a hit stream: `difference` is the name's missing share less its controls'."""
        sums = self.sums.setdefault(surface, [0.0] * len(settings.recovery_stakes))
        passed = min(max(at - self.at.get(surface, at), 0), settings.longest_gap_us)
        self.at[surface] = at
        weight = passed / DAY_US
        delta = settings.recovery_delta
        for j, stake in enumerate(settings.recovery_stakes):
            factor = 1 + stake * (delta - difference) / (1 - delta)
            sums[j] = min((sums[j] + weight) * max(factor, 0.0), settings.evidence_cap)

    def note_volume(self, stream: int, ratio: float, settings: Settings) -> None:
        """Note a round's volume at a hit stream, where it is known."""
        if not math.isnan(ratio):
            recent = self.volumes.setdefault(stream, deque())
            recent.append(ratio)
            if len(recent) > settings.found_again:
                recent.popleft()

    def volume_is_back(self, stream: int, settings: Settings) -> bool:
        """Whether the median volume is as before, or nothing is known of it."""
        recent = sorted(self.volumes.get(stream, ()))
        return not recent or recent[len(recent) // 2] >= settings.volume_back

    def evidence(self) -> float:
        """Evidence that the name is found as its controls are, at the hit surface where it is weakest."""
        if not self.sums:
            return 0.0
        return min(sum(sums) / len(sums) for sums in self.sums.values())

    def is_verified(
        self, since_last_us: int, vantages: int, hits: Sequence[HitStream], settings: Settings
    ) -> bool:
        """Whether the finding is restored.

        Args:
            since_last_us: microseconds since the name was last missing twice in a row.
            vantages: from how many vantages the finding was seen.
            hits: the streams of the finding that are still being asked.
        """
        if self.evidence() < 1 / settings.recovery_false_a_day:
            return False
        if since_last_us < settings.recovery_least_us:
            return False
        relapsed = sum(hit.since_miss < settings.recovery_rounds for hit in hits)
        if settings.recovery_relapsed_one_in * relapsed > len(hits):
            return False
        if any(not self.volume_is_back(hit.index, settings) for hit in hits):
            return False
        seen = {hit.vantage for hit in hits if hit.since_miss >= settings.recovery_rounds_seen}
        return len(seen) >= min(settings.recovery_vantages, vantages)
