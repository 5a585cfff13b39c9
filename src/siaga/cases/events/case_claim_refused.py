"""Measured after the platform's claim, a case is not restored."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from siaga.cases.case import Case, Stage
from siaga.cases.event import CaseEvent, ContactMessage, PublicPart, case_event
from siaga.cases.guards import Situation, refuse
from siaga.cases.rights import Right
from siaga.domain.verdicts import State
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "case-claim-refused",
    rights=frozenset({Right.MEASURE}),
    stages=frozenset({Stage.CLAIMED}),
    phrase=N_("Not restored when measured afterwards: {state}."),
    public=PublicPart(N_("Not restored when measured afterwards: {state}."), ("state",)),
    message=ContactMessage(
        N_("{room}: not yet restored: {finding} (case {case})"),
        N_(
            "You told us that this was restored. We have measured again since then, and it is not "
            "fully restored. Current measurement: {state}.\n\nPlease check again and reply when it is "
            "done."
        ),
    ),
)
class CaseClaimRefused(CaseEvent):
    """Measured after that, it is not restored."""

    case: str
    verdict: Mapping[str, Any]

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse to refute a claim that holds."""
        if self.verdict["state"] == State.FINDABLE:
            refuse("It is findable: the claim holds.", "Verify the restoration.")

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case is the platform's again."""
        refused = replace(case.measured(self.verdict), refused_claims=case.refused_claims + 1)
        return refused.to(Stage.ACKNOWLEDGED, event.at)
