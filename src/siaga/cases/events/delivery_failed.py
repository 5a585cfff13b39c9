"""An attempt to deliver a message failed."""

from dataclasses import field, replace
from datetime import datetime

from siaga.cases.case import Case
from siaga.cases.event import IF_GIVEN, CaseEvent, case_event
from siaga.cases.rights import Right
from siaga.cases.undelivered import Trouble
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "delivery-failed",
    rights=frozenset({Right.SYSTEM}),
    phrase=N_("Not accepted by the mail server: {answer}"),
)
class DeliveryFailed(CaseEvent):
    """An attempt failed."""

    delivery: str
    """Says the case, too: a delivery is of one case."""
    attempt: int
    answer: str
    """The receiver's words."""
    again_at: datetime | None
    """The next attempt; None where it was given up."""
    trouble: Trouble | None = field(default=None, metadata=IF_GIVEN)
    """Why; records before it was written down do not say."""

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The message has not arrived."""
        return case.with_delivery(
            self.delivery,
            lambda delivery: replace(
                delivery,
                made_at=None,
                answer=self.answer,
                given_up=self.again_at is None,
                attempts=self.attempt,
                trouble=self.trouble,
                again_at=self.again_at,
            ),
        )
