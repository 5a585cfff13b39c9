"""The pages of cases: the list, a public timeline, the chart, every request word for word."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.cases import case_stories as story
from tests.web import sample_room as sample
from tests.web.acting_room import ActingRoom
from tests.web.browsing import asking
from tests.web.sample_room import room_with_events

from siaga.cases.case import NoticeType
from siaga.cases.commands import Command
from siaga.cases.events.notice_approved import NoticeApproved
from siaga.cases.events.notice_drafted import NoticeDrafted


def released(room: ActingRoom) -> None:
    notice = NoticeDrafted(
        "C-1",
        notice="n1",
        type=NoticeType.RESTORE,
        language="en",
        subject="Please restore the name",
        body="Every word of it.",
        contacts=("x-oncall",),
    )
    case = room.casework.do(Command(notice), story.CITRA)
    text = case.notices["n1"].text
    for who in (story.AYU, story.BIMA):
        room.casework.do(Command(NoticeApproved(case="C-1", notice="n1", text=text)), who)


async def test_a_case_has_the_chart_of_its_whole_time() -> None:
    async with asking(room_with_events()) as browser:
        open_case = (await browser.get("/en/cases/C-2")).text
        closed = (await browser.get("/en/cases/C-1")).text
    for kind in ("proven", "word", "claim", "refused"):
        assert f'class="mark {kind}"' in open_case
    assert 'class="mark restored"' in closed
    assert "/en/names/x/ganjar/chart.png?from=2024-01-24T" in closed


async def test_times_are_for_people_and_for_programs() -> None:
    async with asking(room_with_events()) as browser:
        page = (await browser.get("/en/cases/C-2")).text
    assert '<html lang="en" data-zone="Asia/Jakarta"' in page
    assert '<time datetime="2024-01-24T23:05:00Z">25 Jan 2024, 06:05:00</time>' in page


@pytest.mark.parametrize(("after", "public"), [(timedelta(), True), (timedelta(hours=2), False)])
async def test_every_request_is_public_word_for_word_at_once_or_after_the_set_delay(
    tmp_path: Path, after: timedelta, public: bool
) -> None:
    with ActingRoom(tmp_path) as room:
        room.casework.room = replace(room.casework.room, publish_after=after)
        assert "No requests yet" in (await room.browser().get("/en/requests")).text
        released(room)
        page = (await room.browser().get("/en/requests")).text
        assert ("Every word of it." in page) is public
        assert "Requests to restore" in page
        digest = room.casework.cases["C-1"].notices["n1"].text
        assert digest in page, "what was sent is fixed before it is shown"
        room.later(hours=2)
        assert "Every word of it." in (await room.browser().get("/en/requests")).text


async def test_hundreds_of_cases_come_in_parts() -> None:
    room = sample.alarmed()
    closed = sample.case_histories()["C-1"]
    room.histories = {
        f"C-{n}": [replace(one, what={**one.what, "case": f"C-{n}"}) for one in closed] for n in range(1, 251)
    }
    async with asking(room) as browser:
        first = (await browser.get("/en/cases")).text
        last = (await browser.get("/en/cases?page=99")).text
    assert (first.count('<th scope="row">'), last.count('<th scope="row">')) == (100, 50)
    assert "C-250" in first
    assert 'href="/en/cases/C-1"' in last
    assert 'href="?page=3" aria-current="page"' in last


async def test_cases_are_listed_open_ones_first_and_each_has_its_public_timeline(
    alarmed: httpx.AsyncClient,
) -> None:
    room = sample.alarmed()
    async with asking(room) as browser:
        listed = (await browser.get("/en/cases")).text
        assert listed.index("C-2") < listed.index("C-1")
        assert "acknowledged by the platform" in listed
        assert "closed: restored and verified" in listed
        page = (await browser.get("/en/cases/C-2")).text
        for said in (
            "The platform acknowledged the notice.",
            "(undone)",
            "Cause stated by the platform: spam clean-up.",
            "A clean-up of spam took too much. &lt;script&gt;alert(1)&lt;/script&gt;",
            "Not restored when measured afterwards: Missing.",
            "please restore (case C-2)",
        ):
            assert said in page, said
        for private in ("ayu", "Dewi", "mistyped", "Mistyped"):
            assert private not in page
        assert "mohon dipulihkan (kasus C-2)" in (await browser.get("/en/cases/C-2?to=id")).text
        assert "please restore" not in (await browser.get("/en/cases/C-1")).text, "it is over"
        assert (await browser.get("/en/cases/C-9")).status_code == 404
        assert (await browser.get("/en/cases/C-2?to=xx")).status_code == 400
    assert "No open cases." in (await alarmed.get("/en/cases")).text
