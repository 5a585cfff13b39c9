"""A channel that carries notices: how the room file names it, and how it gets its sender."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from siaga.cases.channels import ChannelForm
from siaga.cases.room_file import Mail
from siaga.domain.time import Clock
from siaga.i18n.speech import Speech
from siaga.notifying.sending import Sender

Annex = Callable[[str], Sequence[tuple[str, str]]]
"""The evidence of a case, label and value, in the contact's language."""
Picture = Callable[[str, datetime], Awaitable[bytes | None]]
"""The chart of a case as it was at a moment, as PNG; None where there is none."""


@dataclass(frozen=True, slots=True)
class ChannelSetup:
    """What a channel can make its sender from."""

    room: str
    """The room's label."""
    contact: str
    """The contact's label."""
    speech: Speech
    """Speaks the language in which the platform is written to."""
    clock: Clock
    directory: Path
    """Where the watch keeps its files."""
    annex: Annex
    picture: Picture
    secret: str = ""
    """What the channel's secret holds; empty where its kind takes none."""
    mail: Mail | None = None
    """The room's mail server."""
    mail_password: str | None = None


@dataclass(frozen=True, slots=True)
class NoticeChannel:
    """One kind of channel; each file of `channels/` declares one as `CHANNEL`."""

    form: ChannelForm
    sender: Callable[[ChannelSetup], Sender]
    """Makes the sender for one channel of one contact. Raises BadInput where it cannot be used."""
