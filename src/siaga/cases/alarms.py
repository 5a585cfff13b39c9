"""What wakes people, and whom: alarms of cases and of the watch, and the order in which people are alerted.

Whoever is on duty is alerted first. Where nobody acknowledges, the next of the rota is, then everybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from siaga.cases.case import Case, Stage
from siaga.cases.deadlines import Deadline, deadlines
from siaga.cases.room_file import RoomFile
from siaga.cases.severity import Severity

OLDEST: Final = timedelta(days=1)
"""What began earlier alerts nobody for the first time: a room that begins to use alerts is not flooded."""
AGAIN_AFTER: Final = timedelta(hours=1)
"""Once everybody was alerted, so much later everybody is again."""
LINK_HOLDS: Final = timedelta(hours=12)
"""So long the link in an alert acknowledges."""
FAILS_AGAIN: Final = 5
"""A part that has failed so often wakes somebody; the watch tries again by itself all the time."""
STORING: Final = "storing"
"""The part whose first failure wakes somebody: what is measured waits in memory, for half a minute."""
WORST_RESTS: Final = 3
"""Without an answer for so many intervals, a stream is out, even where the room waits less long."""


class AlarmReason(StrEnum):
    """What an alarm is about."""

    NEW_CASE = "new-case"
    RELAPSE = "relapse"
    OVERDUE = "overdue"
    """A deadline of a platform passed."""
    OUTAGE = "outage"
    """A platform or a measurement point gives no measurements."""
    SILENCE = "silence"
    """The watch measures nothing at all."""
    TROUBLE = "trouble"
    """A part of the watch fails again and again, or what is measured cannot be stored."""
    TEST = "test"
    """Somebody tries their own channel."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that somebody of the room has to know now."""

    id: str
    reason: AlarmReason
    begun: datetime
    severity: Severity = Severity.HIGH
    case: str | None = None
    about: str = ""
    """The deadline that passed, or the platform or measurement point that is out (`platform/x`), or the part
    that fails (`part/outbox`)."""


@dataclass(frozen=True, slots=True)
class StreamAnswer:
    """When one stream last gave an answer that is measured."""

    platform: str
    vantage: str
    at: datetime
    """Without an answer, since when it has been waited for."""
    every: timedelta
    """How often it is asked."""


@dataclass(frozen=True, slots=True)
class FailingPart:
    """A part of the watch that has failed and has not done its work since."""

    part: str
    since: datetime
    times: int
    is_grave: bool
    """Whether nothing is recorded, or nobody is told, while it lasts."""

    @property
    def about(self) -> str:
        """As an alarm names it."""
        return f"part/{self.part}"


@dataclass(frozen=True, slots=True)
class AlertSent:
    """Who was alerted about an alarm, and when."""

    person: str
    at: datetime
    failed: bool = False
    """Whether none of their channels has taken it, nor will."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """Somebody who can be alerted."""

    person: str
    """As the journal writes them."""
    is_quiet: bool = False
    """Whether these are hours in which only what is grave wakes them."""


def case_alarms(case: Case, room: RoomFile, now: datetime) -> tuple[Alarm, ...]:
    """The alarms of one case at this moment; none for a case that is over, unproven or of low severity."""
    proven = case.verified_at
    if not case.stage.is_open or proven is None or case.severity is Severity.LOW:
        return ()
    reason = AlarmReason.NEW_CASE if case.episodes == 1 else AlarmReason.RELAPSE
    found = [Alarm(f"{case.id}/{reason}/{case.episodes}", reason, proven, case.severity, case.id)]
    for due in deadlines(case, room):
        is_measured_first = due.deadline is Deadline.RESTORE and case.stage is Stage.CLAIMED
        if due.met_at is None and now >= due.at and not is_measured_first:
            id = f"{case.id}/{AlarmReason.OVERDUE}-{due.deadline}/{case.episodes}"
            found.append(Alarm(id, AlarmReason.OVERDUE, due.at, case.severity, case.id, due.deadline))
    return tuple(found)


def watch_alarms(streams: Sequence[StreamAnswer], patience: timedelta, now: datetime) -> tuple[Alarm, ...]:
    """The alarms of the instruments: where all are out, the silence of the watch; else each platform and each
    measurement point that is out as a whole. A stream that is asked seldom has longer to answer."""
    silent = [stream for stream in streams if now - stream.at >= max(patience, WORST_RESTS * stream.every)]
    if not silent:
        return ()
    if len(silent) == len(streams):
        return (_outage(AlarmReason.SILENCE, "", silent),)
    platforms = _wholly_out(((stream.platform, stream) for stream in streams), silent)
    vantages = _wholly_out(
        ((stream.vantage, stream) for stream in streams if stream.platform not in platforms), silent
    )
    return (
        *(_outage(AlarmReason.OUTAGE, f"platform/{id}", out) for id, out in platforms.items()),
        *(_outage(AlarmReason.OUTAGE, f"vantage/{id}", out) for id, out in vantages.items()),
    )


def part_alarms(parts: Iterable[FailingPart]) -> tuple[Alarm, ...]:
    """The alarms of the watch's own parts: those that fail again and again; a grave one at once where it
    cannot store."""
    return tuple(
        Alarm(
            f"{AlarmReason.TROUBLE}/{failing.about}/{failing.since:%Y%m%dT%H%M%S}",
            AlarmReason.TROUBLE,
            failing.since,
            Severity.HIGH if failing.is_grave else Severity.MEDIUM,
            about=failing.about,
        )
        for failing in parts
        if failing.times >= FAILS_AGAIN or failing.part == STORING
    )


def is_over(alarm: Alarm, streams: Iterable[StreamAnswer]) -> bool:
    """Whether what an alarm of the instruments is about has been measured since it began, or is no more."""
    of_it = [
        stream
        for stream in streams
        if alarm.about in {"", f"platform/{stream.platform}", f"vantage/{stream.vantage}"}
    ]
    return not of_it or any(stream.at > alarm.begun for stream in of_it)


def to_alert(
    alarm: Alarm,
    sent: Sequence[AlertSent],
    duty: Sequence[str],
    reachable: Mapping[str, Reachable],
    patience: timedelta,
    now: datetime,
) -> tuple[str, ...]:
    """Whom to alert about an alarm now; nobody where somebody still has time to acknowledge.

    Args:
        alarm: that nobody has acknowledged.
        sent: the alerts about it until now, in their order.
        duty: the people of the rota, whoever is on duty first.
        reachable: everybody who can be alerted, by person.
        patience: so long somebody has to acknowledge.
        now: the present moment.
    """
    if not sent and now - alarm.begun > OLDEST:
        return ()
    is_grave = alarm.severity.overrides_quiet_hours
    awake = [person for person, reached in reachable.items() if is_grave or not reached.is_quiet]
    alerted = {alert.person for alert in sent}
    everybody = tuple(person for person in awake if person not in alerted)
    if sent:
        last = max(alert.at for alert in sent)
        has_failed = all(alert.failed for alert in sent if alert.at == last)
        if len(alerted) > 2 or not everybody:
            return tuple(awake) if now >= last + AGAIN_AFTER else ()
        if now < last + patience and not has_failed:
            return ()
    on_rota = [person for person in duty if person in everybody]
    if len(alerted) < 2 and on_rota:
        return (on_rota[0],)
    return everybody


def _wholly_out(
    pairs: Iterable[tuple[str, StreamAnswer]], silent: Sequence[StreamAnswer]
) -> dict[str, list[StreamAnswer]]:
    """By platform or measurement point, the streams of those of which every one is silent."""
    by_id: dict[str, list[StreamAnswer]] = {}
    for id, stream in pairs:
        by_id.setdefault(id, []).append(stream)
    return {id: of_it for id, of_it in by_id.items() if all(stream in silent for stream in of_it)}


def _outage(reason: AlarmReason, about: str, silent: Sequence[StreamAnswer]) -> Alarm:
    begun = max(stream.at for stream in silent)
    id = "/".join(part for part in (reason, about, f"{begun:%Y%m%dT%H%M%S}") if part)
    return Alarm(id, reason, begun, about=about)
