"""A journal with cases whose notices were approved, and the outbox that sends them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.cases import case_stories as story

from siaga.cases.commands import Command
from siaga.cases.events.notice_approved import NoticeApproved
from siaga.cases.room_file import Contact, ContactChannel, Mail, PlatformDesk, RoomFile, Secret
from siaga.composition.outbox import outbox_of
from siaga.domain.time import Clock, SimulatedClock
from siaga.domain.verdicts import State
from siaga.journal.journal import Journal
from siaga.notifying.outbox import Outbox
from siaga.people.links import Links
from siaga.services.cases import CaseDesk

LINKS = Links(b"k" * 32)


def room_writing_through(port: int) -> RoomFile:
    """The stories' room, with a mail server on loopback."""
    return replace(story.ROOM, mail=Mail("127.0.0.1", port, "notices@siaga.example", starttls=False))


HOOK = Secret(environment="X_HOOK")
SECRETS = {HOOK: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}


def room_posting_to(port: int) -> RoomFile:
    """The stories' room, with a webhook on loopback."""
    hook = ContactChannel("webhook", f"http://127.0.0.1:{port}/hook", HOOK)
    desk = PlatformDesk("x", "en", (Contact("x-oncall", "X", (hook,)),), ("x-oncall",))
    return replace(story.ROOM, platforms=(desk,))


class Sending:
    """Casework and its outbox over one journal."""

    def __init__(self, directory: Path, journal: Journal, room: RoomFile, clock: Clock) -> None:
        self.journal, self.room, self.clock = journal, room, clock
        self.casework = CaseDesk(story.ELECTION, room, journal, clock)
        self.outbox = self.box(directory)

    def box(self, directory: Path) -> Outbox:
        return outbox_of(
            story.ELECTION, self.room, SECRETS, directory, self.casework, self.journal, LINKS, self.clock
        )

    def released(
        self,
        number: int = 1,
        body: str = "Please restore it. [[link]]\n",
        contacts: tuple[str, ...] = ("x-oncall",),
    ) -> str:
        """A proven case whose notice two people have approved; returns its id."""
        verdict = replace(story.verdict(State.SUPPRESSED), subject=f"person-{number}")
        self.casework.measured(verdict)
        case = next(one for one in self.casework.cases.values() if one.subject == verdict.subject)
        notice = f"N-{number}"
        drafted = self.casework.do(story.draft(case.id, notice, body=body, contacts=contacts), story.CITRA)
        what = {"case": case.id, "notice": notice, "text": drafted.notices[notice].text}
        for person in (story.AYU, story.BIMA):
            self.casework.do(Command(NoticeApproved(**what)), person)
        return case.id

    def said(self, *kinds: str) -> list[str]:
        return [f"{event.kind} {event.what['delivery']}" for event in self.journal.read(kinds=kinds)]


@contextmanager
def sending(
    directory: Path, port: int, clock: Clock | None = None, room: RoomFile | None = None
) -> Iterator[Sending]:
    """The same, in a directory that may hold it already."""
    clock = clock or SimulatedClock(story.NOW)
    with Journal.open(f"sqlite:///{directory}/journal.sqlite", clock) as journal:
        yield Sending(directory, journal, room or room_writing_through(port), clock)
