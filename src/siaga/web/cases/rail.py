"""The times of a case, one after another: what has happened, and what is owed or still to come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from siaga.cases.deadlines import Deadline, Due
from siaga.cases.durations import Durations
from siaga.domain.finding_evidence import FindingEvidence
from siaga.i18n.speech import Speech
from siaga.journal.events import JournalEvent


class RailMark(StrEnum):
    """How a stop is drawn."""

    MET = "met"
    OVERDUE = "overdue"
    """Owed, and late."""
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class RailStop:
    """One moment of a case."""

    label: str
    at: datetime | None
    """None while it has not happened."""
    note: str
    """How long after the one before, or by when it is owed."""
    mark: RailMark


def noticed_at(history: Sequence[JournalEvent], began: datetime | None) -> datetime | None:
    """When somebody of the control room first did something about a case, since the present trouble began."""
    people = (event.at for event in history if event.who.startswith("person:"))
    return next((at for at in people if began is None or at >= began), None)


def rail(
    speech: Speech,
    took: Durations,
    platform: str,
    evidence: FindingEvidence | None,
    now: datetime,
    noticed: datetime | None = None,
    dues: Sequence[Due] = (),
) -> list[RailStop]:
    """The times of a case. `noticed` and `dues` are the control room's to see."""
    owed = {due.deadline: due for due in dues if due.met_at is None}
    moments: list[tuple[str, datetime | None, Due | None]] = [
        (speech.say("Began"), took.began, None),
        (speech.say("Proven"), took.proven, None),
        (speech.say("{platform} notified", platform=platform), took.notified, None),
        (
            speech.say("{platform} replied", platform=platform),
            took.acknowledged,
            owed.get(Deadline.ACKNOWLEDGE),
        ),
        (speech.say("{platform} says it is fixed", platform=platform), took.claimed, None),
        (speech.say("Measured to be back"), took.back, owed.get(Deadline.RESTORE)),
        (speech.say("Verified"), took.restored, None),
    ]
    if noticed is not None:
        moments.insert(2, (speech.say("Noticed by us"), noticed, None))
    return list(_stops(speech, moments, evidence, now))


def _stops(
    speech: Speech,
    moments: Sequence[tuple[str, datetime | None, Due | None]],
    evidence: FindingEvidence | None,
    now: datetime,
) -> Iterator[RailStop]:
    before: datetime | None = None
    for label, at, due in moments:
        if at is not None:
            note = _after(speech, before, at) if before else _interval(speech, evidence, at)
            yield RailStop(label, at, note, RailMark.MET)
            before = at
        elif due is not None:
            by, is_late = speech.moment(due.at, now), due.missed(now)
            late = speech.say("due {at}, {span} overdue", at=by, span=speech.span(now - due.at))
            note = late if is_late else speech.say("due {at}", at=by)
            yield RailStop(label, None, note, RailMark.OVERDUE if is_late else RailMark.COMING)
        else:
            yield RailStop(label, None, "", RailMark.COMING)


def _after(speech: Speech, before: datetime, at: datetime) -> str:
    if at - before < timedelta(minutes=1):
        return ""
    return speech.say("after {span}", span=speech.span(at - before))


def _interval(speech: Speech, evidence: FindingEvidence | None, at: datetime) -> str:
    """How early it may have begun: it is known only between two rounds."""
    if evidence is None or evidence.began.by != at:
        return ""
    if evidence.began.after is None:
        return speech.say("or before our first check")
    return speech.say("or up to {span} earlier", span=speech.span(at - evidence.began.after))
