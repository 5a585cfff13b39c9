"""HTTP over libcurl, driven by the event loop: kept-alive connections, phase times, exact failures.

libcurl does the protocol (HTTP/1.1 and 2, TLS, proxies); this module only lends it the event loop's eyes and
says what happened in our words.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import certifi
import pycurl

from siaga.platforms.conversation import Request, Response
from siaga.words.failures import Failure

LARGEST_BODY: Final = 2 * 1024 * 1024
LARGEST_HEADERS: Final = 64 * 1024
MOST_REDIRECTS: Final = 5
MOST_IDLE: Final = 256
"""Easy handles kept for use again."""


@dataclass(frozen=True, slots=True)
class Phases:
    """How long each step took, milliseconds; None for a step that was not taken (a connection used again)."""

    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    first_byte_ms: float | None = None
    total_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One request's end: a response, or the failing step."""

    response: Response | None
    failure: Failure | None
    phases: Phases


class TooLarge(Exception):
    """The body is over its bound."""


class Http:
    """HTTP for one vantage: its proxy, address family and trust. Use it on one event loop."""

    def __init__(
        self,
        *,
        proxy: str | None = None,
        family: int | None = None,
        trust: str | None = None,
        agent: str = "siaga",
        largest_body: int = LARGEST_BODY,
        most_connections: int = 512,
    ) -> None:
        """
        Args:
            proxy: `http://`, `socks5://` or `socks5h://` address that everything goes through.
            family: 4 or 6 to ask by addresses of that family only.
            trust: a file of certificates to trust instead of those that ship with Siaga.
            agent: what to send as `User-Agent`.
            largest_body: bytes; what comes after is cut off.
            most_connections: kept-alive connections held.
        """
        self._loop = asyncio.get_running_loop()
        self._proxy, self._family = proxy, family
        self._trust, self._agent, self._largest = trust or certifi.where(), agent, largest_body
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, most_connections)
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch_socket)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)
        self._timer: asyncio.TimerHandle | None = None
        self._watched: dict[int, int] = {}
        self._waiting: dict[Any, asyncio.Future[int]] = {}
        self._idle: list[Any] = []
        self._closed = False

    def close(self) -> None:
        """Give every connection back; what is in flight ends as interrupted."""
        if self._closed:
            return
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        for handle, waiting in list(self._waiting.items()):
            self._multi.remove_handle(handle)
            handle.close()
            if not waiting.done():
                waiting.cancel()
        self._waiting.clear()
        for handle in self._idle:
            handle.close()
        for descriptor in list(self._watched):
            self._forget_socket(descriptor)
        self._multi.close()

    async def ask(self, request: Request, deadline_s: float) -> Outcome:
        """Send a request and follow its redirects; ends by `deadline_s` seconds from now at the latest."""
        end = self._loop.time() + deadline_s
        url, headers, method, body = request.url, dict(request.headers), request.method, request.body
        for _ in range(MOST_REDIRECTS + 1):
            outcome, location = await self._once(url, method, headers, body, end - self._loop.time())
            if outcome.response is None or location is None:
                return outcome
            target = urljoin(url, location)
            if urlsplit(target).scheme not in {"http", "https"}:
                return outcome
            if urlsplit(target).netloc != urlsplit(url).netloc:
                headers = {k: v for k, v in headers.items() if k.lower() in {"accept", "accept-language"}}
            if outcome.response.status in {301, 302, 303} and method != "HEAD":
                method, body = "GET", None
            url = target
        return outcome

    async def _once(
        self, url: str, method: str, headers: Mapping[str, str], body: bytes | None, left_s: float
    ) -> tuple[Outcome, str | None]:
        if left_s <= 0:
            return Outcome(None, Failure.TIMED_OUT, Phases()), None
        handle = self._idle.pop() if self._idle else pycurl.Curl()
        received = bytearray()
        fields: dict[str, str] = {}
        seen = 0
        truncated = False

        def take(data: bytes) -> int:
            nonlocal truncated
            room = self._largest - len(received)
            received.extend(data[:room])
            if len(data) > room:
                truncated = True
                return 0
            return len(data)

        def take_header(line: bytes) -> int:
            nonlocal seen
            seen += len(line)
            if seen > LARGEST_HEADERS:
                return 0
            if line.startswith(b"HTTP/"):
                fields.clear()
            name, colon, value = line.partition(b":")
            if colon:
                fields[name.decode("latin-1").strip().lower()] = value.decode("latin-1").strip()
            return len(line)

        self._prepare(handle, url, method, headers, body, left_s)
        handle.setopt(pycurl.WRITEFUNCTION, take)
        handle.setopt(pycurl.HEADERFUNCTION, take_header)
        code = await self._perform(handle)
        phases = _phases(handle)
        status = handle.getinfo(pycurl.RESPONSE_CODE)
        errno = handle.getinfo(pycurl.OS_ERRNO)
        verify = handle.getinfo(pycurl.SSL_VERIFYRESULT)
        self._put_back(handle)
        if code == pycurl.E_OK or (truncated and code == pycurl.E_WRITE_ERROR):
            response = Response(status, fields, bytes(received), url, truncated)
            location = fields.get("location") if 300 <= status < 400 else None
            return Outcome(response, None, phases), location
        return Outcome(None, failure_of(code, errno, verify, phases), phases), None

    def _prepare(
        self,
        handle: Any,
        url: str,
        method: str,
        headers: Mapping[str, str],
        body: bytes | None,
        left_s: float,
    ) -> None:
        handle.setopt(pycurl.URL, url)
        handle.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
        handle.setopt(pycurl.NOSIGNAL, 1)
        handle.setopt(pycurl.CAINFO, self._trust)
        handle.setopt(pycurl.USERAGENT, self._agent)
        handle.setopt(pycurl.ACCEPT_ENCODING, "")
        handle.setopt(pycurl.TIMEOUT_MS, max(1, int(left_s * 1000)))
        handle.setopt(pycurl.PROXY, self._proxy or "")
        handle.setopt(pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in headers.items()])
        if self._family is not None:
            handle.setopt(pycurl.IPRESOLVE, pycurl.IPRESOLVE_V4 if self._family == 4 else pycurl.IPRESOLVE_V6)
        if body is not None:
            handle.setopt(pycurl.POSTFIELDSIZE, len(body))
            handle.setopt(pycurl.COPYPOSTFIELDS, body)
        if method != ("GET" if body is None else "POST"):
            handle.setopt(pycurl.CUSTOMREQUEST, method)

    async def _perform(self, handle: Any) -> int:
        waiting: asyncio.Future[int] = self._loop.create_future()
        self._waiting[handle] = waiting
        self._multi.add_handle(handle)
        try:
            return await waiting
        finally:
            if self._waiting.pop(handle, None) is not None and not self._closed:
                self._multi.remove_handle(handle)

    def _put_back(self, handle: Any) -> None:
        if len(self._idle) < MOST_IDLE and not self._closed:
            handle.reset()
            self._idle.append(handle)
        else:
            handle.close()

    # The event loop's part

    def _watch_socket(self, event: int, descriptor: int, multi: Any, data: Any) -> None:
        if event == pycurl.POLL_REMOVE:
            self._forget_socket(descriptor)
            return
        before = self._watched.get(descriptor, 0)
        self._watched[descriptor] = event
        if event & pycurl.POLL_IN and not before & pycurl.POLL_IN:
            self._loop.add_reader(descriptor, self._ready, descriptor, pycurl.CSELECT_IN)
        if before & pycurl.POLL_IN and not event & pycurl.POLL_IN:
            self._loop.remove_reader(descriptor)
        if event & pycurl.POLL_OUT and not before & pycurl.POLL_OUT:
            self._loop.add_writer(descriptor, self._ready, descriptor, pycurl.CSELECT_OUT)
        if before & pycurl.POLL_OUT and not event & pycurl.POLL_OUT:
            self._loop.remove_writer(descriptor)

    def _forget_socket(self, descriptor: int) -> None:
        if self._watched.pop(descriptor, None) is not None:
            self._loop.remove_reader(descriptor)
            self._loop.remove_writer(descriptor)

    def _set_timer(self, milliseconds: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if milliseconds >= 0:
            self._timer = self._loop.call_later(milliseconds / 1000, self._timed_out)

    def _timed_out(self) -> None:
        self._timer = None
        self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
        self._settle()

    def _ready(self, descriptor: int, how: int) -> None:
        self._multi.socket_action(descriptor, how)
        self._settle()

    def _settle(self) -> None:
        more = 1
        while more:
            more, done, failed = self._multi.info_read()
            for handle in done:
                self._end(handle, pycurl.E_OK)
            for handle, code, _message in failed:
                self._end(handle, code)

    def _end(self, handle: Any, code: int) -> None:
        waiting = self._waiting.pop(handle, None)
        self._multi.remove_handle(handle)
        if waiting is not None and not waiting.done():
            waiting.set_result(code)


def _phases(handle: Any) -> Phases:
    """libcurl's times are since the start; ours are each step's own. Microseconds in, milliseconds out."""
    resolved = handle.getinfo(pycurl.NAMELOOKUP_TIME_T)
    connected = handle.getinfo(pycurl.CONNECT_TIME_T)
    secured = handle.getinfo(pycurl.APPCONNECT_TIME_T)
    sent = handle.getinfo(pycurl.PRETRANSFER_TIME_T)
    first = handle.getinfo(pycurl.STARTTRANSFER_TIME_T)
    total = handle.getinfo(pycurl.TOTAL_TIME_T)
    new = handle.getinfo(pycurl.NUM_CONNECTS) > 0
    return Phases(
        dns_ms=resolved / 1000 if new and resolved else None,
        connect_ms=(connected - resolved) / 1000 if new and connected else None,
        tls_ms=(secured - connected) / 1000 if new and secured else None,
        first_byte_ms=(first - sent) / 1000 if first else None,
        total_ms=total / 1000,
    )


_BY_ERRNO: Final = {
    104: Failure.CONNECTION_RESET,
    111: Failure.CONNECTION_REFUSED,
    113: Failure.HOST_UNREACHABLE,
    101: Failure.NETWORK_UNREACHABLE,
    100: Failure.NETWORK_DOWN,
    103: Failure.CONNECTION_ABORTED,
    110: Failure.TIMED_OUT,
}
_BY_CODE: Final = {
    pycurl.E_COULDNT_RESOLVE_HOST: Failure.DNS_NON_RECOVERABLE,
    pycurl.E_COULDNT_RESOLVE_PROXY: Failure.PROXY_REFUSED,
    pycurl.E_COULDNT_CONNECT: Failure.CONNECTION_REFUSED,
    pycurl.E_OPERATION_TIMEDOUT: Failure.TIMED_OUT,
    pycurl.E_SSL_CONNECT_ERROR: Failure.TLS_HANDSHAKE,
    pycurl.E_GOT_NOTHING: Failure.CONNECTION_CLOSED,
    pycurl.E_PARTIAL_FILE: Failure.CONNECTION_CLOSED,
    pycurl.E_RECV_ERROR: Failure.CONNECTION_RESET,
    pycurl.E_SEND_ERROR: Failure.CONNECTION_RESET,
    97: Failure.PROXY_REFUSED,
}
_UNKNOWN_AUTHORITY: Final = frozenset({2, 18, 19, 20, 21})
"""OpenSSL's results for a certificate that leads to nobody we trust."""


def failure_of(code: int, errno: int, verify: int, phases: Phases) -> Failure:
    """libcurl's error in our words."""
    if code == pycurl.E_PEER_FAILED_VERIFICATION:
        if verify in _UNKNOWN_AUTHORITY:
            return Failure.TLS_UNKNOWN_AUTHORITY
        return Failure.TLS_INVALID_CERTIFICATE if verify and verify != 62 else Failure.TLS_INVALID_HOSTNAME
    if code in {
        pycurl.E_COULDNT_CONNECT,
        pycurl.E_RECV_ERROR,
        pycurl.E_SEND_ERROR,
        pycurl.E_SSL_CONNECT_ERROR,
    }:
        return _BY_ERRNO.get(errno, _BY_CODE[code])
    return _BY_CODE.get(code, Failure.UNKNOWN)
