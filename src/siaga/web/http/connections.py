"""Visitors' connections: so many in all and of one address, each of bounded bytes and bounded patience.

The files and the memory that visitors take have a bound that leaves measuring its own (`web/http/server.py`).
Whoever has said nothing yet waits at the entrance (`web/http/entrance.py`), where they cost least. A
newcomer is let in before somebody who is silent: whoever holds connections without asking shuts nobody out.
"""

import asyncio
from typing import Any, Final, Protocol

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEADER_S: Final = 10.0
"""Seconds within which a request's header must be there, from its first byte or the connection's start."""
IDLE_S: Final = 5.0
"""Seconds that a connection may rest between two requests."""
SLOWEST_BODY: Final = 1_000
"""Bytes a second at which a body must come at least, after `HEADER_S` for the beginning."""
STALLED_S: Final = 20.0
"""Seconds without a byte taken of what was sent; then the reader counts as gone."""
MOST_HEADER: Final = 32_768
"""Bytes of a header, and of what follows a body in pieces."""
MOST_PIPELINED: Final = 16
"""Requests that may wait in a connection before the first of them is answered."""
SWEEP_S: Final = 1.0
TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)
UNREADABLE: Final = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: 28\r\nconnection: close\r\n\r\n"
    b"The request cannot be read.\n"
)
NEVER: Final = float("inf")


class TooMuch(Exception):
    """A visitor sends more than any request needs."""


class Guest(Protocol):
    """Somebody's connection, whatever has become of it so far."""

    def is_over(self, now: float) -> bool:
        """Whether they took longer than anybody needs, by the event loop's clock."""

    def end(self) -> None:
        """End it at once."""


class Connections:
    """All visitors' connections of one server."""

    def __init__(self, most: int, of_an_address: int) -> None:
        self._most, self._of_an_address = most, of_an_address
        self._open: dict[Guest, str] = {}
        """Each with its network."""
        self._of: dict[str, int] = {}
        self._resting: dict[Guest, None] = {}
        """Those of which no request is being answered, the longest first."""
        self._resting_of: dict[str, dict[Guest, None]] = {}
        """The same by network; of no network where the address is not counted."""

    def __len__(self) -> int:
        return len(self._open)

    def enter(self, guest: Guest, network: str, is_ours: bool) -> bool:
        """Take in a connection; False where there is no room, not even in the place of one that rests.

        `is_ours` says that it comes from this machine, such as from a web server in front, which speaks for
        many: then its address is not counted.
        """
        network = "" if is_ours else network
        if network and self._of.get(network, 0) >= self._of_an_address and not self._end_one(network):
            return False
        if len(self._open) >= self._most and not self._end_one(None):
            return False
        self._open[guest] = network
        self._of[network] = self._of.get(network, 0) + 1
        self.rests(guest)
        return True

    def becomes(self, guest: Guest, other: Guest) -> None:
        """A connection goes on as another guest."""
        network = self._open[guest]
        self.works(guest)
        del self._open[guest]
        self._open[other] = network
        self.rests(other)

    def leave(self, guest: Guest) -> None:
        """A connection is over."""
        self.works(guest)
        network = self._open.pop(guest, None)
        if network is not None:
            self._of[network] -= 1
            if not self._of[network]:
                del self._of[network]

    def works(self, guest: Guest) -> None:
        """A request of it is being answered."""
        if guest in self._resting:
            network = self._open[guest]
            del self._resting[guest], self._resting_of[network][guest]
            if not self._resting_of[network]:
                del self._resting_of[network]

    def rests(self, guest: Guest) -> None:
        """All its requests are answered, or none was asked yet."""
        if guest in self._open:
            self._resting[guest] = None
            self._resting_of.setdefault(self._open[guest], {})[guest] = None

    def _end_one(self, network: str | None) -> bool:
        """End the connection that has rested longest; of a network, where one is given."""
        resting = self._resting if network is None else self._resting_of.get(network, {})
        for guest in resting:
            guest.end()
            self.leave(guest)
            return True
        return False

    def sweep(self, now: float) -> None:
        """End those that are over their time."""
        for guest in [guest for guest in self._open if guest.is_over(now)]:
            guest.end()

    async def keep(self) -> None:
        """Sweep until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SWEEP_S)
            self.sweep(loop.time())


class VisitorConnection(HttpToolsProtocol):
    """One connection: uvicorn's, with bounds on what a visitor may send and on how long it may take."""

    def __init__(self, connections: Connections, guest: Guest, **of_uvicorn: Any) -> None:
        """What `guest` becomes."""
        super().__init__(**of_uvicorn)
        self._all, self._was = connections, guest
        self._until = NEVER
        """When it is over, by the event loop's clock, unless more comes; never while it is our turn."""
        self._in_header = True
        """Whether a header is awaited or being read."""
        self._received = self._fields = 0
        """Bytes of that header as they came, and of the address and the fields that were made of them."""
        self._body, self._body_began = 0, 0.0
        self._unsent, self._taken_at = 0, 0.0
        """Bytes on their way to the visitor when last looked at; when they last took some of them."""
        self._too_much = False
        self._last_word: bytes | None = None
        """What is said once all requests before it are answered; nothing more is read by then."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """It begins."""
        super().connection_made(transport)
        self._all.becomes(self._was, self)
        self._taken_at = self.loop.time()
        self._until = self._taken_at + HEADER_S

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._all.leave(self)
        super().connection_lost(exc)

    def is_over(self, now: float) -> bool:
        """Whether the visitor took longer than anybody needs: to ask, or to take what was sent."""
        unsent = self.transport.get_write_buffer_size()
        if not unsent or unsent < self._unsent:
            self._taken_at = now
        self._unsent = unsent
        if now - self._taken_at > STALLED_S:
            return True
        return now > self._until and not self.flow.read_paused

    def end(self) -> None:
        """End it at once."""
        self.transport.abort()

    # What comes

    def data_received(self, data: bytes) -> None:
        """Read on, within bounds."""
        if self.transport.is_closing() or self._last_word is not None:
            return
        if self._in_header:
            self._received += len(data)
            if self._until == NEVER:
                self._until = self.loop.time() + HEADER_S
        super().data_received(data)
        is_read_on = not self.transport.is_closing() and self._last_word is None
        if self._in_header and self._received > MOST_HEADER and is_read_on:
            self._too_much = True
            self.send_400_response("")

    def send_400_response(self, msg: str) -> None:
        """What cannot be read, or is more than any request needs: said after what came before is answered."""
        refusal = TOO_LARGE if self._too_much else UNREADABLE
        if self._in_header and self._is_answering():
            self._last_word = refusal
            self.flow.pause_reading()
            return
        if not self.pipeline:
            self.transport.write(refusal)
        self.transport.close()

    def _is_answering(self) -> bool:
        """Whether a request waits for its answer; before the first one, uvicorn has no cycle."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._fields = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A piece of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field. Those that follow a body in pieces are left out: no page reads them."""
        self._count(len(name) + len(value))
        if self._in_header:
            super().on_header(name, value)

    def _count(self, size: int) -> None:
        self._fields += size
        if self._fields > MOST_HEADER:
            self._too_much = True
            raise TooMuch

    def on_headers_complete(self) -> None:
        """All of a request but its body: it is our turn, unless a body is to come."""
        if len(self.pipeline) >= MOST_PIPELINED:
            self._too_much = True
            raise TooMuch
        self._in_header, self._received = False, 0
        self._body, self._body_began = 0, self.loop.time()
        self._until = self._body_began + HEADER_S
        self._all.works(self)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body: the more has come, the longer it may take."""
        self._body += len(body)
        self._until = self._body_began + HEADER_S + self._body / SLOWEST_BODY
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A whole request."""
        self._in_header, self._received, self._until = True, 0, NEVER
        super().on_message_complete()

    # What goes

    def on_response_complete(self) -> None:
        """A request is answered."""
        super().on_response_complete()
        if not self.cycle.response_complete or self.transport.is_closing():
            return
        if self._last_word is not None:
            self.transport.write(self._last_word)
            self.transport.close()
        else:
            self._all.rests(self)

    def timeout_keep_alive_handler(self) -> None:
        """It has rested long enough, unless the visitor is still taking what was sent."""
        if self.transport.get_write_buffer_size():
            self.timeout_keep_alive_task = self.loop.call_later(IDLE_S, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()
