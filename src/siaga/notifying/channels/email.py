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
from siaga.notifying.channel import ChannelSetup, NoticeChannel
from siaga.notifying.sending import Message, SendOutcome, cleaned

STEP_S: Final = 30.0
"""Longest wait for a server at one step."""
WHOLE_S: Final = 120.0
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
    ) -> None:
        self._mail, self._password, self._step_s = mail, password, step_s
        self._trust = trust or ssl.create_default_context(cafile=certifi.where())
        self._domain = mail.sender.rpartition("@")[2]

    async def send(self, address: str, message: Message) -> SendOutcome:
        """Hand the mail to the server. Only a permanent refusal (SMTP 5xx) is final."""
        try:
            mail = compose(message, self._mail.sender, address, self._domain)
        except (ValueError, MessageError) as error:
            return SendOutcome(False, cleaned(f"It cannot be written as mail: {error}"), for_good=True)
        try:
            async with asyncio.timeout(WHOLE_S):
                return await self._hand_over(mail)
        except aiosmtplib.SMTPAuthenticationError as error:  # the password is ours to mend
            return SendOutcome(False, self._cleaned(f"{error.code} {error.message}"))
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = error.recipients[0]
            return SendOutcome(False, self._cleaned(f"{refused.code} {refused.message}"), refused.code >= 500)
        except aiosmtplib.SMTPResponseException as error:
            for_good = error.code >= 500 and not isinstance(error, aiosmtplib.SMTPConnectResponseError)
            return SendOutcome(False, self._cleaned(f"{error.code} {error.message}"), for_good)
        except (aiosmtplib.SMTPException, OSError) as error:
            what = " ".join(str(error).split()) or type(error).__name__
            return SendOutcome(False, self._cleaned(f"The mail server could not be used: {what}"))

    async def _hand_over(self, mail: EmailMessage) -> SendOutcome:
        server = aiosmtplib.SMTP(
            hostname=self._mail.host,
            port=self._mail.port,
            username=self._mail.user,
            password=self._password,
            local_hostname=self._domain,
            timeout=self._step_s,
            start_tls=self._mail.starttls,
            tls_context=self._trust,
        )
        async with server:
            _, answer = await server.send_message(mail)
        return SendOutcome(True, self._cleaned(answer))

    def _cleaned(self, text: str) -> str:
        return cleaned(text, [self._password])


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
