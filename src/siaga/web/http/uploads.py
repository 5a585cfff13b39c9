"""Bounds what visitors' requests carry: the bytes of all bodies that are held at once, and how many uploads.

A body is held until its request is answered. An upload holds up to a megabyte of memory and 10 on disk while
it is sent, and all of it in memory when it is looked at.
"""

from collections import Counter
from datetime import timedelta
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from siaga.domain.errors import Busy
from siaga.domain.networks import network_of

MOST: Final = 64
OF_A_NETWORK: Final = 16
"""So that nobody, however slowly they send, takes every place. Behind one may be a whole phone network."""
MOST_BYTES: Final = 64 * 1024 * 1024
"""Of all bodies that are held, uploads or not."""
BYTES_OF_A_NETWORK: Final = MOST_BYTES // 2
RETRY_AFTER_S: Final = 10


class Uploads:
    """Lets bodies in while there is room for them, as plain ASGI; the others are told to come later."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._present: Counter[str] = Counter()
        """Uploads by network."""
        self._held: Counter[str] = Counter()
        """Bytes of bodies by network."""
        self._held_in_all = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say when to come again."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = scope.get("client")
        network = network_of(client[0] if client else "")
        if not _is_upload(scope):
            await self._answer(scope, receive, send, network)
            return
        if self._present.total() >= MOST or self._present[network] >= OF_A_NETWORK:
            headers = {"Retry-After": str(RETRY_AFTER_S), "Cache-Control": "no-store"}
            await PlainTextResponse("Too busy; try again.\n", 503, headers)(scope, receive, send)
            return
        self._present[network] += 1
        try:
            await self._answer(scope, receive, send, network)
        finally:
            self._present[network] -= 1
            self._present += Counter()  # forgets those that have none

    async def _answer(self, scope: Scope, receive: Receive, send: Send, network: str) -> None:
        held = 0

        async def receive_within() -> Message:
            nonlocal held
            message = await receive()
            if size := len(message.get("body", b"")):
                held += size
                self._hold(network, size)
            return message

        try:
            await self._app(scope, receive_within, send)
        finally:
            if held:
                self._let_go(network, held)

    def _hold(self, network: str, size: int) -> None:
        """Take some more bytes.

        Raises:
            Busy: that is more than may be held.
        """
        self._held[network] += size
        self._held_in_all += size
        if self._held_in_all > MOST_BYTES or self._held[network] > BYTES_OF_A_NETWORK:
            raise Busy(timedelta(seconds=RETRY_AFTER_S))

    def _let_go(self, network: str, size: int) -> None:
        self._held_in_all -= size
        self._held[network] -= size
        if not self._held[network]:
            del self._held[network]


def _is_upload(scope: Scope) -> bool:
    return Headers(scope=scope).get("content-type", "").lower().startswith("multipart/")
