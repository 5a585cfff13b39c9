"""TLS over a connected socket, as a step of its own: the chain is kept whatever comes of it."""

import asyncio
import socket
import ssl
from typing import Any, Final, Protocol

CHUNK: Final = 64 * 1024
_DER: Final = 2


class ByteStream(Protocol):
    """Bytes to and from the other side."""

    async def send(self, data: bytes) -> None:
        """Send all of it."""
        ...

    async def receive(self) -> bytes:
        """The next bytes; none at the end."""
        ...


class PlainStream:
    """A socket as it is."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket, self._loop = connected, asyncio.get_running_loop()

    async def send(self, data: bytes) -> None:
        """Send all of it."""
        await self._loop.sock_sendall(self._socket, data)

    async def receive(self) -> bytes:
        """The next bytes; none at the end."""
        return await self._loop.sock_recv(self._socket, CHUNK)


class TlsStream:
    """TLS over a socket."""

    def __init__(self, connected: socket.socket, context: ssl.SSLContext, host: str) -> None:
        self._wire = PlainStream(connected)
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_hostname=host)

    async def handshake(self) -> None:
        """Shake hands and verify.

        Raises:
            OSError: what failed; `ssl.SSLCertVerificationError` where it was the certificate.
        """
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._fill():
                    raise ssl.SSLEOFError from None
            except ssl.SSLError:
                await self._flush()  # the alert that tells the other side
                raise
            else:
                return await self._flush()

    def chain(self) -> tuple[bytes, ...]:
        """The certificates that the other side sent, DER, its own first; accepted or not."""
        if hasattr(self._tls, "get_unverified_chain"):  # Python 3.13
            return tuple(self._tls.get_unverified_chain())
        inner: Any = self._tls._sslobj  # type: ignore[attr-defined]
        return tuple(certificate.public_bytes(_DER) for certificate in inner.get_unverified_chain() or ())

    async def send(self, data: bytes) -> None:
        """Send all of it."""
        self._tls.write(data)
        await self._flush()

    async def receive(self) -> bytes:
        """The next bytes; none at the end."""
        while True:
            try:
                return self._tls.read(CHUNK)
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._fill():
                    return b""
            except ssl.SSLZeroReturnError:
                return b""

    async def _flush(self) -> None:
        if data := self._out.read():
            await self._wire.send(data)

    async def _fill(self) -> bool:
        data = await self._wire.receive()
        self._in.write(data)
        return bool(data)
