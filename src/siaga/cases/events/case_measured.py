"""Measuring says something new of a case."""

from collections.abc import Mapping
from typing import Any

from siaga.cases.case import OPEN, Case
from siaga.cases.event import CaseEvent, PublicPart, case_event
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "case-measured",
    rights=frozenset({Right.MEASURE}),
    stages=OPEN,
    phrase=N_("Measured: {state}."),
    public=PublicPart(N_("Measured: {state}."), ("state",)),
)
class CaseMeasured(CaseEvent):
    """Measuring says something new of it."""

    case: str
    verdict: Mapping[str, Any]

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The verdict is what measuring says now."""
        return case.measured(self.verdict)
