"""What a room file says, as values: who runs the room, whom it writes to on each platform, and by when.

`room_reading.py` makes these from YAML. Secrets are named, never held.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Final

from siaga.cases.reports import KEPT
from siaga.cases.severity import Severity

EVIDENCE_KEPT: Final = timedelta(days=365)
"""So long answers are kept that show a name missing, where a room does not say."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret is found; one of the two."""

    environment: str | None = None
    """Name of an environment variable."""
    file: str | None = None
    """Path of a file, relative to the room file."""


@dataclass(frozen=True, slots=True)
class ContactChannel:
    """One way to reach a contact."""

    kind: str
    """One of the kinds that `notifying/channels/` declares."""
    address: str | None = None
    """None where the kind takes none."""
    secret: Secret | None = None
    """None where the kind takes none."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody at a platform who can act."""

    id: str
    label: str
    channels: tuple[ContactChannel, ...]


@dataclass(frozen=True, slots=True)
class PlatformDesk:
    """Whom to write to at one platform of the election file."""

    id: str
    """The platform's id in the election file."""
    language: str
    """In which notices are written to it."""
    contacts: tuple[Contact, ...]
    ladder: tuple[str, ...]
    """Contact ids: the first gets the notice, each further one when a deadline passed."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """By when, from the sending of the notice."""

    acknowledge: timedelta
    explain: timedelta
    restore: timedelta


USUAL_DEADLINES: Final[Mapping[Severity, Deadlines]] = MappingProxyType(
    {
        Severity.CRITICAL: Deadlines(timedelta(minutes=30), timedelta(hours=4), timedelta(hours=2)),
        Severity.HIGH: Deadlines(timedelta(hours=1), timedelta(hours=8), timedelta(hours=4)),
        Severity.MEDIUM: Deadlines(timedelta(hours=4), timedelta(hours=24), timedelta(hours=12)),
        Severity.LOW: Deadlines(timedelta(hours=12), timedelta(hours=72), timedelta(hours=48)),
    }
)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When nobody is reminded or escalated to, in the election's zone; grave cases override them."""

    begins: time
    ends: time

    def covers(self, at: time) -> bool:
        """Whether a time of day lies in them; they may span midnight."""
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail server that the room sends through."""

    host: str
    port: int
    sender: str
    """The address that notices come from."""
    starttls: bool = True
    """Whether the connection must be made secure by STARTTLS; not for a server on this machine."""
    user: str | None = None
    password: Secret | None = None


@dataclass(frozen=True, slots=True)
class OpenIdProvider:
    """Where the room's people may sign in besides with a password, by OpenID Connect."""

    issuer: str
    client: str
    secret: Secret
    label: str
    """Its name, for the button."""


@dataclass(frozen=True, slots=True)
class RotaTurn:
    """Who is on call in the room for a part of each week."""

    person: str
    days: frozenset[int]
    """0 is Monday, in the election's zone."""
    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class HeartbeatTarget:
    """An outside monitor, which wakes somebody when the watch's heartbeat stays away."""

    address: str | None
    secret: Secret | None
    """Where the address is found, where it is a secret; one of the two."""
    every: timedelta
    posts: bool
    """Whether it is sent by POST; else by GET."""


@dataclass(frozen=True, slots=True)
class Alerting:
    """How the room's people are woken."""

    acknowledge_within: timedelta = timedelta(minutes=10)
    """Nobody has acknowledged: the next is alerted."""
    silence_after: timedelta = timedelta(minutes=15)
    """So long without a measurement is an alarm."""
    heartbeat: HeartbeatTarget | None = None


@dataclass(frozen=True, slots=True)
class RoomFile:
    """A room: who runs it and how it works with the platforms."""

    id: str
    label: str
    address: str
    """Where its pages are reached from outside: links in notices begin with it."""
    languages: tuple[str, ...] = ("id", "en")
    approvals: int = 2
    """How many people approve a notice before it is sent."""
    quiet_hours: QuietHours | None = None
    deadlines: Mapping[Severity, Deadlines] = field(default_factory=lambda: USUAL_DEADLINES)
    platforms: tuple[PlatformDesk, ...] = ()
    mail: Mail | None = None
    rota: tuple[RotaTurn, ...] = ()
    openid: OpenIdProvider | None = None
    about: str = ""
    """Who runs it, in their own words, for the public page."""
    public_contact: str = ""
    """Where the public reaches them: a mail address, or an https address."""
    publish_after: timedelta = timedelta()
    """So long after a notice was sent its text is public; by default at once."""
    keep_reports: timedelta = KEPT
    """So long the words and pictures of reports are kept."""
    keep_evidence: timedelta = EVIDENCE_KEPT
    """So long answers that show a name missing are kept; those of a case at least until it is over."""
    keep_measurements: timedelta | None = None
    """So long measurements are kept; None for good."""
    alerts: Alerting = Alerting()

    def desk(self, platform: str) -> PlatformDesk | None:
        """Whom to write to at a platform; None where nobody is known."""
        return next((desk for desk in self.platforms if desk.id == platform), None)

    def on_call(self, at: datetime) -> str | None:
        """Who is on call at a moment of the election's zone; None where the rota names nobody."""
        for turn in self.rota:
            if at.weekday() in turn.days and QuietHours(turn.begins, turn.ends).covers(at.time()):
                return turn.person
        return None

    def duty(self, at: datetime) -> tuple[str, ...]:
        """The people of the rota at a moment of the election's zone: whoever is on call first, then the
        others in the order of the file, from there on and round."""
        people = list(dict.fromkeys(turn.person for turn in self.rota))
        on_call = self.on_call(at)
        first = people.index(on_call) if on_call is not None else 0
        return (*people[first:], *people[:first])

    def contact(self, id: str) -> Contact | None:
        """A contact of any platform."""
        return next((c for desk in self.platforms for c in desk.contacts if c.id == id), None)
