"""Sends a message by mail: over STARTTLS, threaded case by case, with an id that stays over attempts."""

import asyncio
import ssl
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final
from unicodedata import category

import aiosmtplib
import certifi

from siaga.cases.channels import AddressForm, ChannelForm
from siaga.cases.mail_address import MAIL_ADDRESS, mail_address_problem
from siaga.cases.room_file import Mail
from siaga.cases.undelivered import Trouble
from siaga.notifying.channel import ChannelSetup, NoticeChannel
from siaga.notifying.sending import Message, SendOutcome, cleaned
from siaga.notifying.smtp_codes import MailStep, trouble_of

STEP_S: Final = 30.0
"""Longest wait for a server at one step."""
TEXT_S: Final = 120.0
"""Longest wait for it to take the mail itself: many look at it first, and one that is left too early takes it
all the same, so that the next attempt makes two (RFC 5321, 4.5.3.2)."""
WHOLE_S: Final = 240.0
GOODBYE_S: Final = 2.0
_BREAKS: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories that no header holds."""


class MailSender:
    """Sends through one mail server."""

    def __init__(
        self,
        mail: Mail,
        password: str | None = None,
        trust: ssl.SSLContext | None = None,
        step_s: float = STEP_S,
        text_s: float = TEXT_S,
        whole_s: float = WHOLE_S,
    ) -> None:
        self._mail, self._password = mail, password
        self._step_s, self._text_s, self._whole_s = step_s, text_s, whole_s
        self._trust = trust or ssl.create_default_context(cafile=certifi.where())
        self._domain = mail.sender.rpartition("@")[2]

    async def send(self, address: str, message: Message) -> SendOutcome:
        """Hand the mail to the server; what it refuses is told by its meaning (`smtp_codes.py`)."""
        try:
            mail = compose(message, self._mail.sender, address, self._domain)
        except (ValueError, MessageError) as error:
            return SendOutcome(cleaned(f"It cannot be written as mail: {error}"), Trouble.MESSAGE)
        handing = _Handing(
            aiosmtplib.SMTP(
                hostname=self._mail.host,
                port=self._mail.port,
                local_hostname=self._domain,
                timeout=self._step_s,
                start_tls=False,
                tls_context=self._trust,
            ),
            self._text_s,
        )
        try:
            async with asyncio.timeout(self._whole_s):
                answer = await handing.over(self._mail, self._password, mail)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            return self._refused(handing.step, error)
        finally:
            await handing.end()
        return SendOutcome(self._cleaned(answer))

    def _refused(self, step: MailStep, error: Exception) -> SendOutcome:
        if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
            error = error.recipients[0]
        if isinstance(error, aiosmtplib.SMTPResponseException) and error.code > 0:
            step = next((later for kind, later in _STEPS.items() if isinstance(error, kind)), step)
            said = self._cleaned(f"{error.code} {error.message}")
            return SendOutcome(said, trouble_of(step, error.code, error.message))
        what = " ".join(str(error).split()) or type(error).__name__
        said = self._cleaned(f"The mail server could not be used ({step}): {what}")
        if isinstance(error, TimeoutError | ConnectionError):
            return SendOutcome(said, Trouble.LATER)
        if step is MailStep.ENCRYPTION:  # it has none, or a certificate that does not hold
            return SendOutcome(said, Trouble.SECURITY)
        return SendOutcome(said, Trouble.SETUP if _is_lacking(step, error) else Trouble.LATER)

    def _cleaned(self, text: str) -> str:
        return cleaned(text, [self._password])


_STEPS: Final = {
    aiosmtplib.SMTPSenderRefused: MailStep.SENDER,
    aiosmtplib.SMTPRecipientRefused: MailStep.RECIPIENT,
    aiosmtplib.SMTPDataError: MailStep.TEXT,
}
"""Where a refusal came while the mail itself was handed over."""


def _is_lacking(step: MailStep, error: Exception) -> bool:
    """Whether the server lacks what we need: a way to sign in, addresses beyond ASCII."""
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return True
    return step is MailStep.SIGN_IN and isinstance(error, aiosmtplib.SMTPException)


class _Handing:
    """One mail on its way to the server, and how far it has come."""

    def __init__(self, server: aiosmtplib.SMTP, text_s: float) -> None:
        self._server, self._text_s = server, text_s
        self.step = MailStep.GREETING

    async def over(self, mail: Mail, password: str | None, message: EmailMessage) -> str:
        """Hand it over; the server's words as it takes it.

        Raises:
            SMTPException: it was refused, at `step`.
            OSError: the connection broke, or took too long.
        """
        server = self._server
        await server.connect()
        await server.ehlo()
        if mail.starttls:
            self.step = MailStep.ENCRYPTION
            await server.starttls()
            await server.ehlo()
        if mail.user is not None:
            self.step = MailStep.SIGN_IN
            await server.login(mail.user, password or "")
        self.step = MailStep.SENDER
        _, answer = await server.send_message(message, timeout=self._text_s)
        return answer

    async def end(self) -> None:
        """Take leave. What the server does then changes nothing about what it took."""
        try:
            async with asyncio.timeout(GOODBYE_S):
                if self._server.is_connected:
                    await self._server.quit(timeout=GOODBYE_S)
        except (aiosmtplib.SMTPException, OSError):
            pass
        finally:
            self._server.close()


def compose(message: Message, sender: str, address: str, domain: str) -> EmailMessage:
    """The mail as it goes over the wire.

    Raises:
        ValueError: a header would hold a line break or a control character.
    """
    mail = EmailMessage(policy=SMTP)
    for name, text in (("Subject", message.subject), ("To", address)):
        if any(category(letter) in _BREAKS for letter in text):
            problem = f"{name} holds a line break or a control character"
            raise ValueError(problem)
        mail[name] = text
    mail["From"] = sender
    mail["Date"] = message.at
    mail["Message-ID"] = f"<{message.id}@{domain}>"
    if message.thread != message.id:
        mail["In-Reply-To"] = mail["References"] = f"<{message.thread}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    if message.stop:  # RFC 8058: the mail program's own button, without opening a page
        mail["List-Unsubscribe"] = f"<{message.stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.body, charset="utf-8", cte="base64" if "\r" in message.body else None)
    return mail


def _sender(setup: ChannelSetup) -> MailSender:
    assert setup.mail is not None, "the room file's reader asks for a mail server where mail is sent"
    return MailSender(setup.mail, setup.mail_password)


CHANNEL: Final = NoticeChannel(
    ChannelForm(
        "email",
        "a mail, threaded case by case",
        address=AddressForm(
            missing=("The mail address is missing.", "Add `address:`."),
            problem=mail_address_problem,
            schema={"type": "string", "pattern": f"^{MAIL_ADDRESS.pattern}$"},
        ),
        needs_mail_server=True,
    ),
    _sender,
)
