"""One message to one receiver, and what came of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from siaga.cases.undelivered import Trouble

LONGEST_ANSWER: Final = 300
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent."""

    id: str
    """The same at each attempt, so that a receiver can tell a second copy."""
    case: str
    subject: str
    body: str
    thread: str
    """The id of the first message to this receiver about the case; its own, if it is that."""
    at: datetime
    """When it was written, UTC."""
    stop: str = ""
    """The address that ends such messages, where the receiver has asked for them."""


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What came of an attempt."""

    answer: str
    """The receiver's words, or what went wrong; one line, without secrets."""
    trouble: Trouble | None = None
    """What kept it from being taken; None where it is taken."""
    wait_s: float | None = None
    """The receiver asks to wait so long."""

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return self.trouble is None

    @property
    def for_good(self) -> bool:
        """Whether trying again is pointless."""
        return self.trouble is not None and self.trouble.is_final


class Sender(Protocol):
    """One way to send."""

    async def send(self, address: str, message: Message) -> SendOutcome:
        """Try once. Nothing that a receiver does raises an error."""
        ...


def cleaned(text: str, secrets: Sequence[str | None] = ()) -> str:
    """A receiver's answer, fit for the journal: one line, bounded, without secrets."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "…")
    text = " ".join(_CONTROL.sub(" ", text).split())
    return text if len(text) <= LONGEST_ANSWER else text[: LONGEST_ANSWER - 1] + "…"
