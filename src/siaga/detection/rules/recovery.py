"""When a finding about a name is verified restored: `recovery@2`. A platform's word changes nothing.

The evidence is `recovery_bet.py`'s, pooled over the streams that were hit. Besides, the name must be back
everywhere: at every surface, from two vantages where there are several, and for a least time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from siaga.detection.rule import Rule
from siaga.detection.settings import RECOVERY_VERIFIED, Settings
from siaga.domain.verdicts import State

RULE = Rule(
    id="recovery@2",
    decides="Whether a name that was suppressed or impaired is found as before and as its controls: "
    "findable.",
    states=frozenset({State.FINDABLE}),
)


@dataclass(frozen=True, slots=True)
class HitStream:
    """A stream that is part of the finding and is still being asked."""

    surface: str
    vantage: str
    since_miss: int
    """Its comparable rounds since the name was last missing there."""


def is_verified(
    evidence: float, since_last_us: int, vantages: int, hits: Sequence[HitStream], settings: Settings
) -> bool:
    """Whether a finding is restored.

    Args:
        evidence: that the name is found as its controls are.
        since_last_us: microseconds since the name was last missing twice in a row.
        vantages: from how many vantages the finding was seen.
        hits: the streams of the finding that are still being asked.
    """
    if evidence < RECOVERY_VERIFIED or since_last_us < settings.recovery_least_us:
        return False
    relapsed = sum(hit.since_miss < settings.recovery_rounds for hit in hits)
    if settings.recovery_relapsed_one_in * relapsed > len(hits):
        return False
    back = [hit for hit in hits if hit.since_miss >= settings.recovery_rounds_seen]
    if {hit.surface for hit in back} != {hit.surface for hit in hits}:
        return False
    return len({hit.vantage for hit in back}) >= min(settings.recovery_vantages, vantages)
