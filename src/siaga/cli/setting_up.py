"""Serves the set-up's pages until the watch is to start, then starts it: what `siaga setup` does."""

import asyncio
import os
import signal
import socket
from pathlib import Path

import typer
import uvloop

from siaga.cli.election_files import read_election_file
from siaga.cli.room_files import room_of
from siaga.cli.serving import listener
from siaga.cli.watching import PRIVATE, keep_watching
from siaga.composition.setup_desk import DATA, ELECTION_FILE, ROOM_FILE, SetupDesk
from siaga.domain.time import SystemClock
from siaga.web.app import LOCAL_HOSTS
from siaga.web.http.server import most_connections, serve_pages
from siaga.web.setup.app import create_setup_site
from siaga.web.setup.door import SetupDoor


def set_up(directory: Path, address: tuple[str, int]) -> None:
    """Set a directory up until a signal, or until the watch is to start; then watch until a signal.

    Raises:
        BadInput: the port cannot be had, or a file that is there has faults.
    """
    os.umask(PRIVATE)
    with listener(*address) as where:
        host, port = where.getsockname()[:2]
        is_to_start = uvloop.run(_serve(directory, where))
    if is_to_start:
        watch_from(directory, (host, port))


def watch_from(directory: Path, address: tuple[str, int]) -> None:
    """Watch by the files of a directory that was set up, until a signal.

    Raises:
        BadInput: a file has faults, or the port cannot be had.
    """
    election = read_election_file(directory / ELECTION_FILE)
    file = directory / ROOM_FILE
    has_room = file.exists()
    room = room_of(file if has_room else None, election)
    beside, data = directory if has_room else None, directory / DATA / election.id
    keep_watching(election, directory, room, beside, data, None, address, None)


async def _serve(directory: Path, where: socket.socket) -> bool:
    """Whether the watch is to start; False where a signal came first."""
    begin, stop = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    clock = SystemClock()
    with SetupDesk(directory, clock, begin.set) as desk:
        door = SetupDoor(clock)
        host, port = where.getsockname()[:2]
        site = create_setup_site(desk, door, LOCAL_HOSTS | {host})
        typer.echo(f"Open this link within an hour; it works once: http://{host}:{port}/setup/{door.link()}")
        pages = asyncio.ensure_future(serve_pages(site, where, most_connections(), measures_beside=False))
        waits = [asyncio.ensure_future(event.wait()) for event in (begin, stop)]
        try:
            await asyncio.wait({pages, *waits}, return_when=asyncio.FIRST_COMPLETED)
            if pages.done():
                pages.result()
        finally:
            for task in (pages, *waits):
                task.cancel()
            await asyncio.gather(pages, *waits, return_exceptions=True)
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
    return begin.is_set()
