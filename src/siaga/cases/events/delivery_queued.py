"""A message other than a notice is to be sent to a contact."""

from dataclasses import replace

from siaga.cases.case import Case, Delivery
from siaga.cases.event import CaseEvent, case_event
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "delivery-queued",
    rights=frozenset({Right.SYSTEM}),
    phrase=N_("Message to {contact} by {channel}: {subject}"),
)
class DeliveryQueued(CaseEvent):
    """Another message is to be sent."""

    delivery: str
    case: str | None
    contact: str
    channel: str
    subject: str
    body: str

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case has one more message."""
        delivery = Delivery(self.delivery, self.contact, self.channel)
        return replace(case, messages=(*case.messages, delivery))
