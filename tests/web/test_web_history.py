"""The past as it was known at a moment."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.cases import case_stories as story
from tests.web.acting_room import ActingRoom
from tests.web.browsing import asking
from tests.web.sample_room import room_with_events

from siaga.cases.commands import Command
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_claimed import CaseClaimed
from siaga.cases.events.case_commented import CaseCommented
from siaga.domain.time import rfc3339


async def test_the_past_is_what_was_written_by_then(tmp_path: Path) -> None:
    with ActingRoom(tmp_path) as room:
        proven = room.now()
        room.later(minutes=30)
        room.casework.do(Command(CaseAcknowledged(case="C-1")), story.LIAISON)
        room.casework.do(Command(CaseCommented(case="C-1", text="A secret of the room")), story.CITRA)
        room.later(hours=5)
        room.casework.do(Command(CaseClaimed(case="C-1")), story.LIAISON)

        async def at(browser: httpx.AsyncClient, moment: str) -> str:
            answer = await browser.get(f"/en/history?at={moment}")
            assert answer.status_code == 200
            return answer.text

        public = room.browser()
        before = await at(public, rfc3339(proven - timedelta(minutes=1)))
        assert "No open cases." in before
        then = await at(public, rfc3339(proven + timedelta(minutes=10)))
        assert "proven, " in then
        assert "acknowledged by the platform" not in then
        later = await at(public, rfc3339(proven + timedelta(minutes=40)))
        assert "acknowledged by the platform" in later
        assert "The platform acknowledged the notice." in later
        assert "A secret of the room" not in later
        inside = await room.signed_in("citra")
        assert "A secret of the room" in await at(inside, rfc3339(proven + timedelta(minutes=40)))
        assert "platform says it is fixed" in (await public.get("/en/history")).text


@pytest.mark.parametrize(
    "moment",
    [
        "yesterday",
        "2024-13-01T00:00",
        "99999-01-01T00:00Z",
        "2024-01-25T00:00%2B99",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00%2B14:00",
        "1999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
    ],
)
async def test_a_moment_that_is_none_is_refused(moment: str) -> None:
    async with asking(room_with_events()) as browser:
        assert (await browser.get(f"/en/history?at={moment}")).status_code == 400


async def test_a_moment_of_a_forms_field_is_the_elections_and_one_to_come_is_now() -> None:
    async with asking(room_with_events()) as browser:
        page = (await browser.get("/en/history?at=2024-01-25T06:00")).text
        assert "Known at 25 Jan 2024, 06:00:00 WIB" in page
        assert "No name was known to be missing." in page
        assert "Monitoring was not running" in (await browser.get("/en/history?at=2023-01-25T06:00")).text
        assert "25 Jan 2024, 07:05:00" in (await browser.get("/en/history?at=2124-01-25T06:00")).text
