"""Why a message was not taken, by what people have to do about it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from siaga.i18n.speech import N_


class Trouble(StrEnum):
    """What kept a receiver from taking a message."""

    LATER = "later"
    """It may pass by itself: busy, greylisted, unreachable, slow."""
    ADDRESS = "address"
    """This address takes no messages, and will not."""
    MESSAGE = "message"
    """This message is refused; another may be taken."""
    SETUP = "setup"
    """Our own access is refused: a password, a secret, a sender that may not send. People mend it."""
    SECURITY = "security"
    """The connection cannot be made secure: no encryption, or a certificate that does not hold."""

    @property
    def is_final(self) -> bool:
        """Whether trying the same message again is pointless."""
        return self in {Trouble.ADDRESS, Trouble.MESSAGE}


TRIES_ALONE: Final = 5
"""So many failed attempts, about a quarter of an hour, are left to pass by themselves."""
WHAT_TO_DO: Final[Mapping[Trouble, str]] = MappingProxyType(
    {
        Trouble.LATER: N_("The receiver can't be reached. Reach them another way, and tell them."),
        Trouble.ADDRESS: N_(
            "This address doesn't accept messages. Reach the contact another way, and correct the address "
            "in the room file."
        ),
        Trouble.MESSAGE: N_("The receiver refuses this message. Send it another way."),
        Trouble.SETUP: N_(
            "The server refuses us. Whoever runs Siaga should check user, password, secret and sender in the "
            "room file."
        ),
        Trouble.SECURITY: N_(
            "The connection isn't secure, so nothing was sent. Whoever runs the server should check its "
            "encryption and certificate."
        ),
    }
)
"""What people do about it; marked for the catalogues."""
