"""Asks a real server on loopback for a proxy: one HTTP/1.1 request a connection, the whole answer or none."""

import asyncio
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httptools

from siaga.domain.errors import BadInput, Fault

MOST_BODY = 32 * 1024 * 1024
PATIENCE_S = 30.0
HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "proxy-connection",
        "accept-encoding",
        "content-length",
        "host",
        "expect",
    }
)
"""Headers that are each connection's own; what is encoded could not be edited."""


class Unanswered(Exception):
    """The real server gave no whole answer."""


@dataclass(slots=True)
class UpstreamResponse:
    """What a real server said. Of repeated headers the last."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True, slots=True)
class Upstream:
    """A real server's address on loopback."""

    host: str
    port: int
    path: str

    @classmethod
    def at(cls, address: str) -> "Upstream":
        """The server at `http://127.0.0.1:PORT` (or `ws://`).

        Raises:
            BadInput: the address is no loopback address, or says no port.
        """
        try:
            parts = urlsplit(address)
            host, port = parts.hostname or "", parts.port
            sound = port is not None and parts.scheme in ("http", "ws")
            loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
        except ValueError:
            sound = loopback = False
        if not sound or not loopback:
            raise BadInput(
                Fault(
                    f"{address!r} is no server on this machine.",
                    "Give a loopback address with its port, such as http://127.0.0.1:2584.",
                )
            )
        return cls("127.0.0.1" if host == "localhost" else host, port or 0, parts.path.rstrip("/"))

    async def ask(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> UpstreamResponse:
        """Send a request for `target` (path and query) and wait for the whole answer.

        Raises:
            Unanswered: nothing or no whole answer came within `PATIENCE_S`.
        """
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._ask(method, target, headers, body)
        except (OSError, TimeoutError, httptools.HttpParserError) as error:
            raise Unanswered from error

    async def _ask(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> UpstreamResponse:
        lines = [
            f"{method} {self.path}{target} HTTP/1.1",
            f"host: {self.host}:{self.port}",
            "connection: close",
        ]
        lines += [f"{name}: {value}" for name, value in headers.items() if name not in HOP_BY_HOP]
        if body or method not in ("GET", "HEAD"):
            lines.append(f"content-length: {len(body)}")
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
            await writer.drain()
            return await _read(reader)
        finally:
            writer.close()


class _Collector:
    """httptools' callbacks, gathering one answer."""

    def __init__(self) -> None:
        self.answer = UpstreamResponse()
        self.whole = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.answer.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self.answer.body += body

    def on_message_complete(self) -> None:
        self.whole = True


async def _read(reader: asyncio.StreamReader) -> UpstreamResponse:
    collector = _Collector()
    parser = httptools.HttpResponseParser(collector)
    while not collector.whole:
        chunk = await reader.read(65_536)
        if not chunk:
            ends_with_connection = not collector.answer.headers.keys() & {
                "content-length",
                "transfer-encoding",
            }
            if parser.get_status_code() and ends_with_connection:
                break
            raise Unanswered
        parser.feed_data(chunk)
        if len(collector.answer.body) > MOST_BODY:
            raise Unanswered
    collector.answer.status = parser.get_status_code()
    return collector.answer
