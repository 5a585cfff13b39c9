"""What a room file says about one kind of notice channel.

Each file of `notifying/channels/` declares one. They are handed to the room file's reader, since `cases/`
stands left of `notifying/` and does no input or output.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AddressForm:
    """The field `address` of a kind that takes one."""

    missing: tuple[str, str]
    """What is wrong where it is left out, and what to write."""
    problem: Callable[[str], tuple[str, str] | None]
    """What is wrong with an address and what to write instead; None where it is good."""
    schema: Mapping[str, object]
    """Its JSON Schema, which may be laxer than `problem`."""


@dataclass(frozen=True, slots=True)
class ChannelForm:
    """One kind of channel as the room file names it. A field that a kind does not take is a fault."""

    kind: str
    """The word in the room file and, for each delivery, in the journal."""
    summary: str
    """What arrives, in a few words, for the documentation."""
    address: AddressForm | None = None
    """None where the kind takes no address."""
    secret: str | None = None
    """Why the kind needs a secret: the fault where it is left out. None where it takes none."""
    needs_mail_server: bool = False
    """Whether the room file must name a mail server."""
    printed: bool = False
    """Whether people print what it makes and hand it over. Others may hold it then, so that it carries no
    contact's own link; and it is made for a notice only, not for the messages that follow."""
