"""The public site: a page for everything, nothing said too early, light enough for a poor phone."""

import gzip
import io
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from PIL import Image
from starlette.types import ASGIApp
from tests.cases import case_stories as story
from tests.web import sample_room as sample
from tests.web.acting_room import ActingRoom
from tests.web.all_pages import pages_of

from siaga.cases.case import NoticeType
from siaga.cases.commands import Command
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_claimed import CaseClaimed
from siaga.cases.events.case_commented import CaseCommented
from siaga.cases.events.notice_approved import NoticeApproved
from siaga.cases.events.notice_drafted import NoticeDrafted
from siaga.cases.room_file import RoomFile
from siaga.domain.time import rfc3339
from siaga.domain.verdicts import State
from siaga.election.model import Event, EventKind
from siaga.i18n.glossary import GLOSSARY
from siaga.i18n.speech import languages
from siaga.ports.site import SitePorts
from siaga.web.app import create_site
from siaga.web.charts.window import SPANS
from siaga.web.html.menu import Audience
from siaga.web.html.tour import TOUR
from siaga.web.http.static_files import static_files

FIRST_VIEW = 100_000
"""Bytes over the wire, of a page and all that it loads, on somebody's first visit."""
DEBATE = Event(
    "debate-4",
    EventKind.DEBATE,
    "Fourth debate",
    sample.NOW - timedelta(minutes=30),
    sample.NOW + timedelta(hours=1),
    3.0,
)


def room_with_events() -> sample.SampleRoom:
    room = sample.alarmed()
    coming = replace(
        DEBATE, id="debate-5", starts=sample.NOW + timedelta(days=9), ends=sample.NOW + timedelta(days=10)
    )
    room.election = replace(room.election, events=(DEBATE, coming))
    return room


PAGES = pages_of(SitePorts(room_with_events()), Audience.EVERYBODY)


def client(app: ASGIApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8000")


def asking(room: sample.SampleRoom) -> httpx.AsyncClient:
    return client(create_site(SitePorts(room), fresh_s=0))


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("empty", [False, True])
async def test_every_page_answers_also_before_the_first_round(language: str, empty: bool) -> None:
    room = sample.SampleRoom(rounds=0) if empty else room_with_events()
    room.election = replace(room.election, events=(DEBATE,))
    async with asking(room) as browser:
        for path in pages_of(SitePorts(room), Audience.EVERYBODY):
            answer = await browser.get(f"/{language}/{path}")
            assert answer.status_code == 200, path
            assert "<h1" in answer.text, path
            assert "set-cookie" not in answer.headers, path


@pytest.mark.parametrize("path", PAGES)
async def test_the_first_view_of_a_page_is_light_enough_for_a_poor_phone(path: str) -> None:
    async with asking(room_with_events()) as browser:
        page = await browser.get(f"/en/{path}")
    loaded = set(re.findall(r'(?:href|src)="/static/([\w.]+)', page.text))
    weight = len(gzip.compress(page.content, 4))
    weight += sum(len(gzip.compress(file.read_bytes(), 4)) for file in static_files() if file.name in loaded)
    assert {"siaga.css", "live.js"} <= loaded
    assert weight < FIRST_VIEW, f"{path} weighs {weight}"


@pytest.mark.parametrize(("contestants", "platforms"), [(3, 5), (600, 5), (600, 60)])
async def test_hundreds_of_contestants_on_dozens_of_platforms_weigh_no_more(
    contestants: int, platforms: int
) -> None:
    async with asking(sample.many(contestants, platforms)) as browser:
        for path in ("", "?show=open", "platforms/p3", "contestants/c1", "names/p3/c1", "equal", "health"):
            page = await browser.get(f"/en/{path}")
            assert page.status_code == 200
            assert len(gzip.compress(page.content, 4)) < FIRST_VIEW * 0.8, path


async def test_a_suspicion_names_no_platform_in_public_and_the_room_sees_it(tmp_path: Path) -> None:
    suspected = sample.verdict("x", "ganjar", State.SUSPECTED, evidence=12.0, detail={"kind": "missing"})
    with ActingRoom(tmp_path) as room:
        room.said = [suspected]
        public = room.browser()
        for path in (
            "/en/",
            "/en/names/x/ganjar",
            "/en/platforms/x",
            "/en/contestants/ganjar-mahfud",
            "/en/history",
        ):
            text = (await public.get(path)).text
            assert "may be missing" not in text, path
            assert "Suspected" not in text, path
        told = (await public.get("/api/v1/verdicts")).json()
        assert [(one["state"], one["evidence"]) for one in told] == [("insufficient", 1.0)]
        inside = await room.signed_in("citra")
        assert "may be missing on X: checking" in (await inside.get("/en/room")).text
        assert "may be missing on X: checking" in (await inside.get("/en/")).text


async def test_what_everybody_sees_can_be_kept_by_caches_and_what_one_sees_cannot(tmp_path: Path) -> None:
    with ActingRoom(tmp_path) as room:
        public = room.browser()
        page = await public.get("/en/cases")
        assert page.headers["cache-control"] == "public, max-age=2"
        assert "Cookie" in page.headers["vary"]
        again = await public.get("/en/cases", headers={"If-None-Match": page.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        inside = await room.signed_in("citra")
        own = await inside.get("/en/cases", headers={"If-None-Match": page.headers["etag"]})
        assert (own.status_code, own.headers["cache-control"]) == (200, "no-store")


async def test_what_was_not_measured_is_nowhere_shown_as_fine() -> None:
    pages = (
        "contestants/ganjar-mahfud",
        "platforms/x",
        "platforms/x/search-latest",
        "vantages/surabaya",
        "names/x/mahfud",
    )
    health = sample.SampleRoom.health
    room = sample.SampleRoom(rounds=0)
    unmeasured = [replace(one, last_round=None) for one in health(room).streams]
    room.health = lambda: replace(health(room), streams=unmeasured, offline=[])  # type: ignore[method-assign]
    async with asking(room) as browser:
        for path in pages:
            assert 'class="icon findable"' not in (await browser.get(f"/en/{path}")).text, path
    # One platform measured and fine, the other not measured yet: the contestant is not called fine.
    half = sample.SampleRoom(said=[sample.verdict("x", one, State.FINDABLE) for one in ("ganjar", "mahfud")])
    async with asking(half) as browser:
        page = (await browser.get("/en/contestants/ganjar-mahfud")).text
    assert '<h1 class="headline"><svg class="icon insufficient"' in page


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


# Charts


async def test_a_chart_can_be_taken_along_as_svg_png_and_csv() -> None:
    async with asking(room_with_events()) as browser:
        for path in (
            "names/x/mahfud",
            "platforms/x",
            "contestants/ganjar-mahfud",
            "vantages/jakarta",
            "events/debate-4",
        ):
            svg = await browser.get(f"/en/{path}/chart.svg")
            ElementTree.fromstring(svg.content)
            assert "<style>" in svg.text
            png = await browser.get(f"/en/{path}/chart.png")
            with Image.open(io.BytesIO(png.content)) as picture:
                assert (picture.format, picture.width) == ("PNG", 1920)
                assert len(picture.convert("L").getcolors() or range(300)) > 20, (
                    "letters and shapes are drawn"
                )
            csv = await browser.get(f"/en/{path}/rounds.csv")
            assert len(csv.text.splitlines()) > 10
            assert csv.headers["content-disposition"].startswith("attachment")


async def test_what_happened_to_a_case_stands_on_the_charts_axis() -> None:
    async with asking(room_with_events()) as browser:
        svg = (await browser.get("/en/names/x/mahfud/chart.svg?span=6h")).text
        page = (await browser.get("/en/names/x/mahfud?span=6h")).text
    for kind in ("proven", "word", "claim", "refused"):
        assert f'class="mark {kind}"' in svg
    assert 'class="mark restored"' not in svg, "that was another case"
    assert "Fourth debate" in svg
    assert "said to be restored" in page
    assert 'href="/en/cases/C-2"' in page


async def test_a_case_has_the_chart_of_its_whole_time() -> None:
    async with asking(room_with_events()) as browser:
        open_case = (await browser.get("/en/cases/C-2")).text
        closed = (await browser.get("/en/cases/C-1")).text
    for kind in ("proven", "word", "claim", "refused"):
        assert f'class="mark {kind}"' in open_case
    assert 'class="mark restored"' in closed
    assert "/en/names/x/ganjar/chart.png?from=2024-01-24T" in closed


async def test_how_much_was_found_stands_beside_whether_it_was() -> None:
    async with asking(room_with_events()) as browser:
        svg = (await browser.get("/en/names/x/mahfud/chart.svg?span=6h")).text
        csv = (await browser.get("/en/names/x/mahfud/rounds.csv?span=6h")).text.splitlines()
    assert 'class="amount"' in svg
    assert 'class="beside"' in svg
    assert "Results with the name, an answer (line: controls): 18 / 17" in svg
    row = dict(zip(csv[0].split(","), csv[1].split(","), strict=True))
    assert (row["target_matching"], row["controls_matching"]) == ("90", "986")


async def test_a_stretch_of_time_is_chosen_by_links_and_kept_in_the_address() -> None:
    async with asking(room_with_events()) as browser:
        page = (await browser.get("/en/names/x/mahfud?span=24h")).text
        earlier = re.search(r'href="(\?from=[^"]+)">← earlier', page)
        assert earlier
        assert "later →" not in page, "there is nothing after now"
        there = await browser.get("/en/names/x/mahfud" + earlier[1].replace("&amp;", "&"))
        assert there.status_code == 200
        assert "later →" in there.text
        assert set(re.findall(r"\?span=(\w+)", page)) >= set(SPANS)


@pytest.mark.parametrize(
    "query",
    [
        "span=3h",
        "from=yesterday&to=now",
        "from=2024-01-25T00:00Z&to=2024-01-24T00:00Z",
        "from=2024-01-24T00:00Z&to=2024-01-24T00:01Z",
        "from=1024-01-24T00:00Z&to=2024-01-24T00:00Z",
        "from=0001-01-01T00:00Z&to=0001-01-02T00:00Z",
        "from=2024-01-24T00:00Z&to=9999-12-31T23:59-14:00",
        "from=2024-01-24T00:00Z",
        "from=99999-01-24T00:00Z&to=2024-01-24T00:00Z",
        "part=9",
        "part=-1",
    ],
)
async def test_a_stretch_that_makes_no_sense_is_refused_and_helps(query: str) -> None:
    async with asking(room_with_events()) as browser:
        answer = await browser.get(f"/en/platforms/x/chart.svg?{query}")
        assert answer.status_code in {400, 404}
        assert "Back to the overview" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "contestants/x",
        "platforms/x1",
        "platforms/x/people",
        "vantages/x",
        "events/x",
        "embed2",
        "names/x/nobody",
    ],
)
async def test_what_is_not_in_the_election_is_not_found(path: str) -> None:
    async with asking(room_with_events()) as browser:
        assert (await browser.get(f"/en/{path}")).status_code == 404


# Words


async def test_a_word_is_explained_in_place_and_in_the_glossary() -> None:
    async with asking(room_with_events()) as browser:
        glossary = (await browser.get("/en/words")).text
        method = (await browser.get("/en/method")).text
    for id, word in GLOSSARY.items():
        assert f'id="{id}"' in glossary
        assert word.label in glossary
    assert 'href="/en/words#control" data-meaning="A name outside the contest' in method


async def test_times_are_for_people_and_for_programs() -> None:
    async with asking(room_with_events()) as browser:
        page = (await browser.get("/en/cases/C-2")).text
    assert '<html lang="en" data-zone="Asia/Jakarta"' in page
    assert '<time datetime="2024-01-24T23:05:00Z">25 Jan 2024, 06:05:00</time>' in page


async def test_the_tour_leads_from_page_to_page_without_javascript() -> None:
    async with client(create_site(SitePorts(room_with_events(), touring=True), fresh_s=0)) as browser:
        page = (await browser.get("/en/")).text
        for number, stop in enumerate(TOUR, start=1):
            link = re.search(rf'href="([^"]*tour={number}#[\w-]+)"', page)
            assert link, f"stop {number}"
            address, _, part = link[1].partition("#")
            assert part == stop.part
            if stop.path in {"measure", "sign-in"}:  # not in this sample room
                page = page.replace(f"tour={number}", "")
                page += (
                    f'<a href="/en/{TOUR[number].path}?tour={number + 1}#{TOUR[number].part}">'
                    if number < len(TOUR)
                    else ""
                )
                continue
            page = (await browser.get(address)).text
            assert f'id="{part}"' in page, stop
        usual = (await asking(room_with_events()).get("/en/?tour=1")).text
        assert 'class="tour"' not in usual


# Pictures and requests


async def test_a_shared_link_brings_a_picture_of_the_present_state() -> None:
    async with asking(room_with_events()) as browser:
        page = (await browser.get("/en/")).text
        assert '<meta property="og:image" content="http://127.0.0.1:8000/en/card.png">' in page
        assert 'property="og:description" content="Mahfud MD &lt;script&gt; cannot be found as others' in page
        assert "card.png?of=mahfud" in (await browser.get("/en/cases/C-2")).text
        card = await browser.get("/en/card.png")
        with Image.open(io.BytesIO(card.content)) as picture:
            assert picture.size == (1200, 630)
        drawn = (await browser.get("/en/card.svg")).text
        assert "Mahfud MD &lt;script&gt;" in drawn
        assert card.headers["cross-origin-resource-policy"] == "cross-origin"
        assert "not found as usual" in (await browser.get("/en/badge.svg?of=mahfud")).text
        assert "found as usual" in (await browser.get("/en/badge.svg?of=anies")).text
        assert (await browser.get("/en/card.svg?of=nobody")).status_code == 404


async def test_what_to_embed_is_there_to_copy() -> None:
    async with asking(room_with_events()) as browser:
        page = (await browser.get("/id/embed?of=mahfud")).text
    assert "&lt;img src=&#34;http://127.0.0.1:8000/id/badge.svg?of=mahfud&#34;" in page


def released(room: ActingRoom) -> None:
    notice = NoticeDrafted(
        "C-1",
        notice="n1",
        type=NoticeType.RESTORE,
        language="en",
        subject="Please restore the name",
        body="Every word of it.",
        contacts=("x-oncall",),
        due=room.now() + timedelta(hours=4),
    )
    case = room.casework.do(Command(notice), story.CITRA)
    text = case.notices["n1"].text
    for who in (story.AYU, story.BIMA):
        room.casework.do(Command(NoticeApproved(case="C-1", notice="n1", text=text)), who)


@pytest.mark.parametrize(("after", "public"), [(timedelta(), True), (timedelta(hours=2), False)])
async def test_every_request_is_public_word_for_word_at_once_or_after_the_set_delay(
    tmp_path: Path, after: timedelta, public: bool
) -> None:
    with ActingRoom(tmp_path) as room:
        room.casework.room = replace(room.casework.room, publish_after=after)
        assert "No request has been sent yet" in (await room.browser().get("/en/requests")).text
        released(room)
        page = (await room.browser().get("/en/requests")).text
        assert ("Every word of it." in page) is public
        assert "To restore" in page
        digest = room.casework.cases["C-1"].notices["n1"].text
        assert digest in page, "what was sent is fixed before it is shown"
        room.later(hours=2)
        assert "Every word of it." in (await room.browser().get("/en/requests")).text


async def test_who_runs_it_is_said_in_their_own_words(tmp_path: Path) -> None:
    with ActingRoom(tmp_path) as room:
        room.casework.room = replace(
            room.casework.room, about="The commission's secretariat.", public_contact="desk@siaga.example"
        )
        page = (await room.browser().get("/en/about")).text
    assert "The commission&#39;s secretariat." in page
    assert 'href="mailto:desk@siaga.example"' in page
    assert isinstance(room.casework.room, RoomFile)


async def test_the_watch_tells_of_its_own_failures() -> None:
    async with asking(room_with_events()) as browser:
        page = (await browser.get("/en/health")).text
    assert "it runs" in page
    assert "without a word: killed, or the power went" in page


# The past


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
        assert "No case was open." in before
        then = await at(public, rfc3339(proven + timedelta(minutes=10)))
        assert "proven, " in then
        assert "platform has it" not in then
        later = await at(public, rfc3339(proven + timedelta(minutes=40)))
        assert "platform has it" in later
        assert "The platform has said that it has it." in later
        assert "A secret of the room" not in later
        inside = await room.signed_in("citra")
        assert "A secret of the room" in await at(inside, rfc3339(proven + timedelta(minutes=40)))
        assert "said to be restored" in (await public.get("/en/history")).text


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
        assert "What was known at 25 Jan 2024, 06:00:00 WIB" in page
        assert "No name was known to be missing." in page
        assert "The watch was not running then" in (await browser.get("/en/history?at=2023-01-25T06:00")).text
        assert "25 Jan 2024, 07:05:00" in (await browser.get("/en/history?at=2124-01-25T06:00")).text


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
