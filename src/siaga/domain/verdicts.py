"""What a rule makes of measurements: states, verdicts, changes of state."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final


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
        return self in FINDINGS

    @property
    def is_fine(self) -> bool:
        """Whether the state may be shown as fine."""
        return self is State.FINDABLE


PROVEN: Final = frozenset({State.SUPPRESSED, State.IMPAIRED})
"""Findings about a name whose evidence has crossed the published threshold."""
NAME_FINDINGS: Final = PROVEN | {State.SUSPECTED}
"""Findings about a name, proven or not."""
DOWN: Final = frozenset({State.SURFACE_DOWN, State.PLATFORM_DOWN})
"""The platform fails for all names alike."""
NEEDS_A_PLATFORM: Final = PROVEN | DOWN
"""Proven states that a platform can do something about. A suspicion opens no case, and the blocked network of
a vantage is no platform's fault."""
REFUTES_A_CLAIM: Final = NAME_FINDINGS | DOWN
"""States that, measured after a platform's claim of restoration, say that the claim is wrong. What cannot be
measured refutes nothing."""
FINDINGS: Final = NAME_FINDINGS | DOWN | {State.VANTAGE_BLOCKED}
"""States that need somebody."""
UNKNOWN: Final = frozenset({State.UNMEASURABLE, State.INSUFFICIENT})
"""States in which nothing is known: never shown or counted as fine."""


@dataclass(frozen=True, slots=True)
class FindingKey:
    """What a finding is about: a name on a platform, or a place. One key has one open finding at most."""

    platform: str
    subject: str | None
    """None where it is about a place."""
    surface: str | None = None
    """Of a place: its surface, None for all. None where it is about a name."""
    vantage: str | None = None
    """Of a place: its vantage, None for all. None where it is about a name."""

    @property
    def of_case(self) -> "FindingKey":
        """The key of the case that follows the finding: one case follows a place at all its vantages."""
        return replace(self, vantage=None)

    def __str__(self) -> str:
        """The form in which the journal's keys hold it."""
        if self.subject is not None:
            return f"{self.platform}/{self.subject}"
        return f"{self.platform}//{self.surface or ''}/{self.vantage or ''}"


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
    def key(self) -> FindingKey:
        """What the verdict is about. A name's is the same wherever on the platform the verdict looks."""
        if self.subject is not None:
            return FindingKey(self.platform, self.subject)
        return FindingKey(self.platform, None, self.surface, self.vantage)

    @property
    def is_of_one_stream(self) -> bool:
        """Whether it speaks of one stream alone (`detail` says its session), rather than of the platform."""
        return "session" in self.detail
