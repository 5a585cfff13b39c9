"""An approver refuses a notice."""

from dataclasses import replace

from siaga.cases.case import Case, Stage
from siaga.cases.event import ANY_STAGE, CaseEvent, case_event, sent
from siaga.cases.guards import Situation, waiting_notice
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "notice-refused",
    command="refuse",
    rights=frozenset({Right.APPROVE}),
    stages=ANY_STAGE - {Stage.MERGED},
    phrase=N_("Notice rejected."),
    needs_reason=True,
    is_undoable=True,
)
class NoticeRefused(CaseEvent):
    """Somebody refused it; `why` says why."""

    case: str
    notice: str = sent()

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse where no such notice waits."""
        waiting_notice(case, self.notice)

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The notice waits no more."""
        return case.with_notice(replace(case.notices[self.notice], refused=True))
