"""Setting a watch up from the browser: what its pages need of whoever writes the files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from siaga.cases.channels import ChannelForm
from siaga.election.model import Election
from siaga.people.accounts import Accounts


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of the set-up that is there."""

    path: str
    """Relative to the directory that is set up."""
    rights: str
    """Such as `0600`."""


class TrialResult(StrEnum):
    """What came of asking a platform for one name."""

    ANSWERED = "answered"
    REFUSED = "refused"
    """The credential is not good, or a sign-in is wanted."""
    LIMITED = "limited"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    """An answer that tells nothing."""


@dataclass(frozen=True, slots=True)
class PlatformSetup:
    """One platform of the election file, as far as it is set up."""

    id: str
    label: str
    kind: str | None
    """The credential's kind; None where the file names none."""
    account: str | None
    place: str
    """Where the credential belongs: a variable's or a file's name."""
    get_at: str
    has_credential: bool
    """Whether it is where the watch will look for it."""
    can_be_tried: bool
    """Not where a browser is needed to ask."""
    trial: TrialResult | None = None
    """What came of the last one."""


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """Whom to write to at one platform."""

    platform: str
    label: str = ""
    """Empty where nobody is written to."""
    kind: str = "email"
    address: str = ""


@dataclass(frozen=True, slots=True)
class RoomDraft:
    """A room file as somebody types it. Secrets are handed over beside it."""

    label: str = ""
    address: str = ""
    about: str = ""
    contact: str = ""
    on_call: str = ""
    """The id of an account; empty for nobody."""
    mail_host: str = ""
    """Empty where the room sends no mail."""
    mail_port: str = "587"
    mail_sender: str = ""
    mail_user: str = ""
    contacts: Sequence[ContactDraft] = field(default=())


MAIL: Final = "mail"
"""The secret of the mail server, among those of the contacts by their platforms."""


class SetupService(Protocol):
    """One directory that is being set up."""

    @property
    def election(self) -> Election | None:
        """What its election file declares; None before there is one."""
        ...

    @property
    def accounts(self) -> Accounts | None:
        """Its accounts; None before there is an election file."""
        ...

    @property
    def has_room(self) -> bool:
        """Whether there is a room file."""
        ...

    @property
    def channels(self) -> Mapping[str, ChannelForm]:
        """The kinds of channels by which contacts are reached."""
        ...

    def files(self) -> Sequence[WrittenFile]:
        """The files of the set-up that are there."""
        ...

    def command(self) -> str:
        """What starts the watch from these files by hand."""
        ...

    def take_example(self) -> None:
        """Write a commented election file to begin with.

        Raises:
            BadInput: there is one already.
        """
        ...

    def take_election(self, data: bytes) -> None:
        """Write an election file, as it came.

        Raises:
            BadInput: with a fault for each thing that is wrong; nothing was written.
        """
        ...

    def platforms(self) -> Sequence[PlatformSetup]:
        """The platforms of the election file."""
        ...

    async def try_platform(self, id: str, secret: str) -> TrialResult:
        """Ask a platform for one comparison name; with `secret`, or without one with what is there.

        Raises:
            BadInput: it cannot be asked.
        """
        ...

    def keep_credential(self, id: str, secret: str) -> None:
        """Write a platform's credential where the election file says that it is.

        Raises:
            BadInput: something is there already, or it cannot be written.
        """
        ...

    async def send_test(self, draft: RoomDraft, secrets: Mapping[str, str], to: str) -> tuple[bool, str]:
        """Send a test message to a platform's contact, by its id, or to a mail address; whether it was taken,
        and what the receiver answered.

        Raises:
            BadInput: the room file would have faults.
        """
        ...

    def write_room(self, draft: RoomDraft, secrets: Mapping[str, str]) -> None:
        """Write the room file, and its secrets into the file of secrets.

        Raises:
            BadInput: it would have faults, or is there already; nothing was written.
        """
        ...

    def start(self) -> None:
        """End the set-up and start the watch."""
        ...
