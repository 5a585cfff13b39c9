"""The room's work on its cases: acts are decided on what the journal says, written, and followed up.

All that is known is the fold of the journal. What others write to it is read before each act, and an act that
rests on less than what is there by then is decided anew.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from siaga.cases.case import Case, Notice, Stage
from siaga.cases.commands import WATCH, decide
from siaga.cases.deadlines import calls, claim_is_over, next_due
from siaga.cases.fold import KINDS, after, cases_of, fold, opened
from siaga.cases.guards import Act, Actor, NotAllowed
from siaga.cases.notices.messages import SUBJECTS, message, told
from siaga.cases.policy import follow
from siaga.cases.room_file import RoomFile
from siaga.cases.verdict_json import plain
from siaga.domain.errors import Fault
from siaga.domain.time import Clock, rfc3339
from siaga.domain.verdicts import NEEDS_A_PLATFORM, REFUTES_A_CLAIM, FindingKey, Verdict
from siaga.election.model import Election
from siaga.i18n.speech import Speech
from siaga.journal.events import Event
from siaga.journal.journal import PAGE, Journal, JournalMoved, KeyReused, NewEvent
from siaga.journal.kinds import Kind
from siaga.notifying.registry import FORMS

ATTEMPTS: Final = 20
"""How often an act is decided anew because others wrote meanwhile."""
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
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        """Read the cases from the journal. `ask_more` is called with a platform and surfaces where a claim
        wants to be checked; `on_change` after anything was written."""
        self.room = room
        self._election, self._journal, self._clock = election, journal, clock
        self._ask_more, self._on_change = ask_more, on_change
        self._histories: dict[str, list[Event]] = {}
        self._cases: dict[str, Case] = {}
        self._by_delivery: dict[str, str] = {}
        self._present: dict[FindingKey, Verdict] = {}
        self._keys: set[FindingKey] = set()
        """What any case is about."""
        self._checked: set[tuple[str, datetime | None]] = set()
        self._head = 0
        self.catch_up()

    @property
    def cases(self) -> Mapping[str, Case]:
        """All cases by id, in the order in which they were opened."""
        return MappingProxyType(self._cases)

    def history(self, case: str) -> Sequence[Event]:
        """Everything that happened to a case, oldest first, with what was undone."""
        return tuple(self._histories.get(case, ()))

    def next_due(self, case: Case) -> datetime | None:
        """When the case's next deadline is."""
        due = next_due(case, self.room)
        return due.at if due else None

    # Acts

    def do(self, act: Act, actor: Actor, key: str | None = None) -> Case:
        """Do an act, with all that follows from it at once; returns the case as it then is. Done again with
        the same `key`, it was done once. For an act that opens a case, `what` holds None as its `case`.

        Raises:
            NotAllowed: it cannot be done; nothing was written.
            KeyReused: the key was used for something else.
        """
        for _ in range(ATTEMPTS):
            self.catch_up()
            if key is not None and (event := self._journal.by_key(key)) is not None:
                if (event.kind, event.who) != (act.kind, actor.who):
                    raise KeyReused(key)
                return self._cases[cases_of(event)[0]]
            entries, id = self._entries(act, actor, key)
            try:
                events = self._journal.append_all(entries, after=self._head)
            except JournalMoved:
                continue
            for event in events:
                self._take(event)
            self._check_claim(self._cases[id])
            self._on_change()
            return self._cases[id]
        raise NotAllowed(Fault("The record is busy.", "Try again in a moment."))

    def _entries(self, act: Act, actor: Actor, key: str | None) -> tuple[list[NewEvent], str]:
        now = self._clock.now()
        id = act.what["case"]
        if act.kind is Kind.CASE_OPENED and id is None:
            id = f"C-{len(self._cases) + 1}"
            act = replace(act, what={**act.what, "case": id})
        elif act.kind is Kind.EVENT_UNDONE:
            act = replace(act, what={**act.what, "also": self._also(act)})
        case = self._cases.get(id)
        others = {other: one for other, one in self._cases.items() if other != id}
        decided = decide(case, self._histories.get(id, ()), act, actor, self.room, now, others)
        acts = list(decided)
        if act.kind is Kind.CASE_OPENED and "verdict" in act.what and actor is WATCH:  # proven as it opens
            acts.append((Act(Kind.CASE_VERIFIED, {"case": id, "verdict": act.what["verdict"]}), WATCH))
        if act.kind is Kind.CASE_OPENED and (person := self._on_call(now)) is not None:
            acts.append((Act(Kind.CASE_ASSIGNED, {"case": id, "to": person}), WATCH))
        entries = [
            NewEvent(one.kind, by.who, one.what, one.why, key if number == 0 else None)
            for number, (one, by) in enumerate(acts)
        ]
        for one, by in decided:
            if case is not None:
                entries.extend(self._told(case, one, by, len(entries), now))
        return entries, id

    def _also(self, act: Act) -> str | None:
        """The other case whose history an undone event belongs to."""
        for event in self._histories.get(act.what["case"], ()):
            if event.seq == act.what["event"]:
                return next((one for one in cases_of(event) if one != act.what["case"]), None)
        return None

    def _on_call(self, now: datetime) -> str | None:
        return self.room.on_call(now.astimezone(ZoneInfo(self._election.timezone)))

    def turned_away(self, door: str, reason: str, link: str | None) -> None:
        """Record that somebody showed what opens no door; once an hour for each."""
        hour = self._clock.now().strftime("%Y-%m-%dT%H")
        what = {"door": door, "reason": reason, "link": link}
        self._journal.append(
            Kind.TURNED_AWAY, "watch", what, key=f"turned-away/{door}/{reason}/{link}/{hour}"
        )

    def ask_more(self, platform: str, surfaces: Sequence[str]) -> None:
        """Have more rounds asked on a platform; on those surfaces first."""
        self._ask_more(platform, surfaces)

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
        for verdict in verdicts:
            self._follow(verdict)
        now = self._clock.now()
        for case in list(self._cases.values()):
            self._check_claim(case)
            for act in calls(case, self.room, self._election.timezone, now):
                self._do_if_still_right(act)
            present, at = self._present.get(case.key), measured.get(case.platform)
            claimed = case.reached.get(Stage.CLAIMED)
            if present is None or at is None or claimed is None or not claim_is_over(case, now):
                continue
            if present.state in REFUTES_A_CLAIM and at > claimed:
                refuting = plain(replace(present, at=max(present.at, at)))
                what = {"case": case.id, "verdict": refuting}
                self._do_if_still_right(Act(Kind.CASE_CLAIM_REFUSED, what))

    def _follow(self, verdict: Verdict) -> None:
        if verdict.is_of_one_stream:
            return
        key = verdict.key.of_case
        self._present[key] = verdict
        if verdict.state not in NEEDS_A_PLATFORM and key not in self._keys:
            return
        now = self._clock.now()
        for act in follow(verdict, plain(verdict), self._cases.values(), self._election, now):
            self._do_if_still_right(act)

    def _do_if_still_right(self, act: Act) -> None:
        """Do an act of the watch's, unless what others wrote meanwhile leaves nothing to do. What is still to
        do is found again at the next tick."""
        with suppress(NotAllowed):
            self.do(act, WATCH)

    def _check_claim(self, case: Case) -> None:
        """Ask more where a claim is new; whoever wrote it, perhaps another process."""
        claim = (case.id, case.reached.get(Stage.CLAIMED))
        if case.stage is not Stage.CLAIMED or claim in self._checked:
            return
        self._checked.add(claim)
        detail = (case.verdict or {}).get("detail", {})
        surfaces = [one for one in detail.get("surfaces", case.surface or "").split(", ") if one]
        self._ask_more(case.platform, surfaces)

    # Telling contacts

    def _told(self, case: Case, act: Act, by: Actor, before: int, now: datetime) -> list[NewEvent]:
        """The links and messages that follow from an act; `before` entries are written before them."""
        if act.kind is Kind.NOTICE_RELEASED:
            contacts = [one["contact"] for one in act.what["deliveries"]]
            return self._links(case, contacts, before, now)
        if act.kind not in SUBJECTS or (act.kind is Kind.CASE_ASKED and not by.who.startswith("person:")):
            return []
        contacts = [act.what["contact"]] if act.kind is Kind.CASE_ESCALATED else list(told(case))
        if not contacts:
            return []
        entries = self._links(case, contacts, before, now)
        desk = self.room.desk(case.platform)
        language = desk.language if desk else self.room.languages[0]
        case = replace(case, verdict=act.what.get("verdict", case.verdict))
        notice = _last_notice(case)
        text = message(
            act,
            case,
            notice,
            Speech(language, self._election.timezone),
            self._election,
            self.room,
            self.next_due(case) or now,
        )
        for id in contacts:
            contact = self.room.contact(id)
            for number, channel in enumerate(contact.channels if contact else ()):
                if FORMS[channel.kind].printed:
                    continue
                place = self._head + before + len(entries) + 1
                what = {
                    "delivery": f"{case.id}.{place}.{id}.{number}",
                    "case": case.id,
                    "contact": id,
                    "channel": channel.kind,
                    "subject": text.subject,
                    "body": text.body,
                }
                entries.append(NewEvent(Kind.DELIVERY_QUEUED, "watch", what))
        return entries

    def _links(self, case: Case, contacts: Sequence[str], before: int, now: datetime) -> list[NewEvent]:
        """A link for each contact that has none that lasts."""
        have = {
            link.contact
            for link in case.links.values()
            if not link.revoked and link.expires > now + LINK_LASTS / 2
        }
        return [
            NewEvent(
                Kind.LINK_ISSUED,
                "watch",
                {
                    "link": f"L-{self._head + before + number}",
                    "case": case.id,
                    "contact": contact,
                    "expires": rfc3339(now + LINK_LASTS),
                },
            )
            for number, contact in enumerate(
                (one for one in dict.fromkeys(contacts) if one not in have), start=1
            )
        ]

    # The journal

    def catch_up(self) -> None:
        """Read what was written since."""
        while events := self._journal.read(self._head, limit=PAGE):
            for event in events:
                self._take(event)

    def _take(self, event: Event) -> None:
        self._head = event.seq
        if event.kind not in KINDS:
            return
        if event.kind in {Kind.DELIVERY_MADE, Kind.DELIVERY_FAILED}:
            known_case = self._by_delivery.get(str(event.what["delivery"]))
            ids: Sequence[str] = [] if known_case is None else [known_case]
        else:
            ids = cases_of(event)
        for id in ids:
            history = self._histories.setdefault(id, [])
            history.append(event)
            known = self._cases.get(id)
            if known is None:
                self._cases[id] = opened(event)
                self._keys.add(self._cases[id].key)
            elif event.kind is Kind.EVENT_UNDONE:
                refolded = fold(history)
                assert refolded is not None
                self._cases[id] = refolded
            else:
                self._cases[id] = after(known, event)
            self._note_deliveries(event, id)

    def _note_deliveries(self, event: Event, case: str) -> None:
        if event.kind is Kind.DELIVERY_QUEUED:
            self._by_delivery[str(event.what["delivery"])] = case
        elif event.kind is Kind.NOTICE_RELEASED:
            deliveries = event.what["deliveries"]
            assert isinstance(deliveries, list)
            for one in deliveries:
                self._by_delivery[one["id"]] = case


def _last_notice(case: Case) -> Notice | None:
    released = [one for one in case.notices.values() if one.released_at is not None]
    return released[-1] if released else None
