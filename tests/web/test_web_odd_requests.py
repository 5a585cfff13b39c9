"""Requests that no browser makes: each is answered in its place, and the next visitor too."""

import pytest
from tests.web.visiting import GET, ended, served, status_of


@pytest.mark.parametrize("requests", [1, 3])
async def test_what_is_no_request_is_answered_after_the_requests_before_it(requests: int) -> None:
    async with served() as visit:
        said = await ended((await visit(GET * requests + b"\x00 nonsense\r\n\r\n" * 3))[0])
        assert said.count(b"HTTP/1.1 200 OK") == requests
        assert said.rindex(b"a page") < said.index(b"HTTP/1.1 400 ")
        assert said.count(b"HTTP/1.1 ") == requests + 1


async def test_a_body_in_pieces_that_are_none_is_refused() -> None:
    async with served() as visit:
        head = b"POST /form HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        reader, _ = await visit(head + b"2\r\nab\r\nzz\r\nrubbish")
        assert (await ended(reader)).startswith(b"HTTP/1.1 400 ")


async def test_who_would_speak_another_protocol_is_answered_in_this_one() -> None:
    upgrade = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n"
    async with served() as visit:
        reader, writer = await visit(upgrade)
        assert await status_of(reader) == 200
        assert await reader.readexactly(6) == b"a page"
        writer.write(GET)
        assert await status_of(reader) in {200, 400}


async def test_a_connection_of_which_one_half_is_closed_is_over() -> None:
    async with served() as visit:
        for begun in (b"", b"GET / HTTP/1.1\r\nHost: x\r\n"):
            reader, writer = await visit(begun)
            writer.write_eof()
            assert await ended(reader) == b""


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.0\r\n\r\n", 200),
        (b"GET / HTTP/0.9\r\n\r\n", 200),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        (b"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n X: folded\r\n\r\n", 400),
        (b"GET /%ff%00 HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        (b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 200),
    ],
)
async def test_odd_requests_are_answered_and_the_next_visitor_too(sent: bytes, status: int) -> None:
    async with served() as visit:
        assert await status_of((await visit(sent))[0]) == status
        assert await status_of((await visit(GET))[0]) == 200
