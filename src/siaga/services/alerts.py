"""Wakes the room's people: alerts whoever is on duty, the next where nobody acknowledges, then everybody.

Who was alerted and who acknowledged is what the journal says: an alert is queued for the outbox by the very
event that records it, so that no kill loses one, and nobody is alerted twice for the same step.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from siaga.cases.alarms import (
    LINK_HOLDS,
    Alarm,
    AlarmReason,
    AlertSent,
    FailingPart,
    Reachable,
    StreamAnswer,
    case_alarms,
    is_over,
    part_alarms,
    to_alert,
    watch_alarms,
)
from siaga.cases.case import Case
from siaga.cases.commands import WATCH, Command
from siaga.cases.events.alarm_acknowledged import AlarmAcknowledged
from siaga.cases.events.case_assigned import CaseAssigned
from siaga.cases.events.delivery_failed import DeliveryFailed
from siaga.cases.events.delivery_made import DeliveryMade
from siaga.cases.events.notice_released import PlannedDelivery
from siaga.cases.events.person_alerted import PersonAlerted
from siaga.cases.fold import cases_of
from siaga.cases.guards import NotAllowed
from siaga.cases.room_file import RoomFile
from siaga.cases.severity import Severity
from siaga.cases.undelivered import Trouble
from siaga.domain.credentials import MissingCredential
from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import Clock
from siaga.election.model import Election
from siaga.i18n.speech import N_, Speech
from siaga.journal.events import JournalEvent
from siaga.journal.journal import PAGE, Journal, JournalMoved, NewEvent
from siaga.journal.kinds import Kind
from siaga.people.accounts import Accounts
from siaga.people.channels import PersonChannel
from siaga.people.links import Links
from siaga.people.roles import Permission
from siaga.ports.alerts import AlarmStatus, AlertLink, ChannelResult
from siaga.ports.cases import CaseService
from siaga.ports.planned_work import PlannedWorkService
from siaga.ports.supervision import PartTrouble, WatchPart
from siaga.ports.watch import StreamHealth
from siaga.services.alert_text import AlertWriter

EVERY: Final = timedelta(seconds=5)
"""So often it is looked whether somebody has to be alerted."""
ATTEMPTS: Final = 20
TEST_AGAIN: Final = timedelta(minutes=1)
"""A second test of a channel goes out so much later."""
GRAVE: Final = frozenset(
    {WatchPart.STORING, WatchPart.ROUNDS, WatchPart.JUDGING, WatchPart.CASES, WatchPart.OUTBOX}
)
"""Parts without which nothing is measured or recorded, or nobody is told."""
LINK_PREFIX: Final = "alert "
"""Begins what the link of an alert is signed over, so that it is no liaison's link."""


@dataclass(slots=True)
class _KnownAlarm:
    """What the journal says of one alarm."""

    alarm: Alarm
    sent: list[PersonAlerted] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    acknowledged: tuple[str, datetime] | None = None
    over: datetime | None = None

    def status(self) -> AlarmStatus:
        """The same for pages."""
        who, at = self.acknowledged or (None, None)
        alerted = tuple(dict.fromkeys(alert.person for alert in self.sent))
        return AlarmStatus(self.alarm, alerted, self.times[0], who, at, self.over)


class AlertDesk:
    """All alerts of one watch's room."""

    def __init__(
        self,
        election: Election,
        room: RoomFile,
        journal: Journal,
        cases: CaseService,
        accounts: Accounts,
        links: Links,
        clock: Clock,
        streams: Callable[[], Sequence[StreamHealth]] = tuple,
        troubles: Callable[[], Sequence[PartTrouble]] = tuple,
        works: PlannedWorkService | None = None,
        missing: Sequence[MissingCredential] = (),
    ) -> None:
        """Read from the journal who was alerted and who acknowledged. `streams` are those that are asked,
        `troubles` the watch's parts that fail; what `works` cover alarms nobody. An alert says which
        credential is `missing`."""
        self._election, self._room, self._journal, self._cases = election, room, journal, cases
        self._accounts, self._links, self._clock, self._health = accounts, links, clock, streams
        self._troubles, self._works = troubles, works
        self._writer = AlertWriter(election, room.label, room.alerts.acknowledge_within, missing)
        self._zone, self._started = ZoneInfo(election.timezone), clock.now()
        self._alarms: dict[str, _KnownAlarm] = {}
        self._by_alert: dict[str, str] = {}
        self._failed: set[str] = set()
        """Deliveries that no further attempt will bring."""
        self._results: dict[str, ChannelResult] = {}
        """By channel."""
        self._acted: dict[str, int] = {}
        """The last event by which somebody of the room did something to a case, by case."""
        self._first: dict[str, int] = {}
        """The event of each alarm's first alert."""
        self._head = 0
        self._catch_up()

    async def run(self) -> None:
        """Alert whoever has to be, until cancelled."""
        while True:
            self.step()
            await self._clock.sleep_until(self._clock.now() + EVERY)

    def step(self) -> int:
        """Alert whoever has to be now; returns how many people were."""
        for _ in range(ATTEMPTS):
            self._catch_up()
            entries = self._due(self._clock.now())
            if not entries:
                return 0
            try:
                events = self._journal.append_all(entries, after=self._head)
            except JournalMoved:
                continue
            for event in events:
                self._take(event)
            return sum(event.kind == PersonAlerted.kind for event in events)
        return 0

    # What is wrong, and who has to know

    def _due(self, now: datetime) -> list[NewEvent]:
        streams = self._streams()
        entries = [
            NewEvent(Kind.ALARM_OVER, WATCH.who, {"alarm": known.alarm.id}, key=f"over/{known.alarm.id}")
            for known in self._of_instruments()
            if self._is_over(known.alarm, streams)
        ]
        over = {entry.what["alarm"] for entry in entries}
        reachable = self._reachable(now)
        for alarm in self._present(streams, now):
            if alarm.id not in over:
                entries.extend(self._alerts(alarm, reachable, now))
        return entries

    def _present(self, streams: Sequence[StreamAnswer], now: datetime) -> list[Alarm]:
        """The alarms that hold now. One of the instruments that somebody was alerted about keeps its id."""
        of_cases = [
            alarm for case in self._cases.cases.values() for alarm in case_alarms(case, self._room, now)
        ]
        open_ones = {(known.alarm.reason, known.alarm.about): known.alarm for known in self._of_instruments()}
        silent = watch_alarms(streams, self._room.alerts.silence_after, now)
        found = (*silent, *part_alarms(self._failing()))
        return [*of_cases, *(open_ones.get((alarm.reason, alarm.about), alarm) for alarm in found)]

    def _of_instruments(self) -> list[_KnownAlarm]:
        """The alarms of the instruments that are not over."""
        reasons = {AlarmReason.OUTAGE, AlarmReason.SILENCE, AlarmReason.TROUBLE}
        return [
            known for known in self._alarms.values() if known.alarm.reason in reasons and known.over is None
        ]

    def _is_over(self, alarm: Alarm, streams: Sequence[StreamAnswer]) -> bool:
        if alarm.reason is AlarmReason.TROUBLE:
            return alarm.about not in {failing.about for failing in self._failing()}
        return is_over(alarm, streams)

    def _failing(self) -> list[FailingPart]:
        return [
            FailingPart(trouble.part, trouble.since, trouble.times, trouble.part in GRAVE)
            for trouble in self._troubles()
        ]

    def _streams(self) -> list[StreamAnswer]:
        works = () if self._works is None else self._works.under_way(self._clock.now())
        return [
            StreamAnswer(
                asked.stream.platform, asked.stream.vantage, asked.last_measured or self._started, asked.every
            )
            for asked in self._health()
            if not any(work.covers(asked.stream.platform, asked.stream.vantage) for work in works)
        ]

    def _reachable(self, now: datetime) -> dict[str, Reachable]:
        """Everybody who may work on cases or is on the rota, and has a channel."""
        rota = {turn.person for turn in self._room.rota}
        channels, quiet = self._accounts.channels.all(), self._accounts.channels.quiet_hours()
        at = now.astimezone(self._zone).time()
        found = {}
        for member in self._accounts.members():
            person = f"person:{member.id}"
            if member.disabled or member.id not in channels:
                continue
            if member.can(Permission.WORK) or person in rota:
                hours = [hours for hours in (quiet.get(member.id), self._room.quiet_hours) if hours]
                found[person] = Reachable(person, any(each.covers(at) for each in hours))
        return found

    def _alerts(self, alarm: Alarm, reachable: Mapping[str, Reachable], now: datetime) -> list[NewEvent]:
        known = self._alarms.get(alarm.id)
        if known is not None and (known.acknowledged is not None or self._is_worked_on(alarm)):
            return []
        pairs = () if known is None else zip(known.sent, known.times, strict=True)
        sent = [self._sent(alert, at) for alert, at in pairs]
        duty = self._room.duty(now.astimezone(self._zone))
        people = to_alert(alarm, sent, duty, reachable, self._room.alerts.acknowledge_within, now)
        channels = self._accounts.channels.all() if people else {}
        return [
            self._alert(alarm, person, channels[person.removeprefix("person:")], number, now)
            for number, person in enumerate(people, start=len(sent) + 1)
        ]

    def _sent(self, alert: PersonAlerted, at: datetime) -> AlertSent:
        failed = all(delivery.id in self._failed for delivery in alert.deliveries)
        return AlertSent(alert.person, at, failed)

    def _alert(
        self, alarm: Alarm, person: str, channels: Sequence[PersonChannel], number: int, now: datetime
    ) -> NewEvent:
        speech = Speech(channels[0].language, self._election.timezone)
        text = self._writer.text(alarm, self._case(alarm), speech)
        id = f"{alarm.id}/{number}"
        event = PersonAlerted(
            alarm=alarm.id,
            alert=id,
            reason=alarm.reason,
            person=person,
            deliveries=tuple(
                PlannedDelivery(f"{id}.{channel.id}", person, channel.kind) for channel in channels
            ),
            subject=text.subject,
            body=text.body,
            expires=now + LINK_HOLDS,
            begun=alarm.begun,
            severity=alarm.severity,
            about=alarm.about,
            case=alarm.case,
        )
        return NewEvent(event.kind, WATCH.who, event.stored(), key=f"alert/{id}")

    def _case(self, alarm: Alarm) -> Case | None:
        return None if alarm.case is None else self._cases.cases.get(alarm.case)

    def _is_worked_on(self, alarm: Alarm) -> bool:
        """Whether somebody of the room has done something to the case since the first alert."""
        return alarm.case is not None and self._acted.get(alarm.case, 0) > self._first[alarm.id]

    # What pages ask

    def open_alarms(self) -> Sequence[AlarmStatus]:
        """The alarms that nobody has acknowledged and that still hold, the oldest first."""
        self._catch_up()
        now = self._clock.now()
        present = {alarm.id for alarm in self._present(self._streams(), now)}
        return [
            known.status()
            for known in self._alarms.values()
            if known.alarm.id in present and known.status().is_open and not self._is_worked_on(known.alarm)
        ]

    def heading(self, alarm: Alarm, language: str) -> str:
        """What is wrong, in one line."""
        speech = Speech(language, self._election.timezone)
        return self._writer.heading(alarm, self._case(alarm), speech)

    def by_link(self, token: str) -> AlertLink | None:
        """The alert that a link's token was made for; None for any other text, and once the account of its
        receiver is disabled."""
        self._catch_up()
        text = self._links.link(token) or ""
        alarm = self._by_alert.get(text.removeprefix(LINK_PREFIX)) if text.startswith(LINK_PREFIX) else None
        if alarm is None:
            return None
        known = self._alarms[alarm]
        sent = next(alert for alert in known.sent if alert.alert == text.removeprefix(LINK_PREFIX))
        member = self._accounts.member(sent.person.removeprefix("person:"))
        if member is None or member.disabled:
            return None
        return AlertLink(sent.alert, sent.person, sent.expires, known.status())

    def acknowledge(self, alarm: str, person: str, alert: str | None = None) -> bool:
        """Somebody takes an alarm, and with it its case; False where somebody had, it is over or unknown."""
        for _ in range(ATTEMPTS):
            self._catch_up()
            known = self._alarms.get(alarm)
            if known is None or not known.status().is_open:
                return False
            event = AlarmAcknowledged(alarm, alert, known.alarm.case)
            entry = NewEvent(event.kind, person, event.stored())
            try:
                (written,) = self._journal.append_all([entry], after=self._head)
            except JournalMoved:
                continue
            self._take(written)
            self._assign(known.alarm, person)
            return True
        return False

    def _assign(self, alarm: Alarm, person: str) -> None:
        """Whoever acknowledges has the case from now on."""
        member = self._accounts.member(person.removeprefix("person:"))
        if alarm.case is not None and member is not None and member.can(Permission.WORK):
            with suppress(NotAllowed):  # it is with them already, or over
                self._cases.do(Command(CaseAssigned(alarm.case, to=person)), WATCH)

    def test(self, account: str, channel: str) -> bool:
        """Send a test to one of somebody's own channels; False where there was one a moment ago.

        Raises:
            BadInput: they have no such channel.
        """
        found = [known for known in self._accounts.channels.of(account) if known.id == channel]
        if not found:
            raise BadInput(Fault(N_("There is no such channel."), N_("Look at the list.")))
        now = self._clock.now()
        minute = int(now.timestamp() // TEST_AGAIN.total_seconds())
        alarm = Alarm(f"{AlarmReason.TEST}/{channel}/{minute}", AlarmReason.TEST, now, Severity.LOW)
        self._catch_up()
        if alarm.id in self._alarms:
            return False
        self._journal.append_all([self._alert(alarm, f"person:{account}", found, 1, now)])
        self._catch_up()
        return True

    def results(self, account: str) -> Mapping[str, ChannelResult]:
        """What came of the last message to each of somebody's channels, by the channel's id."""
        self._catch_up()
        own = self._accounts.channels.of(account)
        return {channel.id: self._results[channel.id] for channel in own if channel.id in self._results}

    def unreachable(self) -> Sequence[str]:
        """People of the rota who have no channel: nobody can wake them."""
        reachable = self._reachable(self._clock.now())
        return [person for person in self._room.duty(self._clock.now()) if person not in reachable]

    # The journal

    def _catch_up(self) -> None:
        while events := self._journal.read(self._head, limit=PAGE):
            for event in events:
                self._take(event)
        self._cases.catch_up()  # after: what rests on it is written only if nothing came since

    def _take(self, event: JournalEvent) -> None:
        self._head = event.seq
        if event.kind == PersonAlerted.kind:
            self._note_alert(event)
        elif event.kind == AlarmAcknowledged.kind:
            known = self._alarms.get(str(event.what["alarm"]))
            if known is not None:
                known.acknowledged = known.acknowledged or (event.who, event.at)
        elif event.kind == Kind.ALARM_OVER:
            self._alarms[str(event.what["alarm"])].over = event.at
        elif event.kind in {DeliveryMade.kind, DeliveryFailed.kind}:
            self._note_delivery(event)
        elif event.who.startswith("person:"):
            for case in cases_of(event):
                self._acted[case] = event.seq

    def _note_alert(self, event: JournalEvent) -> None:
        alert = PersonAlerted.read(event.what)
        reason = AlarmReason(alert.reason)
        alarm = Alarm(alert.alarm, reason, alert.begun, alert.severity, alert.case, alert.about)
        known = self._alarms.setdefault(alert.alarm, _KnownAlarm(alarm))
        known.sent.append(alert)
        known.times.append(event.at)
        self._first.setdefault(alert.alarm, event.seq)
        self._by_alert[alert.alert] = alert.alarm

    def _note_delivery(self, event: JournalEvent) -> None:
        id = str(event.what["delivery"])
        alert, _, channel = id.rpartition(".")
        if alert not in self._by_alert:
            return
        taken = event.kind == DeliveryMade.kind
        trouble = None if taken else Trouble(str(event.what.get("trouble", Trouble.LATER)))
        self._results[channel] = ChannelResult(event.at, taken, trouble)
        if not taken and event.what["again_at"] is None:
            self._failed.add(id)
