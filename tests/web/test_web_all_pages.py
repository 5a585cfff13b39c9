"""Every page: it answers, is light, says nothing too early, and calls nothing fine that was not measured."""

import gzip
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.web import sample_room as sample
from tests.web.acting_room import ActingRoom
from tests.web.all_pages import pages_of
from tests.web.browsing import asking
from tests.web.sample_room import DEBATE, room_with_events

from siaga.domain.verdicts import Counts, State
from siaga.i18n.speech import languages
from siaga.ports.site import SitePorts
from siaga.web.html.menu import Audience
from siaga.web.http.static_files import static_files

FIRST_VIEW = 100_000
"""Bytes over the wire, of a page and all that it loads, on somebody's first visit."""
PAGES = pages_of(SitePorts(room_with_events()), Audience.EVERYBODY)


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
        assert "may be missing on X; being verified" in (await inside.get("/en/room")).text
        assert "may be missing on X; being verified" in (await inside.get("/en/")).text


async def test_nothing_that_a_suspicion_rests_on_leaves_the_room(tmp_path: Path) -> None:
    began = sample.NOW - timedelta(minutes=30)
    suspected = sample.verdict(
        "x",
        "ganjar",
        State.SUSPECTED,
        evidence=12.0,
        surface="search-latest",
        counts=Counts(9, 7, 108, 1),
        onset=(began, began),
    )
    paths = ("names/x/ganjar/rounds.csv?span=6h", "platforms/x/rounds.csv?span=6h")
    with ActingRoom(tmp_path) as room:
        room.said = [suspected]
        public = room.browser()
        page = (await public.get("/en/names/x/ganjar?span=6h")).text
        measured = (await public.get("/api/v1/measurements?platform=x&subject=ganjar")).json()
        tables = [(await public.get(f"/en/{path}")).text for path in paths]
        chart = (await public.get("/en/names/x/ganjar/chart.svg?span=6h")).text
        inside = await room.signed_in("citra")
        within = (await inside.get("/en/names/x/ganjar?span=6h")).text
        known = [(await inside.get(f"/en/{path}")).text for path in paths]
    assert " 108 " not in page
    assert " 108 " in within
    assert measured == []
    assert 'class="evidence"' not in chart
    for shown, whole in zip(tables, known, strict=True):
        assert set(whole.splitlines()) - set(shown.splitlines()), "rounds since it began are withheld"
        assert shown.splitlines()[1] in whole.splitlines(), "and none before"


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


async def test_pages_are_light(alarmed: httpx.AsyncClient) -> None:
    weight = 0
    for address in ("/en/names/x/mahfud", "/static/siaga.css", "/static/chart.css", "/static/live.js",
                    "/static/states.svg", "/static/icon.svg"):  # fmt: skip
        async with alarmed.stream("GET", address) as answer:
            weight += len(b"".join([part async for part in answer.aiter_raw()]))
    assert weight < 100_000
