"""Sends a message to chat and SMS through Apprise. The whole address is a secret."""

import asyncio
import logging
from typing import Final

from siaga.domain.errors import BadInput, Fault
from siaga.notifying.sending import Message, Outcome

LONGEST_S: Final = 60.0
LONGEST_TEXT: Final = 4_000


class ChatSender:
    """Sends to addresses such as `tgram://...`, `sms...`, as Apprise writes them."""

    def __init__(self) -> None:
        """Raises:
        BadInput: Apprise is not installed.
        """
        try:
            import apprise  # noqa: PLC0415 - an extra: who does not use it need not have it
        except ImportError:
            do = "Install siaga with its extra `chat`, or take the channel out of the room file."
            raise BadInput(Fault("Apprise is not installed.", do)) from None
        self._apprise = apprise
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it writes addresses, which are secrets

    def check(self, address: str) -> bool:
        """Whether Apprise can read the address."""
        return self._apprise.Apprise().add(address)

    async def send(self, address: str, message: Message) -> Outcome:
        """Send the subject and the text, which is cut where it is long: the link in it says the rest."""
        text = message.body
        if len(text) > LONGEST_TEXT:
            text = text[: LONGEST_TEXT - 1] + "…"
        try:
            async with asyncio.timeout(LONGEST_S):
                taken = await asyncio.to_thread(self._send, address, message.subject, text)
        except TimeoutError:
            return Outcome(False, "It took too long.")
        except Exception as error:  # Apprise's plug-ins raise what they like
            return Outcome(False, f"It could not be sent ({type(error).__name__}).")
        return Outcome(taken, "Apprise has sent it." if taken else "Apprise could not send it.")

    def _send(self, address: str, subject: str, text: str) -> bool:
        room = self._apprise.Apprise()
        return room.add(address) and bool(room.notify(title=subject, body=text))
