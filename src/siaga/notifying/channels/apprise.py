"""Sends a message to chat and SMS through Apprise. The whole address is a secret."""

import asyncio
import logging
from typing import Final

from siaga.cases.channels import ChannelForm
from siaga.cases.undelivered import Trouble
from siaga.domain.errors import BadInput, Fault
from siaga.notifying.channel import ChannelSetup, NoticeChannel
from siaga.notifying.own_thread import in_own_thread
from siaga.notifying.sending import Message, SendOutcome

LONGEST_S: Final = 60.0
LONGEST_TEXT: Final = 4_000
_NOT_SENT: Final = SendOutcome("Apprise could not send it.", Trouble.LATER)
"""Apprise does not tell why."""


class ChatSender:
    """Sends to one address such as `tgram://...`, `sms...`, as Apprise writes them."""

    def __init__(self, address: str, longest_s: float = LONGEST_S) -> None:
        """Raises:
        BadInput: Apprise is not installed, or cannot read the address.
        """
        try:
            import apprise  # noqa: PLC0415 - an extra: who does not use it need not have it
        except ImportError:
            do = "Install siaga with its extra `chat`, or take the channel out of the room file."
            raise BadInput(Fault("Apprise is not installed.", do)) from None
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it writes addresses, which are secrets
        self._apprise, self._address, self._longest_s = apprise, address, longest_s
        self._sending: asyncio.Future[bool] | None = None
        if not apprise.Apprise().add(address):
            do = "Write it as Apprise's documentation says for that service."
            raise BadInput(Fault("Invalid Apprise URL.", do))

    async def send(self, address: str, message: Message) -> SendOutcome:
        """Send the subject and the text, which is cut where it is long: the link in it says the rest.

        The sender knows its own address, which is a secret; `address` is empty.
        """
        text = message.body
        if len(text) > LONGEST_TEXT:
            text = text[: LONGEST_TEXT - 1] + "…"
        if self._sending is not None and not self._sending.done():
            return SendOutcome("The last message is still on its way.", Trouble.LATER)
        self._sending = asyncio.ensure_future(in_own_thread(lambda: self._send(message.subject, text)))
        try:
            async with asyncio.timeout(self._longest_s):
                taken = await asyncio.shield(self._sending)
        except TimeoutError:
            return SendOutcome("It took too long.", Trouble.LATER)
        except Exception as error:  # Apprise's plug-ins raise what they like
            return SendOutcome(f"It could not be sent ({type(error).__name__}).", Trouble.LATER)
        return SendOutcome("Apprise has sent it.") if taken else _NOT_SENT

    def _send(self, subject: str, text: str) -> bool:
        service = self._apprise.Apprise()  # one for each message: several may be sent at the same time
        return service.add(self._address) and bool(service.notify(title=subject, body=text))


def _sender(setup: ChannelSetup) -> ChatSender:
    return ChatSender(setup.secret)


CHANNEL: Final = NoticeChannel(
    ChannelForm(
        "apprise",
        "chat or SMS; Apprise's whole address is the secret",
        secret="Apprise's address holds credentials, so it is a secret.",  # noqa: S106 - what to say, no secret
    ),
    _sender,
)
