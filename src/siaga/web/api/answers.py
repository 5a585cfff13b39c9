"""What the API answers: each field stands here once.

From these models come the shape of every answer and how `openapi.py` describes it.
"""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from siaga.cases.case import Stage
from siaga.cases.reports import Seen, Source, When
from siaga.cases.severity import Severity
from siaga.cases.undelivered import Trouble
from siaga.domain.time import EPOCH, rfc3339
from siaga.domain.verdicts import State


def known(at: datetime) -> datetime | None:
    """A moment; None for the one that stands where nobody knows it."""
    return at if at > EPOCH else None


Moment = Annotated[
    datetime,
    PlainSerializer(rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


KnownMoment = Annotated[Moment | None, BeforeValidator(known)]
"""A moment, null where nobody knows it: what has not been judged yet, or had begun before the watch."""


def _is_none(value: object) -> bool:
    return value is None


class AnswerModel(BaseModel):
    """What the API answers; made of the program's own values, field by field of the same name."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class PersonAnswer(AnswerModel):
    """Somebody who stands, and the names by which they are looked for."""

    id: str
    names: list[str]


class ContestantAnswer(AnswerModel):
    """Who stands."""

    id: str
    label: str
    number: int | None
    people: list[PersonAnswer]


class PlatformAnswer(AnswerModel):
    """A platform, and the surfaces on which names are looked for there."""

    id: str
    label: str
    surfaces: list[str]


class ElectionAnswer(AnswerModel):
    """Whom the watch asks for, and where."""

    id: str
    label: str
    country: str | None
    timezone: str
    votes: date
    contestants: list[ContestantAnswer]
    platforms: list[PlatformAnswer]


class CountsAnswer(AnswerModel):
    """The plain counts beside the odds, since the state began."""

    asked: int
    missing: int
    controls_asked: int
    controls_missing: int


class VerdictAnswer(AnswerModel):
    """What a rule says about one name or place."""

    at: KnownMoment
    """When it came to say so; null where nothing was judged yet."""
    platform: str
    surface: str | None
    vantage: str | None
    subject: str | None
    state: State
    since: KnownMoment
    """Null where nothing was judged yet, and of a single stream in which there is no trouble."""
    evidence: float | None
    rule: str
    counts: CountsAnswer
    onset: tuple[KnownMoment, Moment] | None
    """Between which rounds it began; the first is null where it had begun before the watch."""
    detail: dict[str, str]


class StrengthAnswer(AnswerModel):
    """How strong the evidence was at one moment, with the counts of that moment."""

    at: Moment
    evidence: float
    free: float | None
    """What of the evidence assumes nothing of the platform's past; null where no other line is in it."""
    counts: CountsAnswer


class OnsetAnswer(AnswerModel):
    """Between which rounds it began; `after` is null where it had begun before the watch."""

    after: Moment | None
    by: Moment


class EvidenceAnswer(AnswerModel):
    """The evidence of a case: what, where and where not, since when, how strong at proof and now."""

    state: State
    kinds: list[str]
    began: OnsetAnswer
    proven: StrengthAnswer | None
    present: StrengthAnswer | None
    names: list[str]
    names_as_usual: list[str]
    surfaces: list[str]
    surfaces_as_usual: list[str]
    surfaces_unmeasured: list[str]
    vantages: list[str]
    vantages_as_usual: list[str]
    vantages_unmeasured: list[str]
    came_instead: list[str]
    psi: float | None
    rule: str


class ExplanationAnswer(AnswerModel):
    """What the platform says of the cause."""

    at: Moment
    cause: str
    text: str


class AccountAnswer(AnswerModel):
    """The account of a case that the public reads."""

    at: Moment
    text: str


class DeliveryAnswer(AnswerModel):
    """One message to one contact by one channel."""

    id: str
    contact: str
    channel: str
    made_at: Moment | None
    given_up: bool
    answer: str
    trouble: Trouble | None
    """Why it has not arrived: `later` may pass; `address`, `message`, `setup` and `security` are for
    people to mend."""
    again_at: Moment | None
    needs_somebody: bool
    """Whether it will hardly arrive by itself."""


class CaseNoticeAnswer(AnswerModel):
    """A notice to the platform, from its draft on."""

    id: str
    type: str
    language: str
    subject: str
    body: str
    text: str
    contacts: list[str]
    approvals: list[str]
    refused: bool
    released_at: Moment | None
    deliveries: list[DeliveryAnswer]


class DeadlineAnswer(AnswerModel):
    """By when the platform owes something: from the sending of the first notice of the episode."""

    deadline: str
    at: Moment
    met_at: Moment | None


class CaseLinkAnswer(AnswerModel):
    """A liaison's link."""

    id: str
    contact: str
    expires: Moment
    revoked: bool
    opened: bool


class RoomPartAnswer(AnswerModel):
    """What only programs of the room see of a case."""

    owner: str | None
    reports: int
    notices: list[CaseNoticeAnswer]
    deadlines: list[DeadlineAnswer]
    messages: list[DeliveryAnswer]
    """What contacts were told besides notices."""
    links: list[CaseLinkAnswer]


class KeptAnswerAnswer(AnswerModel):
    """An answer of the platform that was kept as evidence, by its digest."""

    sha256: str
    at: Moment
    is_body: bool
    """False for the picture of a page, which has the digest of the page's answer."""


class CaseAnswer(AnswerModel):
    """A finding, or reports, followed to the end."""

    id: str
    platform: str
    subject: str | None
    surface: str | None
    stage: Stage
    open: bool
    severity: Severity
    opened_at: Moment
    began_at: Moment | None
    proven_at: Moment | None
    notified_at: Moment | None
    acknowledged_at: Moment | None
    back_at: Moment | None
    """When what is verified restored was first found again: `affected_seconds` ends then."""
    restored_at: Moment | None
    affected_seconds: float | None
    refused_claims: int
    explanation: ExplanationAnswer | None
    evidence: EvidenceAnswer | None
    proof: dict[str, Any] | None
    verdict: dict[str, Any] | None
    accounts: dict[str, AccountAnswer]
    kept: list[KeptAnswerAnswer] | None = Field(
        default=None,
        exclude_if=_is_none,
        description="The first answers that were kept as evidence, oldest first; of a single case alone.",
    )
    room: RoomPartAnswer | None = Field(
        default=None, exclude_if=_is_none, description="For programs of the room alone."
    )


class PublicEventAnswer(AnswerModel):
    """Something that happened to a case, as everybody sees it."""

    at: Moment
    by: str
    kind: str
    facts: dict[str, str]
    undone: bool


class RoomEventAnswer(AnswerModel):
    """Something that happened to a case, as the room sees it."""

    seq: int
    at: Moment
    who: str
    kind: str
    what: dict[str, Any]
    why: str


class ReportAnswer(AnswerModel):
    """What a person told us. Nothing in it says who."""

    id: str
    at: Moment
    platform: str | None
    elsewhere: str
    typed: str
    subject: str | None
    seen: Seen
    when: When
    place: str
    source: Source
    comment: str
    has_picture: bool


class PartAnswer(AnswerModel):
    """A part of a list."""

    next: str | None = Field(description="What to send as `cursor` for the next part; null at the end.")


class CasesAnswer(PartAnswer):
    """Cases, the newest first."""

    items: list[CaseAnswer]


class EventsAnswer(PartAnswer):
    """What happened to a case, oldest first."""

    items: list[RoomEventAnswer] | list[PublicEventAnswer]


class ReportsAnswer(PartAnswer):
    """Reports, the newest first."""

    items: list[ReportAnswer]
