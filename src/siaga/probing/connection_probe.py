"""One new connection, step by step: resolve, connect, shake hands, exchange; each with a deadline of its own.

It names the step that failed exactly, where libcurl puts several causes under one word.
"""

import asyncio
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from ipaddress import ip_address
from socket import AF_INET, AF_INET6, IPPROTO_TCP, SOCK_STREAM, TCP_NODELAY, socket
from typing import Final
from urllib.parse import urlsplit

import certifi

from siaga.config.addresses import is_public
from siaga.domain.failures import Failure
from siaga.probing.dns import Resolver, Unresolved
from siaga.probing.failures.os import furthest, system_failure
from siaga.probing.tls import ByteStream, PlainStream, TlsStream

DEADLINE_S: Final = 5.0
"""For each step."""
MOST_ADDRESSES: Final = 3
"""Addresses tried, one after another."""
LARGEST_HEAD: Final = 64 * 1024
LARGEST_BODY: Final = 256 * 1024


class Operation(StrEnum):
    """The steps, in OONI's words where it has one."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS_HANDSHAKE = "tls_handshake"
    EXCHANGE = "http_round_trip"


@dataclass(frozen=True, slots=True)
class ProbeStep:
    """One step: what was done, how long it took and how it failed."""

    operation: Operation
    target: str
    """What it was done to: a host name, or an address."""
    ms: float
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """All steps of one new connection."""

    steps: tuple[ProbeStep, ...]
    addresses: tuple[str, ...] = ()
    chain: tuple[bytes, ...] = ()
    """The certificates that the server sent, DER, its own first; also where they were not accepted."""
    status: int | None = None
    body: bytes = b""
    """The body as it came over the wire, up to its bound."""
    first_byte_ms: float | None = None
    """From the request's sending to the answer's first byte."""

    @property
    def asked(self) -> int:
        """Requests that were sent: 1 if the probe came that far, else 0."""
        return sum(step.operation is Operation.EXCHANGE for step in self.steps)

    @property
    def failed(self) -> ProbeStep | None:
        """The step that ended it; None where an answer came.

        Of several addresses that could not be connected to, it is the one that was got nearest to. Where
        something failed at an address that is not of the public internet (and the host is a name), its
        resolving is what failed: DNS was answered with an address that cannot be the host's.
        """
        last = self._furthest()
        if last.failure is None:
            return None
        first = self.steps[0]
        bogus = self.addresses and not any(map(is_public, self.addresses))
        if first.operation is Operation.RESOLVE and bogus:
            return ProbeStep(first.operation, first.target, first.ms, Failure.DNS_BOGON)
        return last

    def _furthest(self) -> ProbeStep:
        """The last step; where no address could be connected to, the one that was got nearest to."""
        last = self.steps[-1]
        if last.operation is not Operation.CONNECT:
            return last
        refused = [step for step in self.steps if step.operation is Operation.CONNECT and step.failure]
        nearest = furthest(step.failure for step in refused if step.failure)
        return next((step for step in refused if step.failure is nearest), last)


class ConnectionProber:
    """Probes step by step, from this machine's own network (no proxy)."""

    def __init__(
        self,
        *,
        family: int | None = None,
        trust: str | None = None,
        agent: str = "siaga",
        resolver: Resolver | None = None,
        largest_body: int = LARGEST_BODY,
    ) -> None:
        """As `Http` takes them; `resolver` to ask other name servers than the system's."""
        self._family, self._trust, self.agent = family, trust or certifi.where(), agent
        self._resolver = resolver or Resolver()
        self.largest_body = largest_body

    async def probe(self, url: str, deadline_s: float = DEADLINE_S) -> Trace:
        """Go through the steps for an `http(s)://` or `ws(s)://` address, up to the first that fails.

        `deadline_s` is for each step.

        Raises:
            ValueError: `url` is no such address.
        """
        return await _Probe(self, url, deadline_s).run()

    async def resolve(self, host: str, deadline_s: float) -> list[str]:
        """The host's addresses.

        Raises:
            Unresolved: it has none.
        """
        return await self._resolver.addresses(host, self._family, deadline_s)

    @cached_property
    def context(self) -> ssl.SSLContext:
        """Trusts the vantage's certificates, and ignores what the environment names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self._trust)
        context.set_alpn_protocols(["http/1.1"])
        return context


class _Probe:
    """One probe in progress."""

    def __init__(self, steps: ConnectionProber, url: str, deadline_s: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https", "ws", "wss"} or not parts.hostname:
            raise ValueError(parts.scheme)
        self._with, self._deadline_s = steps, deadline_s
        self._secure = parts.scheme in {"https", "wss"}
        self._host = parts.hostname
        self._port = parts.port or (443 if self._secure else 80)
        self._authority = parts.netloc.rpartition("@")[2]
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._done: list[ProbeStep] = []
        self._addresses: tuple[str, ...] = ()
        self._chain: tuple[bytes, ...] = ()
        self._status: int | None = None
        self._body = bytearray()
        self._first_byte_ms: float | None = None

    async def run(self) -> Trace:
        connected: socket | None = None
        try:
            if await self._resolve():
                connected = await self._connect(self._addresses[:MOST_ADDRESSES])
            if connected is not None:
                channel = await self._secure_channel(connected) if self._secure else PlainStream(connected)
                if channel is not None:
                    await self._exchange(channel)
        finally:
            if connected is not None:
                connected.close()
        return Trace(
            tuple(self._done),
            self._addresses,
            self._chain,
            self._status,
            bytes(self._body),
            self._first_byte_ms,
        )

    async def _resolve(self) -> bool:
        if _is_address(self._host):
            self._addresses = (self._host,)
            return True
        began = time.monotonic()
        failure = None
        try:
            self._addresses = tuple(await self._with.resolve(self._host, self._deadline_s))
        except Unresolved as error:
            failure = error.failure
        self._note(Operation.RESOLVE, self._host, began, failure)
        return failure is None

    async def _connect(self, addresses: Sequence[str]) -> socket | None:
        for address in addresses:
            connected = socket(AF_INET6 if ":" in address else AF_INET, SOCK_STREAM)
            connected.setblocking(False)
            began = time.monotonic()
            failure: Failure | None = Failure.INTERRUPTED
            try:
                async with asyncio.timeout(self._deadline_s):
                    await asyncio.get_running_loop().sock_connect(connected, (address, self._port))
                connected.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
                failure = None
            except OSError as error:
                failure = system_failure(error)
            finally:
                if failure is not None:
                    connected.close()
            self._note(Operation.CONNECT, address, began, failure)
            if failure is None:
                return connected
        return None

    async def _secure_channel(self, connected: socket) -> TlsStream | None:
        began = time.monotonic()
        secured = TlsStream(connected, self._with.context, self._host)
        failure = None
        try:
            async with asyncio.timeout(self._deadline_s):
                await secured.handshake()
        except OSError as error:
            failure = system_failure(error)
        self._chain = secured.chain()
        self._note(Operation.TLS_HANDSHAKE, self._host, began, failure)
        return secured if failure is None else None

    async def _exchange(self, channel: ByteStream) -> None:
        began = time.monotonic()
        failure = None
        try:
            async with asyncio.timeout(self._deadline_s):
                await self._ask(channel)
        except OSError as error:
            failure = system_failure(error)
        except _NoHttp:
            failure = Failure.UNKNOWN
        except EOFError:
            failure = Failure.CONNECTION_CLOSED
        self._note(Operation.EXCHANGE, self._host, began, failure)

    async def _ask(self, channel: ByteStream) -> None:
        request = (
            f"GET {self._path} HTTP/1.1\r\nHost: {self._authority}\r\nUser-Agent: {self._with.agent}\r\n"
            "Accept: */*\r\nConnection: close\r\n\r\n"
        )
        await channel.send(request.encode())
        began = time.monotonic()
        head = bytearray()
        while (end := head.find(b"\r\n\r\n")) < 0:
            if len(head) > LARGEST_HEAD or not (b"HTTP/1."[: len(head)] == head[:7]):
                raise _NoHttp
            data = await channel.receive()
            if not data:
                raise EOFError
            if self._first_byte_ms is None:
                self._first_byte_ms = (time.monotonic() - began) * 1000
            head += data
        self._status = _status(head)
        self._body += head[end + 4 :]
        await self._receive_body(channel, _length(head[:end]))

    async def _receive_body(self, channel: ByteStream, length: int | None) -> None:
        """Up to the length it says, else to the end of the connection; never more than the bound."""
        most = self._with.largest_body if length is None else min(length, self._with.largest_body)
        while len(self._body) < most:
            data = await channel.receive()
            if not data:
                if length is not None:
                    raise EOFError
                break
            self._body += data
        del self._body[most:]

    def _note(self, operation: Operation, target: str, began: float, failure: Failure | None) -> None:
        self._done.append(ProbeStep(operation, target, (time.monotonic() - began) * 1000, failure))


class _NoHttp(Exception):
    """The answer is not HTTP/1."""


def _status(head: bytearray) -> int:
    fields = bytes(head[:64]).split(None, 2)
    if len(fields) < 2 or len(fields[1]) != 3 or not fields[1].isdigit():
        raise _NoHttp
    return int(fields[1])


def _length(head: bytearray) -> int | None:
    for line in bytes(head).split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    return None


def _is_address(host: str) -> bool:
    with suppress(ValueError):
        return bool(ip_address(host))
    return False
