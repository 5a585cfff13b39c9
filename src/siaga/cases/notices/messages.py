"""What contacts are told besides notices: a claim refused, a restoration verified, a reminder, ..."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siaga.cases.case import Case, Notice
from siaga.cases.commands import Command
from siaga.cases.deadlines import Due
from siaga.cases.event import ContactMessage
from siaga.cases.events.notice_drafted import LONGEST_SUBJECT
from siaga.cases.finding_words import case_finding
from siaga.cases.labels import about, platform_label
from siaga.cases.room_file import RoomFile
from siaga.cases.step_phrases import owed_sentence
from siaga.domain.verdicts import State
from siaga.election.model import Election
from siaga.i18n.speech import Speech
from siaga.i18n.verdict_phrases import STATES

LINK: Final = "[[link]]"
"""Stands in a text where each contact gets their own link, which must not be in the record."""
DEVICE_CODE: Final = "[[code {}]]"
"""Stands in a text where a code comes, which must not be in the record; with what it is made from."""
LONGEST_QUOTE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Text:
    """A message as it is sent."""

    subject: str
    """One line."""
    body: str


def message_text(
    message: ContactMessage,
    command: Command,
    case: Case,
    notice: Notice | None,
    speech: Speech,
    election: Election,
    room: RoomFile,
    due: Due | None,
    now: datetime,
) -> Text:
    """What a contact is told of a command.

    Args:
        message: what is told of such commands.
        command: that is told of.
        case: with what was measured last.
        notice: the last one that was released.
        speech: in the language of the platform's desk.
        election: that is watched.
        room: that tells.
        due: the deadline that the command is about; None where it is about none.
        now: the moment of telling.
    """
    state = State(case.stated["state"]) if case.stated is not None else State.INSUFFICIENT
    subject = speech.say(
        message.subject,
        room=room.label,
        what=about(case, election, speech),
        platform=platform_label(case.platform, election),
        finding=case_finding(case, election, speech),
        case=case.id,
    )
    body = speech.say(
        message.body,
        state=speech.say(STATES[state].label),
        due="" if due is None else owed_sentence(speech, due, now),
        why=command.why[:LONGEST_QUOTE],
        code=DEVICE_CODE.format(command.event.stored().get("code", "")),
        question=str(command.event.stored().get("text", ""))[:LONGEST_QUOTE],
    )
    parts = [body, speech.say("View the case and reply: {link}", link=LINK)]
    if message.repeats_notice and notice is not None:
        parts += ["- - -", f"{notice.subject}\n\n{notice.body}"]
    return Text(" ".join(subject.split())[:LONGEST_SUBJECT], "\n\n".join(parts) + "\n")
