"""What is known of a case at one moment: its stage, its notices, who has it, what measuring says."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from siaga.cases.severity import Severity
from siaga.cases.undelivered import TRIES_ALONE, Trouble
from siaga.domain.verdicts import FindingKey, State
from siaga.i18n.speech import N_


class Stage(StrEnum):
    """How far a case has come."""

    OPENED = "opened"
    """Told by reports; not yet proven by measuring."""
    VERIFIED = "verified"
    """Proven by measuring."""
    NOTIFIED = "notified"
    """A notice was released to the platform."""
    ACKNOWLEDGED = "acknowledged"
    """The platform acknowledged the notice."""
    CLAIMED = "claimed"
    """The platform says that it is restored; measuring has not yet answered."""
    RELAPSED = "relapsed"
    """It was restored, and is there again."""
    RESTORED = "restored"
    """Measured to be as usual."""
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    """The finding was wrong."""
    MERGED = "merged"
    """Followed in another case."""

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to do something."""
        return self in OPEN


STAGES: Final[Mapping[Stage, str]] = {
    Stage.OPENED: N_("opened"),
    Stage.VERIFIED: N_("proven"),
    Stage.NOTIFIED: N_("platform notified"),
    Stage.ACKNOWLEDGED: N_("acknowledged by the platform"),
    Stage.CLAIMED: N_("platform says it is fixed; being verified"),
    Stage.RELAPSED: N_("problem is back"),
    Stage.RESTORED: N_("restored"),
    Stage.CLOSED: N_("closed: restored and verified"),
    Stage.WITHDRAWN: N_("withdrawn: the finding was wrong"),
    Stage.MERGED: N_("merged into another case"),
}
"""What people call the stages; marked for the catalogues."""
EXPLAINED: Final = "explained"
"""Stands among the stages that a case has reached: the platform gave a cause, at whatever stage."""
OPEN: Final = frozenset(
    {Stage.OPENED, Stage.VERIFIED, Stage.NOTIFIED, Stage.ACKNOWLEDGED, Stage.CLAIMED, Stage.RELAPSED}
)
PROVEN: Final = OPEN - {Stage.OPENED}
"""The open stages in which measuring has proven it."""


class NoticeType(StrEnum):
    """What a platform is asked for."""

    RESTORE = "restore"
    """That the name is found again as others are."""
    EXPLAIN = "explain"
    """The cause."""
    STRENGTHEN = "strengthen"
    """That it does not come again at the next event."""


def digest_of(subject: str, body: str) -> str:
    """SHA-256, hexadecimal, of a text that is approved and sent: subject, an empty line, body."""
    return hashlib.sha256(f"{subject}\n\n{body}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one contact by one channel."""

    id: str
    contact: str
    channel: str
    made_at: datetime | None = None
    answer: str = ""
    """The receiver's last words."""
    given_up: bool = False
    attempts: int = 0
    """Those that failed."""
    trouble: Trouble | None = None
    """What kept the receiver from taking it; None once it is taken, and in records that do not say."""
    again_at: datetime | None = None
    """The next attempt, where one failed and there is one."""

    @property
    def needs_somebody(self) -> bool:
        """Whether it has not arrived, and will hardly arrive by itself."""
        if self.given_up or self.attempts >= TRIES_ALONE:
            return True
        return self.trouble not in {None, Trouble.LATER}


@dataclass(frozen=True, slots=True)
class Notice:
    """What is sent to a platform, from its draft on; once it is sent, as it was sent."""

    id: str
    type: NoticeType
    language: str
    subject: str
    body: str
    contacts: tuple[str, ...]
    drafted_by: str
    drafted_at: datetime
    approvals: tuple[str, ...] = ()
    """Who approved this very text."""
    refused: bool = False
    released_at: datetime | None = None
    deliveries: tuple[Delivery, ...] = ()

    @property
    def text(self) -> str:
        """SHA-256, hexadecimal, of what is approved and sent: subject, an empty line, body."""
        return digest_of(self.subject, self.body)

    @property
    def waits(self) -> bool:
        """Whether it is waiting for approvals."""
        return self.released_at is None and not self.refused


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the platform said of the cause."""

    at: datetime
    by: str
    cause: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A liaison's link."""

    id: str
    contact: str
    expires: datetime
    revoked: bool = False
    browser: str | None = None
    """A digest of the browser that it is bound to."""
    others: tuple[str, ...] = ()
    """Digests of further browsers, each let in by a code that was sent to the contact."""
    code: str | None = None
    """What the code is made from that is out; None where none is."""
    code_expires: datetime | None = None
    code_tries: int = 0
    """Wrong codes since it was sent."""
    codes: int = 0
    """Sent so far."""


@dataclass(frozen=True, slots=True)
class Published:
    """An account that the public reads."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class PublicUpdate:
    """A short update for the public while a case is open."""

    seq: int
    """The event that proposed it."""
    template: str
    """The word for what it says."""
    by: str
    at: datetime
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One finding, or reports, followed to the end."""

    id: str
    platform: str
    subject: str | None
    """None where it is about a place."""
    surface: str | None
    opened_at: datetime
    stage: Stage = Stage.OPENED
    severity: Severity = Severity.MEDIUM
    is_graded_by_hand: bool = False
    """Whether somebody of the room set the severity: measuring leaves it then."""
    verdict: Mapping[str, Any] | None = None
    """What measuring said last, as the journal holds it."""
    stated: Mapping[str, Any] | None = None
    """The same without mere suspicions: what everybody may know."""
    proof: Mapping[str, Any] | None = None
    """The verdict that proved it."""
    reached: Mapping[str, datetime] = field(default_factory=dict)
    """When the present episode first came to each stage; `explained` besides."""
    episodes: int = 1
    """1, and one more for each relapse."""
    owner: str | None = None
    reports: tuple[str, ...] = ()
    notices: Mapping[str, Notice] = field(default_factory=dict)
    messages: tuple[Delivery, ...] = ()
    """Deliveries other than of notices."""
    explanation: Explanation | None = None
    links: Mapping[str, Link] = field(default_factory=dict)
    linked: tuple[str, ...] = ()
    merged_into: str | None = None
    split_from: str | None = None
    closed_because: str = ""
    refused_claims: int = 0
    rung: int = 0
    """The highest rung of the ladder that was called."""
    escalated_at: datetime | None = None
    reminded: frozenset[str] = frozenset()
    accounts: Mapping[str, str] = field(default_factory=dict)
    """The account's text by language."""
    published: Mapping[str, "Published"] = field(default_factory=dict)
    """The account as the public reads it, by language; what is written later waits to be published."""
    draft_update: PublicUpdate | None = None
    """An update that waits for a second person."""
    updates: tuple[PublicUpdate, ...] = ()
    """Those that were published, oldest first."""
    last_event: int = 0
    """The seq of the last event that counts."""

    @property
    def key(self) -> FindingKey:
        """What it is about: a name on a platform, or a place."""
        return FindingKey(self.platform, self.subject, None if self.subject else self.surface)

    @property
    def verified_at(self) -> datetime | None:
        """When the present episode was proven."""
        return self.reached.get(Stage.VERIFIED) or self.reached.get(Stage.RELAPSED)

    @property
    def contacted(self) -> tuple[str, ...]:
        """The contacts who were told of the case, in the order in which they were."""
        contacts = [
            delivery.contact
            for notice in self.notices.values()
            if notice.released_at is not None
            for delivery in notice.deliveries
        ]
        contacts.extend(delivery.contact for delivery in self.messages)
        return tuple(dict.fromkeys(contacts))

    @property
    def undelivered(self) -> tuple[Delivery, ...]:
        """Messages that have not arrived, and will hardly arrive by themselves."""
        of_notices = (each for notice in self.notices.values() for each in notice.deliveries)
        return tuple(each for each in (*of_notices, *self.messages) if each.needs_somebody)

    def account_digest(self, language: str) -> str | None:
        """SHA-256, hexadecimal, of the account as it is written now; None where there is none."""
        text = self.accounts.get(language)
        return None if text is None else hashlib.sha256(text.encode()).hexdigest()

    def measured(self, verdict: Mapping[str, Any]) -> "Case":
        """The case once measuring has said this of it."""
        is_suspicion = verdict["state"] == State.SUSPECTED
        return replace(self, verdict=verdict, stated=self.stated if is_suspicion else verdict)

    def to(self, stage: Stage, at: datetime) -> "Case":
        """The case at another stage."""
        return replace(self, stage=stage, reached={stage: at, **self.reached})

    def with_delivery(self, id: str, change: Callable[[Delivery], Delivery]) -> "Case":
        """The case with one of its deliveries changed; a delivery that it does not have changes nothing."""

        def changed(deliveries: Iterable[Delivery]) -> tuple[Delivery, ...]:
            return tuple(change(delivery) if delivery.id == id else delivery for delivery in deliveries)

        notices = {
            notice.id: replace(notice, deliveries=changed(notice.deliveries))
            for notice in self.notices.values()
        }
        return replace(self, messages=changed(self.messages), notices=notices)

    def with_link(self, link: Link) -> "Case":
        """The case with a link put in or replaced."""
        return replace(self, links={**self.links, link.id: link})

    def with_notice(self, notice: Notice) -> "Case":
        """The case with a notice put in or replaced."""
        return replace(self, notices={**self.notices, notice.id: notice})
