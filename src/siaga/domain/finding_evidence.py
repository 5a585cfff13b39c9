"""What is known of one finding: every sentence, notice, feed and answer about it is made from this value."""

from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Final

from siaga.domain.time import EPOCH
from siaga.domain.verdicts import Counts, State, Verdict

_GRADED: Final = "graded@"
"""How the rule is called that counts rounds with fewer, older or unordered results than usual."""
LARGEST: Final = 1e15
"""A number of a detail that is larger is none that a sentence can hold."""


@dataclass(frozen=True, slots=True)
class Strength:
    """How strong the evidence was at one moment, with the counts of that moment."""

    at: datetime
    evidence: float
    """The e-value: against equal treatment of a name, else against the state's own null."""
    counts: Counts
    is_graded: bool = False
    """Whether what is counted was found, but not as usual, rather than missing."""
    free: float | None = None
    """What of the evidence assumes nothing of the platform's past; None where no other line is in it."""


@dataclass(frozen=True, slots=True)
class Onset:
    """When the trouble began: between two rounds."""

    after: datetime | None
    """The last round as usual; None where it had begun before the watch."""
    by: datetime
    """The first round that was not as usual."""


@dataclass(frozen=True, slots=True)
class FindingEvidence:
    """The evidence about one finding: what, where, since when, how strong at proof and now."""

    platform: str
    subject: str | None
    """None where it is about a place."""
    surface: str | None
    """The only one concerned; None where several are."""
    vantage: str | None
    """The only one that sees it; None where several do."""
    state: State
    kinds: tuple[str, ...]
    """What exactly is wrong, in the rules' words."""
    failure: str
    """The failing step or answer, where the kind names one."""
    began: Onset
    proven: Strength | None
    """When it was proven; None for what is not, or not by this watch."""
    present: Strength | None
    """Now; None for what is over, or is not measured now."""
    names: tuple[str, ...]
    """Texts under which it is not found as usual."""
    names_as_usual: tuple[str, ...]
    surfaces: tuple[str, ...]
    surfaces_as_usual: tuple[str, ...]
    """Measured, and found there."""
    surfaces_unmeasured: tuple[str, ...]
    vantages: tuple[str, ...]
    vantages_as_usual: tuple[str, ...]
    vantages_unmeasured: tuple[str, ...]
    came_instead: tuple[str, ...]
    """Answers that came instead of results."""
    together: tuple[str, ...]
    """Comparison names that went missing with it."""
    psi: float | None
    """How many times as hard to find the name was allowed to be."""
    rule: str
    """The rule, with its version, whose line of evidence carries it."""
    back_since: datetime | None
    """When an earlier finding about it was verified restored; None for a first one."""

    @property
    def strength(self) -> Strength | None:
        """The newest: of now, else of the proof."""
        return self.present or self.proven


def strength_of(verdict: Verdict) -> Strength:
    """The strength at the moment of a verdict."""
    is_graded, free = verdict.rule.startswith(_GRADED), _number(verdict.detail.get("free", ""), most=inf)
    return Strength(verdict.at, verdict.evidence, verdict.counts, is_graded, free)


def evidence_of(
    said: Verdict, proof: Verdict | None = None, present: Strength | None = None
) -> FindingEvidence:
    """The one place where a finding's evidence is made.

    Args:
        said: what is said of it now: where it is, what is wrong.
        proof: the verdict that proved it.
        present: how strong it is now.
    """
    detail = said.detail
    return FindingEvidence(
        platform=said.platform,
        subject=said.subject,
        surface=said.surface,
        vantage=said.vantage,
        state=said.state,
        kinds=_several(detail.get("kind", "")),
        failure=detail.get("failure", ""),
        began=_onset(proof or said),
        proven=None if proof is None else strength_of(proof),
        present=present,
        names=_several(detail.get("names", "")),
        names_as_usual=_several(detail.get("names_found", "")),
        surfaces=_several(detail.get("surfaces", said.surface or "")),
        surfaces_as_usual=_several(detail.get("surfaces_found", "")),
        surfaces_unmeasured=_several(detail.get("surfaces_unmeasured", "")),
        vantages=_several(detail.get("vantages", said.vantage or "")),
        vantages_as_usual=_several(detail.get("vantages_found", "")),
        vantages_unmeasured=_several(detail.get("vantages_unmeasured", "")),
        came_instead=_several(detail.get("answers", "")),
        together=_several(detail.get("together", "")),
        psi=_number(detail.get("psi", "")),
        rule=said.rule,
        back_since=_moment(detail.get("relapse_of", "")),
    )


def _onset(verdict: Verdict) -> Onset:
    first, last = verdict.onset or (verdict.since, verdict.since)
    return Onset(first if first > EPOCH else None, last)


def _several(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(", ") if part)


def _number(text: str, most: float = LARGEST) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < most else None  # "nan" is not below it either


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at > EPOCH else None
