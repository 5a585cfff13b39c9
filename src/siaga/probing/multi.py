"""libcurl's multi interface on the event loop: many requests in flight, none of them in a thread."""

import asyncio
from typing import Any

import pycurl


class Multi:
    """Lends libcurl the event loop's eyes and clock. Use it on one event loop."""

    def __init__(self, most_connections: int) -> None:
        """`most_connections`: kept-alive connections held."""
        self._loop = asyncio.get_running_loop()
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, most_connections)
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch_socket)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)
        self._timer: asyncio.Handle | None = None
        self._watched: dict[int, int] = {}
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
        for descriptor in list(self._watched):
            self._forget_socket(descriptor)

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
        watched = self._watched.pop(descriptor, 0)
        if watched & pycurl.POLL_IN:
            self._loop.remove_reader(descriptor)
        if watched & pycurl.POLL_OUT:
            self._loop.remove_writer(descriptor)

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
