"""A case is assigned to somebody of the room, or to nobody."""

from dataclasses import replace

from siaga.cases.case import OPEN, Case
from siaga.cases.event import CaseEvent, case_event
from siaga.cases.guards import Situation, refuse
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "case-assigned",
    rights=frozenset({Right.WORK, Right.SYSTEM}),
    stages=OPEN,
    phrase=N_("Assigned to {to}."),
    is_undoable=True,
)
class CaseAssigned(CaseEvent):
    """It is with somebody, or with nobody."""

    case: str
    to: str | None
    """A person as the journal writes them; None for nobody."""

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse to assign it to whom it is with; a person who takes it from somebody says why."""
        if self.to == case.owner:
            refuse(N_("They are the assignee already."), N_("Choose another person."))
        if case.owner is not None and Right.SYSTEM not in situation.actor.rights:
            situation.require_reason()

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case has another owner."""
        return replace(case, owner=self.to)
