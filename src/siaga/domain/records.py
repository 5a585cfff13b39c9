"""The records that rooms hand to each other: rounds as planned, measurements as facts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from siaga.domain.answers import Answer, Role, Session
from siaga.domain.failures import Failure


@dataclass(frozen=True, slots=True, order=True)
class Stream:
    """Where rounds are asked: the unit within which names are compared."""

    platform: str
    surface: str
    vantage: str
    session: Session


@dataclass(frozen=True, slots=True)
class Asking:
    """One name to ask for in a round."""

    position: int
    """Place in the round's random order, from 0."""
    subject: str
    role: Role
    name: str


@dataclass(frozen=True, slots=True)
class Round:
    """Targets, controls and canaries to be asked together, in a random order fixed beforehand."""

    id: UUID
    """UUIDv7 of the planned moment."""
    at: datetime
    """When the asking is due, UTC."""
    stream: Stream
    seed: bytes
    """32 bytes, derived from a key whose digest was journalled before; the order follows from it alone."""
    askings: tuple[Asking, ...]
    """In the order of asking."""
    reason: str = "base"
    """Why it is asked: `base`, `event` or `burst`."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One asking and what came back: facts only, nothing judged. Field for field the open-data record."""

    id: UUID
    round: UUID
    position: int
    at: datetime
    """When the asking began, UTC."""
    election: str
    platform: str
    surface: str
    vantage: str
    session: Session
    subject: str
    role: Role
    name: str
    """The text asked."""
    answer: Answer
    failure: Failure | None = None
    """The failing network step where `answer` is `unreachable`."""
    status: int | None = None
    """HTTP status (for a WebSocket: of its handshake)."""
    final_url: str | None = None
    """Address after redirects, without credentials."""
    count: int | None = None
    """Results on the first page."""
    matching: int | None = None
    """Results that really carry the name."""
    newest_age_s: float | None = None
    """Age of the newest result at `at`, seconds."""
    ordered: bool | None = None
    """Whether newest-first where that was asked; None where it was not, or with fewer than two results."""
    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    first_byte_ms: float | None = None
    total_ms: float | None = None
    """Phases, each the length of its own step in milliseconds; `total_ms` the whole asking."""
    bytes: int | None = None
    """Size of the answer's body as received."""
    body_sha256: str | None = None
    """SHA-256 of the answer's body as received, hexadecimal."""
    reader: str = ""
    """The adapter that read it: `bluesky@1`."""
    agent: str = ""
    """The software that asked: `siaga/0.1.0`."""

    @property
    def stream(self) -> Stream:
        """The stream that this measurement belongs to."""
        return Stream(self.platform, self.surface, self.vantage, self.session)
