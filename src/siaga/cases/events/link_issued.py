"""A contact gets a link of their own, by which they answer without an account."""

from datetime import datetime

from siaga.cases.case import Case, Link
from siaga.cases.event import CaseEvent, case_event
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "link-issued",
    rights=frozenset({Right.WORK, Right.SYSTEM}),
    phrase=N_("Reply link for {contact} created, valid until {expires}."),
)
class LinkIssued(CaseEvent):
    """A contact got a link of their own; its signature is not in the record."""

    link: str
    case: str
    contact: str
    expires: datetime

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case has one more link."""
        return case.with_link(Link(self.link, self.contact, self.expires))
