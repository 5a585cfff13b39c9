"""A case is opened: by a finding, by reports, or split off another."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Final

from siaga.cases.case import Case, Stage
from siaga.cases.event import IF_GIVEN, CaseEvent, PublicPart, case_event
from siaga.cases.guards import Situation, refuse
from siaga.cases.rights import Right
from siaga.cases.severity import Severity
from siaga.domain.verdicts import FindingKey
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent

NEXT_CASE: Final = ""
"""Stands for the id of a case that gets the next number."""


@case_event(
    "case-opened",
    rights=frozenset({Right.MEASURE, Right.SYSTEM, Right.WORK}),
    phrase=N_("Case opened: {state}."),
    public=PublicPart(N_("Case opened, {severity} severity."), ("severity", "state")),
    looks_at_others=True,
)
class CaseOpened(CaseEvent):
    """A case was opened, by a finding, by reports, or split off another."""

    case: str
    """`NEXT_CASE` until it is written."""
    platform: str
    subject: str | None
    """None where it is about a place."""
    surface: str | None
    severity: Severity
    verdict: Mapping[str, Any] | None = field(default=None, metadata=IF_GIVEN)
    """Where a finding opened it."""
    reports: tuple[str, ...] | None = field(default=None, metadata=IF_GIVEN)
    """Ids, where reports opened it."""
    split_from: str | None = field(default=None, metadata=IF_GIVEN)

    def check(self, situation: Situation) -> None:
        """Refuse a case that is there already, or a second one for one cause."""
        if situation.case is not None:
            refuse(f"Case {situation.case.id} is there already.", "Take another id.")
        if self.split_from is None:
            surface = self.surface if self.subject is None else None
            situation.require_no_other_case(FindingKey(self.platform, self.subject, surface))
        if Right.MEASURE not in situation.actor.rights and self.verdict is not None:
            refuse("A verdict is the watch's to give.", "Open it without.")
        if self.split_from is not None and self.split_from not in situation.others:
            refuse(N_("The case to split from does not exist."), N_("Look at the list of cases."))

    def begin(self, event: JournalEvent) -> Case:
        """The case that it begins."""
        return Case(
            id=self.case,
            platform=self.platform,
            subject=self.subject,
            surface=self.surface,
            opened_at=event.at,
            severity=self.severity,
            verdict=self.verdict,
            stated=self.verdict,
            reports=self.reports or (),
            split_from=self.split_from,
            reached={Stage.OPENED: event.at},
            last_event=event.seq,
        )
