"""What was restored is missing again: the same case, in another episode."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from siaga.cases.case import Case, Stage
from siaga.cases.event import CaseEvent, ContactMessage, PublicPart, case_event
from siaga.cases.events.case_closed import RESTORED
from siaga.cases.guards import Situation, refuse
from siaga.cases.rights import Right
from siaga.domain.verdicts import NEEDS_A_PLATFORM
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "case-relapsed",
    rights=frozenset({Right.MEASURE}),
    stages=frozenset({Stage.CLOSED}),
    phrase=N_("The problem is back: {state}."),
    public=PublicPart(N_("The problem is back: {state}."), ("state",)),
    message=ContactMessage(
        N_("{room}: the problem is back: {finding} (case {case})"),
        N_(
            "This was restored, but the problem is back. The case has been reopened. Current "
            "measurement: {state}.\n\nPlease restore it and tell us the cause."
        ),
    ),
)
class CaseRelapsed(CaseEvent):
    """It is there again."""

    case: str
    verdict: Mapping[str, Any]

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse what was not restored, or is not proven again."""
        if case.closed_because != RESTORED or self.verdict["state"] not in NEEDS_A_PLATFORM:
            refuse("Only what was restored, and is proven again, has relapsed.", "Open a new case.")
        situation.require_no_other_case(case.key)

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case begins anew, with its deadlines and its ladder."""
        return replace(
            case.measured(self.verdict),
            stage=Stage.RELAPSED,
            proof=self.verdict,
            reached={Stage.RELAPSED: event.at},
            episodes=case.episodes + 1,
            closed_because="",
            rung=0,
            escalated_at=None,
            reminded=frozenset(),
        )
