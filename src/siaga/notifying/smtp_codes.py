"""What a mail server's refusal means, by the step at which it came (RFC 5321, and RFC 3463)."""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from siaga.cases.undelivered import Trouble


class MailStep(StrEnum):
    """How far a mail has come."""

    GREETING = "greeting"
    """Connecting, and introducing ourselves."""
    ENCRYPTION = "encryption"
    SIGN_IN = "sign-in"
    SENDER = "sender"
    RECIPIENT = "recipient"
    TEXT = "text"
    """From DATA to the answer after the last line: the server has taken it or not."""


_BEFORE_ANY_MAIL: Final = frozenset({MailStep.GREETING, MailStep.ENCRYPTION, MailStep.SIGN_IN})
"""What is refused there is about us, never about a message or its recipient."""
_BY_STEP: Final[Mapping[MailStep, Trouble]] = MappingProxyType(
    {
        MailStep.GREETING: Trouble.SETUP,
        MailStep.ENCRYPTION: Trouble.SECURITY,
        MailStep.SIGN_IN: Trouble.SETUP,
        MailStep.SENDER: Trouble.SETUP,
        MailStep.RECIPIENT: Trouble.ADDRESS,
        MailStep.TEXT: Trouble.MESSAGE,
    }
)
"""What a permanent refusal is about, where its code says no more."""
_ENHANCED: Final = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})\b", re.ASCII)
_FULL: Final = frozenset({("2", "2"), ("3", "1"), ("4", "5"), ("4", "7"), ("5", "3")})
"""Mailbox or system full, congested, expired, too many recipients: it passes, whatever the first digit."""
_TOO_LARGE: Final = frozenset({("2", "3"), ("3", "4")})
_NEEDS_ACCESS: Final = frozenset({530, 534, 535, 538})
_BY_SUBJECT: Final[Mapping[str, Trouble]] = MappingProxyType(
    {"1": Trouble.ADDRESS, "2": Trouble.ADDRESS, "6": Trouble.MESSAGE}
)
"""By the second digit group: addresses, mailboxes, content."""


def trouble_of(step: MailStep, code: int, text: str) -> Trouble:
    """What a refusal means; `text` is the server's words after the code."""
    if not 500 <= code <= 599:  # 4xx, and what is no refusal at all
        return Trouble.LATER
    if code in _NEEDS_ACCESS:
        return Trouble.SETUP
    enhanced = _ENHANCED.match(text)
    if step in _BEFORE_ANY_MAIL:
        passes = enhanced is not None and (enhanced[2], enhanced[3]) in _FULL
        return Trouble.LATER if passes else _BY_STEP[step]
    if enhanced is not None:
        return _by_enhanced(step, enhanced[2], enhanced[3])
    if code == 552:  # RFC 5321, 4.5.3.1.10: at RCPT it means too many, or full
        return Trouble.LATER if step is MailStep.RECIPIENT else Trouble.MESSAGE
    if step is MailStep.TEXT and code in {551, 553, 556}:
        return Trouble.ADDRESS
    return _BY_STEP[step]


def _by_enhanced(step: MailStep, subject: str, detail: str) -> Trouble:
    if (subject, detail) in _FULL:
        return Trouble.LATER
    if (subject, detail) in _TOO_LARGE:
        return Trouble.MESSAGE
    if step in {MailStep.RECIPIENT, MailStep.TEXT}:
        if subject in _BY_SUBJECT:
            return Trouble.SETUP if (subject, detail) in {("1", "7"), ("1", "8")} else _BY_SUBJECT[subject]
        if subject == "7" and step is MailStep.RECIPIENT:  # we may not send there: relaying, blocked
            return Trouble.SETUP
    return _BY_STEP[step]
