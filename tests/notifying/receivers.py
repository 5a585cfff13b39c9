"""Real mail servers on loopback that accept, refuse, hang and die."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Final

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Mailbox:
    """What a mail server does with what comes: `says` are its answers in turn, then the last."""

    says: Sequence[str] = ("250 taken",)
    hangs: bool = False
    dies: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)
    tries: int = 0
    port: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.tries += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.dies:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        said = self.says[min(self.tries - 1, len(self.says) - 1)]
        if said.startswith("250"):
            assert isinstance(envelope.content, bytes)
            mail = message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
            self.recipients.extend(envelope.rcpt_tos)
            self.secured.append(session.ssl is not None)
        return said


@asynccontextmanager
async def mail_server(
    mailbox: Mailbox,
    tls: ssl.SSLContext | None = None,
    password: str | None = None,
) -> AsyncIterator[Mailbox]:
    """A mail server on loopback until the block ends; its port is in the mailbox."""

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        right = isinstance(data, LoginPassword) and data.password == (password or "").encode()
        said = None if right else f"535 not {data.password!r}"
        return AuthResult(success=right, handled=False, message=said)

    def smtp() -> SMTP:
        return SMTP(
            mailbox,
            hostname="mail.example",
            tls_context=tls,
            require_starttls=tls is not None,
            authenticator=authenticate if password is not None else None,
            auth_required=password is not None,
        )

    server = await asyncio.get_running_loop().create_server(smtp, "127.0.0.1", 0)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()
        await server.wait_closed()


GREETED: Final = {
    "CONNECT": "220 mail.example",
    "EHLO": "250 mail.example",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "TEXT": "250 taken",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}
"""What a mail server says that takes everything, by step; TEXT is the end of a mail."""


@dataclass
class ScriptedMail:
    """A mail server that gives at each step the reply it is told, or does `hang`, `drop`, `drip`, `flood`."""

    says: Mapping[str, str]
    texts: int = 0
    """Mails that came whole."""

    async def handler(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        says = {**GREETED, **self.says}
        await self._say(says["CONNECT"], writer)
        while line := await reader.readline():
            step = line[:4].decode("ascii", "replace").strip().upper()
            await self._say(says.get(step, "500 what"), writer)
            if step == "DATA" and says["DATA"].startswith("354"):
                await reader.readuntil(b"\r\n.\r\n")
                self.texts += 1
                await self._say(says["TEXT"], writer)

    async def _say(self, reply: str, writer: asyncio.StreamWriter) -> None:
        match reply:
            case "hang":
                await asyncio.Event().wait()
            case "drop":
                writer.transport.abort()
                raise ConnectionResetError
            case "drip":  # a line that never ends
                while True:
                    writer.write(b"2")
                    await writer.drain()
                    await asyncio.sleep(0.01)
            case "flood":
                while True:
                    writer.write(b"250-more\r\n" * 1000)
                    await writer.drain()
            case _:
                writer.write(reply.encode() + b"\r\n")
                await writer.drain()
