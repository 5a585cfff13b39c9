"""A room that is woken: cases, accounts, alerts and the outbox over one journal, and a real mail server."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

from tests.cases import case_stories as story

from siaga.cases.room_file import Mail, RoomFile, RotaTurn
from siaga.composition.accounts import accounts_in
from siaga.composition.outbox import outbox_of
from siaga.composition.people_routes import PeopleRoutes
from siaga.domain.answers import Session
from siaga.domain.credentials import MissingCredential
from siaga.domain.records import Stream
from siaga.domain.time import Clock
from siaga.domain.verdicts import State, Verdict
from siaga.election.model import PlatformWatch
from siaga.journal.journal import Journal
from siaga.people.links import Links
from siaga.people.roles import StaffRole
from siaga.ports.supervision import PartTrouble
from siaga.ports.watch import StreamHealth
from siaga.services.alerts import AlertDesk
from siaga.services.cases import CaseDesk
from siaga.services.planned_work import PlannedWorkDesk

LINKS = Links(b"k" * 32)
EVERY_DAY = frozenset(range(7))
ROTA = (
    RotaTurn("person:ayu", EVERY_DAY, time(0), time(23, 59)),
    RotaTurn("person:bima", EVERY_DAY, time(0), time(23, 59)),
)
PEOPLE = {"ayu": StaffRole.APPROVER, "bima": StaffRole.OPERATOR, "citra": StaffRole.OPERATOR}


WORKED_ON = replace(
    story.ELECTION,
    platforms=tuple(PlatformWatch(id, "x", id, "https://x.example", (), ()) for id in ("x", "y")),
)


def finding(clock: Clock) -> Verdict:
    """A name that is missing, proven now."""
    return story.verdict(State.SUPPRESSED, clock.now())


class AlertedRoom:
    """What wakes the people of one directory."""

    def __init__(self, directory: Path, journal: Journal, port: int, clock: Clock) -> None:
        self.journal, self.clock = journal, clock
        mail = Mail("127.0.0.1", port, "notices@siaga.example", starttls=False)
        self.room: RoomFile = replace(story.ROOM, mail=mail, rota=ROTA)
        self.measured: dict[str, datetime] = {}
        self.troubles: list[PartTrouble] = []
        self.missing: list[MissingCredential] = []
        self.casework = CaseDesk(story.ELECTION, self.room, journal, clock)
        self.accounts = accounts_in(directory, journal, clock)
        self.works = PlannedWorkDesk(WORKED_ON, journal, clock)
        self.desk = self.new_desk()
        people = PeopleRoutes(self.accounts, self.room, {}, LINKS)
        self.outbox = outbox_of(
            story.ELECTION, self.room, {}, directory, self.casework, journal, LINKS, clock, people=people
        )

    def new_desk(self) -> AlertDesk:
        """As after a kill: nothing is known but what the journal says."""
        return AlertDesk(
            story.ELECTION,
            self.room,
            self.journal,
            self.casework,
            self.accounts,
            LINKS,
            self.clock,
            self.streams,
            lambda: self.troubles,
            self.works,
            self.missing,
        )

    def streams(self) -> Sequence[StreamHealth]:
        """One stream of each platform that was measured at all."""
        return [
            StreamHealth(
                Stream(platform, "search-latest", "jakarta", Session.PUBLIC), timedelta(minutes=1), at, {}, at
            )
            for platform, at in self.measured.items()
        ]

    def has_people(self) -> None:
        """Three people with an address each."""
        for id, role in PEOPLE.items():
            self.accounts.add(id, id.capitalize(), role, "correct horse battery", "command-line")
            self.accounts.channels.add(id, "email", f"{id}@host.example", "en")

    def alerted(self) -> list[str]:
        """Who was alerted, in order."""
        return [str(event.what["person"])[7:] for event in self.journal.read(kinds=["person-alerted"])]


@contextmanager
def alerted_room(directory: Path, port: int, clock: Clock) -> Iterator[AlertedRoom]:
    """The room, in a directory that may hold it already."""
    with Journal.open(f"sqlite:///{directory}/journal.sqlite", clock) as journal:
        room = AlertedRoom(directory, journal, port, clock)
        with closing(room.accounts):
            yield room
