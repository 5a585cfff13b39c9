"""What is due on a case and by when; who is reminded, and who is called when a deadline passes.

Deadlines run from the release of the first notice of an episode; a further notice grants no more time. In
quiet hours nobody is reminded or called, unless the case is grave: what falls into them waits for their end.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from siaga.cases.case import EXPLAINED, Case, Stage
from siaga.cases.event import CaseEvent
from siaga.cases.events.case_escalated import CaseEscalated
from siaga.cases.events.case_reminded import CaseReminded
from siaga.cases.room_file import Deadlines, QuietHours, RoomFile

REMIND_AT: Final = 0.75
"""The share of the time after which a deadline that is not met is reminded of."""
CLAIM_CHECK: Final = timedelta(minutes=30)
"""A claim that measuring has not borne out within so long is refused. Recovery is proven in less, at the
denser rounds that a claim starts; a platform may claim again."""


class Deadline(StrEnum):
    """What a platform owes."""

    ACKNOWLEDGE = "acknowledge"
    EXPLAIN = "explain"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Due:
    """One deadline of a case."""

    deadline: Deadline
    at: datetime
    met_at: datetime | None
    """When it was met; None while it was not."""

    def missed(self, now: datetime) -> bool:
        """Whether it passed without being met, or was met too late."""
        return (self.met_at or now) > self.at


def deadlines(case: Case, room: RoomFile) -> tuple[Due, ...]:
    """The deadlines of the present episode, soonest first; none before a notice was released."""
    began = case.reached.get(Stage.NOTIFIED)
    if began is None or case.stage in {Stage.WITHDRAWN, Stage.MERGED}:
        return ()
    lengths = room.deadlines[case.severity]
    met: Mapping[Deadline, datetime | None] = {
        Deadline.ACKNOWLEDGE: _first(case, Stage.ACKNOWLEDGED, Stage.CLAIMED, EXPLAINED, Stage.RESTORED),
        Deadline.EXPLAIN: _first(case, EXPLAINED),
        Deadline.RESTORE: _first(case, Stage.RESTORED),
    }
    dues = [Due(deadline, began + _length(lengths, deadline), met[deadline]) for deadline in Deadline]
    return tuple(sorted(dues, key=lambda due: due.at))


def deadlines_if_sent(case: Case, room: RoomFile, now: datetime) -> tuple[Due, ...]:
    """The deadlines as they are once a notice is sent now."""
    return deadlines(replace(case, reached={Stage.NOTIFIED: now, **case.reached}), room)


def next_due(case: Case, room: RoomFile) -> Due | None:
    """The first deadline that is still to be met; None where none is."""
    return next((due for due in deadlines(case, room) if due.met_at is None), None)


def by_next_due(cases: Iterable[Case], room: RoomFile) -> list[Case]:
    """Cases, those first whose platform owes something soonest; then the others, oldest first."""

    def order(case: Case) -> tuple[bool, datetime, datetime]:
        due = next_due(case, room)
        return (due is None, case.opened_at if due is None else due.at, case.opened_at)

    return sorted(cases, key=order)


def calls(case: Case, room: RoomFile, zone: str, now: datetime) -> tuple[CaseEvent, ...]:
    """The reminders and the escalation that are due now.

    A deadline that passed calls the next rung of the platform's ladder; each further time that an
    acknowledgement may take without anything met calls the next one.
    """
    if not case.stage.is_open or not awake(case, room, zone, now):
        return ()
    events: list[CaseEvent] = []
    began = case.reached.get(Stage.NOTIFIED)
    for due in deadlines(case, room):
        if due.met_at is not None or began is None:
            continue
        if due.deadline is Deadline.RESTORE and case.stage is Stage.CLAIMED:
            continue  # measuring will answer first
        if now >= due.at:
            events.extend(_escalation(case, room, due, now))
            break
        if now >= began + REMIND_AT * (due.at - began) and due.deadline not in case.reminded:
            events.append(CaseReminded(case.id, due.deadline.value))
    return tuple(events)


def awake(case: Case, room: RoomFile, zone: str, now: datetime) -> bool:
    """Whether somebody may be called for the case now."""
    quiet: QuietHours | None = room.quiet_hours
    if quiet is None or case.severity.overrides_quiet_hours:
        return True
    return not quiet.covers(now.astimezone(ZoneInfo(zone)).time())


def claim_is_over(case: Case, now: datetime) -> bool:
    """Whether a claim has had its time, and what was measured after it still says no."""
    claimed = case.reached.get(Stage.CLAIMED)
    return case.stage is Stage.CLAIMED and claimed is not None and now >= claimed + CLAIM_CHECK


def _escalation(case: Case, room: RoomFile, due: Due, now: datetime) -> tuple[CaseEvent, ...]:
    desk = room.desk(case.platform)
    rung = case.rung + 1
    if desk is None or rung >= len(desk.ladder):
        return ()
    patience = room.deadlines[case.severity].acknowledge
    if case.escalated_at is not None and now < case.escalated_at + patience:
        return ()
    return (CaseEscalated(case.id, due.deadline.value, rung, desk.ladder[rung]),)


def _length(lengths: Deadlines, deadline: Deadline) -> timedelta:
    return {
        Deadline.ACKNOWLEDGE: lengths.acknowledge,
        Deadline.EXPLAIN: lengths.explain,
        Deadline.RESTORE: lengths.restore,
    }[deadline]


def _first(case: Case, *stages: str) -> datetime | None:
    return min((case.reached[stage] for stage in stages if stage in case.reached), default=None)
