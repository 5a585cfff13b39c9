"""A notice that enough people have approved is released to the platform."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from siaga.cases.case import Case, Delivery, Stage
from siaga.cases.event import IF_GIVEN, CaseEvent, PublicPart, case_event
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """One message of the notice, to one contact by one channel."""

    id: str
    contact: str
    channel: str


@case_event(
    "notice-released",
    rights=frozenset({Right.SYSTEM}),
    phrase=N_("Notice sent to the platform."),
    public=PublicPart(N_("Notice sent to the platform."), by_room=True),
    shows_text=False,
)
class NoticeReleased(CaseEvent):
    """As many approved as it takes: the notice goes out."""

    case: str
    notice: str
    text: str
    """SHA-256, hexadecimal, of what was approved."""
    deliveries: tuple[PlannedDelivery, ...]
    subject: str | None = field(default=None, metadata=IF_GIVEN)
    """As it is sent; older records send what was approved as it is."""
    body: str | None = field(default=None, metadata=IF_GIVEN)
    """As it is sent, its marks filled in, except for each contact's own link."""

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The platform is notified, and its deadlines run; a case that has come further stays where it is."""
        deliveries = tuple(
            Delivery(planned.id, planned.contact, planned.channel) for planned in self.deliveries
        )
        notice = case.notices[self.notice]
        subject = notice.subject if self.subject is None else self.subject
        body = notice.body if self.body is None else self.body
        released = replace(notice, subject=subject, body=body, released_at=event.at, deliveries=deliveries)
        case = case.with_notice(released)
        if case.stage in {Stage.VERIFIED, Stage.RELAPSED}:
            return case.to(Stage.NOTIFIED, event.at)
        return replace(case, reached={Stage.NOTIFIED: event.at, **case.reached})

    def receivers(self, case: Case, who: str) -> Sequence[str]:
        """The contacts of its deliveries, who need a link by which to answer."""
        return tuple(planned.contact for planned in self.deliveries)
