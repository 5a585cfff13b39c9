"""A room's pages served for real on loopback, and a real browser to look at them."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Error, sync_playwright
from starlette.types import ASGIApp
from tests.web.sample_room import LiveRoom, SampleRoom

from siaga.domain.verdicts import Verdict
from siaga.ports.site import SitePorts
from siaga.web.app import create_site

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
]


class Served:
    """A served room."""

    def __init__(self, room: SampleRoom, address: str, loop: asyncio.AbstractEventLoop) -> None:
        self.room = room
        self.address = address
        self._loop = loop

    def tell(self, said: list[Verdict]) -> None:
        """From now on these verdicts hold; open pages are told."""
        assert isinstance(self.room, LiveRoom)
        self.happen(partial(self.room.tell, said))

    def happen(self, change: Callable[[], None]) -> None:
        """Change something behind the pages, where they are served."""
        done = threading.Event()

        def change_now() -> None:
            change()
            done.set()

        self._loop.call_soon_threadsafe(change_now)
        assert done.wait(10)


@contextmanager
def served(
    room: SampleRoom,
    site: ASGIApp | None = None,
    beside: AbstractAsyncContextManager[object] | None = None,
) -> Iterator[Served]:
    """The room's pages on a free port, for the length of the block; `beside` runs in the same loop."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(
            site or create_site(SitePorts(room)),
            log_level="warning",
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
    )
    loop = asyncio.new_event_loop()

    async def run() -> None:
        async with beside or nullcontext():
            await server.serve(sockets=[listening])

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    try:
        yield Served(room, f"http://127.0.0.1:{listening.getsockname()[1]}", loop)
    finally:
        server.should_exit = True
        thread.join(20)
        loop.close()
        listening.close()
        assert not thread.is_alive()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; it can reach nothing but 127.0.0.1."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing: as root, run apt-get install --no-install-recommends chromium")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        except Error as error:
            pytest.fail(f"Chromium does not start: {error}")
        yield browser
        browser.close()
