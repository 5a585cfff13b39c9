"""Serves a watch's pages beside the watch, in one event loop, until a signal."""

import asyncio
import errno
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from siaga.cases.room_file import RoomFile
from siaga.domain.errors import BadInput, Fault
from siaga.ports.supervision import Supervision, WatchPart
from siaga.web.app import LOCAL_HOSTS
from siaga.web.http import server


def listener(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        BadInput: the address is taken or not this machine's.
    """
    try:
        return server.listener(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            what, do = f"Port {port} on {host} is in use.", "Choose another --port."
        else:
            what, do = (
                f"Cannot listen on {host}:{port}: {error.strerror}.",
                "Choose another --host or --port.",
            )
        raise BadInput(Fault(what, do)) from None


def hosts_of(room: RoomFile, where: socket.socket) -> frozenset[str]:
    """The host names under which the pages are reached: here, and outside as the room file says."""
    outside = urlsplit(room.address).hostname
    return LOCAL_HOSTS | {where.getsockname()[0]} | ({outside} if outside else set())


async def serve(site: ASGIApp, where: socket.socket, work: Awaitable[None], supervision: Supervision) -> None:
    """Run `work` with the pages open, until it ends or a signal asks to stop. Pages that fail are
    opened anew."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    working = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        async with serving(site, where, supervision):
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


@asynccontextmanager
async def serving(site: ASGIApp, where: socket.socket, supervision: Supervision) -> AsyncIterator[None]:
    """Serve pages beside, until the block ends."""
    serve_them = partial(server.serve_pages, site, where, server.most_connections())
    pages = asyncio.ensure_future(supervision.keep(WatchPart.PAGES, serve_them))
    try:
        yield
    finally:
        pages.cancel()
        await asyncio.gather(pages, return_exceptions=True)


async def together(*works: Coroutine[object, object, None]) -> None:
    """Run them beside each other; where one ends, all do."""
    async with asyncio.TaskGroup() as tasks:
        for work in works:
            tasks.create_task(work)
