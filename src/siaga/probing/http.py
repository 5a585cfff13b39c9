"""HTTP over libcurl: kept-alive connections, redirects, bounds, phase times, exact failures.

libcurl does the protocol (HTTP/1.1 and 2, TLS, proxies); `multi.py` lends it the event loop. Nothing in the
environment (`HTTPS_PROXY`, `SSL_CERT_FILE`, ...) changes what is asked or trusted.
"""

import asyncio
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, Final

import certifi
import pycurl

from siaga.domain.failures import Failure
from siaga.platforms.conversation import Request, Response
from siaga.probing.addresses import Hop, after, is_captive_portal, redirected_to
from siaga.probing.failures.curl import Phases, failure_of, phases_of
from siaga.probing.multi import Multi

LARGEST_BODY: Final = 2 * 1024 * 1024
LARGEST_HEADERS: Final = 256 * 1024
"""libcurl ends an answer with some more than this."""
MOST_REDIRECTS: Final = 5
MOST_IDLE: Final = 256
"""Prepared handles kept for use again."""


@dataclass(frozen=True, slots=True)
class RequestOutcome:
    """How a request ended: with a response, or with the step that failed; with both at a captive portal."""

    response: Response | None
    failure: Failure | None
    phases: Phases


def _at_its_end(hop: Hop, outcome: RequestOutcome, response: Response) -> RequestOutcome:
    """With where a redirect leads that we do not follow, and whether it was our own network that answered."""
    if is_captive_portal(hop.url, response):
        outcome = replace(outcome, failure=Failure.CAPTIVE_PORTAL)
    target = redirected_to(hop.url, response)
    return outcome if target is None else replace(outcome, response=replace(response, final_url=target))


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
        self._multi = Multi(most_connections)
        self._idle: list[_PreparedHandle] = []

    def close(self) -> None:
        """Give every connection back; what is in flight ends as interrupted."""
        self._multi.close()
        for prepared in self._idle:
            prepared.handle.close()
        self._idle.clear()

    async def ask(self, request: Request, deadline_s: float) -> RequestOutcome:
        """Send a request and follow its redirects; ends by `deadline_s` seconds from now at the latest.

        The phases are those of the last request, but `total_ms` is of them all.
        """
        end = self._loop.time() + deadline_s
        hop: Hop | None = Hop(request.url, request.method, request.headers, request.body)
        total = 0.0
        redirects = 0
        while hop is not None:
            outcome = await self._once(hop, end - self._loop.time())
            total += outcome.phases.total_ms or 0.0
            redirects += 1
            if outcome.response is None or redirects > MOST_REDIRECTS:
                break
            last, hop = hop, after(hop, outcome.response)
            if hop is None:
                outcome = _at_its_end(last, outcome, outcome.response)
        return outcome if redirects == 1 else replace(outcome, phases=replace(outcome.phases, total_ms=total))

    async def _once(self, hop: Hop, left_s: float) -> RequestOutcome:
        if left_s <= 0:
            return RequestOutcome(None, Failure.TIMED_OUT, Phases())
        prepared = self._idle.pop() if self._idle else self._new_handle()
        finished = False
        try:
            prepared.prepare(hop, left_s)
            code = await self._multi.perform(prepared.handle)
            outcome = self._outcome(prepared, code, hop.url)
            finished = True
        finally:
            if finished and not self._multi.closed and len(self._idle) < MOST_IDLE and prepared.plain:
                self._idle.append(prepared)
            else:
                prepared.handle.close()
        return outcome

    def _outcome(self, prepared: "_PreparedHandle", code: int, url: str) -> RequestOutcome:
        phases = phases_of(prepared.handle)
        if code == pycurl.E_OK and not prepared.has_head:
            return RequestOutcome(None, Failure.CONNECTION_CLOSED, phases)
        if code == pycurl.E_OK or prepared.cut or code == pycurl.E_BAD_CONTENT_ENCODING:
            status = prepared.handle.getinfo(pycurl.RESPONSE_CODE)
            truncated = code != pycurl.E_OK  # or it came whole but cannot be decoded
            return RequestOutcome(
                Response(status, prepared.fields(), prepared.body(), url, truncated), None, phases
            )
        return RequestOutcome(
            None, failure_of(prepared.handle, code, proxied=self._proxy is not None), phases
        )

    def _new_handle(self) -> "_PreparedHandle":
        prepared = _PreparedHandle(self._largest)
        set_ = prepared.handle.setopt
        set_(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
        set_(pycurl.NOSIGNAL, 1)
        set_(pycurl.CAINFO, self._trust)
        prepared.handle.unsetopt(pycurl.CAPATH)
        set_(pycurl.USERAGENT, self._agent)
        set_(pycurl.ACCEPT_ENCODING, "")
        set_(pycurl.PROXY, self._proxy or "")
        set_(pycurl.NOPROXY, "")
        set_(pycurl.HTTPPROXYTUNNEL, 1)  # the proxy lends its wire; it does not answer in the host's place
        if self._family is not None:
            set_(pycurl.IPRESOLVE, pycurl.IPRESOLVE_V4 if self._family == 4 else pycurl.IPRESOLVE_V6)
        return prepared


class _PreparedHandle:
    """A libcurl handle prepared once for a vantage, with what its current request has received."""

    def __init__(self, largest_body: int) -> None:
        self.handle: Any = pycurl.Curl()
        self.truncated = False
        self.plain = True
        """Whether only GET was asked on it: anything else leaves options behind."""
        self._largest = largest_body
        self._room = largest_body
        self._chunks: list[bytes] = []
        self._head = BytesIO()
        self.handle.setopt(pycurl.WRITEFUNCTION, self._take)
        self.handle.setopt(pycurl.HEADERFUNCTION, self._head.write)

    def prepare(self, hop: Hop, left_s: float) -> None:
        """Forget the last request and set the next."""
        self.truncated = False
        self._room = self._largest
        self._chunks.clear()
        self._head.seek(0)
        self._head.truncate()
        set_ = self.handle.setopt
        set_(pycurl.URL, hop.url.encode())
        set_(pycurl.TIMEOUT_MS, max(1, int(left_s * 1000)))
        set_(pycurl.HTTPHEADER, [f"{name}: {value}".encode() for name, value in hop.headers.items()])
        if hop.method == "GET" and hop.body is None:
            return
        self.plain = False
        if hop.body is not None:
            set_(pycurl.POSTFIELDSIZE, len(hop.body))
            set_(pycurl.COPYPOSTFIELDS, hop.body)
        if hop.method == "HEAD":
            set_(pycurl.NOBODY, 1)
        elif hop.method != ("GET" if hop.body is None else "POST"):
            set_(pycurl.CUSTOMREQUEST, hop.method)

    def body(self) -> bytes:
        """What was received, up to the bound."""
        return self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)

    @property
    def cut(self) -> bool:
        """Whether the answer was ended at a bound, the body's (ours) or the headers' (libcurl's)."""
        return self.truncated or self._head.tell() > LARGEST_HEADERS

    @property
    def has_head(self) -> bool:
        """Whether the last answer's header came whole: libcurl takes one that breaks off for an answer."""
        head = self._head.getvalue()
        last = head.rfind(b"\nHTTP/") + 1
        return b"\n\r\n" in head[last:] or b"\n\n" in head[last:]

    def fields(self) -> dict[str, str]:
        """The last answer's header fields; of repeated ones the last."""
        text = self._head.getvalue().decode("latin-1")
        last = text.rfind("\nHTTP/") + 1  # before it stands what a proxy or a `100 Continue` said
        fields: dict[str, str] = {}
        for line in text[last:].split("\n"):
            name, colon, value = line.partition(":")
            if colon:
                fields[name.lower()] = value.strip()
        return fields

    def _take(self, data: bytes) -> int:
        size = len(data)
        if size > self._room:
            self._chunks.append(data[: self._room])
            self._room = 0
            self.truncated = True
            return 0
        self._room -= size
        self._chunks.append(data)
        return size
