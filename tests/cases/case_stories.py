"""Small histories of cases for tests: an election, a room, verdicts, and a book that stands for a journal."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from siaga.cases.case import Case, NoticeType
from siaga.cases.commands import Command, decide
from siaga.cases.event import CaseEvent
from siaga.cases.events import EVENTS
from siaga.cases.events.case_opened import CaseOpened
from siaga.cases.events.case_restored import CaseRestored
from siaga.cases.events.case_verified import CaseVerified
from siaga.cases.events.notice_approved import NoticeApproved
from siaga.cases.events.notice_drafted import NoticeDrafted
from siaga.cases.fold import cases_of, fold
from siaga.cases.guards import Actor
from siaga.cases.rights import Right
from siaga.cases.room_file import Contact, ContactChannel, PlatformDesk, QuietHours, RoomFile
from siaga.cases.verdict_json import verdict_to_json
from siaga.domain.verdicts import Counts, State, Verdict
from siaga.election.model import Contestant, ContestantKind, Election, Name, NameKind, Person
from siaga.journal.events import JournalEvent, canonical_what

NOW = datetime(2024, 1, 25, 0, 0, tzinfo=UTC)
WATCH = Actor("watch", frozenset({Right.MEASURE, Right.SYSTEM}))
AYU = Actor("person:ayu", frozenset({Right.WORK, Right.APPROVE}))
BIMA = Actor("person:bima", frozenset({Right.WORK, Right.APPROVE}))
CITRA = Actor("person:citra", frozenset({Right.WORK}))
LIAISON = Actor("liaison:x-oncall", frozenset({Right.ANSWER}))

ELECTION = Election(
    id="test-2024",
    label="A test",
    country="ID",
    timezone="Asia/Jakarta",
    votes=date(2024, 2, 14),
    contestants=(
        Contestant(
            "c3", ContestantKind.TICKET, "Three", 3, (Person("mahfud", (Name("Mahfud MD", NameKind.FULL),)),)
        ),
    ),
    controls=(),
    canaries=(),
    platforms=(),
    vantages=(),
)
ROOM = RoomFile(
    "room",
    "The room",
    "https://siaga.example",
    platforms=(
        PlatformDesk(
            "x",
            "en",
            (
                Contact("x-oncall", "X on call", (ContactChannel("email", "oncall@x.example"),)),
                Contact("x-region", "X region", (ContactChannel("email", "region@x.example"),)),
            ),
            ("x-oncall", "x-region"),
        ),
    ),
)
QUIET = replace(ROOM, quiet_hours=QuietHours(time(22), time(6)))


def verdict(
    state: State, at: datetime = NOW, subject: str | None = "mahfud", since: datetime | None = None
) -> Verdict:
    return Verdict(
        at,
        "x",
        None,
        None,
        subject,
        state,
        since or at,
        1e6,
        "round-bet@1",
        Counts(10, 10, 120, 1),
        (at - timedelta(minutes=3), at),
        {"surfaces": "search-latest", "names": "mahfud"},
    )


def said(state: State, at: datetime = NOW) -> dict[str, Any]:
    return verdict_to_json(verdict(state, at))


def opening(case: str, at: datetime = NOW, **more: object) -> Command:
    what = {
        "platform": "x",
        "subject": "mahfud",
        "surface": None,
        "severity": "high",
        "verdict": said(State.SUPPRESSED, at),
    }
    return Command(CaseOpened.read({"case": case, **what, **more}))


def command(kind: str, case: str, why: str = "", **what: object) -> Command:
    """A command of any kind, from the fields as the journal holds them."""
    return Command(EVENTS[kind].read({"case": case, **what}), why)


def draft(
    case: str,
    notice: str = "N-1",
    type: NoticeType = NoticeType.RESTORE,
    body: str = "Please restore it.",
    subject: str = "A name cannot be found",
    contacts: tuple[str, ...] = ("x-oncall",),
) -> Command:
    return Command(
        NoticeDrafted(
            case=case,
            notice=notice,
            type=type,
            language="en",
            subject=subject,
            body=body,
            contacts=contacts,
        )
    )


def journalled(
    seq: int, event: CaseEvent, who: str = "watch", why: str = "", at: datetime = NOW
) -> JournalEvent:
    """An event as the journal gives it back, without its chain."""
    what = json.loads(canonical_what(event.stored()))
    return JournalEvent(seq, f"id-{seq}", at, who, event.kind, what, why, None, "", "")


@dataclass
class Book:
    """What a journal would hold, without its chain."""

    room: RoomFile = ROOM
    now: datetime = NOW
    events: list[JournalEvent] = field(default_factory=list)

    def history(self, case: str) -> list[JournalEvent]:
        return [event for event in self.events if case in cases_of(event)]

    def case(self, case: str) -> Case | None:
        return fold(self.history(case))

    def cases(self) -> dict[str, Case]:
        ids = dict.fromkeys(id for event in self.events for id in cases_of(event))
        return {id: case for id in ids if (case := self.case(id)) is not None}

    def do(self, command: Command, actor: Actor) -> Case:
        id = command.event.cases()[0]
        others = {other: case for other, case in self.cases().items() if other != id}
        for done, by in decide(self.case(id), self.history(id), command, actor, self.room, self.now, others):
            self.events.append(journalled(len(self.events) + 1, done.event, by.who, done.why, self.now))
        case = self.case(id)
        assert case is not None
        return case

    def proven(self, case: str = "C-1") -> Case:
        """A case that was opened by a finding and proven."""
        self.do(opening(case, self.now), WATCH)
        return self.do(Command(CaseVerified(case=case, verdict=said(State.SUPPRESSED, self.now))), WATCH)

    def notified(self, case: str = "C-1") -> Case:
        """... and whose platform was written to."""
        self.proven(case)
        return self.release(case)

    def release(self, case: str, notice: str = "N-1") -> Case:
        drafted = self.do(draft(case, notice), CITRA)
        text = drafted.notices[notice].text
        approval = Command(NoticeApproved(case=case, notice=notice, text=text))
        self.do(approval, AYU)
        return self.do(approval, BIMA)

    def restored(self, case: str = "C-1") -> Case:
        return self.do(Command(CaseRestored(case=case, verdict=said(State.FINDABLE, self.now))), WATCH)
