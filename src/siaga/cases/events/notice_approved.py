"""Somebody approves the very text of a notice; the last approval that is needed releases it."""

from dataclasses import replace

from siaga.cases.case import PROVEN, Case, Notice, NoticeType, Stage
from siaga.cases.event import CaseEvent, case_event, sent
from siaga.cases.events.notice_released import NoticeReleased, PlannedDelivery
from siaga.cases.guards import Situation, refuse, waiting_notice
from siaga.cases.rights import Right
from siaga.cases.room_file import RoomFile
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "notice-approved",
    command="approve",
    rights=frozenset({Right.APPROVE}),
    stages=PROVEN | {Stage.CLOSED},
    phrase=N_("Notice approved."),
    is_undoable=True,
    shows_text=False,
)
class NoticeApproved(CaseEvent):
    """Somebody approved that very text."""

    case: str
    notice: str = sent()
    text: str = sent()
    """SHA-256, hexadecimal, of what is approved."""

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse a second approval by the same person, and one of another text."""
        notice = waiting_notice(case, self.notice)
        if situation.actor.who in notice.approvals:
            refuse(N_("You have approved it already."), N_("Another person has to approve it as well."))
        if notice.type is NoticeType.RESTORE and case.stage not in PROVEN:
            refuse(
                N_("It asks to restore what has been restored meanwhile."),
                N_("Write a notice that asks for an explanation instead."),
            )
        if self.text != notice.text:
            refuse(N_("The text was changed meanwhile."), N_("Read it again, then approve it."))

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The notice has one more approval."""
        notice = case.notices[self.notice]
        return case.with_notice(replace(notice, approvals=(*notice.approvals, event.who)))

    def follow_up(self, case: Case, room: RoomFile) -> tuple[CaseEvent, ...]:
        """The notice is released once as many people have approved it as the room file says."""
        notice = case.notices[self.notice]
        return (_release(case, notice, room),) if len(notice.approvals) + 1 >= room.approvals else ()


def _release(case: Case, notice: Notice, room: RoomFile) -> NoticeReleased:
    deliveries = []
    for id in notice.contacts:
        contact = room.contact(id)
        for number, channel in enumerate(contact.channels if contact else ()):
            delivery = f"{notice.id}.{id}.{number}"
            deliveries.append(PlannedDelivery(delivery, id, channel.kind))
    if not deliveries:
        refuse(N_("None of its recipients can be reached."), N_("Correct the room file's contacts."))
    return NoticeReleased(case.id, notice.id, notice.text, tuple(deliveries))
