"""A receiver has accepted a message."""

from dataclasses import replace

from siaga.cases.case import Case
from siaga.cases.event import CaseEvent, case_event
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "delivery-made",
    rights=frozenset({Right.SYSTEM}),
    phrase=N_("Accepted by the mail server: {answer}"),
)
class DeliveryMade(CaseEvent):
    """A receiver has taken it."""

    delivery: str
    """Says the case, too: a delivery is of one case."""
    attempt: int
    answer: str
    """The receiver's words."""

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The message has arrived."""
        return case.with_delivery(
            self.delivery,
            lambda delivery: replace(
                delivery,
                made_at=event.at,
                answer=self.answer,
                given_up=False,
                attempts=0,
                trouble=None,
                again_at=None,
            ),
        )
