"""The room's work on its cases: commands are decided on what the journal says, written, and followed up.

All that is known is the fold of the journal. What others write to it is read before each command, and a
command that rests on less than what is there by then is decided anew.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from siaga.cases.case import Case, Notice, Stage
from siaga.cases.case_evidence import case_evidence
from siaga.cases.commands import WATCH, Command, decide
from siaga.cases.deadlines import calls, claim_is_over, deadlines, next_due
from siaga.cases.event import CaseEvent
from siaga.cases.events import EVENTS
from siaga.cases.events.case_assigned import CaseAssigned
from siaga.cases.events.case_claim_refused import CaseClaimRefused
from siaga.cases.events.case_opened import NEXT_CASE, CaseOpened
from siaga.cases.events.case_verified import CaseVerified
from siaga.cases.events.delivery_failed import DeliveryFailed
from siaga.cases.events.delivery_made import DeliveryMade
from siaga.cases.events.delivery_queued import DeliveryQueued
from siaga.cases.events.event_undone import EventUndone
from siaga.cases.events.link_issued import LinkIssued
from siaga.cases.events.notice_released import NoticeReleased
from siaga.cases.fold import after, cases_of, fold, opened
from siaga.cases.guards import Actor, NotAllowed
from siaga.cases.notices.compose import as_sent, mark_words
from siaga.cases.notices.messages import Text, message_text
from siaga.cases.once import AskedOtherwise, Once, once_of
from siaga.cases.policy import follow
from siaga.cases.publication import EVERYBODY
from siaga.cases.room_file import RoomFile
from siaga.cases.verdict_json import verdict_to_json
from siaga.domain.errors import Fault
from siaga.domain.time import Clock
from siaga.domain.verdicts import NEEDS_A_PLATFORM, REFUTES_A_CLAIM, FindingKey, Verdict
from siaga.election.model import Election
from siaga.i18n.speech import N_, Speech
from siaga.journal.events import JournalEvent
from siaga.journal.journal import PAGE, Journal, JournalMoved, NewEvent
from siaga.journal.kinds import Kind
from siaga.notifying.registry import FORMS

ATTEMPTS: Final = 20
"""How often a command is decided anew because others wrote meanwhile."""
LINK_LASTS: Final = timedelta(days=14)


class CaseDesk:
    """All cases of one watch."""

    def __init__(
        self,
        election: Election,
        room: RoomFile,
        journal: Journal,
        clock: Clock,
        ask_more: Callable[[str, Sequence[str]], None] = lambda platform, surfaces: None,
    ) -> None:
        """Read the cases from the journal. `ask_more` is called with a platform and surfaces where a claim
        is to be checked."""
        self.room = room
        self._election, self._journal, self._clock = election, journal, clock
        self._ask_more = ask_more
        self._histories: dict[str, list[JournalEvent]] = {}
        self._cases: dict[str, Case] = {}
        self._by_delivery: dict[str, str] = {}
        self._asked: dict[str, tuple[str, str]] = {}
        """What was asked by each key, and of which case."""
        self._present: dict[FindingKey, Verdict] = {}
        self._verdicts: Sequence[Verdict] = ()
        """All that was said at the last tick."""
        self._keys: set[FindingKey] = set()
        """What any case is about."""
        self._checked: set[tuple[str, datetime | None]] = set()
        self._head = 0
        self.catch_up()

    @property
    def cases(self) -> Mapping[str, Case]:
        """All cases by id, in the order in which they were opened."""
        return MappingProxyType(self._cases)

    def history(self, case: str) -> Sequence[JournalEvent]:
        """Everything that happened to a case, oldest first, with what was undone."""
        return tuple(self._histories.get(case, ()))

    def opened_at(self, platform: str) -> Sequence[datetime]:
        """When each case that is open at a platform was opened."""
        cases = [case for case in self._cases.values() if case.platform == platform and case.stage.is_open]
        return [self._histories[case.id][0].at for case in cases]

    def next_due(self, case: Case) -> datetime | None:
        """When the case's next deadline is."""
        due = next_due(case, self.room)
        return due.at if due else None

    # Commands

    def do(self, command: Command, actor: Actor, once: Once | None = None) -> Case:
        """Carry out a command, with all that follows from it at once; returns the case as it then is.

        Asked again, it is done once.

        Raises:
            NotAllowed: it cannot be done; nothing was written.
            AskedOtherwise: something else was asked by the same key; nothing was written.
        """
        for _ in range(ATTEMPTS):
            self.catch_up()
            if once is not None and (done := self._asked.get(once.name)) is not None:
                if done[0] != once.content:
                    raise AskedOtherwise
                return self._cases[done[1]]
            entries, id = self._entries(command, actor, once)
            try:
                events = self._journal.append_all(entries, after=self._head)
            except JournalMoved:
                continue
            for event in events:
                self._take(event)
            self._check_claim(self._cases[id])
            return self._cases[id]
        raise NotAllowed(Fault(N_("The record is busy."), N_("Try again in a moment.")))

    def _entries(self, command: Command, actor: Actor, once: Once | None) -> tuple[list[NewEvent], str]:
        """What a command writes, and the id of the case that it is about."""
        now = self._clock.now()
        command = self._completed(command)
        id = command.event.cases()[0]
        case = self._cases.get(id)
        others = {other.id: other for other in self._cases.values() if other.id != id}
        decided = [
            (self._as_sent(case, carried_out, now), by)
            for carried_out, by in decide(
                case, self._histories.get(id, ()), command, actor, self.room, now, others
            )
        ]
        entries = [
            _entry(carried_out, by.who, once.key if once is not None and number == 0 else None)
            for number, (carried_out, by) in enumerate(decided)
        ]
        if isinstance(command.event, CaseOpened):
            entries.extend(self._opening(command.event, actor, now))
        if case is not None:
            for carried_out, by in decided:
                entries.extend(self._telling(case, carried_out, by, len(entries), now))
        return entries, id

    def _completed(self, command: Command) -> Command:
        """The command with what only the journal knows: a new case's number, an undoing's other case."""
        event = command.event
        if isinstance(event, CaseOpened) and event.case == NEXT_CASE:
            return replace(command, event=replace(event, case=f"C-{len(self._cases) + 1}"))
        if isinstance(event, EventUndone):
            return replace(command, event=replace(event, also=self._other_case(event)))
        return command

    def _as_sent(self, case: Case | None, command: Command, now: datetime) -> Command:
        """A release with the text as it is sent: with what is measured now, and deadlines from now on."""
        event = command.event
        if case is None or not isinstance(event, NoticeReleased):
            return command
        notice = case.notices[event.notice]
        present = self._present.get(case.key)
        said = self._verdicts if present is None else (present, *self._verdicts)
        evidence = case_evidence(case, EVERYBODY, said)
        if evidence is None:
            return command
        speech = Speech(notice.language, self._election.timezone)
        words = mark_words(evidence, case, self._election, self.room, speech, now)
        text = as_sent(Text(notice.subject, notice.body), words)
        return replace(command, event=replace(event, subject=text.subject, body=text.body))

    def _other_case(self, undoing: EventUndone) -> str | None:
        """The other case whose history an undone event belongs to."""
        for event in self._histories.get(undoing.case, ()):
            if event.seq == undoing.event:
                return next((case for case in cases_of(event) if case != undoing.case), None)
        return None

    def _opening(self, opened: CaseOpened, actor: Actor, now: datetime) -> list[NewEvent]:
        """What follows from an opening: a finding proves the case, and whoever is on call gets it."""
        following: list[CaseEvent] = []
        if opened.verdict is not None and actor is WATCH:
            following.append(CaseVerified(opened.case, opened.verdict))
        if (person := self._on_call(now)) is not None:
            following.append(CaseAssigned(opened.case, to=person))
        return [_entry(Command(event), WATCH.who) for event in following]

    def _on_call(self, now: datetime) -> str | None:
        return self.room.on_call(now.astimezone(ZoneInfo(self._election.timezone)))

    def turned_away(self, door: str, reason: str, link: str | None) -> None:
        """Record that somebody showed what opens no door; once an hour for each."""
        hour = self._clock.now().strftime("%Y-%m-%dT%H")
        what = {"door": door, "reason": reason, "link": link}
        self._journal.append(
            Kind.TURNED_AWAY, "watch", what, key=f"turned-away/{door}/{reason}/{link}/{hour}"
        )

    # Measuring

    def measured(self, verdict: Verdict) -> None:
        """Take what measuring says of a name on a platform, or of a place."""
        self.catch_up()
        self._follow(verdict)

    def tick(self, verdicts: Sequence[Verdict], measured: Mapping[str, datetime]) -> None:
        """Do what time brings: reminders, escalations, claims that measuring has not borne out.

        Args:
            verdicts: the present ones; what a kill kept from the cases is taken from them.
            measured: when each platform was measured last, by its id.
        """
        self.catch_up()
        self._verdicts = verdicts
        for verdict in verdicts:
            self._follow(verdict)
        now = self._clock.now()
        for case in list(self._cases.values()):
            self._check_claim(case)
            for event in calls(case, self.room, self._election.timezone, now):
                self._do_if_still_right(event)
            present, at = self._present.get(case.key), measured.get(case.platform)
            claimed = case.reached.get(Stage.CLAIMED)
            if present is None or at is None or claimed is None or not claim_is_over(case, now):
                continue
            if present.state in REFUTES_A_CLAIM and at > claimed:
                refuting = verdict_to_json(replace(present, at=max(present.at, at)))
                self._do_if_still_right(CaseClaimRefused(case.id, refuting))

    def _follow(self, verdict: Verdict) -> None:
        if verdict.is_of_one_stream:
            return
        key = verdict.key.of_case
        self._present[key] = verdict
        if verdict.state not in NEEDS_A_PLATFORM and key not in self._keys:
            return
        now = self._clock.now()
        for event in follow(verdict, verdict_to_json(verdict), self._cases.values(), self._election, now):
            self._do_if_still_right(event)

    def _do_if_still_right(self, event: CaseEvent) -> None:
        """Do what the watch has to do, unless what others wrote meanwhile leaves nothing to do. What is still
        to do is found again at the next tick."""
        with suppress(NotAllowed):
            self.do(Command(event), WATCH)

    def _check_claim(self, case: Case) -> None:
        """Ask more where a claim is new; whoever wrote it, perhaps another process."""
        claim = (case.id, case.reached.get(Stage.CLAIMED))
        if case.stage is not Stage.CLAIMED or claim in self._checked:
            return
        self._checked.add(claim)
        detail = (case.verdict or {}).get("detail", {})
        surfaces = [id for id in detail.get("surfaces", case.surface or "").split(", ") if id]
        self._ask_more(case.platform, surfaces)

    # Telling contacts

    def _telling(self, case: Case, command: Command, by: Actor, before: int, now: datetime) -> list[NewEvent]:
        """The links and messages that follow from a command; `before` entries are written before them."""
        event = command.event
        contacts = event.receivers(case, by.who)
        entries = self._links(case, contacts, before, now)
        if event.message is None or not contacts:
            return entries
        desk = self.room.desk(case.platform)
        language = desk.language if desk else self.room.languages[0]
        if (measured := event.stored().get("verdict")) is not None:
            case = case.measured(measured)
        about = event.stored().get("deadline")
        text = message_text(
            event.message,
            command,
            case,
            _last_notice(case),
            Speech(language, self._election.timezone),
            self._election,
            self.room,
            next((due for due in deadlines(case, self.room) if due.deadline == about), None),
            now,
        )
        for id in contacts:
            contact = self.room.contact(id)
            for number, channel in enumerate(contact.channels if contact else ()):
                if FORMS[channel.kind].printed:
                    continue
                place = self._head + before + len(entries) + 1
                delivery = f"{case.id}.{place}.{id}.{number}"
                queued = DeliveryQueued(delivery, case.id, id, channel.kind, text.subject, text.body)
                entries.append(_entry(Command(queued), WATCH.who))
        return entries

    def _links(self, case: Case, contacts: Sequence[str], before: int, now: datetime) -> list[NewEvent]:
        """A link for each contact that has none that lasts."""
        have = {
            link.contact
            for link in case.links.values()
            if not link.revoked and link.expires > now + LINK_LASTS / 2
        }
        without = [contact for contact in dict.fromkeys(contacts) if contact not in have]
        return [
            _entry(
                Command(LinkIssued(f"L-{self._head + before + number}", case.id, contact, now + LINK_LASTS)),
                WATCH.who,
            )
            for number, contact in enumerate(without, start=1)
        ]

    # The journal

    def catch_up(self) -> None:
        """Read what was written since."""
        while events := self._journal.read(self._head, limit=PAGE):
            for event in events:
                self._take(event)

    def _take(self, event: JournalEvent) -> None:
        self._head = event.seq
        if event.kind not in EVENTS:
            return
        if event.kind in {DeliveryMade.kind, DeliveryFailed.kind}:
            known_case = self._by_delivery.get(str(event.what["delivery"]))
            ids: Sequence[str] = [] if known_case is None else [known_case]
        else:
            ids = cases_of(event)
        if (once := once_of(event.key)) is not None:
            self._asked[once.name] = once.content, ids[0]
        for id in ids:
            history = self._histories.setdefault(id, [])
            history.append(event)
            known = self._cases.get(id)
            if known is None:
                self._cases[id] = opened(event)
                self._keys.add(self._cases[id].key)
            elif event.kind == EventUndone.kind:
                refolded = fold(history)
                assert refolded is not None
                self._cases[id] = refolded
            else:
                self._cases[id] = after(known, event)
            self._note_deliveries(event, id)

    def _note_deliveries(self, event: JournalEvent, case: str) -> None:
        if event.kind == DeliveryQueued.kind:
            self._by_delivery[str(event.what["delivery"])] = case
        elif event.kind == NoticeReleased.kind:
            deliveries = event.what["deliveries"]
            assert isinstance(deliveries, list)
            for delivery in deliveries:
                self._by_delivery[delivery["id"]] = case


def _entry(command: Command, who: str, key: str | None = None) -> NewEvent:
    return NewEvent(command.event.kind, who, command.event.stored(), command.why, key)


def _last_notice(case: Case) -> Notice | None:
    released = [notice for notice in case.notices.values() if notice.released_at is not None]
    return released[-1] if released else None
