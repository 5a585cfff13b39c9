"""A connection that ends at any step, by FIN or by RST, is named by that; by each way of asking."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from tests.probing.probing_servers import Authority, Handler, hear, reset, served

from siaga.domain.failures import Failure
from siaga.platforms.conversation import Exchange, Request
from siaga.probing.connection_probe import ConnectionProber
from siaga.probing.http import Http
from siaga.probing.websocket import WebSockets

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
PART = {"accepting": None, "asked": b"", "head": HEAD[:30], "body": HEAD + b"Content-Length: 10\r\n\r\nabc"}
"""Where it ends: at once, after the request, within the head, within the body; and what was said before."""


def ending(step: str, by_reset: bool) -> Handler:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = PART[step]
        if said is not None:
            await hear(reader)
            writer.write(said)
            await writer.drain()
        if by_reset:
            reset(writer)

    return handler


def at_hello(by_reset: bool, alert: bytes = b"") -> Handler:
    """Ends when the ClientHello was heard."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        header = await reader.readexactly(5)
        await reader.readexactly(int.from_bytes(header[3:], "big"))
        writer.write(alert)
        await writer.drain()
        if by_reset:
            reset(writer)

    return handler


async def by_http(url: str, authority: Authority) -> Failure | None:
    http = Http(trust=str(authority.file))
    try:
        return (await http.ask(Request(url), 5)).failure
    finally:
        http.close()


async def by_steps(url: str, authority: Authority) -> Failure | None:
    failed = (await ConnectionProber(trust=str(authority.file)).probe(url, 5)).failed
    return failed.failure if failed else None


async def by_websocket(url: str, authority: Authority) -> Failure | None:
    asked = Exchange(url.replace("http", "ws", 1), ("hello",), ('["EOSE"',))
    return (await WebSockets(trust=str(authority.file)).exchange(asked, 5)).failure


Way = Callable[[str, Authority], Awaitable[Failure | None]]
WAYS = pytest.mark.parametrize("way", [by_http, by_steps, by_websocket])


@WAYS
@pytest.mark.parametrize("by_reset", [False, True], ids=["FIN", "RST"])
@pytest.mark.parametrize("step", PART)
@pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
async def test_a_connection_that_ends_at_a_step(
    way: Way, step: str, by_reset: bool, secure: bool, authority: Authority
) -> None:
    tls = authority.context("127.0.0.1") if secure else None
    async with served(ending(step, by_reset), tls=tls) as server:
        failure = await way(f"http{'s' if secure else ''}://127.0.0.1:{server.port}/", authority)
    allowed = {Failure.CONNECTION_RESET} if by_reset else {Failure.CONNECTION_CLOSED}
    if step == "accepting":
        allowed |= {Failure.CONNECTION_RESET}  # what we sent meets a closed socket
    assert failure in allowed


@pytest.mark.parametrize(
    ("way", "host"),
    [
        (by_http, "127.0.0.1"),
        (by_steps, "127.0.0.1"),
        (by_websocket, "127.0.0.1"),
        (by_http, "localhost"),
        (by_websocket, "localhost"),
    ],
)
@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (at_hello(by_reset=False), Failure.CONNECTION_CLOSED),
        (at_hello(by_reset=True), Failure.CONNECTION_RESET),
        (at_hello(by_reset=False, alert=bytes([21, 3, 3, 0, 2, 2, 40])), Failure.TLS_HANDSHAKE),
    ],
    ids=["FIN", "RST", "alert"],
)
async def test_a_handshake_that_ends_at_the_client_hello(
    way: Way, handler: Handler, expected: Failure, host: str, authority: Authority
) -> None:
    """libcurl tries ::1 of localhost first, where nothing listens: that refusal is not the answer."""
    async with served(handler) as server:
        failure = await way(f"https://{host}:{server.port}/", authority)
    assert failure is expected
