"""HTTP/2, as servers that offer it are asked: one connection for many askings, and each way to be refused."""

import asyncio
import ssl
from collections.abc import Callable

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import RequestReceived
from tests.probing.probing_servers import Authority, served

from siaga.domain.failures import Failure
from siaga.platforms.conversation import Request
from siaga.probing.http import Http, RequestOutcome

Answer = Callable[[H2Connection, int, str], bool]
"""Answers a stream's request for a path; whether the connection lives on."""


def over(http2: Answer) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert writer.get_extra_info("ssl_object").selected_alpn_protocol() == "h2"
        connection = H2Connection(H2Configuration(client_side=False))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        while data := await reader.read(65_536):
            lives = True
            for event in connection.receive_data(data):
                if isinstance(event, RequestReceived):
                    lives = http2(connection, event.stream_id, dict(event.headers)[b":path"].decode())
            writer.write(connection.data_to_send())
            await writer.drain()
            if not lives:
                return

    return handler


def fine(connection: H2Connection, stream: int, path: str) -> bool:
    connection.send_headers(stream, [(":status", "200"), ("x-limit", "7")])
    connection.send_data(stream, path.encode(), end_stream=True)
    return True


def midway(connection: H2Connection, stream: int, path: str) -> bool:
    """The connection ends in the middle of an answer."""
    connection.send_headers(stream, [(":status", "200"), ("content-length", "1000")])
    connection.send_data(stream, b"the first half")
    return False


def refused(connection: H2Connection, stream: int, path: str) -> bool:
    """The stream is ended by an error, the connection lives on."""
    connection.reset_stream(stream, ErrorCodes.INTERNAL_ERROR)
    return True


def going_away(connection: H2Connection, stream: int, path: str) -> bool:
    """The server says goodbye before any answer."""
    connection.close_connection(ErrorCodes.NO_ERROR, last_stream_id=0)
    return False


def context(authority: Authority) -> ssl.SSLContext:
    offered = authority.context("127.0.0.1")
    offered.set_alpn_protocols(["h2", "http/1.1"])
    return offered


async def get(http: Http, url: str) -> RequestOutcome:
    return await http.ask(Request(url), 10.0)


async def test_a_server_that_offers_it_is_asked_over_one_connection(
    http: Callable[..., Http], authority: Authority
) -> None:
    async with served(over(fine), tls=context(authority)) as server:  # type: ignore[arg-type]
        asked = http()
        at = f"https://127.0.0.1:{server.port}"
        first = await get(asked, f"{at}/first")
        rest = await asyncio.gather(*(get(asked, f"{at}/{number}") for number in range(20)))
    assert first.response is not None
    assert (first.response.status, first.response.headers["x-limit"]) == (200, "7")
    assert [one.response.body for one in rest if one.response] == [f"/{n}".encode() for n in range(20)]
    assert server.connections == 1


@pytest.mark.parametrize("ends", [midway, refused, going_away])
async def test_what_breaks_off_is_a_failure_and_never_an_answer(
    http: Callable[..., Http], authority: Authority, ends: Answer
) -> None:
    async with served(over(ends), tls=context(authority)) as server:  # type: ignore[arg-type]
        outcome = await get(http(), f"https://127.0.0.1:{server.port}/")
    assert outcome.response is None
    assert outcome.failure in {Failure.CONNECTION_CLOSED, Failure.CONNECTION_RESET, Failure.UNKNOWN}
