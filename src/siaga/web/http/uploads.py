"""Bounds how many uploads are taken in at once: each holds up to a megabyte of memory and 10 on disk while it
is sent, and all of it in memory when it is looked at."""

from collections import Counter
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from siaga.domain.networks import network_of

MOST: Final = 64
OF_A_NETWORK: Final = 16
"""So that nobody, however slowly they send, takes every place. Behind one may be a whole phone network."""
RETRY_AFTER_S: Final = 10


class Uploads:
    """Lets uploads in while there is a place for them, as plain ASGI; the others are told to come later."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._present: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say when to come again."""
        if scope["type"] != "http" or not _is_upload(scope):
            await self._app(scope, receive, send)
            return
        client = scope.get("client")
        network = network_of(client[0] if client else "")
        if self._present.total() >= MOST or self._present[network] >= OF_A_NETWORK:
            headers = {"Retry-After": str(RETRY_AFTER_S), "Cache-Control": "no-store"}
            await PlainTextResponse("Too busy; try again.\n", 503, headers)(scope, receive, send)
            return
        self._present[network] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._present[network] -= 1
            self._present += Counter()  # forgets those that have none


def _is_upload(scope: Scope) -> bool:
    return Headers(scope=scope).get("content-type", "").lower().startswith("multipart/")
