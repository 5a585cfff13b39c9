"""A room whose cases are real: a journal, casework and accounts in a directory, one proven case."""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import httpx
from starlette.types import ASGIApp
from tests.cases import case_stories as story
from tests.web import sample_room as sample
from tests.web.browsing import fields, token

from siaga.cases.case import Case
from siaga.composition.accounts import accounts_in
from siaga.domain.time import SimulatedClock
from siaga.domain.verdicts import State
from siaga.journal.events import JournalEvent
from siaga.journal.journal import Journal
from siaga.people.links import Links
from siaga.people.roles import StaffRole
from siaga.ports.site import SitePorts
from siaga.services.cases import CaseDesk
from siaga.web.app import create_site

PASSWORD = "correct horse battery"
PEOPLE = {
    "ayu": StaffRole.APPROVER,
    "bima": StaffRole.APPROVER,
    "citra": StaffRole.OPERATOR,
    "dewi": StaffRole.WATCHER,
}

SCRIPT = '<script>alert("x")</script>'
"""What a hostile visitor writes."""


class ActingRoom(sample.SampleRoom):
    """The sample room with casework of its own. Use as a context manager."""

    outside = "http://127.0.0.1:8000"
    """Where its pages are reached."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self.directory, self._opened = directory, ExitStack()
        self.more: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self.clock = SimulatedClock(story.NOW)
        self.journal = self._opened.enter_context(
            Journal.open(f"sqlite:///{self.directory}/journal.sqlite", self.clock)
        )
        room = replace(story.ROOM, address=self.outside)
        self.casework = CaseDesk(self.election, room, self.journal, self.clock)
        self.accounts = accounts_in(self.directory, self.journal, self.clock)
        self._opened.callback(self.accounts.close)
        for id, role in PEOPLE.items():
            self.accounts.add(id, id.capitalize(), role, PASSWORD, "command-line")
        self.accounts.add("eka", "Eka", StaffRole.ADMINISTRATOR, PASSWORD, "command-line")
        self.links = Links(b"k" * 32)
        self.casework.measured(story.verdict(State.SUPPRESSED))
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def now(self) -> datetime:
        return self.clock.now()

    def cases(self) -> list[Case]:
        return list(self.casework.cases.values())

    def case_history(self, case: str) -> Sequence[JournalEvent]:
        return self.casework.history(case)

    def later(self, **span: float) -> None:
        """Time goes on."""
        self.clock.advance(timedelta(**span))

    def ports(self) -> SitePorts:
        """What its pages stand on."""
        return SitePorts(
            self,
            accounts=self.accounts,
            cases=self.casework,
            links=self.links,
            directory=self.directory,
            **self.more,
        )

    def site(self) -> ASGIApp:
        """The pages of it all."""
        return create_site(self.ports(), fresh_s=0)

    def browser(self) -> httpx.AsyncClient:
        """A browser of somebody who is not signed in."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.site()),
            base_url="http://127.0.0.1:8000",
            headers={"Accept-Language": "en"},
        )

    async def signed_in(self, id: str) -> httpx.AsyncClient:
        """A browser in which somebody is."""
        browser = self.browser()
        answer = await browser.post("/en/sign-in", data={"id": id, "password": PASSWORD, "code": ""})
        assert answer.status_code == 303, answer.text
        return browser


async def act(browser: httpx.AsyncClient, word: str, case: str = "C-1", **more: str) -> httpx.Response:
    """Send a form of a case's page, with what is typed besides."""
    address = f"/en/cases/{case}"
    page = (await browser.get(address)).text
    form = fields(page, f"{address}/{word}") if f'action="{address}/{word}"' in page else token(page)
    return await browser.post(f"{address}/{word}", data={**form, **more})


async def drafted(browser: httpx.AsyncClient, **more: str) -> httpx.Response:
    """Send the form of a new notice as it is offered."""
    page = (await browser.get("/en/cases/C-1/notice?type=restore")).text
    return await browser.post("/en/cases/C-1/notice", data={**fields(page, "/en/cases/C-1/notice"), **more})


def case(room: ActingRoom) -> Case:
    """The one case as it now is."""
    return room.casework.cases["C-1"]


async def answer_address(room: ActingRoom) -> str:
    """The path at which the platform answers, as a new link has it."""
    citra = await room.signed_in("citra")
    assert (await act(citra, "issue-link", contact="x-oncall")).status_code == 303
    page = (await citra.get("/en/cases/C-1")).text
    found = re.search(r"http://127\.0\.0\.1:8000(/en/answer/[^<]+)", page)
    assert found is not None
    return found[1]
