"""A mailbox in which the demo's mail really arrives: a mail server on loopback, and a page to read it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

MOST_MAILS: Final = 1_000
MOST_BYTES: Final = 1024 * 1024
_ADDRESS_WORDS: Final = ("http://", "https://")
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_STYLE: Final = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 48rem; margin: 1.5rem auto; padding: 0 1rem; }
article { border: 1px solid GrayText; border-radius: 8px; padding: 0 1rem 1rem; margin: 1rem 0; }
h2 { font-size: 1.1rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
.hint { color: GrayText; font-size: .9rem; }
"""


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """One mail that arrived."""

    id: str
    answers: str
    """The id of the mail that it follows; empty for the first of a thread."""
    to: str
    subject: str
    text: str


class Mailbox:
    """All mail that arrived, oldest first."""

    def __init__(self) -> None:
        self.mails: list[ReceivedMail] = []
        self.port = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail; aiosmtpd calls this."""
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        if len(self.mails) < MOST_MAILS:
            self.mails.append(
                ReceivedMail(
                    str(mail["Message-ID"] or ""),
                    str(mail["In-Reply-To"] or ""),
                    ", ".join(envelope.rcpt_tos),
                    str(mail["Subject"] or ""),
                    mail.get_content().replace("\r\n", "\n"),
                )
            )
        return f"250 taken as number {len(self.mails)}"

    def site(self) -> ASGIApp:
        """The page that shows it, the newest first."""
        return Starlette(routes=[Route("/", self._page), Route("/style.css", _style)])

    async def _page(self, request: Request) -> Response:
        mails = "".join(_article(mail) for mail in reversed(self.mails))
        nothing = "<p>Nothing has arrived yet. The page renews itself.</p>"
        page = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta http-equiv="refresh" content="5">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<title>The platform\'s mailbox</title><link rel="stylesheet" href="/style.css"></head><body>'
            "<h1>The platform's mailbox</h1><p>What the demo's room has written to the simulated platform. "
            "Open a link to answer in the platform's place.</p>"
            f"<main>{mails or nothing}</main></body></html>"
        )
        return HTMLResponse(page, headers=_HEADERS)


def _article(mail: ReceivedMail) -> str:
    return (
        f"<article><h2>{escape(mail.subject)}</h2>"
        f'<p class="hint">to {escape(mail.to)}{", in the thread of the notice" if mail.answers else ""}</p>'
        f"<pre>{_linked(mail.text)}</pre></article>"
    )


def _linked(text: str) -> str:
    words = []
    for word in text.replace("\n", " \n ").split(" "):
        shown = escape(word)
        words.append(f'<a href="{shown}">{shown}</a>' if word.startswith(_ADDRESS_WORDS) else shown)
    return " ".join(words).replace(" \n ", "\n")


async def _style(request: Request) -> Response:
    return Response(_STYLE, media_type="text/css")


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    """A mailbox on a free port of loopback, until the block ends."""
    box = Mailbox()

    def smtp() -> SMTP:
        return SMTP(box, hostname="localhost", data_size_limit=MOST_BYTES)

    server = await asyncio.get_running_loop().create_server(smtp, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
