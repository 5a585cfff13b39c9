"""A deadline passed: the next contact on the platform's ladder is called."""

from collections.abc import Sequence
from dataclasses import replace

from siaga.cases.case import OPEN, Case
from siaga.cases.event import CaseEvent, ContactMessage, case_event
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "case-escalated",
    rights=frozenset({Right.SYSTEM}),
    stages=OPEN,
    phrase=N_("Deadline passed; escalated to {contact}."),
    message=ContactMessage(
        N_("{room}: deadline passed: {finding} (case {case})"),
        N_(
            "We notified your colleagues about this, and a deadline has passed. {due}. Please take it "
            "up. Our message to them is below."
        ),
        repeats_notice=True,
    ),
)
class CaseEscalated(CaseEvent):
    """A deadline passed: the next on the platform's ladder is called."""

    case: str
    deadline: str
    rung: int
    """Of the ladder, from 0."""
    contact: str

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case has climbed a rung."""
        return replace(case, rung=self.rung, escalated_at=event.at)

    def receivers(self, case: Case, who: str) -> Sequence[str]:
        """Only the contact who is called."""
        return (self.contact,)
