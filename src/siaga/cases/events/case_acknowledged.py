"""The platform says that it has a case."""

from siaga.cases.case import Case, Stage
from siaga.cases.event import CaseEvent, PublicPart, case_event
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "case-acknowledged",
    command="acknowledge",
    rights=frozenset({Right.ANSWER, Right.WORK}),
    stages=frozenset({Stage.OPENED, Stage.VERIFIED, Stage.NOTIFIED, Stage.RELAPSED}),
    phrase=N_("The platform acknowledged the notice."),
    public=PublicPart(N_("The platform acknowledged the notice.")),
    is_undoable=True,
)
class CaseAcknowledged(CaseEvent):
    """The platform has it."""

    case: str

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case is acknowledged."""
        return case.to(Stage.ACKNOWLEDGED, event.at)
