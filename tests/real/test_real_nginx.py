"""A real nginx, configured as docs/operations.md says, before a real site: what visitors get."""

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp
from tests.cases import case_stories as story
from tests.probing.probing_servers import Authority
from tests.real.documented_nginx import HOST, documented_nginx
from tests.web.acting_room import PASSWORD
from tests.web.reporting_room import TOLD, ReportingRoom, form_of

from siaga.cli.serving import hosts_of
from siaga.reporting.intake_limits import OF_AN_ADDRESS, QUICKEST
from siaga.web.app import create_site
from siaga.web.cases.attachments import MOST_BYTES
from siaga.web.http import server
from siaga.web.static_site import StaticSite

pytestmark = pytest.mark.servers

PROTECTING = (
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
)
FILES = ("/en/", "/en/cases", "/en/equal.csv", "/en/events.ics", "/en/cases.atom", "/en/badge.svg")


class OutsideRoom(ReportingRoom):
    """The reporting room, with an address that the world knows."""

    outside = f"https://{HOST}"

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.changed = asyncio.Queue[int]()

    async def subscribe(self) -> AsyncIterator[int]:
        while True:
            yield await self.changed.get()


@dataclass(frozen=True, slots=True)
class BehindNginx:
    """A site and the nginx before it."""

    room: OutsideRoom
    port: int
    site_port: int
    trusted: ssl.SSLContext

    @property
    def address(self) -> str:
        """What the browser's address line says."""
        return f"https://{HOST}:{self.port}"

    def browser(self, source: str = "127.0.0.2", *, http2: bool = False) -> httpx.AsyncClient:
        """Somebody's browser, at an address of the loopback network."""
        transport = httpx.AsyncHTTPTransport(verify=self.trusted, http2=http2, local_address=source)
        host = {"Host": f"{HOST}:{self.port}"}
        browser = httpx.AsyncClient(
            transport=transport, base_url=f"https://127.0.0.1:{self.port}", headers=host
        )
        browser.event_hooks["request"].append(_name_the_host)
        return browser

    async def report(self, browser: httpx.AsyncClient, **headers: str) -> httpx.Response:
        """Somebody fills the form in and sends it, with the headers that their browser adds."""
        page = await browser.get("/en/report")
        self.room.clock.advance(QUICKEST)
        return await browser.post("/en/report", data={**TOLD, **form_of(page.text)}, headers=headers)


async def _name_the_host(request: httpx.Request) -> None:
    """Say in the TLS handshake, too, which host is meant."""
    request.extensions["sni_hostname"] = HOST


@pytest.fixture
async def behind(tmp_path: Path) -> AsyncIterator[BehindNginx]:
    """The site of a room, its public pages as files, and nginx before both."""
    directory, public = tmp_path / "nginx", tmp_path / "public"
    directory.mkdir()
    authority = Authority(directory)
    authority.context(HOST)
    (certificate,) = directory.glob("server-*.pem")
    with OutsideRoom(tmp_path) as room, server.listener("127.0.0.1", 0) as where:
        async with room.begin():
            hosts = hosts_of(replace(story.ROOM, address=room.outside), where)
            site = create_site(room.ports(), hosts, fresh_s=0)
            await StaticSite(site, room, public, "127.0.0.1").front()
            site_port = where.getsockname()[1]
            async with _serving(site, where):
                with documented_nginx(directory, site_port, certificate, public) as port:
                    trusted = ssl.create_default_context(cafile=str(authority.file))
                    yield BehindNginx(room, port, site_port, trusted)


@asynccontextmanager
async def _serving(site: ASGIApp, where: socket.socket) -> AsyncIterator[None]:
    pages = asyncio.ensure_future(server.serve_pages(site, where, 100))
    try:
        yield
    finally:
        pages.cancel()
        await asyncio.gather(pages, return_exceptions=True)


async def test_addresses_on_pages_are_those_that_the_world_knows(behind: BehindNginx) -> None:
    async with behind.browser() as browser:
        sent = {"id": "eka", "password": PASSWORD, "code": ""}
        answer = await browser.post("/en/sign-in", data=sent, headers={"Origin": behind.address})
        assert answer.status_code == 303, answer.text
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-siaga-session=")
        assert "; secure" in cookie.lower()
        page = (await browser.get("/en/reports")).text
        assert f"{behind.address}/en/report?channel=" in page
        assert "127.0.0.1" not in page
        feed = (await browser.get("/en/cases.atom")).text
        assert f"https://{HOST}/" in feed
        assert "127.0.0.1" not in feed
    async with behind.browser() as browser:
        browser.headers["Host"] = "elsewhere.example"
        assert (await browser.get("/en/?show=open")).status_code == 421


FORMS: tuple[tuple[str, dict[str, str], int], ...] = (
    ("ours", {"Sec-Fetch-Site": "same-origin"}, 303),
    ("ours", {}, 303),  # browsers of before 2023 say no Sec-Fetch-Site
    ("", {}, 303),
    ("null", {"Sec-Fetch-Site": "same-origin"}, 303),
    ("null", {}, 403),
    ("null", {"Sec-Fetch-Site": "cross-site"}, 403),
    ("https://elsewhere.example", {}, 403),
    ("ours", {"Sec-Fetch-Site": "same-site"}, 403),
)
"""What browsers say of where a form comes from, and what is answered."""


@pytest.mark.parametrize("http2", [False, True])
async def test_forms_are_taken_from_our_pages_as_browsers_send_them(behind: BehindNginx, http2: bool) -> None:
    async with behind.browser(http2=http2) as browser:
        for origin, more, status in FORMS:
            headers = {"Referer": f"{behind.address}/en/report", **more}
            if origin:
                headers["Origin"] = origin.replace("ours", behind.address)
            answer = await behind.report(browser, **headers)
            assert answer.status_code == status, headers
            assert answer.http_version == ("HTTP/2" if http2 else "HTTP/1.1")


async def test_an_event_stream_arrives_while_it_is_open(behind: BehindNginx) -> None:
    async with behind.browser() as browser, browser.stream("GET", "/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        said = answer.aiter_text()
        assert await anext(said) == "retry: 2000\n\n"
        for number in (1, 2):
            behind.room.changed.put_nowait(number)
            assert await anext(said) == f"event: changed\ndata: {number} 4\n\n"


async def test_limits_count_by_the_visitors_address_whatever_they_claim(behind: BehindNginx) -> None:
    async with behind.browser("127.0.0.2") as one_visitor, behind.browser("127.0.0.3") as another:
        for number in range(OF_AN_ADDRESS):
            claim = {"X-Forwarded-For": f"203.0.113.{number}", "Forwarded": f"for=203.0.113.{number}"}
            assert (await behind.report(one_visitor, **claim)).status_code == 303
        assert (await behind.report(one_visitor, **{"X-Forwarded-For": "203.0.113.99"})).status_code == 429
        assert (await behind.report(another)).status_code == 303


@pytest.mark.parametrize(
    ("size", "status", "sentence"),
    [
        (4_000_000, 422, "This picture cannot be used."),
        (
            MOST_BYTES,
            413,
            "What you sent is too large: text may have 128 kB, pictures 5 MB, other files 10 MB.",
        ),
        (12_000_000, 413, "Too large: pictures may have 5 MB, other files 10 MB."),
    ],
)
async def test_what_is_too_large_is_refused_with_a_sentence(
    behind: BehindNginx, size: int, status: int, sentence: str
) -> None:
    async with behind.browser() as browser:
        form = form_of((await browser.get("/en/report")).text)
        behind.room.clock.advance(QUICKEST)
        picture = {"picture": ("a.jpg", b"x" * size, "image/jpeg")}
        answer = await browser.post("/en/report", data={**TOLD, **form}, files=picture)
    assert answer.status_code == status
    assert sentence in answer.text


async def test_a_files_answer_is_as_the_sites_own(behind: BehindNginx) -> None:
    async with behind.browser() as browser, httpx.AsyncClient() as direct:
        for path in FILES:
            by_file = await browser.get(path)
            live = await direct.get(f"http://127.0.0.1:{behind.site_port}{path}")
            assert "last-modified" in by_file.headers, f"{path} does not come from a file"
            for header in (*PROTECTING, "content-type"):
                assert _plain(by_file.headers.get(header)) == _plain(live.headers.get(header)), (path, header)
            assert by_file.headers["cache-control"] == "public, max-age=2"
            assert {"cookie", "accept-encoding"} <= set(
                re.findall(r"[a-z-]+", str(by_file.headers["vary"]).lower())
            )
        assert (await browser.get("/en/")).headers["content-encoding"] == "gzip"


def _plain(header: str | None) -> str:
    return re.sub(r"\s+", "", header or "").lower()


async def test_files_are_for_the_public_and_what_has_a_query_is_asked_of_the_site(
    behind: BehindNginx,
) -> None:
    async with behind.browser() as browser:
        assert "last-modified" in (await browser.get("/en/")).headers
        assert "last-modified" not in (await browser.get("/en/?show=open")).headers
        assert "last-modified" not in (await browser.get("/en/report")).headers
        browser.cookies.set("__Host-siaga-session", "anything")
        assert "last-modified" not in (await browser.get("/en/")).headers
        assert (await browser.post("/en/", headers={"Origin": behind.address})).status_code == 405
