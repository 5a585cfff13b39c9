"""What the public may see: the one place that decides what leaves the control room.

Three rules. A suspicion is not shown, nor what it rests on: no platform is named in public before the
evidence has crossed the published threshold. A case that only reports speak of is not shown. Of a public
case, people's names, comments, assignments, drafts, links and deliveries stay in the control room.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeVar

from siaga.cases.case import Case, Stage
from siaga.cases.durations import began_at
from siaga.cases.event import PublicPart
from siaga.cases.events import EVENTS
from siaga.cases.events.case_measured import CaseMeasured
from siaga.cases.events.event_undone import undone_by
from siaga.detection.names import FIRST_CHANNEL
from siaga.detection.registry import CHANNELS
from siaga.domain.time import EPOCH
from siaga.domain.verdicts import Counts, FindingKey, State, Verdict
from siaga.journal.events import JournalEvent


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: everybody, a contact of a platform, or the control room."""

    is_room: bool = False
    contact: str | None = None
    """The contact's id in the room file."""


EVERYBODY: Final = Viewer()
ROOM: Final = Viewer(is_room=True)


class _Dated(Protocol):
    @property
    def at(self) -> datetime: ...


E = TypeVar("E", bound=_Dated)

# Verdicts


def visible_verdicts(verdicts: Sequence[Verdict], viewer: Viewer) -> Sequence[Verdict]:
    """The present verdicts as a viewer may see them.

    Outside the control room a suspicion reads as too little evidence, with nothing that a suspicion rests on:
    neither its counts nor its place, nor when it began. Too little evidence reads exactly the same,
    so that nothing tells the one from the other. Where names are many, only those with a finding are
    said by stream; a name that is merely suspected is then not among them.
    """
    if viewer.is_room:
        return verdicts
    newest: dict[str, datetime] = {}
    for verdict in verdicts:
        newest[verdict.platform] = max(verdict.at, newest.get(verdict.platform, verdict.at))
    betrayed = _named_by_streams(verdicts)
    return [
        _redacted(verdict, newest[verdict.platform])
        for verdict in verdicts
        if not (verdict.is_of_one_stream and verdict.key in betrayed)
    ]


def _named_by_streams(verdicts: Sequence[Verdict]) -> set[FindingKey]:
    """The names that are merely suspected, on platforms where not every name is said by stream: that they
    are would name them."""
    pooled = {verdict.key: verdict for verdict in verdicts if not verdict.is_of_one_stream}
    by_stream = {verdict.key for verdict in verdicts if verdict.is_of_one_stream}
    partly = {key.platform for key, verdict in pooled.items() if verdict.subject and key not in by_stream}
    return {
        key for key, verdict in pooled.items() if verdict.state is State.SUSPECTED and key.platform in partly
    }


def visible_changes(changes: Sequence[Verdict], viewer: Viewer) -> Sequence[Verdict]:
    """The changes of state that a viewer may see, in the order given: newest first.

    Outside the control room neither the suspicions nor their ends; an end whose beginning is not among the
    changes is taken for that of a suspicion.
    """
    if viewer.is_room:
        return changes
    tracker, told = SuspicionTracker(), set[FindingKey]()
    shown = []
    for change in reversed(changes):
        is_over = not change.state.is_finding
        is_suspicion = tracker.is_suspicion(change.key, change.state, is_over)
        ends_unseen = change.state.is_fine and change.key not in told
        told.add(change.key)
        if not is_suspicion and not ends_unseen:
            shown.append(change)
    return shown[::-1]


def withheld_from(
    verdicts: Sequence[Verdict], viewer: Viewer, platform: str | None = None, subject: str | None = None
) -> datetime | None:
    """From when on a viewer may not see what was measured of a name: it speaks of a suspicion.

    Args:
        verdicts: the present ones, as the control room sees them.
        viewer: who looks.
        platform: None for any.
        subject: None for any.

    Returns:
        The last moment before the earliest suspicion that is still open; None where all may be seen.
    """
    if viewer.is_room:
        return None
    begun = [
        verdict.since if verdict.onset is None or verdict.onset[0] <= EPOCH else verdict.onset[0]
        for verdict in verdicts
        if verdict.state is State.SUSPECTED
        and (platform is None or verdict.platform == platform)
        and (subject is None or verdict.subject == subject)
    ]
    return min(begun, default=None)


def totals_until(verdicts: Sequence[Verdict], viewer: Viewer, now: datetime) -> datetime:
    """Until when a viewer may see totals of what was measured: whole hours, of all names and platforms alike.

    Outside the control room none in which a suspicion is open: a total that stopped at one platform or for
    one name would name it.
    """
    since = withheld_from(verdicts, viewer)
    return (now if since is None else min(now, since)).replace(minute=0, second=0, microsecond=0)


def measured_until(verdicts: Sequence[Verdict]) -> datetime | None:
    """From when on nobody outside the control room may have all that was measured at any platform; None where
    they may have it from beginning to end.

    One suspicion withholds every name on every platform: a hole in one name's rows would say whom it is
    about, and a platform alone that is held back would be named by it. A name whose finding is public is no
    suspicion, wherever else on its platform it is still suspected.
    """
    public = {
        verdict.key
        for verdict in verdicts
        if verdict.state.is_finding and verdict.state is not State.SUSPECTED and not verdict.is_of_one_stream
    }
    return withheld_from([verdict for verdict in verdicts if verdict.key not in public], EVERYBODY)


def visible_evidence(points: Sequence[E], cases: Iterable[Case], viewer: Viewer) -> Sequence[E]:
    """The evidence about a name that a viewer may see; `cases` are those about it, on the same platform.

    Outside the control room only what lies within a public case: evidence that proved nothing is that of a
    suspicion.
    """
    if viewer.is_room:
        return points
    spans = [
        (min(began, case.opened_at), case.reached.get(Stage.RESTORED))
        for case in cases
        if is_public(case) and (began := began_at(case)) is not None
    ]
    return [
        point
        for point in points
        if any(began <= point.at and (ended is None or point.at <= ended) for began, ended in spans)
    ]


def _redacted(verdict: Verdict, newest: datetime) -> Verdict:
    if verdict.state is not State.SUSPECTED and not _is_too_little(verdict):
        return verdict
    one_stream = verdict.is_of_one_stream
    return replace(
        verdict,
        at=newest,
        since=newest,
        surface=verdict.surface if one_stream else None,
        vantage=verdict.vantage if one_stream else None,
        state=State.INSUFFICIENT,
        evidence=1.0,
        rule=CHANNELS[FIRST_CHANNEL].id,
        counts=Counts(),
        onset=None,
        detail={name: text for name, text in verdict.detail.items() if name == "session"},
    )


def _is_too_little(verdict: Verdict) -> bool:
    """Whether it says of a name what a suspicion is made to say."""
    return verdict.state is State.INSUFFICIENT and verdict.subject is not None


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


def visible_verdict(case: Case, viewer: Viewer) -> Mapping[str, Any] | None:
    """What measuring said last of a case, as a viewer may see it: a suspicion that came after the proof is
    the control room's."""
    return case.verdict if viewer.is_room else case.stated


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
    """Whether everybody sees that an event happened to a public case: not that measuring has come to suspect
    something of it, which is no news of a case that is proven."""
    return event.kind in PUBLIC and not (event.kind == CaseMeasured.kind and _state(event) == State.SUSPECTED)


def _by(event: JournalEvent) -> str:
    """A notice is the room's, though the watch sends it once enough people have approved it."""
    if PUBLIC[event.kind].by_room:
        return "room"
    return {"person": "room", "liaison": "platform"}.get(event.who.partition(":")[0], "watch")


def _facts(event: JournalEvent, undone: bool) -> Mapping[str, str]:
    """Free text of an event that was taken back is not shown: perhaps it was taken back for that."""
    what = _what(event)
    state = _state(event)
    known = {"why": event.why, "state": State.INSUFFICIENT if state == State.SUSPECTED else state}
    names = PUBLIC[event.kind].facts
    facts = {name: known[name] if name in known else str(what.get(name, "")) for name in names}
    return {name: "" if undone and name in FREE_TEXT else text for name, text in facts.items()}


def _state(event: JournalEvent) -> str:
    return str((_what(event).get("verdict") or {}).get("state", ""))


def _what(event: JournalEvent) -> Mapping[str, Any]:
    return event.what
