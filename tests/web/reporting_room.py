"""The acting room where people report, and how somebody does."""

import re
from collections.abc import Sequence

import httpx
from tests.web.acting_room import ActingRoom

from siaga.reporting.intake_limits import QUICKEST
from siaga.services.reports import ReportDesk

TOLD = {"platform": "x", "typed": "ganjar pranowo", "seen": "nothing", "when": "now", "place": "Solo"}


class ReportingRoom(ActingRoom):
    """The acting room, where people report."""

    reports: ReportDesk
    asked_more: list[str]

    def begin(self) -> ReportDesk:
        self.asked_more = []
        self.reports = ReportDesk(
            self.election, self.directory, self.casework, self.ask_more, self.journal, b"k" * 32, self.clock
        )
        self.more["reports"] = self.reports
        return self.reports

    def ask_more(self, platform: str, surfaces: Sequence[str]) -> None:
        self.asked_more.append(platform)

    def somebody(self, number: int = 1) -> httpx.AsyncClient:
        """A browser of somebody with an address of their own."""
        transport = httpx.ASGITransport(app=self.site(), client=(f"203.0.113.{number}", 1))
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")


def form_of(page: str) -> dict[str, str]:
    found = dict(re.findall(r'<input type="hidden" name="(form|csrf)" value="([^"]+)"', page))
    assert "form" in found
    return found


async def tell(room: ReportingRoom, number: int = 1, **more: str) -> httpx.Response:
    """Somebody fills the form in and sends it."""
    browser = room.somebody(number)
    page = (await browser.get("/en/report")).text
    room.clock.advance(QUICKEST)
    return await browser.post("/en/report", data={**TOLD, **form_of(page), **more})


def newest(room: ReportingRoom):  # type: ignore[no-untyped-def]
    return room.reports.newest(100)
