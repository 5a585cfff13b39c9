"""A case as the fold of its events: nothing about it is stored that its events do not say.

Any event is taken without being judged; what may happen is decided in `commands.py`, before it is written.
"""

from collections.abc import Iterable
from dataclasses import replace

from siaga.cases.case import Case
from siaga.cases.event import CaseEvent
from siaga.cases.events import EVENTS
from siaga.cases.events.case_opened import CaseOpened
from siaga.cases.events.event_undone import EventUndone, undone_by
from siaga.journal.events import JournalEvent


def read(event: JournalEvent) -> CaseEvent | None:
    """What the journal holds, as an event of a case; None where its kind is not a case's."""
    declared = EVENTS.get(event.kind)
    return None if declared is None else declared.read(event.what)


def after(case: Case, event: JournalEvent) -> Case:
    """The case once `event` counts.

    An undoing changes nothing by itself: `fold` leaves out what it takes back. Nor does an event of a kind
    that is not a case's.
    """
    happened = read(event)
    if happened is None or isinstance(happened, CaseOpened | EventUndone):
        return case
    return replace(happened.apply(case, event), last_event=event.seq)


def opened(event: JournalEvent) -> Case:
    """The case that a `case-opened` event begins."""
    return CaseOpened.read(event.what).begin(event)


def fold(history: Iterable[JournalEvent]) -> Case | None:
    """The case that its events make, those that were undone left out; None where none is left."""
    events = list(history)
    undone = undone_by(events)
    case: Case | None = None
    for event in events:
        if event.seq in undone:
            continue
        if case is not None:
            case = after(case, event)
        elif event.kind == CaseOpened.kind:
            case = opened(event)
    return case


def cases_of(event: JournalEvent) -> tuple[str, ...]:
    """The ids of the cases whose history an event belongs to, the one that it was done to first."""
    happened = read(event)
    return () if happened is None else happened.cases()
