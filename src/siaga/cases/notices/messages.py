"""What contacts are told besides notices: a claim refused, a restoration verified, a reminder, ..."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siaga.cases.case import Case, Notice
from siaga.cases.guards import Act
from siaga.cases.room_file import RoomFile
from siaga.domain.verdicts import State
from siaga.election.model import Election, NameKind
from siaga.i18n.speech import N_, Speech
from siaga.i18n.verdict_phrases import STATES
from siaga.journal.kinds import Kind

LINK: Final = "[[link]]"
"""Stands in a text where each contact gets their own link, which must not be in the record."""
LONGEST_QUOTE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Text:
    """A message as it is sent."""

    subject: str
    """One line."""
    body: str


SUBJECTS: Final = {
    Kind.CASE_CLAIM_REFUSED: N_("{room}: {what} on {platform} is not back yet (case {case})"),
    Kind.CASE_RESTORED: N_("{room}: {what} on {platform} is restored, verified (case {case})"),
    Kind.CASE_RELAPSED: N_("{room}: {what} on {platform} is missing again (case {case})"),
    Kind.CASE_REMINDED: N_("{room}: a reminder about {what} on {platform} (case {case})"),
    Kind.CASE_ESCALATED: N_("{room}: {what} on {platform} needs you (case {case})"),
    Kind.CASE_WITHDRAWN: N_("{room}: the notice about {what} on {platform} is withdrawn (case {case})"),
    Kind.CASE_ASKED: N_("{room}: a question about {what} on {platform} (case {case})"),
}
"""The acts that contacts are told of, and the subject of each message."""

_BODIES: Final = {
    Kind.CASE_CLAIM_REFUSED: N_(
        "You told us that this was restored. We have measured since then, and it is not back as it was. "
        "What we measure now: {state}.\n\nPlease look again, and tell us when it is done."
    ),
    Kind.CASE_RESTORED: N_(
        "We have verified by our own measuring that it is found as usual again. The case is closed. "
        "Thank you.\n\nIf you can, tell us the cause: it will stand in the published account of the case."
    ),
    Kind.CASE_RELAPSED: N_(
        "It was restored, and is missing again. The case is open again. What we measure now: {state}.\n\n"
        "Please restore it, and tell us the cause."
    ),
    Kind.CASE_REMINDED: N_(
        "A deadline of this case comes near, at {due}. Please answer through the link below: one tap to say "
        "that you have it, one to say that it is restored."
    ),
    Kind.CASE_ESCALATED: N_(
        "We wrote to your colleagues about this, and a deadline passed without an answer. We ask you to take "
        "it up. What we sent them follows below."
    ),
    Kind.CASE_WITHDRAWN: N_(
        "Our finding was wrong. We withdraw the notice and say so in public, in the same place. We are sorry "
        "for the trouble. The reason: {why}"
    ),
    Kind.CASE_ASKED: N_("We have a question:\n\n{question}\n\nYou can answer through the link below."),
}


def message(
    act: Act,
    case: Case,
    notice: Notice | None,
    speech: Speech,
    election: Election,
    room: RoomFile,
    due: datetime,
) -> Text:
    """What a contact is told of an act of `SUBJECTS`. `notice` is the last one that was released."""
    platform = next((one.label for one in election.platforms if one.id == case.platform), case.platform)
    names = {
        "room": room.label,
        "what": about(case, election, speech),
        "platform": platform,
        "case": case.id,
    }
    state = State(case.verdict["state"]) if case.verdict is not None else State.INSUFFICIENT
    body = speech.say(
        _BODIES[act.kind],
        state=speech.say(STATES[state].label),
        due=f"{speech.clock(due)} {speech.zone_name(due)}",
        why=act.why[:LONGEST_QUOTE],
        question=str(act.what.get("text", ""))[:LONGEST_QUOTE],
    )
    parts = [body, speech.say("The case, and your answer: {link}", link=LINK)]
    if act.kind is Kind.CASE_ESCALATED and notice is not None:
        parts.append("- - -")
        parts.append(f"{notice.subject}\n\n{notice.body}")
    return Text(" ".join(speech.say(SUBJECTS[act.kind], **names).split())[:200], "\n\n".join(parts) + "\n")


def about(case: Case, election: Election, speech: Speech) -> str:
    """Whom or what a case is about: a person's full name, or the surface, or everything on the platform."""
    for person in election.people():
        if person.id == case.subject:
            full = next((name.text for name in person.names if name.kind is NameKind.FULL), None)
            return full or person.names[0].text
    return case.subject or case.surface or speech.say("everything")


def told(case: Case) -> Sequence[str]:
    """The contacts who were told of a case, in the order in which they were."""
    contacts = [
        delivery.contact
        for notice in case.notices.values()
        if notice.released_at is not None
        for delivery in notice.deliveries
    ]
    contacts.extend(delivery.contact for delivery in case.messages)
    return tuple(dict.fromkeys(contacts))
