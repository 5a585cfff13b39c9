"""Pages as people see them: one Chromium, opened by a visit, driven no further than its first page.

Playwright drives it and is asked for only here: it comes with the extra `siaga[browser]`. A visit gets a
session of its own (no cookies, no storage, no downloads, no pop-ups), looks, takes a picture and leaves.
"""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from siaga.domain.errors import BadInput, Fault
from siaga.domain.failures import Failure
from siaga.platforms.conversation import Page, PageVisit, Response, VisibleElement
from siaga.probing.failures.browser import failure_of, phases_of
from siaga.probing.http import RequestOutcome
from siaga.probing.visit_guard import VisitGuard

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Page as Tab

LARGEST_PAGE: Final = 2 * 1024 * 1024
"""Characters of HTML kept."""
LARGEST_LOAD: Final = 32 * 1024 * 1024
"""Bytes that a visit may load, all told; then it is stopped."""
MOST_SEEN: Final = 200
LONGEST_TEXT: Final = 20_000
AGAIN_AFTER_S: Final = 0.1
"""Between two looks at a page. What two looks in a row see alike has settled."""
PICTURE_S: Final = 5.0
LEAVING_S: Final = 2.0
"""Of a visit's time, kept for the picture: a page that came but never settles is an answer all the same."""
CLOSING_S: Final = 5.0
_PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS: Final = (
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-pings",
    "--disable-extensions",
    "--gaia-url=http://127.0.0.1:9/",
    "--component-updater=url-source=http://127.0.0.1:9/",
    "--apps-gallery-update-url=http://127.0.0.1:9/",
)
_ENVIRONMENT: Final = ("HOME", "LANG", "PATH", "TMPDIR")
"""All that Chromium is told of our environment: no proxy, no trust, no place to log keys."""
_VIEW: Final = {"width": 1280, "height": 1600}
_LOOK: Final = """({looks, most, longest, largest}) => {
  const visible = e => e.getClientRects().length > 0 && getComputedStyle(e).visibility === 'visible';
  const text = e => (e ? e.innerText ?? e.textContent ?? '' : '').slice(0, longest);
  const seen = looks.map(({elements, text: within, time, holding}) =>
    Array.from(document.querySelectorAll(elements)).filter(visible)
      .filter(e => !holding || text(e).toLowerCase().includes(holding.toLowerCase()))
      .slice(0, most).map(e => [
      text(within ? e.querySelector(within) : e),
      time ? (e.querySelector(time)?.getAttribute('datetime') ?? null) : null,
    ]));
  const html = document.documentElement ? document.documentElement.outerHTML : '';
  return {seen, html: html.slice(0, largest), cut: html.length > largest};
}"""


def not_switched_on() -> BadInput:
    """The fault where a page has to be visited and the browser is not switched on."""
    return BadInput(
        Fault(
            "The platform needs a browser, which is not switched on.", "Switch it on, or remove the platform."
        )
    )


@asynccontextmanager
async def launched(
    *,
    proxy: str | None = None,
    program: str | None = None,
    resolver_rules: str | None = None,
    most_tabs: int = 4,
) -> AsyncIterator["Browser"]:
    """A browser for one vantage, for the length of a block.

    Args:
        proxy: as `Http` takes it; Chromium resolves names where a SOCKS proxy stands.
        program: Chromium's path; otherwise it is looked for.
        resolver_rules: Chromium's `--host-resolver-rules`, such as to reach nothing but 127.0.0.1.
        most_tabs: pages open at once; each takes about a hundred megabytes.

    Raises:
        BadInput: Playwright or Chromium is not there or does not start, or the proxy cannot be used by it.
    """
    try:
        from playwright.async_api import Error, async_playwright  # noqa: PLC0415
    except ImportError:
        what = "A browser is switched on, but Playwright is not installed."
        raise BadInput(Fault(what, 'Install it: pip install "siaga[browser]".')) from None
    program = program or next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        what = "A browser is switched on, but Chromium is not installed."
        raise BadInput(Fault(what, "As root: apt-get install --no-install-recommends chromium."))
    through = _proxy(proxy)
    async with async_playwright() as playwright:
        try:
            chromium = await playwright.chromium.launch(
                executable_path=program,
                args=_arguments(proxy, resolver_rules),
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                **through,
            )
        except Error as error:
            what = f"Chromium does not start: {error.message.splitlines()[0][:200]}"
            raise BadInput(Fault(what, f"Try {program} --version by hand.")) from None
        try:
            yield Browser(chromium, proxied=proxy is not None, most_tabs=most_tabs)
        finally:
            with suppress(Error, TimeoutError):
                async with asyncio.timeout(CLOSING_S):
                    await chromium.close()


def _arguments(proxy: str | None, resolver_rules: str | None) -> list[str]:
    arguments = list(_ARGUMENTS)
    if os.geteuid() == 0:  # Chromium's sandbox refuses root
        arguments.append("--no-sandbox")
    if proxy is None:
        arguments.append("--no-proxy-server")
    if resolver_rules is not None:
        arguments.append(f"--host-resolver-rules={resolver_rules}")
    return arguments


def _proxy(proxy: str | None) -> dict[str, Any]:
    if proxy is None:
        return {}
    parts = urlsplit(proxy)
    scheme = "socks5" if parts.scheme == "socks5h" else parts.scheme
    if scheme == "socks5" and parts.username:
        what = "Chromium cannot sign in at a SOCKS proxy."
        raise BadInput(Fault(what, "Use an HTTP proxy, or a SOCKS proxy without a password."))
    told = {"server": f"{scheme}://{parts.netloc.rpartition('@')[2]}", "bypass": "<-loopback>"}
    if parts.username:
        told |= {"username": parts.username, "password": parts.password or ""}
    return {"proxy": told}


class Browser:
    """A running Chromium. `launched` makes it."""

    def __init__(self, chromium: "Chromium", *, proxied: bool, most_tabs: int) -> None:
        self._chromium, self._proxied = chromium, proxied
        self._tabs = asyncio.Semaphore(most_tabs)

    async def visit(self, asked: PageVisit, deadline_s: float) -> RequestOutcome:
        """Open a page and look; ends by `deadline_s` seconds from now at the latest."""
        if urlsplit(asked.url).scheme not in {"http", "https"}:
            return RequestOutcome(None, Failure.UNKNOWN, phases_of(None, 0.0))
        began = time.monotonic()
        latest = asyncio.get_running_loop().time() + deadline_s - LEAVING_S
        going = _VisitInProgress(asked, latest, proxied=self._proxied)
        failure: Failure | None = None
        try:
            async with asyncio.timeout(max(deadline_s, 0)), self._tabs:
                failure = await self._in_a_tab(going)
        except TimeoutError:
            failure = Failure.TIMED_OUT
        total = (time.monotonic() - began) * 1000
        response = going.response if failure is None else None
        return RequestOutcome(response, failure, phases_of(going.timing, total))

    async def _in_a_tab(self, going: "_VisitInProgress") -> Failure | None:
        context = await self._chromium.new_context(
            accept_downloads=False,
            service_workers="block",
            locale=going.asked.language,
            viewport=_VIEW,  # type: ignore[arg-type]
        )
        try:
            return await going.run(await context.new_page())
        finally:
            closing = asyncio.ensure_future(context.close())
            with suppress(Exception):  # a page may hold its tab; Chromium's end takes it along
                await asyncio.wait_for(asyncio.shield(closing), CLOSING_S)


class _VisitInProgress:
    """One visit in progress."""

    def __init__(self, asked: PageVisit, latest: float, *, proxied: bool) -> None:
        self.asked, self._latest = asked, latest
        self.timing: Mapping[str, float] | None = None
        self.response: Response | None = None
        self._proxied = proxied
        self._guard = VisitGuard(asked.url, proxied=proxied)
        self._status = 0
        self._headers: dict[str, str] = {}
        self._loaded = 0
        self._too_large = False

    async def run(self, tab: "Tab") -> Failure | None:
        """Open, look until it has settled, take a picture; the failure where no page came."""
        from playwright.async_api import Error  # noqa: PLC0415

        await self._watch(tab)
        try:
            answer = await tab.goto(self.asked.url, wait_until="commit", timeout=0)
            if answer is not None:
                self.timing = cast(Mapping[str, float], answer.request.timing)
        except Error as error:
            if self._guard.refused_page:  # a fact: where it leads, and nobody asked there
                self.response = Response(self._status or 302, self._headers, b"", self._guard.refused_page)
                return None
            failure = failure_of(error.message, proxied=self._proxied)
            if failure is Failure.UNKNOWN and self._status:  # an answer that is no page, such as a download
                self.response = Response(self._status, self._headers, b"", tab.url or self.asked.url)
                return None
            return failure
        looked = await self._look_until_settled(tab)
        picture = await self._picture(tab)
        seen = tuple(
            tuple(VisibleElement(str(text), when) for text, when in found) for found in looked["seen"]
        )
        self.response = Response(
            self._status,
            self._headers,
            looked["html"].encode("utf-8", "surrogatepass"),
            tab.url,
            looked["cut"] or self._too_large,
            Page(seen, picture),
        )
        return None

    async def _watch(self, tab: "Tab") -> None:
        """Know the last answer for the page itself, count what is loaded, let no pop-up live."""
        tab.on("popup", lambda popup: asyncio.ensure_future(_close(popup)))
        tab.on("response", lambda answer: self._take_answer(tab, answer))
        wire = await tab.context.new_cdp_session(tab)
        await wire.send("Network.enable")
        await self._guard.watch(wire)

        def loaded(event: dict[str, Any]) -> None:
            self._loaded += int(event["dataLength"])
            if self._loaded > LARGEST_LOAD and not self._too_large:
                self._too_large = True
                asyncio.ensure_future(_stop(wire))  # noqa: RUF006

        wire.on("Network.dataReceived", loaded)

    def _take_answer(self, tab: "Tab", answer: Any) -> None:
        with suppress(Exception):  # a frame that is gone already
            if answer.frame == tab.main_frame and answer.request.is_navigation_request():
                self._status, self._headers = answer.status, dict(answer.headers)

    async def _look_until_settled(self, tab: "Tab") -> dict[str, Any]:
        """What is seen once it stays the same and something looked for is there, or the time is over."""
        loop = asyncio.get_running_loop()
        over = min(loop.time() + self.asked.wait_s, self._latest)
        before: tuple[str, Any] | None = None
        while True:
            looked = await self._look(tab)
            now = (tab.url, looked["seen"])
            there = any(looked["seen"]) or self._at_an_end(tab.url)
            if (there and now == before) or self._too_large or loop.time() >= over:
                return looked
            before = now
            await asyncio.sleep(AGAIN_AFTER_S)

    async def _look(self, tab: "Tab") -> dict[str, Any]:
        from playwright.async_api import Error  # noqa: PLC0415

        looks = [asdict(look) for look in self.asked.looks]
        told = {"looks": looks, "most": MOST_SEEN, "longest": LONGEST_TEXT, "largest": LARGEST_PAGE}
        with suppress(Error):  # the page went on to another address meanwhile
            looked: dict[str, Any] = await tab.evaluate(_LOOK, told)
            return looked
        return {"seen": [[] for _ in looks], "html": "", "cut": False}

    def _at_an_end(self, url: str) -> bool:
        return any(fnmatchcase(url, pattern) for pattern in self.asked.ends)

    async def _picture(self, tab: "Tab") -> bytes:
        from playwright.async_api import Error  # noqa: PLC0415

        with suppress(Error):
            return await tab.screenshot(timeout=PICTURE_S * 1000, animations="disabled")
        return b""


async def _close(popup: "Tab") -> None:
    with suppress(Exception):
        await popup.close()


async def _stop(wire: Any) -> None:
    with suppress(Exception):
        await wire.send("Page.stopLoading")
        await wire.send("Network.setBlockedURLs", {"urls": ["*"]})
