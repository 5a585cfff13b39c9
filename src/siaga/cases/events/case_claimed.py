"""The platform says that a case is restored; measuring decides."""

from dataclasses import replace

from siaga.cases.case import PROVEN, Case, Stage
from siaga.cases.event import CaseEvent, PublicPart, case_event
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "case-claimed",
    command="claim",
    rights=frozenset({Right.ANSWER, Right.WORK}),
    stages=PROVEN - {Stage.CLAIMED},
    phrase=N_("The platform says it is fixed. We are verifying."),
    public=PublicPart(N_("The platform says it is fixed. We are verifying.")),
    is_undoable=True,
)
class CaseClaimed(CaseEvent):
    """The platform says that it is restored."""

    case: str

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case waits for measuring; its time for that begins with each claim."""
        claimed = case.to(Stage.CLAIMED, event.at)
        return replace(claimed, reached={**claimed.reached, Stage.CLAIMED: event.at})
