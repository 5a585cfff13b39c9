"""A case has to do with another."""

from dataclasses import replace

from siaga.cases.case import Case, Stage
from siaga.cases.event import ANY_STAGE, CaseEvent, case_event, sent
from siaga.cases.guards import Situation, refuse
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "case-linked",
    command="link-case",
    rights=frozenset({Right.WORK}),
    stages=ANY_STAGE - {Stage.MERGED},
    phrase=N_("Linked to case {other}."),
    is_undoable=True,
    looks_at_others=True,
)
class CaseLinked(CaseEvent):
    """It has to do with another."""

    case: str
    other: str = sent("A case that it has to do with.")

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse the case itself, one that is not there, and one that is linked already."""
        if self.other == case.id or self.other not in situation.others or self.other in case.linked:
            refuse(N_("It can be linked to another case, and only once."), N_("Look at the list of cases."))

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case is linked to the other."""
        return replace(case, linked=(*case.linked, self.other))
