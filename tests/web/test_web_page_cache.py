"""What everybody sees alike is made once and kept by caches; what one person sees is not."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from tests.web.acting_room import ActingRoom
from tests.web.all_pages import pages_of
from tests.web.browsing import client
from tests.web.sample_data import SampleData
from tests.web.sample_room import SampleRoom, case_histories, room_with_events

from siaga.ports.site import SitePorts
from siaga.web.app import create_site
from siaga.web.html.menu import Audience
from siaga.web.html.tour import TOUR_PARAMETER
from siaga.web.http.page_cache import PageCache
from siaga.web.http.session import Visitors

FILES = ("equal.csv", "equal-counts.csv", "badge.svg", "card.svg", "card.png", "cases.atom")
"""What is made once beside the pages."""


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


class Made:
    """A page that is made slowly, and how often it was."""

    def __init__(self) -> None:
        self.times, self.may_go_on = 0, asyncio.Event()
        self.may_go_on.set()

    async def __call__(self, request: Request) -> Response:
        self.times += 1
        await self.may_go_on.wait()
        if request.query_params.get("page") == "9":
            raise HTTPException(404)
        return PlainTextResponse(request.url.query)


def browser_of(made: Made, outside: str = "") -> httpx.AsyncClient:
    room = SampleRoom()
    cache = PageCache(room, 3600, Visitors(None), lambda request: outside or request.headers["host"])
    app: Any = Route("/page", cache.once(made, "page", "name"))
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, raise_app_exceptions=False), base_url="http://127.0.0.1"
    )


async def test_a_query_that_the_page_does_not_know_has_nothing_made_anew() -> None:
    made = Made()
    async with browser_of(made) as browser:
        for number in range(20):
            said = await browser.get(f"/page?x={number}&page=1&page=2&name=a&{number}&utm_source=b")
            assert said.text == "name=a&page=2"
            assert (
                await browser.get(f"/page?name=a&page={number}&page=2&tour={number + 20}")
            ).text == said.text
    assert made.times == 1


async def test_the_stops_of_the_tour_are_pages_of_their_own_and_nothing_else_of_that_word_is() -> None:
    made = Made()
    async with browser_of(made) as browser:
        for text in ("1", "01", "2", "²", "-1", "0", "abc", "999", ""):
            await browser.get("/page", params={TOUR_PARAMETER: text})
    assert made.times == 3, "the first stop, the second, and none"


async def test_what_is_being_made_is_waited_for_also_when_who_asked_first_has_gone() -> None:
    made = Made()
    made.may_go_on.clear()
    async with browser_of(made) as browser:
        first, *others = [asyncio.ensure_future(browser.get("/page?page=1")) for _ in range(5)]
        while not made.times:
            await asyncio.sleep(0)
        first.cancel()
        made.may_go_on.set()
        assert {(await other).text for other in others} == {"page=1"}
    assert made.times == 1


async def test_a_page_that_cannot_be_made_is_so_for_each_who_waits_and_is_tried_again() -> None:
    made = Made()
    made.may_go_on.clear()
    async with browser_of(made) as browser:
        asking_for_it = [asyncio.ensure_future(browser.get("/page?page=9")) for _ in range(3)]
        while not made.times:
            await asyncio.sleep(0)
        made.may_go_on.set()
        assert {(await asked).status_code for asked in asking_for_it} == {500}
        assert made.times == 1
        assert (await browser.get("/page?page=9")).is_error
    assert made.times == 2


@pytest.mark.parametrize(("outside", "times"), [("", 2), ("https://siaga.example", 1)])
async def test_an_address_that_stands_in_the_page_is_its_visitors_own(outside: str, times: int) -> None:
    made = Made()
    async with browser_of(made, outside) as browser:
        for port in ("1", "2", "1"):
            await browser.get("/page", headers={"Host": f"127.0.0.1:{port}"})
    assert made.times == times


@pytest.fixture
def ports(tmp_path: Path) -> SitePorts:
    room = replace(room_with_events(), histories=case_histories())
    return SitePorts(room, open_data=SampleData(tmp_path))


async def test_whatever_a_page_reads_of_its_address_reaches_it(
    ports: SitePorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: dict[str, object] = {}
    plain = QueryParams.get

    def get(given: QueryParams, key: Any, default: Any = None) -> Any:
        if key != TOUR_PARAMETER:
            read[key] = plain(given, key, default)
        return plain(given, key, default)

    async with client(create_site(ports, fresh_s=0)) as browser:
        for path in (*pages_of(ports, Audience.EVERYBODY), *FILES):
            address = path.partition("?")[0]
            with monkeypatch.context() as patched:
                patched.setattr(QueryParams, "get", get)
                read.clear()
                await browser.get(f"/en/{address}")
                for key in list(read):
                    read.clear()
                    await browser.get(f"/en/{address}", params={key: "given"})
                    assert read.get(key) == "given", (path, key)


async def test_a_strangers_queries_make_no_page_of_the_site_anew(ports: SitePorts) -> None:
    room = ports.watch
    assert isinstance(room, SampleRoom)
    async with client(create_site(ports, fresh_s=3600)) as browser:
        for path in (*pages_of(ports, Audience.EVERYBODY), *FILES):
            first = await browser.get(f"/en/{path}")
            if "etag" not in first.headers:
                continue
            room.rounds += 1
            query = "&x=1" if "?" in path else "?x=1"
            assert (await browser.get(f"/en/{path}{query}")).headers["etag"] == first.headers["etag"], path
