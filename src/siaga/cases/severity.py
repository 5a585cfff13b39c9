"""How grave a case is: from how many it reaches, where, and how near an event is."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from siaga.domain.surfaces import surfaces_where
from siaga.domain.verdicts import NEEDS_A_PLATFORM, State, Verdict
from siaga.election.model import Election

NEAR: Final = timedelta(hours=24)
"""An event within so long, or under way, makes a case one step graver."""
MAIN_WAYS: Final = surfaces_where(lambda traits: traits.is_main_way)
"""The surfaces by which most people look for a name."""


class Severity(StrEnum):
    """How grave; each has its own deadlines."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def overrides_quiet_hours(self) -> bool:
        """Whether people are woken for it."""
        return self in {Severity.HIGH, Severity.CRITICAL}


_STEPS: Final = tuple(Severity)


def severity_of(verdict: Verdict, election: Election, now: datetime) -> Severity:
    """How grave a finding is. Suppressed on a surface where most people look, or a whole platform down: high;
    on other surfaces, a surface down or impaired: medium; else low. One step more near an event."""
    surfaces = set(verdict.detail.get("surfaces", verdict.surface or "").split(", "))
    if verdict.state is State.PLATFORM_DOWN or (verdict.state is State.SUPPRESSED and surfaces & MAIN_WAYS):
        step = 2
    elif verdict.state in NEEDS_A_PLATFORM:
        step = 1
    else:
        step = 0
    if any(event.starts - NEAR <= now <= event.ends for event in election.events):
        step += 1
    return _STEPS[min(step, len(_STEPS) - 1)]
