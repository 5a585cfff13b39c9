"""HTTP and WebSocket listeners on loopback that can break a connection on command: uvicorn with a way out."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from siaga.simulation.messages import Outgoing

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
TRANSPORT = "siaga.transport"
"""Where a scope keeps its connection, so that it can be broken."""
MOST_BODY = 256 * 1024


class BreakableHttp(HttpToolsProtocol):
    """uvicorn's HTTP, with the connection within the application's reach."""

    def on_message_begin(self) -> None:
        """Add the transport to the new request's scope."""
        super().on_message_begin()
        cast("dict[str, Any]", self.scope)[TRANSPORT] = self.transport


class BreakableWebSocket(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, likewise."""

    def handle_connect(self, event: Any) -> None:
        """Add the transport to the new connection's scope, before the application sees it."""
        self.app = _with_transport(self.app, self.transport)
        super().handle_connect(event)


def _with_transport(application: Any, transport: asyncio.Transport) -> Application:
    async def reached(scope: Scope, receive: Receive, send: Send) -> None:
        scope[TRANSPORT] = transport
        await application(scope, receive, send)

    return reached


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: whoever starts it stops it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


def loopback_socket(port: int = 0) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0 takes a free one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(2048)
    listener.setblocking(False)
    return listener


@contextlib.asynccontextmanager
async def listening(application: Application, sockets: Sequence[socket.socket]) -> AsyncIterator[None]:
    """Serve `application` on `sockets` until the block ends. Connections are dropped then."""
    config = uvicorn.Config(
        application,
        http=BreakableHttp,
        ws=BreakableWebSocket,
        interface="asgi3",
        proxy_headers=False,
        ws_max_size=MOST_BODY,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=300,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=list(sockets)))
    try:
        while not server.started and not serving.done():
            await asyncio.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        for connection in list(server.server_state.connections):
            if connection.transport is not None:
                connection.transport.close()
        await serving
        for listener in sockets:
            listener.close()


def port_of(scope: Scope) -> int:
    """The port that a request came in at."""
    return int(scope["server"][1])


def headers_of(scope: Scope) -> Mapping[str, str]:
    """A request's headers; of repeated ones the last."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


async def body_of(receive: Receive) -> bytes | None:
    """A request's body; None where it is larger than `MOST_BODY`."""
    body = b""
    while True:
        message = await receive()
        body += cast("bytes", message.get("body", b""))
        if len(body) > MOST_BODY:
            return None
        if not message.get("more_body"):
            return body


async def send_answer(send: Send, answer: Outgoing) -> None:
    """Send an answer whole."""
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
    ]
    headers += [(name.encode(), value.encode()) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def break_connection(scope: Scope, receive: Receive) -> None:
    """Reset the connection: the other side sees a TCP RST instead of an answer."""
    transport = scope[TRANSPORT]
    descriptor = transport.get_extra_info("socket").fileno()
    with socket.fromfd(descriptor, socket.AF_INET, socket.SOCK_STREAM) as copy:
        copy.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    while not (await receive())["type"].endswith(".disconnect"):
        pass
