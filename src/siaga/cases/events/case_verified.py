"""Measuring has proven a case."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from siaga.cases.case import Case, Stage
from siaga.cases.event import CaseEvent, PublicPart, case_event
from siaga.cases.guards import Situation, refuse
from siaga.cases.rights import Right
from siaga.domain.verdicts import NEEDS_A_PLATFORM
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "case-verified",
    rights=frozenset({Right.MEASURE}),
    stages=frozenset({Stage.OPENED}),
    phrase=N_("Proven by measurement: {state}."),
    public=PublicPart(N_("Proven by measurement: {state}."), ("state",)),
)
class CaseVerified(CaseEvent):
    """Measuring has proven it."""

    case: str
    verdict: Mapping[str, Any]

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse a verdict that proves nothing a platform could do something about."""
        if self.verdict["state"] not in NEEDS_A_PLATFORM:
            refuse(f"`{self.verdict['state']}` proves nothing.", "Wait for the evidence.")

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case is proven by the verdict."""
        return replace(case.measured(self.verdict), proof=self.verdict).to(Stage.VERIFIED, event.at)
