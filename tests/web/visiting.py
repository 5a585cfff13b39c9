"""The server of pages over real sockets, and visitors who write to it what they like."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from siaga.web.http import server

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Visit = Callable[..., "asyncio.Future[Streams]"]


class Site:
    """Pages that say something, never end, are large, take a form or fail."""

    def __init__(self) -> None:
        self.sent: list[int] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        match scope["path"]:
            case "/stream":
                await StreamingResponse(self._without_end())(scope, receive, send)
            case "/large":
                await PlainTextResponse("x" * 30_000_000)(scope, receive, send)
            case "/form":
                self.sent.append(len(await request.body()))
                await PlainTextResponse("taken")(scope, receive, send)
            case "/fault":
                raise ZeroDivisionError
            case _:
                await PlainTextResponse("a page")(scope, receive, send)

    async def _without_end(self) -> AsyncIterator[bytes]:
        yield b"begun"
        await asyncio.Event().wait()


@asynccontextmanager
async def served(site: ASGIApp | None = None, most: int = 100) -> AsyncIterator[Visit]:
    """A visit from an address of the loopback network; all visits are over when the block ends."""
    with server.listener("127.0.0.1", 0) as where:
        port, writers = where.getsockname()[1], list[asyncio.StreamWriter]()

        async def visit(sent: bytes = b"", source: str = "127.0.0.2") -> Streams:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
            writers.append(writer)
            writer.write(sent)
            return reader, writer

        pages = asyncio.ensure_future(server.serve_pages(site or Site(), where, most))
        try:
            yield visit  # type: ignore[misc]
        finally:
            for writer in writers:
                writer.transport.abort()
            pages.cancel()
            await asyncio.gather(pages, return_exceptions=True)


async def status_of(reader: asyncio.StreamReader) -> int:
    return int((await reader.readuntil(b"\r\n\r\n")).split()[1])


async def ended(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the server ends the connection."""
    said = b""
    with suppress(ConnectionError):
        while part := await reader.read(1 << 16):
            said += part
    return said
