"""How the room's own timeline says what happened to a case: all of it, with who and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from siaga.cases.deadlines import Deadline
from siaga.cases.guards import UNDOABLE
from siaga.domain.time import parse_rfc3339
from siaga.domain.verdicts import State
from siaga.i18n import verdict_phrases
from siaga.i18n.speech import N_, Speech
from siaga.journal.events import Event
from siaga.journal.kinds import Kind

DEADLINES: Final[Mapping[Deadline, str]] = {
    Deadline.ACKNOWLEDGE: N_("a first word is due"),
    Deadline.EXPLAIN: N_("the cause is due"),
    Deadline.RESTORE: N_("the restoration is due"),
}
_SAID: Final[Mapping[Kind, str]] = {
    Kind.CASE_OPENED: N_("Opened: {state}."),
    Kind.CASE_MEASURED: N_("Measured: {state}."),
    Kind.CASE_VERIFIED: N_("Proven by measuring: {state}."),
    Kind.CASE_ACKNOWLEDGED: N_("The platform has it."),
    Kind.CASE_ASKED: N_("A question."),
    Kind.CASE_EXPLAINED: N_("The cause: {cause}."),
    Kind.CASE_CLAIMED: N_("Said to be restored."),
    Kind.CASE_CLAIM_REFUSED: N_("Measured, and not restored: {state}."),
    Kind.CASE_RESTORED: N_("Verified: found as usual again."),
    Kind.CASE_CLOSED: N_("Closed."),
    Kind.CASE_RELAPSED: N_("There again: {state}."),
    Kind.CASE_WITHDRAWN: N_("Withdrawn."),
    Kind.CASE_MERGED: N_("Followed in {into}."),
    Kind.CASE_LINKED: N_("Linked to {other}."),
    Kind.CASE_COMMENTED: N_("A word for the room."),
    Kind.CASE_ASSIGNED: N_("With {to}."),
    Kind.CASE_GRADED: N_("Severity {severity}."),
    Kind.CASE_ATTACHED: N_("A file: {name}."),
    Kind.CASE_ESCALATED: N_("A deadline passed; {contact} is called."),
    Kind.CASE_REMINDED: N_("A deadline comes near; the platform was reminded."),
    Kind.EVENT_UNDONE: N_("Event {event} was taken back."),
    Kind.NOTICE_DRAFTED: N_("A notice was drafted: {subject}"),
    Kind.NOTICE_APPROVED: N_("The notice was approved."),
    Kind.NOTICE_REFUSED: N_("The notice was refused."),
    Kind.NOTICE_RELEASED: N_("The notice went out."),
    Kind.DELIVERY_QUEUED: N_("A message to {contact} by {channel}: {subject}"),
    Kind.DELIVERY_MADE: N_("The receiver has taken it: {answer}"),
    Kind.DELIVERY_FAILED: N_("The receiver has not taken it: {answer}"),
    Kind.LINK_ISSUED: N_("A link for {contact}, until {expires}."),
    Kind.LINK_OPENED: N_("The link was opened."),
    Kind.LINK_REVOKED: N_("The link was revoked."),
    Kind.REPORT_ANSWERED: N_("A report was put to it."),
    Kind.ACCOUNT_DRAFTED: N_("An account was written."),
    Kind.ACCOUNT_PUBLISHED: N_("The account was published."),
}


@dataclass(frozen=True, slots=True)
class RoomLine:
    """One event of a case, in words."""

    seq: int
    at: datetime
    text: str
    quote: str
    by: str
    undone: bool
    can_undo: bool
    is_file: bool


def room_timeline(speech: Speech, history: Sequence[Event]) -> list[RoomLine]:
    """Everything that happened to a case, oldest first."""
    undone = {_what(event)["event"] for event in history if event.kind is Kind.EVENT_UNDONE}
    sent = {_what(event)["notice"] for event in history if event.kind is Kind.NOTICE_RELEASED}
    return [
        _line(speech, event, event.seq in undone, _what(event).get("notice") in sent)
        for event in history
        if event.kind in _SAID
    ]


def _line(speech: Speech, event: Event, undone: bool, sent: bool) -> RoomLine:
    what = _what(event)
    facts = {name: str(value).removeprefix("person:") for name, value in what.items() if value is not None}
    if "verdict" in what:
        facts["state"] = speech.say(verdict_phrases.STATES[State(what["verdict"]["state"])].label)
    if "expires" in what:
        facts["expires"] = speech.clock(parse_rfc3339(what["expires"]))
    words = _Facts(facts)
    quote = " ".join(part for part in (str(what.get("text", "")), event.why) if part)
    hidden = event.kind in {Kind.NOTICE_APPROVED, Kind.NOTICE_RELEASED, Kind.ACCOUNT_PUBLISHED}
    by_person = event.who.startswith("person:")
    return RoomLine(
        event.seq,
        event.at,
        speech.gettext(_SAID[event.kind]).format_map(words),
        event.why if hidden else quote,
        speech.say("the watch") if event.who == "watch" else event.who.removeprefix("person:"),
        undone,
        by_person and event.kind in UNDOABLE and not undone and not sent,
        event.kind is Kind.CASE_ATTACHED,
    )


class _Facts(dict[str, str]):
    """A fact that an event does not have is a dash."""

    def __missing__(self, name: str) -> str:
        return "–"


def _what(event: Event) -> Mapping[str, Any]:
    return event.what
