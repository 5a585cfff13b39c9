"""What the public may see: the one place that decides what leaves the control room.

Three rules. A suspicion is not shown: no platform is named in public before the evidence has crossed the
published threshold. A case that only reports speak of is not shown. Of a public case, people's names,
comments, assignments, drafts, links and deliveries stay in the control room.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from siaga.cases.case import Case
from siaga.cases.event import PublicPart
from siaga.cases.events import EVENTS
from siaga.cases.events.event_undone import undone_by
from siaga.domain.verdicts import State, Verdict
from siaga.journal.events import JournalEvent


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: everybody, a contact of a platform, or the control room."""

    is_room: bool = False
    contact: str | None = None
    """The contact's id in the room file."""


EVERYBODY: Final = Viewer()
ROOM: Final = Viewer(is_room=True)

# Verdicts


def visible_verdicts(verdicts: Sequence[Verdict], viewer: Viewer) -> Sequence[Verdict]:
    """The present verdicts as a viewer may see them.

    Outside the control room a suspicion reads as too little evidence, with nothing that a suspicion rests on.
    """
    return verdicts if viewer.is_room else [_redacted(verdict) for verdict in verdicts]


def visible_changes(changes: Sequence[Verdict], viewer: Viewer) -> Sequence[Verdict]:
    """The changes of state that a viewer may see, in the order given."""
    if viewer.is_room:
        return changes
    return [change for change in changes if change.state is not State.SUSPECTED]


def _redacted(verdict: Verdict) -> Verdict:
    if verdict.state is not State.SUSPECTED:
        return verdict
    stream = {name: text for name, text in verdict.detail.items() if name == "session"}
    return replace(verdict, state=State.INSUFFICIENT, evidence=1.0, onset=None, detail=stream)


class SuspicionTracker:
    """Says which entries of the findings' history speak of a suspicion alone: they are not public.

    Takes the entries in the order of the record, since the end of a finding is public only if it was proven.
    """

    def __init__(self) -> None:
        self._suspected: set[Hashable] = set()
        """Findings that are open and no more than suspected."""

    def is_suspicion(self, finding: Hashable, state: State, is_over: bool) -> bool:
        """Take the next entry, and say whether it speaks of a suspicion alone.

        Args:
            finding: what the finding is about.
            state: the state that it has now.
            is_over: whether the entry ends the finding; its state is then the one that follows.
        """
        if is_over:
            was_suspected = finding in self._suspected
            self._suspected.discard(finding)
            return was_suspected
        if state is State.SUSPECTED:
            self._suspected.add(finding)
            return True
        self._suspected.discard(finding)
        return False


# Cases


def is_public(case: Case) -> bool:
    """Whether everybody sees a case: reports alone name no platform, measuring has to prove it first."""
    return case.proof is not None


def is_visible(case: Case, viewer: Viewer) -> bool:
    """Whether a viewer sees a case: the control room sees all, a contact the cases that it was told of or can
    answer by a link, everybody else the public ones."""
    if viewer.is_room:
        return True
    if viewer.contact is None:
        return is_public(case)
    links = {link.contact for link in case.links.values() if not link.revoked}
    return viewer.contact in links or viewer.contact in case.contacted


PUBLIC: Final[Mapping[str, PublicPart]] = MappingProxyType(
    {kind: declared.public for kind, declared in EVENTS.items() if declared.public is not None}
)
"""The kinds of event that are public, and what of each."""
FREE_TEXT: Final = frozenset({"text", "why"})
"""Facts that people write in their own words."""


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """One line of a case's public timeline."""

    seq: int
    """The place of the event in the journal."""
    at: datetime
    kind: str
    by: str
    """`watch`, `room` or `platform`."""
    facts: Mapping[str, str]
    undone: bool
    """Whether the room took it back later."""


def timeline(history: Sequence[JournalEvent]) -> tuple[PublicEvent, ...]:
    """The public part of a case's history, oldest first."""
    undone = undone_by(history)
    return tuple(
        PublicEvent(
            event.seq,
            event.at,
            event.kind,
            _by(event),
            _facts(event, event.seq in undone),
            event.seq in undone,
        )
        for event in history
        if is_public_event(event)
    )


def is_public_event(event: JournalEvent) -> bool:
    """Whether everybody sees that an event happened to a public case."""
    return event.kind in PUBLIC


def _by(event: JournalEvent) -> str:
    """A notice is the room's, though the watch sends it once enough people have approved it."""
    if PUBLIC[event.kind].by_room:
        return "room"
    return {"person": "room", "liaison": "platform"}.get(event.who.partition(":")[0], "watch")


def _facts(event: JournalEvent, undone: bool) -> Mapping[str, str]:
    """Free text of an event that was taken back is not shown: perhaps it was taken back for that."""
    what = _what(event)
    known = {"why": event.why, "state": str((what.get("verdict") or {}).get("state", ""))}
    names = PUBLIC[event.kind].facts
    facts = {name: known[name] if name in known else str(what.get(name, "")) for name in names}
    return {name: "" if undone and name in FREE_TEXT else text for name, text in facts.items()}


def _what(event: JournalEvent) -> Mapping[str, Any]:
    return event.what
