"""A watch as pages and commands see it: its present, its past, its health."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from siaga.cases.case import Case
from siaga.detection.equal_treatment import PairComparison
from siaga.domain.answers import Answer
from siaga.domain.credentials import MissingCredential
from siaga.domain.records import Measurement, Stream
from siaga.domain.verdicts import FindingKey, State, Verdict
from siaga.election.model import Election
from siaga.journal.events import JournalEvent
from siaga.measurements.missing_counts import MissingCount
from siaga.measurements.rollups import GroupBy, TimelineFilter
from siaga.ports.supervision import PartTrouble


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
    last_measured: datetime | None = None
    """When an answer last measured something; None where none has since the watch's last start."""

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
    unpaid: bool = False
    """Whether that is because the credit is spent: somebody has to pay."""


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
class PlatformTreatment:
    """How one platform has treated its contestants since the watch began."""

    platform: str
    measured: Mapping[str, tuple[int, int]]
    """By subject: comparable rounds in which it was measured, and missing."""
    pairs: Sequence[PairComparison]
    """Pairs of subjects that differ most, with intervals that hold all at once."""


@dataclass(frozen=True, slots=True)
class WatchHealth:
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
    troubles: Sequence[PartTrouble] = ()
    """Parts of the watch that have failed and not done their work since."""
    late_rounds: int = 0
    """Since the watch's last start: rounds that came after others which belong behind them."""
    missing: Sequence[MissingCredential] = ()
    """Credentials that are not there: what needs them is not asked."""


@dataclass(frozen=True, slots=True)
class WatchRun:
    """One run of the watch."""

    began: datetime
    stopped: datetime | None
    """None for one that goes on, and for one that was killed: a kill leaves no word."""


@dataclass(frozen=True, slots=True)
class PastFindings:
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
class FindingSpell:
    """A stretch of time for which a finding had one state."""

    key: FindingKey
    state: State
    began: datetime
    """By the first round that was not as usual; for what a finding became later, when that began."""
    ended: datetime | None
    """By the first round that was as usual again, or otherwise; None for one that goes on."""


@dataclass(frozen=True, slots=True)
class TimelineBucket:
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


class WatchView(Protocol):
    """A watch as its pages see it."""

    election: Election

    def now(self) -> datetime:
        """The watch's present moment, UTC."""
        ...

    def threshold(self) -> float:
        """The evidence at which a name is called suppressed."""
        ...

    def verdicts(self) -> Sequence[Verdict]:
        """The present: a verdict for each platform and subject (surface and vantage None), cell and place.

        Where names are many, cells are told of those with a finding alone; see `verdicts_of`.
        """
        ...

    def verdicts_of(self, subject: str) -> Sequence[Verdict]:
        """The present of one subject, with all its cells, and of places."""
        ...

    def changes(self, most: int) -> Sequence[Verdict]:
        """The last changes of state, newest first."""
        ...

    def cases(self) -> Sequence[Case]:
        """All cases, in the order in which they were opened."""
        ...

    def case_history(self, case: str) -> Sequence[JournalEvent]:
        """Everything that happened to a case, oldest first; empty where there is no such case."""
        ...

    def past_findings(self, at: datetime, suspicions: bool) -> PastFindings:
        """What was known at a moment of the past, by what was written by then; its neighbouring changes, with
        those of mere suspicions or without."""
        ...

    def spells(self, since: datetime, suspicions: bool) -> Sequence[FindingSpell]:
        """Each stretch of a finding that had not ended by `since`, oldest entry first; mere suspicions too,
        or not."""
        ...

    async def measured_days(
        self, since: datetime, until: datetime, subjects: Sequence[str]
    ) -> Mapping[tuple[str, str], frozenset[date]]:
        """By platform and subject, on which days of `since`'s zone the subject was measured at all; up to ten
        minutes old."""
        ...

    async def missing_counts(self, since: datetime, until: datetime) -> Mapping[str, Sequence[MissingCount]]:
        """By platform, how often each contestant and control was missing, in whole hours in which names could
        be compared; up to ten minutes old."""
        ...

    def runs(self, most: int) -> Sequence[WatchRun]:
        """The last runs of the watch, newest first."""
        ...

    def change_times(self, since: datetime, until: datetime, suspicions: bool) -> Sequence[datetime]:
        """When a finding opened, changed or ended, as it was written; mere suspicions too, or not."""
        ...

    def health(self) -> WatchHealth:
        """How the watch itself is."""
        ...

    def treatment(self) -> Sequence[PlatformTreatment]:
        """How each platform has treated the contestants, in the election file's order."""
        ...

    async def timeline(
        self, platform: str, subject: str, surface: str | None, since: datetime, until: datetime, buckets: int
    ) -> Sequence[TimelineBucket]:
        """What came back for the subject and for its controls, in equal spans, oldest first.

        At one surface, or (None) at all of them together.
        """
        ...

    async def timelines(
        self, by: GroupBy, since: datetime, until: datetime, where: TimelineFilter, buckets: int
    ) -> Mapping[str, Sequence[TimelineBucket]]:
        """What came back for contestants and for controls, one timeline for each of what `by` names."""
        ...

    def evidence(self, platform: str, subject: str, since: datetime) -> Sequence[EvidencePoint]:
        """How the evidence went, oldest first."""
        ...

    async def measurements(self, platform: str, subject: str, most: int) -> Sequence[Measurement]:
        """The newest measurements of the subject on the platform, newest first."""
        ...

    async def asked(self, until: datetime) -> Mapping[str, Mapping[Answer, int]]:
        """By platform, how many measurements there were of each answer from the watch's first start until a
        moment, in whole hours."""
        ...

    async def tail(self, after_seq: int) -> bytes:
        """The stored measurements after a sequence number, as an Arrow stream; a bounded number of them."""
        ...

    def subscribe(self) -> AsyncIterator[int]:
        """A number that grows, each time that something on a page may have changed."""
        ...
