"""A deadline comes near: the platform is reminded."""

from dataclasses import replace

from siaga.cases.case import OPEN, Case
from siaga.cases.event import CaseEvent, ContactMessage, case_event
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "case-reminded",
    rights=frozenset({Right.SYSTEM}),
    stages=OPEN,
    phrase=N_("Deadline approaching; reminder sent to the platform."),
    message=ContactMessage(
        N_("{room}: reminder: {finding} (case {case})"),
        N_(
            "{due}. Please use the link below to tell us that you have received our notice, what the "
            "cause is, or that it is restored."
        ),
    ),
)
class CaseReminded(CaseEvent):
    """A deadline comes near."""

    case: str
    deadline: str

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case is not reminded of that deadline again."""
        return replace(case, reminded=case.reminded | {self.deadline})
