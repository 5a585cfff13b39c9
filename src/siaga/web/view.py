"""What the pages need to know of a watch. `app/` gives it; pages decide nothing themselves."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from siaga.cases.case import Case
from siaga.cases.reports import Report, Source
from siaga.cases.room_file import RoomFile
from siaga.cases.rules import Act, Actor
from siaga.detection.equal import Compared
from siaga.election.model import Election, PlatformWatch
from siaga.journal.events import Event
from siaga.measurements.rollups import By, Where
from siaga.words.answers import Answer, Role
from siaga.words.records import Measurement, Stream
from siaga.words.verdicts import Counts, State, Verdict


@dataclass(frozen=True, slots=True)
class StreamHealth:
    """Whether one stream is asked as planned."""

    stream: Stream
    every: timedelta
    """The planned base interval."""
    last_round: datetime | None
    """When its last round was finished; None before the first."""
    answers: Mapping[Answer, int]
    """The last rounds' answers by kind."""

    def late(self, now: datetime) -> bool:
        """Whether the last round is older than three intervals."""
        return self.last_round is None or now - self.last_round > 3 * self.every


@dataclass(frozen=True, slots=True)
class BudgetHealth:
    """What is left of a platform's budget at one vantage."""

    platform: str
    vantage: str
    share_left: float
    """0 to 1, of the scarcest budget."""
    waits_until: datetime | None = None
    """The platform told us to ask nothing before."""


@dataclass(frozen=True, slots=True)
class ControlsHealth:
    """How the controls of one platform do."""

    platform: str
    watched: int
    """Controls that are asked there."""
    left_out: Mapping[str, Sequence[str]]
    """By surface: those that are persistently missing, and so not compared with."""
    accused: Sequence[str]
    """Those that raised an alarm when watched as if they were contestants."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """How one platform has treated its contestants since the watch began."""

    platform: str
    measured: Mapping[str, tuple[int, int]]
    """By subject: comparable rounds in which it was measured, and missing."""
    pairs: Sequence[Compared]
    """Pairs of subjects that differ most, with intervals that hold all at once."""


@dataclass(frozen=True, slots=True)
class Health:
    """How the watch itself is."""

    started: datetime
    rounds: int
    """Rounds finished since the watch's first start."""
    measurements: int
    streams: Sequence[StreamHealth]
    budgets: Sequence[BudgetHealth]
    offline: Sequence[str]
    """Vantages that have lost their own connection."""
    controls: Sequence[ControlsHealth] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the watch."""

    began: datetime
    stopped: datetime | None
    """None for one that goes on, and for one that was killed: a kill leaves no word."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the record said of findings at one moment of the past."""

    running: datetime | None
    """Since when the watch had run; None where it did not run, or had not begun."""
    findings: Sequence[Verdict]
    """Those that were open."""
    before: datetime | None
    """The last change of a finding until then."""
    after: datetime | None
    """The next one."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """One span of a timeline: what came back for the target and for its controls."""

    at: datetime
    target: Mapping[Answer, int]
    target_unmatched: int
    """Of the target's `results`, those in which nothing matched."""
    controls: Mapping[Answer, int]
    controls_unmatched: int
    target_matching: int = 0
    """Of all its answers together, results that carry the name."""
    controls_matching: int = 0


@dataclass(frozen=True, slots=True)
class EvidencePoint:
    """The evidence about one subject on one platform at one moment."""

    at: datetime
    evidence: float


class CaseRoom(Protocol):
    """The room's work on its cases, as the pages that act on them see it."""

    room: RoomFile

    @property
    def cases(self) -> Mapping[str, Case]:
        """All cases by id."""
        ...

    def history(self, case: str) -> Sequence[Event]:
        """Everything that happened to a case, oldest first, with what was undone."""
        ...

    def catch_up(self) -> None:
        """Read what others wrote into the record since: the outbox, a command."""
        ...

    def do(self, act: Act, actor: Actor, key: str | None = None) -> Case:
        """Do an act, once for a key; returns the case as it then is.

        Raises:
            NotAllowed: it cannot be done; nothing was written.
        """
        ...

    def turned_away(self, door: str, reason: str, link: str | None) -> None:
        """Record that somebody showed what opens no door; once an hour for each."""
        ...


class ReportDesk(Protocol):
    """Where reports are taken, as the pages see it."""

    def form(self) -> str:
        """What a new form carries."""
        ...

    async def take(
        self, fields: Mapping[str, str], address: str, source: Source, picture: bytes = b""
    ) -> str:
        """Take a report; returns what its page is found by.

        Raises:
            BadInput: by field, what is wrong.
            TooMany: the address, or all together, sent too many.
        """
        ...

    async def enter(self, fields: Mapping[str, str], source: Source, key: str | None) -> str:
        """Take a report that the room enters by a program.

        Raises:
            BadInput: by field, what is wrong.
        """
        ...

    def told(self, token: str) -> Report | None:
        """The report whose reporter shows this."""
        ...

    def find(self, id: str) -> Report | None:
        """One report."""
        ...

    def newest(self, most: int) -> Sequence[Report]:
        """The newest first."""
        ...

    def case_of(self, report: Report) -> Case | None:
        """The case that it belongs to."""
        ...

    def about(self, case: Case) -> int:
        """How many reports a case has."""
        ...

    def put(self, report: str, case: str, actor: Actor) -> None:
        """Put a report to a case, by hand."""
        ...

    def picture(self, digest: str) -> Path:
        """Where a picture lies."""
        ...

    def channel(self, contestant: str) -> str:
        """What the address of a campaign's own form carries."""
        ...

    def contestant_of(self, channel: str) -> str | None:
        """Whose channel that is; None where it is none, or was renewed since."""
        ...

    def renew(self, contestant: str, by: str) -> None:
        """Make a campaign's address anew."""
        ...


class AskedStage(StrEnum):
    """How far somebody's check has come."""

    WAITING = "waiting"
    ASKING = "asking"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class AskedName:
    """One name as it was asked in a round of somebody's check."""

    name: str
    role: Role
    seen: str
    """`found`, `missing` or `unmeasured`."""


@dataclass(frozen=True, slots=True)
class AskedRound:
    """One round, in the order in which it was asked."""

    platform: str
    surface: str
    at: datetime
    seed: str
    """Hexadecimal; the order follows from it."""
    names: Sequence[AskedName]


@dataclass(frozen=True, slots=True)
class AskedLine:
    """What a check came to at one surface."""

    platform: str
    surface: str
    name: str
    state: State
    evidence: float
    rule: str
    counts: Counts
    answer: Answer
    """The last one."""
    count: int | None
    matching: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody's check of one name."""

    id: str
    at: datetime
    name: str
    platforms: Sequence[str]
    """Ids."""
    listed: bool
    """Whether it is a name of the election; of others, little is kept and not for long."""
    until: datetime
    """Kept until then."""
    stage: AskedStage = AskedStage.WAITING
    done: float = 0.0
    """0 to 1."""
    lines: Sequence[AskedLine] = ()
    rounds: Sequence[AskedRound] = ()
    spared: Sequence[str] = ()
    """Platforms whose budget the watch needed itself; they were not asked to the end."""


class FollowDesk(Protocol):
    """Where people ask for news by mail."""

    def form(self) -> str:
        """What a new form carries."""
        ...

    def ask(self, address: str, language: str, form: str, network: str) -> None:
        """Somebody asks for news at an address.

        Raises:
            BadInput: it is no mail address, or the form is not ours.
            TooMany: too many asked from there, or at all.
        """
        ...

    def wants(self, token: str) -> tuple[str, str] | None:
        """What a link is for: `confirm` or `stop`, and whom; None for any other text."""
        ...

    def act(self, token: str) -> bool:
        """Do what a link is for; False where there is nothing to do."""
        ...


class MeasureDesk(Protocol):
    """Where anybody has a name measured now."""

    def platforms(self) -> Sequence[PlatformWatch]:
        """Those that can be asked."""
        ...

    def form(self) -> str:
        """What a new form carries."""
        ...

    def ask(self, name: str, platforms: Sequence[str], form: str, address: str) -> str:
        """Take a name to be measured; returns the id of its check. What was asked a moment ago is not asked
        again.

        Raises:
            BadInput: by field, what is wrong.
            TooMany: the address, or all together, asked too often.
        """
        ...

    def find(self, id: str) -> Asked | None:
        """A check."""
        ...

    def data(self, id: str) -> bytes | None:
        """Its measurements as JSON Lines, once it is done."""
        ...


class Room(Protocol):
    """A watch as its pages see it."""

    election: Election

    def now(self) -> datetime:
        """The watch's present moment, UTC."""
        ...

    def threshold(self) -> float:
        """The evidence at which a name is called suppressed."""
        ...

    def verdicts(self) -> Sequence[Verdict]:
        """The present: a verdict for each platform and subject (surface and vantage None), cell and place."""
        ...

    def changes(self, most: int) -> Sequence[Verdict]:
        """The last changes of state, newest first."""
        ...

    def cases(self) -> Sequence[Case]:
        """All cases, in the order in which they were opened."""
        ...

    def case_history(self, case: str) -> Sequence[Event]:
        """Everything that happened to a case, oldest first; empty where there is no such case."""
        ...

    def known_at(self, at: datetime, suspicions: bool) -> Known:
        """What was known at a moment of the past, by what was written by then; its neighbouring changes, with
        those of mere suspicions or without."""
        ...

    def runs(self, most: int) -> Sequence[Run]:
        """The last runs of the watch, newest first."""
        ...

    def turns(self, since: datetime, until: datetime, suspicions: bool) -> Sequence[datetime]:
        """When a finding opened, changed or ended, as it was written; mere suspicions too, or not."""
        ...

    def health(self) -> Health:
        """How the watch itself is."""
        ...

    def treatment(self) -> Sequence[Treatment]:
        """How each platform has treated the contestants, in the election file's order."""
        ...

    async def timeline(
        self, platform: str, subject: str, surface: str | None, since: datetime, until: datetime, buckets: int
    ) -> Sequence[Bucket]:
        """What came back for the subject and for its controls, in equal spans, oldest first.

        At one surface, or (None) at all of them together.
        """
        ...

    async def timelines(
        self, by: By, since: datetime, until: datetime, where: Where, buckets: int
    ) -> Mapping[str, Sequence[Bucket]]:
        """What came back for contestants and for controls, one timeline for each of what `by` names."""
        ...

    def evidence(self, platform: str, subject: str, since: datetime) -> Sequence[EvidencePoint]:
        """How the evidence went, oldest first."""
        ...

    async def measurements(self, platform: str, subject: str, most: int) -> Sequence[Measurement]:
        """The newest measurements of the subject on the platform, newest first."""
        ...

    async def tail(self, after_seq: int) -> bytes:
        """The stored measurements after a sequence number, as an Arrow stream; a bounded number of them."""
        ...

    def subscribe(self) -> AsyncIterator[int]:
        """A number that grows, each time that something on a page may have changed."""
        ...
