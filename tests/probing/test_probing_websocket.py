"""WebSocket exchanges, against real servers on loopback."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.probing.probing_servers import (
    Authority,
    Heard,
    answering,
    hear,
    http_proxy,
    reply,
    reset,
    served,
    socks_proxy,
)
from tests.probing.test_probing_http import unused_port
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from siaga.domain.failures import Failure
from siaga.platforms.conversation import Exchange
from siaga.probing.websocket import LARGEST_BODY, LARGEST_FRAME, WebSockets


@asynccontextmanager
async def relay_server(
    talk: Callable[[ServerConnection], Awaitable[None]], tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    async with serve(talk, "127.0.0.1", 0, ssl=tls, max_size=None, close_timeout=1) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"{'wss' if tls else 'ws'}://127.0.0.1:{port}/"


async def nostr(connection: ServerConnection) -> None:
    asked = await connection.recv()
    await connection.send(f'["EVENT",{asked!r}]')
    await connection.send('["EVENT",\n"two"]')
    await connection.send('["EOSE","q"]')
    await connection.send('["EVENT","after"]')
    await connection.wait_closed()


def asking(url: str, most_frames: int = 500) -> Exchange:
    return Exchange(url, ("hello",), ('["EOSE"',), most_frames, ("bye",))


async def test_frames_are_collected_one_a_line_until_the_end(authority: Authority) -> None:
    async with relay_server(nostr, authority.context("127.0.0.1")) as url:
        outcome = await WebSockets(trust=str(authority.file)).exchange(asking(url), 5)
    assert outcome.response is not None
    assert outcome.response.status == 101
    assert outcome.response.body.split(b"\n") == [
        b"[\"EVENT\",'hello']",
        b'["EVENT", "two"]',
        b'["EOSE","q"]',
    ]
    assert outcome.phases.total_ms is not None


async def test_a_farewell_is_said(authority: Authority) -> None:
    said: list[str | bytes] = []

    async def talk(connection: ServerConnection) -> None:
        await connection.send('["EOSE"]')
        async for frame in connection:
            said.append(frame)

    async with relay_server(talk) as url:
        await WebSockets().exchange(asking(url), 5)
    assert said == ["hello", "bye"]


async def test_so_many_frames_are_enough_text_or_not() -> None:
    async def endless(connection: ServerConnection) -> None:
        for _ in range(50):
            await connection.send("text")
            await connection.send(b"\x00binary")
        await connection.wait_closed()

    async with relay_server(endless) as url:
        outcome = await WebSockets().exchange(asking(url, most_frames=6), 5)
    assert outcome.response is not None
    assert outcome.response.body == b"text\ntext\ntext"


async def test_all_frames_together_are_bounded() -> None:
    async def endless(connection: ServerConnection) -> None:
        for _ in range(20):
            await connection.send("x" * 200_000)
        await connection.wait_closed()

    async with relay_server(endless) as url:
        outcome = await WebSockets().exchange(asking(url), 10)
    assert outcome.response is not None
    assert outcome.response.truncated
    assert len(outcome.response.body) <= LARGEST_BODY


async def test_a_frame_over_its_bound_cuts_the_answer() -> None:
    async def huge(connection: ServerConnection) -> None:
        await connection.send("small")
        assert await connection.recv() == "hello"
        await connection.send("x" * (LARGEST_FRAME + 1))
        await connection.wait_closed()

    async with relay_server(huge) as url:
        outcome = await WebSockets().exchange(asking(url), 5)
    assert outcome.response is not None
    assert (outcome.response.body, outcome.response.truncated) == (b"small", True)


async def test_silence_is_cut_by_the_deadline() -> None:
    async def silent(connection: ServerConnection) -> None:
        await connection.wait_closed()

    async with relay_server(silent) as url:
        outcome = await WebSockets().exchange(asking(url), 0.2)
    assert (outcome.response, outcome.failure) == (None, Failure.TIMED_OUT)


async def test_an_ordinary_close_before_the_end_leaves_what_was_said() -> None:
    async def short(connection: ServerConnection) -> None:
        await connection.send("one")

    async with relay_server(short) as url:
        outcome = await WebSockets().exchange(asking(url), 5)
    assert outcome.response is not None
    assert outcome.response.body == b"one"


async def test_a_connection_lost_midway_is_a_failure() -> None:
    async def broken(connection: ServerConnection) -> None:
        await connection.send("one")
        connection.transport.abort()

    async with relay_server(broken) as url:
        outcome = await WebSockets().exchange(asking(url), 5)
    assert outcome.failure is Failure.CONNECTION_CLOSED


async def test_a_refused_handshake_is_an_answer_with_its_status() -> None:
    async def never(connection: ServerConnection) -> None:
        raise AssertionError

    def limit(connection: ServerConnection, request: Request) -> Response:
        response = connection.respond(429, "slow down")
        response.headers["Retry-After"] = "30"
        return response

    async with serve(never, "127.0.0.1", 0, process_request=limit) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        outcome = await WebSockets().exchange(asking(f"ws://127.0.0.1:{port}/"), 5)
    assert outcome.response is not None
    assert (outcome.response.status, outcome.response.headers["retry-after"]) == (429, "30")


async def test_a_web_server_that_knows_no_websocket_answers_with_its_status() -> None:
    async with served(answering(lambda _: reply(b"<html>", 404))) as server:
        outcome = await WebSockets().exchange(asking(f"ws://127.0.0.1:{server.port}/"), 5)
    assert outcome.response is not None
    assert outcome.response.status == 404


async def test_failing_steps_are_told_apart(authority: Authority, tmp_path: Path) -> None:
    async def resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        reset(writer)

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)

    async def ssh(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9\r\n")
        await reader.read(1000)

    stranger = Authority(tmp_path, "Stranger")
    sockets = WebSockets(trust=str(authority.file))

    async def failure(url: str) -> Failure | None:
        return (await sockets.exchange(asking(url), 5)).failure

    assert await failure(f"ws://127.0.0.1:{unused_port()}/") is Failure.CONNECTION_REFUSED
    assert await failure(f"ws://localhost:{unused_port()}/") is Failure.CONNECTION_REFUSED
    assert await failure("ws://nobody.invalid/") in {Failure.DNS_NON_RECOVERABLE, Failure.DNS_TEMPORARY}
    assert await failure("ws://[/") is Failure.UNKNOWN
    async with served(resetting) as server:
        assert await failure(f"ws://127.0.0.1:{server.port}/") in {
            Failure.CONNECTION_RESET,
            Failure.CONNECTION_CLOSED,
        }
    async with served(closing) as server:
        assert await failure(f"ws://127.0.0.1:{server.port}/") is Failure.CONNECTION_CLOSED
    async with served(ssh) as server:
        assert await failure(f"ws://127.0.0.1:{server.port}/") is Failure.UNKNOWN
    async with relay_server(nostr, authority.context("example.org")) as url:
        assert await failure(url) is Failure.TLS_INVALID_HOSTNAME
    async with relay_server(nostr, stranger.context("127.0.0.1")) as url:
        assert await failure(url) is Failure.TLS_UNKNOWN_AUTHORITY
    async with relay_server(nostr, authority.context("127.0.0.1", expired=True)) as url:
        assert await failure(url) is Failure.TLS_INVALID_CERTIFICATE


async def test_an_address_family_is_pinned() -> None:
    async with relay_server(nostr) as url:
        named = url.replace("127.0.0.1", "localhost")
        assert (await WebSockets(family=4).exchange(asking(named), 5)).response is not None
        assert (await WebSockets(family=6).exchange(asking(named), 5)).response is None


async def test_proxies_carry_it_and_their_faults_are_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    taken: list[str] = []
    async with (
        relay_server(nostr) as url,
        served(http_proxy(taken)) as plain,
        served(socks_proxy(taken)) as socks,
        served(http_proxy([], 403)) as closed,
        served(socks_proxy([], 2)) as strict,
    ):
        for proxy in (f"http://127.0.0.1:{plain.port}", f"socks5h://127.0.0.1:{socks.port}"):
            outcome = await WebSockets(proxy=proxy).exchange(asking(url), 5)
            assert outcome.response is not None, proxy
        for proxy in (
            f"http://127.0.0.1:{closed.port}",
            f"socks5h://127.0.0.1:{strict.port}",
            f"http://127.0.0.1:{unused_port()}",
            f"socks5h://127.0.0.1:{unused_port()}",
        ):
            outcome = await WebSockets(proxy=proxy).exchange(asking(url), 5)
            assert outcome.failure is Failure.PROXY_REFUSED, proxy
    assert len(taken) == 2


async def test_no_proxy_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "ws_proxy", "all_proxy", "socks_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{unused_port()}")
    async with relay_server(nostr) as url:
        assert (await WebSockets().exchange(asking(url), 5)).response is not None


async def test_a_redirect_is_a_fact_and_not_a_connection() -> None:
    heard: list[Heard] = []
    async with served(answering(lambda _: reply(b"other"), heard)) as other:
        there = f"http://127.0.0.1:{other.port}/"
        async with served(answering(lambda _: reply(status=302, Location=there))) as server:
            outcome = await WebSockets().exchange(asking(f"ws://127.0.0.1:{server.port}/"), 5)
    assert heard == []
    assert outcome.response is not None
    assert (outcome.response.status, outcome.response.final_url) == (302, there)
