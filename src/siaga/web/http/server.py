"""The server of pages: bounded, so that what runs beside it does not depend on who visits."""

import asyncio
import logging
import resource
import socket
from contextlib import nullcontext
from functools import partial
from typing import Final

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from siaga.web.http.admission import Admission
from siaga.web.http.connections import IDLE_S, Connections, VisitorConnection
from siaga.web.http.entrance import Entrance
from siaga.web.http.own_faults import OwnFaults
from siaga.web.http.whole_requests import WholeRequests

MOST_CONNECTIONS: Final = 4_000
OF_AN_ADDRESS: Final = 500
"""Connections of one address: behind one may be a whole phone network."""
CONNECTIONS: Final = "siaga.connections"
"""In the scope of a request: how many connections are open."""
KEPT_FILES: Final = 512
"""Open files that measuring keeps: connections to platforms, the store, the journal, what is written."""
MOST_FILES: Final = 65_536
BACKLOG: Final = 4_096
"""Connections that may wait to be taken: from the start on, so that whoever is told the address is let in."""
GONE_MS: Final = 30_000
"""Milliseconds after which what was sent and not acknowledged ends a connection: the visitor is gone."""


def listener(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        OSError: the address is taken or not this machine's.
    """
    found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE_MS)
        found.bind((host, port))
        found.listen(BACKLOG)
    except OSError:
        found.close()
        raise
    return found


def most_connections() -> int:
    """How many connections visitors may have, so that the process's files suffice for all the rest too.

    Raises the limit of open files as far as this user may.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    files = MOST_FILES if soft == resource.RLIM_INFINITY else soft
    return min(MOST_CONNECTIONS, max(files - KEPT_FILES, files // 4))


async def serve_pages(
    site: ASGIApp, where: socket.socket, connections: int, measures_beside: bool = True
) -> None:
    """Serve a site until cancelled; `where` stays open, so that it can be served again. Where nothing is
    measured beside, pages may take all the time that they need."""
    # What a visitor sends is not worth a line of the log each time; our own mistakes are said by OwnFaults.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    all_connections = Connections(connections, min(OF_AN_ADDRESS, max(connections // 2, 1)))

    async def counted(scope: Scope, receive: Receive, send: Send) -> None:
        scope[CONNECTIONS] = len(all_connections)
        await site(scope, receive, send)

    answered = OwnFaults(counted)
    config = uvicorn.Config(
        WholeRequests(Admission(answered) if measures_beside else answered),
        log_config=None,
        lifespan="off",
        access_log=False,
        ws="none",
        timeout_keep_alive=int(IDLE_S),
        timeout_graceful_shutdown=2,
    )
    config.load()
    server = uvicorn.Server(config)
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
    # uvicorn would take the process's signals for itself; here the watch decides.
    protocol = partial(
        VisitorConnection, all_connections, config=config, server_state=server.server_state, app_state={}
    )
    entrance = Entrance(where, all_connections, protocol)
    sweeping = asyncio.ensure_future(all_connections.keep())
    pages = asyncio.ensure_future(server.serve(sockets=[]))
    try:
        entrance.open()
        await asyncio.shield(pages)
    finally:
        await entrance.close()
        server.should_exit = True
        await asyncio.gather(pages, return_exceptions=True)
        sweeping.cancel()
        await asyncio.gather(sweeping, return_exceptions=True)
