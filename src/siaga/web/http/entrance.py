"""Where visitors come in: whoever has said nothing yet costs a socket, and nothing else.

A connection that is read from costs three times as much as one that is only taken from the system, and libuv
takes one in a turn of the event loop. Here many are taken in a turn, so that who asks does not wait behind
thousands who ask nothing (docs/performance/visitors.md).
"""

import asyncio
import errno
import selectors
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from siaga.domain.networks import network_of
from siaga.web.http import connections
from siaga.web.http.connections import NEVER, Connections, VisitorConnection

AT_ONCE: Final = 64
"""Newcomers that are taken in one turn of the event loop, and of those who begin to speak as many."""
PAUSE_S: Final = 0.5
"""Seconds until newcomers are looked for again, where the system has nothing left for them."""
GONE_BY_THEN: Final = frozenset({errno.ECONNABORTED, errno.EPROTO, errno.EPERM, errno.EINTR})
"""A newcomer who cannot be taken; the next one may."""
OURS: Final = frozenset({"127.0.0.1", "::1", ""})
"""Where a web server of the same machine comes from; uvicorn takes a visitor's address from its headers."""
REFUSAL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 10\r\ncontent-type: text/plain\r\n"
    b"content-length: 21\r\nconnection: close\r\n\r\nToo busy; try again.\n"
)


class SilentVisitor:
    """A connection of which nothing has come yet."""

    __slots__ = ("_entrance", "socket", "until")

    def __init__(self, found: socket.socket, until: float, entrance: "Entrance") -> None:
        self.socket, self.until, self._entrance = found, until, entrance

    def is_over(self, now: float) -> bool:
        """Whether they have been silent too long."""
        return now > self.until

    def end(self) -> None:
        """End it at once."""
        self._entrance.forget(self)


class Entrance:
    """Takes connections of a listening socket, and gives them on once something comes of them."""

    def __init__(
        self,
        listening: socket.socket,
        all_connections: Connections,
        protocol: Callable[[SilentVisitor], VisitorConnection],
    ) -> None:
        self._listening, self._all, self._protocol = listening, all_connections, protocol
        self._loop = asyncio.get_running_loop()
        self._waiting = selectors.DefaultSelector()
        self._giving_on = set[asyncio.Task[None]]()
        self._again: asyncio.TimerHandle | None = None

    def open(self) -> None:
        """Take newcomers from now on."""
        self._listening.setblocking(False)
        self._loop.add_reader(self._listening.fileno(), self._take)
        self._loop.add_reader(self._waiting.fileno(), self._hear)

    async def close(self) -> None:
        """Take nobody any more; who is silent is let go."""
        if self._again is not None:
            self._again.cancel()
        self._loop.remove_reader(self._listening.fileno())
        self._loop.remove_reader(self._waiting.fileno())
        await asyncio.gather(*self._giving_on, return_exceptions=True)
        for key in list(self._waiting.get_map().values()):
            self.forget(key.data)
        self._waiting.close()

    def forget(self, visitor: SilentVisitor) -> None:
        """Let one go."""
        self._waiting.unregister(visitor.socket)
        self._all.leave(visitor)
        visitor.socket.close()

    # Newcomers

    def _take(self) -> None:
        until = self._loop.time() + connections.HEADER_S
        for _ in range(AT_ONCE):
            try:
                found, address = self._listening.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno not in GONE_BY_THEN:
                    self._pause()
                    return
                continue
            self._let_in(found, address, until)

    def _let_in(self, found: socket.socket, address: object, until: float) -> None:
        host = str(address[0]) if isinstance(address, tuple) else ""
        visitor = SilentVisitor(found, until, self)
        if self._all.enter(visitor, network_of(host), host in OURS):
            self._waiting.register(found, selectors.EVENT_READ, visitor)
            return
        with found, suppress(OSError):
            found.send(REFUSAL, socket.MSG_DONTWAIT)
            found.recv(1 << 16, socket.MSG_DONTWAIT)  # what stays unread would take the answer back

    def _pause(self) -> None:
        """The system has no files or no memory for newcomers: asking it again at once would take all time."""
        self._loop.remove_reader(self._listening.fileno())
        self._again = self._loop.call_later(
            PAUSE_S, self._loop.add_reader, self._listening.fileno(), self._take
        )

    # Those who begin to speak

    def _hear(self) -> None:
        for key, _ in self._waiting.select(0)[:AT_ONCE]:
            visitor: SilentVisitor = key.data
            if not _has_spoken(visitor.socket):
                self.forget(visitor)
                continue
            self._waiting.unregister(visitor.socket)
            self._all.works(visitor)
            visitor.until = NEVER
            giving = self._loop.create_task(self._give_on(visitor))
            self._giving_on.add(giving)
            giving.add_done_callback(self._giving_on.discard)

    async def _give_on(self, visitor: SilentVisitor) -> None:
        visitor.socket.setblocking(False)
        try:
            await self._loop.connect_accepted_socket(partial(self._protocol, visitor), visitor.socket)
        except OSError:
            self._all.leave(visitor)
            visitor.socket.close()


def _has_spoken(visitor: socket.socket) -> bool:
    """Whether something came, not the end."""
    try:
        return bool(visitor.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except OSError:
        return False
