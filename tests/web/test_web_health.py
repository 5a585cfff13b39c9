"""The watch's own page: its runs, and how its controls do."""

import html
from dataclasses import replace

import httpx
import pytest
from tests.web import sample_room as sample
from tests.web.browsing import asking
from tests.web.sample_room import room_with_events

from siaga.domain.credentials import MissingCredential
from siaga.i18n.speech import Speech, languages
from siaga.ports.supervision import PartTrouble, WatchPart
from siaga.web.health.pages import PARTS


async def test_the_watch_tells_of_its_own_failures() -> None:
    async with asking(room_with_events()) as browser:
        page = (await browser.get("/en/health")).text
    assert "running" in page
    assert "ended unexpectedly (killed or power cut)" in page


async def test_the_watchs_page_says_how_its_controls_do(alarmed: httpx.AsyncClient) -> None:
    page = (await alarmed.get("/en/health")).text
    assert "Latest search: control-7, control-9 not used" in page
    assert "control-3 raised an alarm" in page
    assert "Not measured: the last rounds brought no answer." in page, "Bluesky has none"


async def test_a_spent_credit_is_said_where_people_look() -> None:
    health = sample.SampleRoom.health
    room = sample.SampleRoom()
    unpaid = [replace(budget, unpaid=True) for budget in health(room).budgets]
    room.health = lambda: replace(health(room), budgets=unpaid)  # type: ignore[method-assign]
    async with asking(room) as browser:
        assert "its API credit is used up" in (await browser.get("/en/health")).text
        assert "kredit API-nya habis" in (await browser.get("/id/health")).text
    async with asking(sample.SampleRoom()) as browser:
        assert "credit" not in (await browser.get("/en/health")).text


@pytest.mark.parametrize("language", languages())
async def test_each_part_that_fails_is_said_with_since_when(language: str) -> None:
    room = sample.SampleRoom()
    health = room.health()
    troubles = [PartTrouble(part, f"KeyError in {part}.py, line 7", sample.NOW, 3) for part in WatchPart]
    room.health = lambda: replace(health, troubles=troubles, late_rounds=140)  # type: ignore[method-assign]
    async with asking(room) as browser:
        page = (await browser.get(f"/{language}/health")).text
    speech = Speech(language, room.election.timezone)
    for part in WatchPart:
        assert html.escape(speech.say(PARTS[part])) in page
        assert f"KeyError in {part}.py, line 7" in page
    assert "140" in page


async def test_a_missing_credential_is_said_with_what_to_do_wherever_somebody_looks() -> None:
    room = sample.SampleRoom()
    health = room.health()
    lacked = MissingCredential(
        "x", "bearer", "https://x.example/keys", "SIAGA_X_BEARER_TOKEN", None, is_all=True
    )
    room.health = lambda: replace(health, missing=[lacked], offline=["surabaya"])  # type: ignore[method-assign]
    async with asking(room) as browser:
        for address in ("", "health", "platforms/x"):
            page = html.unescape((await browser.get(f"/en/{address}")).text)
            assert "X is not being measured because its API token is missing." in page, address
            assert "https://x.example/keys, set the environment variable SIAGA_X_BEARER_TOKEN" in page
            page = (await browser.get(f"/id/{address}")).text
            assert "X tidak diukur karena token API-nya belum ada." in page, address
        for address in ("", "health"):
            assert "Check its network or proxy." in (await browser.get(f"/en/{address}")).text
        page = (await browser.get("/en/platforms/bluesky")).text
        assert "API token is missing" not in page
