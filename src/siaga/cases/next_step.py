"""What a case waits for: the one step that is next, for whoever looks at it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from siaga.cases.case import Case, Notice, Stage
from siaga.cases.deadlines import Due, next_due
from siaga.cases.guards import Actor
from siaga.cases.rights import Right
from siaga.cases.room_file import RoomFile


class Step(StrEnum):
    """The next step of a case."""

    APPROVE = "approve"
    """A notice waits for this very person."""
    TAKE = "take"
    """Nobody is assigned."""
    AWAIT_APPROVAL = "await-approval"
    AWAIT_PROOF = "await-proof"
    """Only reports speak of it."""
    ADD_CONTACT = "add-contact"
    """Nobody at the platform can be written to."""
    DRAFT = "draft"
    RECORD_REPLY = "record-reply"
    """The platform was told and has not replied."""
    RECORD_FIX = "record-fix"
    """The platform knows of it, and has not said that it is restored."""
    AWAIT_MEASURING = "await-measuring"
    """The platform says that it is restored."""
    WRITE_SUMMARY = "write-summary"
    PUBLISH_SUMMARY = "publish-summary"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next step of a case for one person."""

    step: Step
    can_act: bool
    """Whether that person can do it now."""
    notice: Notice | None = None
    """The one that waits for approvals."""
    due: Due | None = None
    """What the platform owes next."""
    language: str = ""
    """In which the summary is lacking."""

    def overdue(self, now: datetime) -> bool:
        """Whether the platform is late with what it owes."""
        return self.due is not None and self.due.missed(now)


def next_step(case: Case, room: RoomFile, actor: Actor) -> NextStep:
    """The next step of a case for somebody of the control room."""
    works, due = Right.WORK in actor.rights, next_due(case, room)
    all_waiting = [notice for notice in case.notices.values() if notice.waits]
    waiting = all_waiting[0] if all_waiting else None
    can_approve = Right.APPROVE in actor.rights
    for notice in all_waiting:
        if can_approve and actor.who not in notice.approvals:
            return NextStep(Step.APPROVE, True, notice, due)
    if not case.stage.is_open:
        return _last_step(case, room, works, can_approve)
    if case.owner is None:
        return NextStep(Step.TAKE, works, waiting, due)
    if waiting is not None:
        return NextStep(Step.AWAIT_APPROVAL, False, waiting, due)
    match case.stage:
        case Stage.OPENED:
            return NextStep(Step.AWAIT_PROOF, False)
        case Stage.CLAIMED:
            return NextStep(Step.AWAIT_MEASURING, False, due=due)
        case Stage.NOTIFIED:
            return NextStep(Step.RECORD_REPLY, works, due=due)
        case Stage.ACKNOWLEDGED:
            return NextStep(Step.RECORD_FIX, works, due=due)
    if room.desk(case.platform) is None:
        return NextStep(Step.ADD_CONTACT, False)
    return NextStep(Step.DRAFT, works)


def _last_step(case: Case, room: RoomFile, works: bool, can_approve: bool) -> NextStep:
    """What is left of a case that is over: its summary, in each language of the room."""
    if case.stage not in {Stage.CLOSED, Stage.WITHDRAWN} or case.proof is None:
        return NextStep(Step.NONE, False)
    for language in room.languages:
        text, published = case.accounts.get(language), case.published.get(language)
        if text is None:
            return NextStep(Step.WRITE_SUMMARY, works, language=language)
        if published is None or published.text != text:
            return NextStep(Step.PUBLISH_SUMMARY, can_approve, language=language)
    return NextStep(Step.NONE, False)
