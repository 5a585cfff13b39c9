"""libcurl's multi interface on the event loop: many requests in flight, none of them in a thread.

libcurl's sockets are watched by a selector of their own, which the event loop watches in turn: what is ready
together is handled together, and a request costs the event loop no watching and unwatching.
"""

import asyncio
import selectors
from typing import Any, Final

import pycurl

_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
_EVENTS: Final = {
    pycurl.POLL_IN: _READ,
    pycurl.POLL_OUT: _WRITE,
    pycurl.POLL_INOUT: _READ | _WRITE,
}
_ACTIONS: Final = {
    _READ: pycurl.CSELECT_IN,
    _WRITE: pycurl.CSELECT_OUT,
    _READ | _WRITE: pycurl.CSELECT_IN | pycurl.CSELECT_OUT,
}


class Multi:
    """Runs libcurl's transfers on the event loop. Use it on one event loop."""

    def __init__(self, most_connections: int) -> None:
        """`most_connections`: kept-alive connections held."""
        self._loop = asyncio.get_running_loop()
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, most_connections)
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch_socket)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)
        self._timer: asyncio.Handle | None = None
        self._watched: set[int] = set()
        self._selector = selectors.DefaultSelector()
        self._loop.add_reader(self._selector.fileno(), self._ready)
        self._waiting: dict[Any, asyncio.Future[int]] = {}
        self.closed = False

    async def perform(self, handle: Any) -> int:
        """Run the request that `handle` was prepared for; libcurl's code.

        A cancelled request is taken off the network; after `close` the code is `E_ABORTED_BY_CALLBACK`.
        """
        if self.closed:
            return int(pycurl.E_ABORTED_BY_CALLBACK)
        waiting: asyncio.Future[int] = self._loop.create_future()
        self._waiting[handle] = waiting
        self._multi.add_handle(handle)
        try:
            return await waiting
        finally:
            if self._waiting.pop(handle, None) is not None:
                self._multi.remove_handle(handle)

    def close(self) -> None:
        """Give every connection back; what is in flight ends as interrupted."""
        if self.closed:
            return
        self.closed = True
        for handle, waiting in self._waiting.items():
            self._multi.remove_handle(handle)
            if not waiting.done():
                waiting.set_result(pycurl.E_ABORTED_BY_CALLBACK)
        self._waiting.clear()
        self._multi.close()
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._selector.fileno())
        self._selector.close()

    def _watch_socket(self, event: int, descriptor: int, multi: Any, data: Any) -> None:
        if event not in _EVENTS:
            if descriptor in self._watched:
                self._watched.discard(descriptor)
                self._selector.unregister(descriptor)
        elif descriptor in self._watched:
            self._selector.modify(descriptor, _EVENTS[event])
        else:
            self._watched.add(descriptor)
            self._selector.register(descriptor, _EVENTS[event])

    def _set_timer(self, milliseconds: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.closed or milliseconds < 0:
            return
        if milliseconds == 0:
            self._timer = self._loop.call_soon(self._timed_out)
        else:
            self._timer = self._loop.call_later(milliseconds / 1000, self._timed_out)

    def _timed_out(self) -> None:
        self._timer = None
        self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
        self._settle()

    def _ready(self) -> None:
        act = self._multi.socket_action
        for key, events in self._selector.select(0):
            act(key.fd, _ACTIONS[events])
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
