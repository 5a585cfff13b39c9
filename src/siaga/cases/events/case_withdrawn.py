"""The room withdraws a finding that was wrong."""

from dataclasses import replace

from siaga.cases.case import Case, Stage
from siaga.cases.event import ANY_STAGE, CaseEvent, ContactMessage, PublicPart, case_event
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "case-withdrawn",
    command="withdraw",
    rights=frozenset({Right.APPROVE}),
    stages=ANY_STAGE - {Stage.MERGED, Stage.WITHDRAWN, Stage.RESTORED},
    phrase=N_("Finding withdrawn."),
    public=PublicPart(N_("Withdrawn: the finding was wrong. {why}"), ("why",)),
    message=ContactMessage(
        N_("{room}: notice about {what} on {platform} withdrawn (case {case})"),
        N_(
            "Our finding was wrong. We have withdrawn the notice and published the withdrawal in the "
            "same place. We apologise for the inconvenience. Reason: {why}"
        ),
    ),
    needs_reason=True,
    is_undoable=True,
)
class CaseWithdrawn(CaseEvent):
    """The finding was wrong; `why` says why."""

    case: str

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case is withdrawn, and stays in the record."""
        return replace(case, closed_because=event.why).to(Stage.WITHDRAWN, event.at)
