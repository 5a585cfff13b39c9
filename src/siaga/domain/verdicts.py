"""What a rule makes of measurements: states, verdicts, changes of state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """What a verdict says. `unmeasurable` and `insufficient` are never shown or counted as fine."""

    FINDABLE = "findable"
    SUSPECTED = "suspected"
    """Treated worse than its controls; the evidence is not yet at the alarm threshold, or too short."""
    SUPPRESSED = "suppressed"
    """Treated worse than its controls, with evidence above the alarm threshold."""
    IMPAIRED = "impaired"
    """Found, but fewer, older or unordered against its controls and its own past."""
    SURFACE_DOWN = "surface_down"
    PLATFORM_DOWN = "platform_down"
    VANTAGE_BLOCKED = "vantage_blocked"
    UNMEASURABLE = "unmeasurable"
    INSUFFICIENT = "insufficient"

    @property
    def is_finding(self) -> bool:
        """Whether the state needs somebody."""
        return self in _FINDINGS

    @property
    def is_fine(self) -> bool:
        """Whether the state may be shown as fine."""
        return self is State.FINDABLE


_FINDINGS = frozenset(
    {
        State.SUSPECTED,
        State.SUPPRESSED,
        State.IMPAIRED,
        State.SURFACE_DOWN,
        State.PLATFORM_DOWN,
        State.VANTAGE_BLOCKED,
    }
)


@dataclass(frozen=True, slots=True)
class Counts:
    """The plain counts beside the odds: since the state began, in rounds that compare."""

    asked: int = 0
    missing: int = 0
    controls_asked: int = 0
    controls_missing: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says about one place and subject at one moment; recomputable from the measurements."""

    at: datetime
    """The moment of the last round that it rests on, UTC."""
    platform: str
    surface: str | None
    """None for the platform as a whole."""
    vantage: str | None
    """None for all vantages together."""
    subject: str | None
    """None where the verdict is about a place, not a name."""
    state: State
    since: datetime
    """When the state began, UTC."""
    evidence: float
    """The e-value: betting odds against equal treatment (or against the state's own null)."""
    rule: str
    """Rule and version: `round-bet@1`."""
    counts: Counts = Counts()
    onset: tuple[datetime, datetime] | None = None
    """The cause began between these moments: last round as usual, first round not."""
    detail: Mapping[str, str] = field(default_factory=dict)
    """Plain facts that the sentence needs: `kind`, `names`, `psi`, `failure`, ..."""

    @property
    def is_of_one_stream(self) -> bool:
        """Whether it speaks of one stream alone (`detail` says its session), rather than of the platform."""
        return "session" in self.detail
