"""How the next step of a case is said, and what the platform owes by when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from siaga.cases.deadlines import Deadline, Due
from siaga.cases.next_step import NextStep, Step
from siaga.cases.phrases import DEADLINES
from siaga.i18n.speech import N_, Speech

_STEPS: Final[Mapping[Step, str]] = {
    Step.APPROVE: N_("Your step: read and approve the notice"),
    Step.TAKE: N_("Unassigned: somebody has to take on this case"),
    Step.AWAIT_APPROVAL: N_("Waiting for approval: {given} of {wanted} given"),
    Step.AWAIT_PROOF: N_("Waiting for measurements: reported, not proven"),
    Step.ADD_CONTACT: N_("No contact at {platform}: add one in the room file"),
    Step.DRAFT: N_("Next: write a notice to {platform}"),
    Step.RECORD_REPLY: N_("Waiting for a reply from {platform}"),
    Step.RECORD_FIX: N_("Waiting for {platform} to restore it"),
    Step.AWAIT_MEASURING: N_("{platform} says it is fixed: measurements are verifying it"),
    Step.WRITE_SUMMARY: N_("Next: write the case summary ({language})"),
    Step.PUBLISH_SUMMARY: N_("Next: read and publish the case summary ({language})"),
    Step.NONE: N_("Nothing left to do"),
}
_OVERDUE: Final[Mapping[Deadline, str]] = {
    Deadline.ACKNOWLEDGE: N_("No reply from {platform}, {span} overdue"),
    Deadline.EXPLAIN: N_("No explanation from {platform}, {span} overdue"),
    Deadline.RESTORE: N_("Not restored by {platform}, {span} overdue"),
}


def step_sentence(speech: Speech, next_step: NextStep, platform: str, approvals: int) -> str:
    """What is to be done next; `approvals` is how many a notice takes."""
    notice = next_step.notice
    return speech.say(
        _STEPS[next_step.step],
        platform=platform,
        language=next_step.language.upper(),
        given=speech.number(0 if notice is None else len(notice.approvals)),
        wanted=speech.number(approvals),
    )


def due_sentence(speech: Speech, due: Due, platform: str, now: datetime) -> str:
    """What the platform owes: by when, or since when it is late."""
    if due.missed(now):
        return speech.say(_OVERDUE[due.deadline], platform=platform, span=speech.span(now - due.at))
    return speech.say(
        "{deadline}: {at} (in {span})",
        deadline=speech.gettext(DEADLINES[due.deadline]),
        at=speech.moment(due.at, now),
        span=speech.span(due.at - now),
    )


def owed_sentence(speech: Speech, due: Due, now: datetime) -> str:
    """What is owed, as its own notice and page say it to whoever owes it: by when, with the zone."""
    values = {
        "deadline": speech.gettext(DEADLINES[due.deadline]),
        "time": speech.clock(due.at),
        "zone": speech.zone_name(due.at),
    }
    if due.missed(now):
        return speech.say("{deadline}: {time} {zone}, {span} ago", span=speech.span(now - due.at), **values)
    return speech.say("{deadline}: {time} {zone}", **values)
