"""Takes in what a refused request still sends before it is answered.

A connection that is closed while its sender is still sending is reset, and the answer is lost: a browser says
that the connection failed, a web server in front makes a 502 of it, and nobody reads why they were refused.
"""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_DISCARDED: Final = 16 * 1024 * 1024
"""Bytes of a body that are taken in for nothing; more than any web server in front lets through by
docs/operations.md. How slowly they may come is bounded as for every body (`connections.py`)."""


class WholeRequests:
    """Discards the rest of a request's body before its answer begins, as plain ASGI."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, once all of it is there."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_whole = False

        async def receive_on() -> Message:
            nonlocal is_whole
            message = await receive()
            is_whole = message["type"] != "http.request" or not message.get("more_body", False)
            return message

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                discarded = 0
                while not is_whole and discarded <= MOST_DISCARDED:
                    discarded += len((await receive_on()).get("body", b""))
            await send(message)

        await self._app(scope, receive_on, send_on)
