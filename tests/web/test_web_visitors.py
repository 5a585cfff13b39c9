"""What visitors may do to the server of pages, and what they cannot: over real sockets."""

import asyncio
import errno
import logging
import resource
import socket

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from tests.web.visiting import GET, Site, ended, served, status_of

from siaga.web.http import connections, entrance, server
from siaga.web.http.connections import MOST_HEADER, MOST_PIPELINED


async def test_whoever_only_holds_connections_open_shuts_nobody_out() -> None:
    async with served(most=8) as visit:
        silent = [await visit(source=f"127.0.1.{number}") for number in range(20)]
        assert await status_of((await visit(GET, source="127.0.2.1"))[0]) == 200
        assert await ended(silent[0][0]) == b"", "the one that was silent longest"


async def test_who_says_nothing_costs_no_more_than_a_socket_and_leaves_when_they_like(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = list[connections.VisitorConnection]()
    begin = connections.VisitorConnection.connection_made

    def noted(self: connections.VisitorConnection, transport: asyncio.Transport) -> None:
        read.append(self)
        begin(self, transport)

    monkeypatch.setattr(connections.VisitorConnection, "connection_made", noted)
    async with served(most=20) as visit:
        silent = [await visit(source=f"127.0.1.{number}") for number in range(10)]
        for _, writer in silent[:5]:
            writer.close()
        assert await status_of((await visit(GET, source="127.0.2.1"))[0]) == 200
        assert len(read) == 1
        silent[9][1].write(GET)
        assert await status_of(silent[9][0]) == 200
        assert len(read) == 2


async def test_a_newcomer_of_a_network_that_has_its_part_comes_in_for_one_of_its_own() -> None:
    async with served(most=6) as visit:
        another, _ = await visit(source="127.0.0.3")
        silent = [(await visit())[0] for _ in range(3)]
        reader, writer = await visit(GET)
        assert await status_of(reader) == 200
        assert await ended(silent[0]) == b"", "their own that was silent longest"
        writer.close()
        assert not another.at_eof()


@pytest.mark.parametrize("trouble", [errno.EMFILE, errno.ENOMEM, errno.ECONNABORTED])
async def test_where_the_system_gives_no_connection_the_next_one_is_taken(
    trouble: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entrance, "PAUSE_S", 0.01)
    troubles, accept = [trouble], socket.socket.accept

    def taken(self: socket.socket) -> object:
        if troubles:
            raise OSError(troubles.pop(), "trouble")
        return accept(self)

    monkeypatch.setattr(socket.socket, "accept", taken)
    async with served() as visit:
        assert await status_of((await visit(GET))[0]) == 200
    assert troubles == []


async def test_a_connection_that_cannot_be_read_of_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(most=1) as visit:
        loop = asyncio.get_running_loop()
        connect = loop.connect_accepted_socket

        async def none(*_: object) -> None:
            monkeypatch.setattr(loop, "connect_accepted_socket", connect)
            raise OSError(errno.ENOMEM, "trouble")

        monkeypatch.setattr(loop, "connect_accepted_socket", none)
        assert await ended((await visit(GET))[0]) == b""
        assert await status_of((await visit(GET))[0]) == 200


async def test_with_all_connections_at_work_another_is_told_to_come_later() -> None:
    async with served(most=3) as visit:
        for number in range(3):
            reader, _ = await visit(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n", source=f"127.0.1.{number}")
            await reader.readuntil(b"begun")
        refused = await ended((await visit(GET))[0])
        assert refused.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 10" in refused


async def test_one_address_has_no_more_than_its_part_and_the_machines_own_web_server_has_all() -> None:
    async with served(most=6) as visit:
        stream = b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n"
        for _ in range(3):
            await (await visit(stream))[0].readuntil(b"begun")
        assert (await ended((await visit(GET))[0])).startswith(b"HTTP/1.1 503 ")
        assert await status_of((await visit(GET, source="127.0.0.3"))[0]) == 200
        for _ in range(3):
            await (await visit(stream, source="127.0.0.1"))[0].readuntil(b"begun")


async def test_a_header_that_does_not_end_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADER_S", 0.05)
    monkeypatch.setattr(connections, "SWEEP_S", 0.01)
    async with served() as visit:
        for begun in (b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", GET + b"GET / HT"):
            said = await ended((await visit(begun))[0])
            assert said.count(b"HTTP/1.1 200") == begun.count(GET)


async def test_a_body_that_drips_ends_the_connection_and_is_no_mistake_of_ours(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connections, "HEADER_S", 0.05)
    monkeypatch.setattr(connections, "SWEEP_S", 0.01)
    async with served() as visit:
        head = b"POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
        assert await ended((await visit(head + b"drip"))[0]) == b""
    assert caplog.records == []


async def test_a_body_that_comes_steadily_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site()
    monkeypatch.setattr(connections, "SWEEP_S", 0.01)
    async with served(site) as visit:
        reader, writer = await visit(b"POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n")
        for _ in range(30):
            writer.write(b"x" * 10_000)
            await writer.drain()
        assert await status_of(reader) == 200
    assert site.sent == [300_000]


@pytest.mark.parametrize(
    "much",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Much: " + b"x" * (MOST_HEADER + 1),
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * MOST_HEADER,
        b"GET /" + b"x" * (MOST_HEADER + 1),
        b"GET /?" + b"x" * (MOST_HEADER + 1) + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        GET * (MOST_PIPELINED + 3),
    ],
)
async def test_more_than_any_request_needs_is_refused(much: bytes) -> None:
    async with served() as visit:
        assert b"HTTP/1.1 431 " in await ended((await visit(much))[0])
        assert await status_of((await visit(GET))[0]) == 200


async def test_a_few_requests_at_once_in_one_connection_are_answered_in_order() -> None:
    async with served() as visit:
        reader, _ = await visit(GET * 3)
        for _ in range(3):
            assert await status_of(reader) == 200
            assert await reader.readexactly(6) == b"a page"


async def test_fields_that_follow_a_body_are_no_headers_and_have_an_end() -> None:
    site = Site()
    chunked = b"POST /form HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n"
    async with served(site) as visit:
        assert await status_of((await visit(chunked + b"Cookie: a=b\r\n\r\n"))[0]) == 200
        assert b"HTTP/1.1 431 " in await ended((await visit(chunked + b"X: y\r\n" * MOST_HEADER))[0])
    assert site.sent[0] == 2


@pytest.mark.parametrize(
    "junk", [b"\x16\x03\x01\x02\x00\x01\x00\x01", b"GET\r\n\r\n", b"\r\n\r\n\x00\r\n\r\n"]
)
async def test_what_is_no_request_is_answered_as_such_and_fills_no_log(
    junk: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with served() as visit:
        assert (await ended((await visit(junk))[0])).startswith(b"HTTP/1.1 400 ")
    assert caplog.records == []


async def test_a_reader_that_takes_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "STALLED_S", 0.05)
    monkeypatch.setattr(connections, "SWEEP_S", 0.01)
    left: asyncio.Queue[None] = asyncio.Queue()
    leave = connections.Connections.leave

    def noted(self: connections.Connections, connection: connections.VisitorConnection) -> None:
        leave(self, connection)
        left.put_nowait(None)

    monkeypatch.setattr(connections.Connections, "leave", noted)
    async with served() as visit:
        _, writer = await visit()
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        await left.get()


async def test_a_reader_who_leaves_in_the_middle_is_no_mistake_of_ours(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with served() as visit:
        for path in (b"/large", b"/stream"):
            reader, writer = await visit(b"GET %b HTTP/1.1\r\nHost: x\r\n\r\n" % path)
            await reader.readuntil(b"\r\n\r\n")
            writer.transport.abort()
        _, writer = await visit(b"POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf")
        writer.transport.abort()
        assert await status_of((await visit(GET))[0]) == 200
    assert caplog.records == []


async def test_a_mistake_of_ours_is_said_once_by_its_place_and_others_are_served(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with served() as visit:
        for _ in range(3):
            await ended((await visit(b"GET /fault HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))[0])
        assert await status_of((await visit(GET))[0]) == 200
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "ZeroDivisionError in visiting.py" in caplog.text
    assert "Traceback" not in caplog.text


def test_the_sockets_that_visitors_come_by_give_up_on_who_is_gone() -> None:
    with server.listener("127.0.0.1", 0) as where:
        assert where.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == server.GONE_MS


@pytest.mark.parametrize(
    ("soft", "hard", "raised", "most"),
    [(1024, 1024, None, 512), (1024, 4096, 4096, 3584), (256, 256, None, 64), (1024, -1, 65_536, 4_000)],
)
def test_visitors_leave_files_for_measuring_whatever_the_limit(
    soft: int, hard: int, raised: int | None, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    new: list[int] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: new.append(limits[0]))
    assert server.most_connections() == most
    assert new == ([] if raised is None else [raised])


async def test_whoever_is_refused_while_still_sending_reads_why() -> None:
    async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("too large", 413)(scope, receive, send)

    size = 8_000_000
    head = b"POST /form HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % size
    async with served(refusing) as visit:
        reader, writer = await visit(head)
        for _ in range(8):
            writer.write(b"x" * (size // 8))
            await writer.drain()
        said = await ended(reader)
        assert said.startswith(b"HTTP/1.1 413 ")
        assert said.endswith(b"too large")


async def test_of_a_body_without_end_only_so_much_is_taken_before_it_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("siaga.web.http.whole_requests.MOST_DISCARDED", 1_000)

    async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("too large", 413)(scope, receive, send)

    head = b"POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n"
    async with served(refusing) as visit:
        reader, _ = await visit(head + b"x" * 2_000)
        assert await status_of(reader) == 413
