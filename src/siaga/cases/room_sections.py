"""The fields of a room file: one model a section, from which its reading and its schema come.

A docstring says what a field means to whoever writes the file: editors show it. What depends on the election
file or on the kinds of channels stands in `room_rules.py`.
"""

import re
from datetime import timedelta
from typing import Annotated, Final

from pydantic import ConfigDict, Field

from siaga.cases.mail_address import MAIL_ADDRESS, mail_address_problem
from siaga.cases.reports import KEPT
from siaga.cases.room_file import EVIDENCE_KEPT
from siaga.cases.severity import Severity
from siaga.config.addresses import LONGEST_ADDRESS, address_problem, is_loopback
from siaga.config.reading import FileReading
from siaga.config.scalars import Id, Reference, Text, TimeOfDay, address, matching, one_of, span, text, whole
from siaga.config.secrets import SecretSource
from siaga.config.sections import KeyedBy, ListOf, Section
from siaga.config.tree import Fields
from siaga.config.wording import Unreadable, quoted, use_one_of
from siaga.i18n.speech import languages

SHORTEST_DEADLINE: Final = timedelta(minutes=5)
LONGEST_DEADLINE: Final = timedelta(days=30)
LEAST_KEPT: Final = timedelta(days=30)
"""What is proven rests on measurements: they stay at least so long."""
LONGEST_KEPT: Final = timedelta(days=3_650)
SOONEST_ALERT: Final = timedelta(minutes=2)
LATEST_ALERT: Final = timedelta(hours=2)
SOONEST_BEAT: Final = timedelta(seconds=30)
LATEST_BEAT: Final = timedelta(hours=1)
LATEST_PUBLISHED: Final = timedelta(days=30)
_HOST: Final = re.compile(r"[A-Za-z0-9.:-]{1,253}", re.ASCII)
DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""0 is Monday."""


def _day(written: str) -> int:
    if written not in DAYS:
        raise Unreadable(f"{quoted(written)} is no day.", use_one_of(written, DAYS))
    return DAYS.index(written)


def _spoken(written: str) -> str:
    if written not in languages():
        raise Unreadable(f"There are no texts in {quoted(written)}.", f"Write {' or '.join(languages())}.")
    return written


def _mail_address(written: str) -> str:
    problem = mail_address_problem(written)
    if problem is not None:
        raise Unreadable(*problem)
    return written


def _public_contact(written: str) -> str:
    if MAIL_ADDRESS.fullmatch(written) is None and address_problem(written, ("https",)) is not None:
        raise Unreadable(f"{quoted(written)} reaches nobody.", "Write a mail address, or https://...")
    return written


Deadline = Annotated[timedelta, span(SHORTEST_DEADLINE, LONGEST_DEADLINE, "A deadline of {}")]
Host = Annotated[
    str,
    text(
        matching(_HOST, "is no host.", "Write such as mail.example."),
        pattern=f"^{_HOST.pattern}$",
    ),
]
BeatAddress = Annotated[str, address("https", "http", unencrypted="It would travel unencrypted.")]
Spoken = Annotated[str, text(_spoken, enum=list(languages()))]


class QuietHoursSection(Section):
    """A part of the day, in the election's time zone. It may span midnight."""

    begins: TimeOfDay
    """Such as "22:00"."""
    ends: TimeOfDay
    """Such as "06:00"."""

    def check(self, reading: FileReading) -> None:
        """The hours are not empty."""
        if self.begins == self.ends:
            do = "Write another time, or remove `quiet-hours`."
            reading.wrong(self.position_of("ends"), "The quiet hours are empty.", do)


class DeadlinesSection(Section):
    """By when what is expected, from the sending of the notice. What is left out is as usual."""

    acknowledge: Deadline | None = None
    """That somebody has it."""
    explain: Deadline | None = None
    """What the cause is."""
    restore: Deadline | None = None
    """That it works again."""


class RotaSection(Section):
    """Who is on call for a part of each week."""

    person: Id
    """The id of an account."""
    days: Annotated[tuple[Annotated[int, text(_day, enum=list(DAYS))], ...], ListOf(7)]
    """The days on which the turn begins."""
    begins: TimeOfDay
    """In the election's time zone, such as "07:00"."""
    ends: TimeOfDay
    """In the election's time zone, such as "19:00"."""


class ChannelSection(Section):
    """One way to reach a contact."""

    kind: Text
    """How the contact is reached."""
    address: Annotated[str, text(longest=LONGEST_ADDRESS)] | None = None
    """Where, for the kinds that have an address."""
    secret: SecretSource | None = None
    """Where the secret is found that the kind needs; never the secret itself."""


class ContactSection(Section):
    """Somebody at a platform who can act."""

    id: Id
    """The contact's id."""
    label: Text
    """The name to show."""
    channels: Annotated[tuple[ChannelSection, ...], ListOf(6)]
    """How the contact is reached, in all of these ways."""


class DeskSection(Section):
    """Whom to write to at one platform."""

    id: Reference
    """The platform's id in the election file."""
    language: Annotated[str, one_of(languages())]
    """In which notices are written to it."""
    contacts: Annotated[tuple[ContactSection, ...], ListOf(20)]
    """Who can act there."""
    ladder: Annotated[tuple[Reference, ...], ListOf(20, unique=True)] = ()
    """Ids of its contacts: the first gets the notice, each further one when a deadline passed; without it in
    the order of `contacts`."""


class MailSection(Section):
    """The mail server that the room sends through."""

    model_config = ConfigDict(
        json_schema_extra={"dependentRequired": {"user": ["password"], "password": ["user"]}}
    )
    host: Host
    """The server's name or address."""
    port: Annotated[int, whole(1, 65535)] = 587
    """Its port."""
    sender: Annotated[str, text(_mail_address, pattern=f"^{MAIL_ADDRESS.pattern}$")]
    """The address that notices come from."""
    starttls: Annotated[str, one_of(["required", "none"])] = "required"
    """none is for a server on this machine."""
    user: Text | None = None
    """Who signs in to the server, with the password."""
    password: SecretSource | None = None
    """Where the user's password is found."""

    @classmethod
    def check_combination(cls, tree: Fields, reading: FileReading) -> None:
        """A user has a password, and a password a user."""
        if ("user" in tree.fields) != ("password" in tree.fields):
            what = "A user and a password belong together."
            reading.wrong(tree.position_of("user"), what, "Write both, or neither.")

    def check(self, reading: FileReading) -> None:
        """Nothing travels unencrypted, except on this machine."""
        if self.starttls == "none" and not is_loopback(f"//{self.host}"):
            what = "Notices and the password would travel unencrypted."
            do = "Write `starttls: required`; none is for a server on this machine."
            reading.wrong(self.position_of("starttls"), what, do)


class OpenIdSection(Section):
    """A provider through which the room's people may sign in besides with a password, by OpenID Connect."""

    issuer: Annotated[str, address("https", "http", unencrypted="It is not secure.")]
    """The provider's address."""
    client: Text
    """The client id that the provider gave."""
    secret: SecretSource
    """Where the client's secret is found."""
    label: Text = "OpenID"
    """The provider's name, for the button."""


class HeartbeatSection(Section):
    """An outside monitor that alerts somebody when this watch's heartbeat stays away. It is sent only while
    measuring really goes on."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["address"]}, {"required": ["secret"]}]}
    )
    address: BeatAddress | None = None
    """Where it is sent."""
    secret: SecretSource | None = None
    """Where that address is found, if whoever knows it could feign the heartbeat."""
    every: Annotated[timedelta, span(SOONEST_BEAT, LATEST_BEAT, "A heartbeat every {}")] = timedelta(
        minutes=1
    )
    """How often."""
    method: Annotated[str, one_of(["get", "post"])] = "get"
    """How the monitor wants it."""

    @classmethod
    def check_combination(cls, tree: Fields, reading: FileReading) -> None:
        """Exactly one of address and secret is given."""
        if len(tree.fields.keys() & {"address", "secret"}) != 1:
            do = "Write exactly one: `address: https://...`, or `secret: {environment: NAME}`."
            reading.wrong(tree.position, "It must be said in one place where the heartbeat goes.", do)


class AlertsSection(Section):
    """How the room's people are woken. Each person's channels and quiet hours are on their own page."""

    acknowledge_within: Annotated[
        timedelta, span(SOONEST_ALERT, LATEST_ALERT, "A time to acknowledge of {}")
    ] = timedelta(minutes=10)
    """Nobody has acknowledged: the next of the rota is alerted, then everybody."""
    silence_after: Annotated[timedelta, span(SHORTEST_DEADLINE, LATEST_ALERT, "A silence of {}")] = timedelta(
        minutes=15
    )
    """So long without a measurement (of all, of a platform, of a vantage) alerts whoever is on duty."""
    heartbeat: HeartbeatSection | None = None
    """An outside monitor, for the case that this machine itself fails."""


class RoomFileSection(Section):
    """A whole room file."""

    room: Id
    """The room's id."""
    label: Text
    """Who signs the notices."""
    address: Annotated[
        str, address("https", "http", unencrypted="Links would travel unencrypted.", path=False)
    ]
    """Where the pages are reached from outside; links in notices begin with it. https, or http on this
    machine."""
    languages: Annotated[tuple[Spoken, ...], ListOf(10, unique=True)] = ()
    """Of the pages' texts; as the election's where left out."""
    approvals: Annotated[int, whole(1, 5)] = 2
    """So many people approve a notice before it is sent."""
    risk_of_a_single_approver: Annotated[str, one_of(["accepted"])] | None = None
    """With `approvals: 1`, that one person alone may send what nobody else has read."""
    quiet_hours: QuietHoursSection | None = None
    """Nobody is reminded or called then, unless the case is grave; in the election's time zone."""
    deadlines: Annotated[dict[str, DeadlinesSection], KeyedBy(tuple(map(str, Severity)))] = Field({})
    """By severity, from the sending of the notice."""
    rota: Annotated[tuple[RotaSection, ...], ListOf(100)] = ()
    """Who is on call; a new case goes to them."""
    platforms: Annotated[tuple[DeskSection, ...], ListOf(50)]
    """Whom to write to, by platform."""
    mail: MailSection | None = None
    """The mail server that the room sends through."""
    openid: OpenIdSection | None = None
    """Where the room's people may sign in besides with a password, by OpenID Connect."""
    about: Annotated[str, text(longest=2_000)] = ""
    """Who runs the room, in their own words, for the public page."""
    contact: Annotated[str, text(_public_contact, LONGEST_ADDRESS)] = ""
    """Where the public reaches them: a mail address or an https address."""
    publish_requests_after: Annotated[
        timedelta, span(timedelta(seconds=1), LATEST_PUBLISHED, "A delay of {}")
    ] = timedelta()
    """So long after a notice was sent its text is public; at once where left out."""
    keep_reports: Annotated[timedelta, span(timedelta(days=1), LONGEST_KEPT, "A time to keep of {}")] = KEPT
    """So long the words and pictures of reports are kept; what was counted stays."""
    keep_evidence: Annotated[timedelta, span(LEAST_KEPT, LONGEST_KEPT, "A time to keep of {}")] = (
        EVIDENCE_KEPT
    )
    """So long answers and pictures of pages are kept that show a name missing; those of a case at least until
    it is over."""
    keep_measurements: Annotated[timedelta, span(LEAST_KEPT, LONGEST_KEPT, "A time to keep of {}")] | None = (
        None
    )
    """So long measurements are kept; for good where left out."""
    alerts: AlertsSection | None = None
    """How the room's people are woken; as usual where left out."""

    def check(self, reading: FileReading) -> None:
        """One person is not enough, unless the file accepts what that risks."""
        if self.approvals == 1 and self.risk_of_a_single_approver is None:
            what = "One person alone could send what nobody else has read."
            do = "Write `approvals: 2`, or add `risk-of-a-single-approver: accepted`."
            reading.wrong(self.position_of("approvals"), what, do)
