"""What the public sees of a case: what happened, and whether the room, the platform or the watch did it.

Persons' names, comments, hand-overs, drafts, links and deliveries stay in the room.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from siaga.cases.case import Case
from siaga.journal.events import Event
from siaga.journal.kinds import Kind

PUBLIC: Final[Mapping[Kind, tuple[str, ...]]] = MappingProxyType(
    {
        Kind.CASE_OPENED: ("severity", "state"),
        Kind.CASE_VERIFIED: ("state",),
        Kind.CASE_MEASURED: ("state",),
        Kind.CASE_ACKNOWLEDGED: (),
        Kind.CASE_EXPLAINED: ("cause", "text"),
        Kind.CASE_CLAIMED: (),
        Kind.CASE_CLAIM_REFUSED: ("state",),
        Kind.CASE_RESTORED: (),
        Kind.CASE_CLOSED: (),
        Kind.CASE_RELAPSED: ("state",),
        Kind.CASE_WITHDRAWN: ("why",),
        Kind.CASE_MERGED: ("into",),
        Kind.CASE_GRADED: ("severity",),
        Kind.NOTICE_RELEASED: (),
        Kind.ACCOUNT_PUBLISHED: (),
    }
)
"""The kinds that are public, and of each which facts; `state` is the verdict's."""


def is_public(case: Case) -> bool:
    """Whether the public sees a case at all: reports alone name no platform, measuring has to prove it."""
    return case.proof is not None


FREE: Final = frozenset({"text", "why"})
"""Facts that people write in their own words."""


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """One line of a case's public timeline."""

    at: datetime
    kind: Kind
    by: str
    """`watch`, `room` or `platform`."""
    facts: Mapping[str, str]
    undone: bool
    """Whether the room took it back later."""


def timeline(history: Sequence[Event]) -> tuple[PublicEvent, ...]:
    """The public part of a case's history, oldest first."""
    undone = {_what(event)["event"] for event in history if event.kind is Kind.EVENT_UNDONE}
    return tuple(
        PublicEvent(event.at, event.kind, _by(event), _facts(event, event.seq in undone), event.seq in undone)
        for event in history
        if event.kind in PUBLIC
    )


def _by(event: Event) -> str:
    """A notice is the room's, though the watch sends it once enough people have approved it."""
    if event.kind is Kind.NOTICE_RELEASED:
        return "room"
    return {"person": "room", "liaison": "platform"}.get(event.who.partition(":")[0], "watch")


def _facts(event: Event, undone: bool) -> Mapping[str, str]:
    """What was written freely is not shown of an event that was taken back: perhaps that was why."""
    what = _what(event)
    known = {"why": event.why, "state": str((what.get("verdict") or {}).get("state", ""))}
    said = {name: known[name] if name in known else str(what.get(name, "")) for name in PUBLIC[event.kind]}
    return {name: "" if undone and name in FREE else text for name, text in said.items()}


def _what(event: Event) -> Mapping[str, Any]:
    return event.what
