"""One WebSocket exchange: frames out, frames in until the end, all bounded."""

import asyncio
import errno
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

import certifi
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    ConnectionClosedError,
    InvalidMessage,
    InvalidStatus,
    ProxyError,
    WebSocketException,
)

from siaga.domain.failures import Failure
from siaga.platforms.conversation import Exchange, Response
from siaga.probing.addresses import redirected_to
from siaga.probing.failures.curl import Phases
from siaga.probing.failures.os import system_failure
from siaga.probing.http import RequestOutcome

LARGEST_FRAME: Final = 512 * 1024
LARGEST_BODY: Final = 2 * 1024 * 1024
_ONE_LINE: Final = bytes.maketrans(b"\r\n", b"  ")
_TOO_BIG: Final = 1009
"""The close code that we send where a frame is over its bound (RFC 6455, section 7.4.1)."""


class WebSockets:
    """WebSockets for one vantage: its proxy, address family and trust, as `Http` takes them."""

    def __init__(
        self,
        *,
        proxy: str | None = None,
        family: int | None = None,
        trust: str | None = None,
        agent: str = "siaga",
    ) -> None:
        self._proxy, self._agent = proxy, agent
        self._trust = trust or certifi.where()
        self._family = {None: socket.AF_UNSPEC, 4: socket.AF_INET, 6: socket.AF_INET6}[family]

    async def exchange(self, asked: Exchange, deadline_s: float) -> RequestOutcome:
        """Hold the exchange; the response's body has the frames, one a line."""
        began = time.monotonic()
        frames = _Frames(asked)
        response: Response | None = None
        failure: Failure | None = None
        try:
            connecting = self._connecting(asked.url)
        except (ValueError, WebSocketException):  # no address at all
            return RequestOutcome(None, Failure.UNKNOWN, Phases(total_ms=0.0))
        try:
            async with asyncio.timeout(max(deadline_s, 0)), connecting as connection:
                await _hold(connection, asked, frames)
                response = frames.response()
        except InvalidStatus as refused:
            response = _refusal(refused, asked.url)
        except ConnectionClosedError as closed:
            if closed.sent is not None and closed.sent.code == _TOO_BIG:
                response = frames.response(truncated=True)
            else:
                failure = connecting.lost_by_reset or Failure.CONNECTION_CLOSED
        except (OSError, EOFError, ValueError, WebSocketException) as error:
            if response is None:  # what fails while closing takes nothing back
                failure = connecting.lost_by_reset or _failure_of(error, proxied=self._proxy is not None)
        return RequestOutcome(response, failure, Phases(total_ms=(time.monotonic() - began) * 1000))

    def _connecting(self, url: str) -> "_DirectConnection":
        told: dict[str, Any] = {} if self._proxy else {"family": self._family}
        return _DirectConnection(
            url,
            ssl=self._context if url.startswith("wss:") else None,
            proxy=self._proxy,
            max_size=LARGEST_FRAME,
            max_queue=16,
            open_timeout=None,
            close_timeout=1,
            user_agent_header=self._agent,
            **told,
        )

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._trust)


class _WatchedConnection(ClientConnection):
    """Remembers how it was lost: the library says the same of an end and of a reset."""

    lost_by: Exception | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """The event loop's word that the connection is no more."""
        self.lost_by = exc
        super().connection_lost(exc)


class _DirectConnection(connect):
    """Connects to the address that it is given and to no other: a relay does not choose whom we ask."""

    def __init__(self, uri: str, **told: Any) -> None:
        super().__init__(uri, create_connection=self._watched, **told)  # type: ignore[arg-type]
        self._last: _WatchedConnection | None = None

    @property
    def lost_by_reset(self) -> Failure | None:
        """`connection_reset` where that is how the connection was lost."""
        lost_by = self._last.lost_by if self._last else None
        return Failure.CONNECTION_RESET if isinstance(lost_by, ConnectionResetError) else None

    def _watched(self, *given: Any, **told: Any) -> "_WatchedConnection":
        self._last = _WatchedConnection(*given, **told)
        return self._last

    def process_redirect(self, exc: Exception) -> Exception:
        """A redirect is an answer like another refusal."""
        return exc


class _Frames:
    """The frames received, and whether there are enough."""

    def __init__(self, asked: Exchange) -> None:
        self._asked = asked
        self._text: list[bytes] = []
        self._count = 0
        self._size = 0

    def take(self, received: str | bytes) -> bool:
        """Take one frame; whether the exchange is over. A frame that is no text counts, and is not kept."""
        self._count += 1
        data = received.encode() if isinstance(received, str) else received
        self._size += len(data)
        if isinstance(received, str) and self._size <= LARGEST_BODY:
            self._text.append(data.translate(_ONE_LINE))
        return (
            self._size > LARGEST_BODY
            or self._count >= self._asked.most_frames
            or (isinstance(received, str) and received.startswith(self._asked.until))
        )

    def response(self, *, truncated: bool = False) -> Response:
        """What was received, as the answer to a handshake that succeeded."""
        cut = truncated or self._size > LARGEST_BODY
        return Response(101, {}, b"\n".join(self._text), self._asked.url, cut)


async def _hold(connection: ClientConnection, asked: Exchange, frames: _Frames) -> None:
    with suppress(ConnectionClosed):  # what came before the close is still there to be read
        for frame in asked.frames:
            await connection.send(frame)
    async for received in connection:
        if frames.take(received):
            break
    with suppress(ConnectionClosed):
        for frame in asked.farewell:
            await connection.send(frame)


def _refusal(refused: InvalidStatus, url: str) -> Response:
    answer = refused.response
    headers = {name.lower(): value for name, value in answer.headers.raw_items()}
    response = Response(answer.status_code, headers, bytes(answer.body or b""), url)
    target = redirected_to(url, response)
    return response if target is None else replace(response, final_url=target)


def _failure_of(error: Exception, *, proxied: bool) -> Failure:
    if isinstance(error, ProxyError):
        return Failure.PROXY_REFUSED
    if isinstance(error, TimeoutError):
        return Failure.TIMED_OUT
    if isinstance(error, InvalidMessage):
        return Failure.CONNECTION_CLOSED if isinstance(error.__cause__, EOFError) else Failure.UNKNOWN
    if isinstance(error, OSError):
        refused = proxied and not isinstance(error, ssl.SSLError) and error.errno != errno.ECONNRESET
        return Failure.PROXY_REFUSED if refused else system_failure(error)
    return Failure.CONNECTION_CLOSED if isinstance(error, EOFError) else Failure.UNKNOWN
