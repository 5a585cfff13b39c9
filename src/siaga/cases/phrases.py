"""How cases are spoken of: stages, severities, deadlines, and what happened, in public and in the room."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from siaga.cases.deadlines import Deadline
from siaga.cases.events import EVENTS
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_asked import CaseAsked
from siaga.cases.events.case_attached import CaseAttached
from siaga.cases.events.case_claimed import CaseClaimed
from siaga.cases.events.case_escalated import CaseEscalated
from siaga.cases.events.case_explained import CAUSE_LABELS, CaseExplained
from siaga.cases.events.case_reminded import CaseReminded
from siaga.cases.events.delivery_failed import DeliveryFailed
from siaga.cases.events.delivery_made import DeliveryMade
from siaga.cases.events.delivery_queued import DeliveryQueued
from siaga.cases.events.event_undone import undone_by
from siaga.cases.events.notice_released import NoticeReleased
from siaga.cases.events.update_drafted import UPDATE_TEXTS
from siaga.cases.publication import PublicEvent
from siaga.domain.time import parse_rfc3339
from siaga.domain.verdicts import State
from siaga.i18n import verdict_phrases
from siaga.i18n.speech import N_, Speech
from siaga.journal.events import JournalEvent

SEVERITIES: Final[Mapping[str, str]] = {
    "low": N_("low"),
    "medium": N_("medium"),
    "high": N_("high"),
    "critical": N_("critical"),
}
DEADLINES: Final[Mapping[Deadline, str]] = {
    Deadline.ACKNOWLEDGE: N_("First reply due"),
    Deadline.EXPLAIN: N_("Explanation due"),
    Deadline.RESTORE: N_("Restoration due"),
}
_AUTHORS: Final[Mapping[str, str]] = {
    "watch": N_("Siaga"),
    "room": N_("control room"),
    "platform": N_("platform"),
}


def public_sentence(speech: Speech, event: PublicEvent) -> str:
    """What happened, as everybody reads it; what the platform said in its own words is not in it."""
    public = EVENTS[event.kind].public
    assert public is not None
    return speech.say(public.phrase, **_labelled(speech, event.facts))


def _labelled(speech: Speech, facts: Mapping[str, str]) -> dict[str, str]:
    """The facts of an event, with labels instead of the record's words."""
    said = dict(facts)
    if said.get("state"):
        said["state"] = speech.say(verdict_phrases.STATES[State(said["state"])].label)
    for name, labels in (("severity", SEVERITIES), ("cause", CAUSE_LABELS), ("template", UPDATE_TEXTS)):
        if name in said:
            said[name] = speech.gettext(labels.get(said[name], said[name]))
    return said


def public_author(speech: Speech, event: PublicEvent) -> str:
    """Who did it: the watch, the room or the platform."""
    return speech.say(_AUTHORS[event.by])


class LineSource(StrEnum):
    """What a line of a timeline tells of: what people did, what was measured, or what the platform was told
    and answered."""

    PEOPLE = "people"
    MEASURED = "measured"
    PLATFORM = "platform"


PUBLIC_SOURCES: Final[Mapping[str, LineSource]] = {
    "room": LineSource.PEOPLE,
    "platform": LineSource.PLATFORM,
    "watch": LineSource.MEASURED,
}
"""By who did it, as the public timeline says it."""
_WITH_THE_PLATFORM: Final = frozenset(
    {
        CaseAcknowledged.kind,
        CaseAsked.kind,
        CaseClaimed.kind,
        CaseEscalated.kind,
        CaseExplained.kind,
        CaseReminded.kind,
        DeliveryFailed.kind,
        DeliveryMade.kind,
        DeliveryQueued.kind,
        NoticeReleased.kind,
    }
)


@dataclass(frozen=True, slots=True)
class RoomLine:
    """One event of a case as the control room reads it, with who did it and why."""

    seq: int
    at: datetime
    text: str
    quote: str
    """What somebody wrote with it; may be empty."""
    by: str
    undone: bool
    can_undo: bool
    is_file: bool
    source: LineSource


def _id_of(who: str) -> str:
    return who.rpartition(":")[2]


def room_timeline(
    speech: Speech, history: Sequence[JournalEvent], label_of: Callable[[str], str] = _id_of
) -> list[RoomLine]:
    """Everything that happened to a case, oldest first; `label_of` names `person:ID` and `liaison:ID`."""
    undone = undone_by(history)
    sent = {_what(event)["notice"] for event in history if event.kind == NoticeReleased.kind}
    return [
        _room_line(speech, event, event.seq in undone, _what(event).get("notice") in sent, label_of)
        for event in history
        if event.kind in EVENTS
    ]


def _room_line(
    speech: Speech, event: JournalEvent, is_undone: bool, is_sent: bool, label_of: Callable[[str], str]
) -> RoomLine:
    declared, what = EVENTS[event.kind], _what(event)
    facts = {name: str(value) for name, value in what.items() if value is not None}
    for name, kind in (("to", ""), ("contact", "liaison:")):
        if name in facts:
            facts[name] = label_of(kind + facts[name])
    if "verdict" in what:
        facts["state"] = what["verdict"]["state"]
    if "expires" in what:
        facts["expires"] = speech.clock(parse_rfc3339(what["expires"]))
    quotes = [str(what.get("text", "")) if declared.shows_text else "", event.why]
    by_person = event.who.startswith("person:")
    return RoomLine(
        event.seq,
        event.at,
        speech.gettext(declared.phrase).format_map(_DashForMissing(_labelled(speech, facts))),
        " ".join(quote for quote in quotes if quote),
        speech.say("Siaga") if event.who == "watch" else label_of(event.who),
        is_undone,
        by_person and declared.is_undoable and not is_undone and not is_sent,
        event.kind == CaseAttached.kind,
        _source(event),
    )


def _source(event: JournalEvent) -> LineSource:
    if event.kind in _WITH_THE_PLATFORM or event.who.startswith("liaison:"):
        return LineSource.PLATFORM
    return LineSource.PEOPLE if event.who.startswith("person:") else LineSource.MEASURED


class _DashForMissing(dict[str, str]):
    """A fact that an event does not have is a dash."""

    def __missing__(self, name: str) -> str:
        return "–"


def _what(event: JournalEvent) -> Mapping[str, Any]:
    return event.what
