"""Server-sent events: told once, to all who keep a page open."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from siaga.domain.networks import network_of
from siaga.ports.watch import WatchView
from siaga.web.http.page_cache import PageCache

KEEP_ALIVE_S: Final = 15.0
SPREAD_MS: Final = 4
"""Milliseconds for each open stream over which its pages come for what has changed, so that a crowd does not
come in one moment."""
MOST_STREAMS: Final = 2000
"""Event streams open at once. Pages that get none fetch themselves anew now and then."""
OF_A_NETWORK: Final = 250
"""Of these, from one network: behind one may be many telephones."""


class EventStreams:
    """The event streams of one room: a single task waits for changes, all streams wait for that task."""

    def __init__(self, watch: WatchView, present: PageCache, most: int = MOST_STREAMS) -> None:
        """So many streams at most are open at once."""
        self._watch, self._present, self._most = watch, present, most
        self._of = Counter[str]()
        """Open streams by network; those that have none are forgotten."""
        self._open = 0
        """All of them."""
        self._telling: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        """Set, and replaced, when there is something to tell."""
        self._version, self._message, self._is_over = 0, b"", False

    async def events(self, request: Request) -> Response:
        """Server-sent events: one `changed` for each moment at which a page may look different; with it, over
        how many milliseconds those who look are to come."""
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        if request.method == "HEAD":
            return Response(media_type="text/event-stream", headers=headers)
        network = network_of(request.client.host if request.client else "")
        if self._open >= self._most or self._of[network] >= min(OF_A_NETWORK, self._most // 2 + 1):
            return PlainTextResponse("Too many are watching.\n", 503, headers | {"Retry-After": "30"})
        return StreamingResponse(self._stream(network), media_type="text/event-stream", headers=headers)

    async def _stream(self, network: str) -> AsyncIterator[bytes]:
        if self._telling is None or self._telling.done():
            self._is_over = False
            self._telling = asyncio.ensure_future(self._tell())
        self._of[network] += 1
        self._open += 1
        known = self._version
        try:
            yield b"retry: 2000\n\n"
            while known != self._version or not self._is_over:
                if known != self._version:
                    known = self._version
                    yield self._message
                    continue
                await self._news.wait()
                if known == self._version and not self._is_over:
                    yield b": still here\n\n"
        finally:
            self._open -= 1
            self._of[network] -= 1
            if not self._of[network]:
                del self._of[network]
            if not self._open and self._telling is not None:
                self._telling.cancel()

    async def _tell(self) -> None:
        """Wait for changes, and let all streams tell them."""
        changes = self._watch.subscribe()
        pending = asyncio.ensure_future(anext(changes))
        try:
            while True:
                done, _ = await asyncio.wait({pending}, timeout=KEEP_ALIVE_S)
                if done:
                    number = pending.result()
                    await asyncio.sleep(self._present.fresh_s)
                    spread = self._open * SPREAD_MS
                    self._version += 1
                    self._message = b"event: changed\ndata: %d %d\n\n" % (number, spread)
                    pending = asyncio.ensure_future(anext(changes))
                self._wake()
        except StopAsyncIteration:
            pass
        finally:
            pending.cancel()
            self._is_over = True
            self._wake()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()
