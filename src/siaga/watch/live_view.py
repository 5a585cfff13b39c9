"""What the pages of a running watch see: its present, its past, its health."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from siaga.cases.case import Case
from siaga.detection.registry import proof_at
from siaga.domain.answers import Answer, Session
from siaga.domain.credentials import MissingCredential, is_unasked
from siaga.domain.records import Measurement
from siaga.domain.time import EPOCH, Clock
from siaga.domain.verdicts import State, Verdict
from siaga.journal.events import JournalEvent
from siaga.measurements import rollups
from siaga.measurements.measured_days import measured_days
from siaga.measurements.missing_counts import MissingCount, missing_counts
from siaga.measurements.reading import MeasurementFilter
from siaga.ports.cases import CaseService
from siaga.ports.supervision import PartTrouble
from siaga.ports.watch import (
    BudgetHealth,
    EvidencePoint,
    FindingSpell,
    PastFindings,
    PlatformTreatment,
    TimelineBucket,
    WatchHealth,
    WatchRun,
)
from siaga.probing.rounds import Prober
from siaga.watch.controls_health import controls_health
from siaga.watch.detection_settings import names_of
from siaga.watch.findings_history import FindingsHistory
from siaga.watch.kept_readings import KeptReadings
from siaga.watch.page_updates import PageUpdates
from siaga.watch.reader_pool import ReaderPool
from siaga.watch.recorder import Recorder
from siaga.watch.round_schedule import RoundSchedule


class LiveView:
    """What `ports/watch.py` describes, read from the record of a running watch."""

    def __init__(
        self,
        recorder: Recorder,
        schedule: RoundSchedule,
        prober: Prober,
        cases: CaseService,
        updates: PageUpdates,
        clock: Clock,
        troubles: Callable[[], Sequence[PartTrouble]],
        missing: Sequence[MissingCredential] = (),
    ) -> None:
        """Reads the journal's findings whole: a year of them takes a second, which no page should wait
        for."""
        self.election = recorder.election
        self._recorder, self._schedule, self._prober = recorder, schedule, prober
        self._cases, self._updates, self._clock = cases, updates, clock
        self._troubles, self._missing = troubles, missing
        self._history = FindingsHistory(recorder.journal)
        self._started = clock.now()
        self._charts, self._tails = ReaderPool("charts", 2), ReaderPool("tails", 1)
        self._kept = KeptReadings(self._charts)

    def now(self) -> datetime:
        """The watch's present moment, UTC."""
        return self._clock.now()

    def threshold(self) -> float:
        """The evidence at which a name is called suppressed."""
        settings = self._recorder.detection.settings
        return proof_at(names_of(self.election), settings)

    def verdicts(self) -> Sequence[Verdict]:
        """The present: a verdict for each platform and subject (surface and vantage None), cell and place.

        Where names are many, cells are told of those with a finding alone; see `verdicts_of`.
        """
        return self._as_measured(self._recorder.detection.verdicts())

    def verdicts_of(self, subject: str) -> Sequence[Verdict]:
        """The present of one subject, with all its cells, and of places."""
        return self._as_measured(self._recorder.detection.verdicts_of(subject))

    def _as_measured(self, verdicts: Sequence[Verdict]) -> Sequence[Verdict]:
        """The same; what was fine and is not asked any more for want of a credential is not fine."""
        if not self._missing:
            return verdicts
        return [
            replace(verdict, state=State.UNMEASURABLE)
            if verdict.state.is_fine and self._is_unasked(verdict)
            else verdict
            for verdict in verdicts
        ]

    def _is_unasked(self, verdict: Verdict) -> bool:
        if verdict.is_of_one_stream:
            return is_unasked(self._missing, verdict.platform, Session(verdict.detail["session"]))
        return any(lacked.is_all and lacked.platform == verdict.platform for lacked in self._missing)

    def changes(self, most: int) -> Sequence[Verdict]:
        """The last changes of state, newest first."""
        return self._recorder.findings.changes(most)

    def cases(self) -> Sequence[Case]:
        """All cases, in the order in which they were opened."""
        return list(self._cases.cases.values())

    def case_history(self, case: str) -> Sequence[JournalEvent]:
        """Everything that happened to a case, oldest first; empty where there is no such case."""
        return self._cases.history(case)

    # The past

    def past_findings(self, at: datetime, suspicions: bool) -> PastFindings:
        """What was known at a moment of the past, by what was written by then; its neighbouring changes, with
        those of mere suspicions or without."""
        return self._history.at(at, suspicions)

    def runs(self, most: int) -> Sequence[WatchRun]:
        """The last runs of the watch, newest first."""
        return self._history.runs(most)

    def change_times(self, since: datetime, until: datetime, suspicions: bool) -> Sequence[datetime]:
        """When a finding opened, changed or ended, as it was written; mere suspicions too, or not."""
        return self._history.change_times(since, until, suspicions)

    def spells(self, since: datetime, suspicions: bool) -> Sequence[FindingSpell]:
        """Each stretch of a finding that had not ended by `since`; mere suspicions too, or not."""
        return self._history.spells(since, suspicions)

    # WatchHealth and treatment

    def health(self) -> WatchHealth:
        """How the watch itself is."""
        now = self._clock.now()
        return WatchHealth(
            started=self._started,
            rounds=self._recorder.rounds,
            measurements=self._recorder.seq,
            streams=self._recorder.recent.streams(),
            budgets=[
                BudgetHealth(left.platform, left.vantage, left.share, left.waits_until, left.unpaid)
                for left in self._schedule.budgets_left()
            ],
            offline=[v.id for v in self.election.vantages if self._prober.connectivity.offline(v.id, now)],
            controls=controls_health(self.election, self._recorder.detection),
            late_rounds=self._recorder.late_rounds,
            troubles=self._recorder.troubles() + list(self._troubles()),
            missing=self._missing,
        )

    def treatment(self) -> Sequence[PlatformTreatment]:
        """How each platform has treated the contestants, in the election file's order."""
        detection = self._recorder.detection
        measured, pairs = detection.measured(), detection.equal_treatment()
        return [
            PlatformTreatment(platform.id, measured.get(platform.id, {}), pairs.get(platform.id, ()))
            for platform in self.election.platforms
        ]

    async def missing_counts(self, since: datetime, until: datetime) -> Mapping[str, Sequence[MissingCount]]:
        """By platform, how often each contestant and control was missing, in whole hours in which names could
        be compared; up to ten minutes old."""
        read = partial(missing_counts, self._recorder.store, since, until)
        return await self._kept.read(("missing", since, until), self.now(), read)

    # What was measured

    async def measured_days(
        self, since: datetime, until: datetime, subjects: Sequence[str]
    ) -> Mapping[tuple[str, str], frozenset[date]]:
        """By platform and subject, on which days of `since`'s zone the subject was measured at all; up to ten
        minutes old."""
        read = partial(measured_days, self._recorder.store, since, until, subjects)
        return await self._kept.read(("days", since, tuple(subjects)), self.now(), read)

    async def timeline(
        self, platform: str, subject: str, surface: str | None, since: datetime, until: datetime, buckets: int
    ) -> Sequence[TimelineBucket]:
        """What came back for the subject and for its controls, in equal spans, oldest first.

        At one surface, or (None) at all of them together.
        """
        store = self._recorder.store
        found = await self._charts.run(
            partial(rollups.timeline, store, platform, subject, since, until, surface, buckets=buckets)
        )
        return _buckets(found)

    async def timelines(
        self,
        by: rollups.GroupBy,
        since: datetime,
        until: datetime,
        where: rollups.TimelineFilter,
        buckets: int,
    ) -> Mapping[str, Sequence[TimelineBucket]]:
        """What came back for contestants and for controls, one timeline for each of what `by` names."""
        store = self._recorder.store
        found = await self._charts.run(partial(rollups.timelines, store, by, since, until, where, buckets))
        return {key: _buckets(timeline) for key, timeline in found.items()}

    def evidence(self, platform: str, subject: str, since: datetime) -> Sequence[EvidencePoint]:
        """How the evidence went, oldest first."""
        return self._recorder.evidence.points(platform, subject, since)

    async def measurements(self, platform: str, subject: str, most: int) -> Sequence[Measurement]:
        """The newest measurements of the subject on the platform, newest first."""
        wanted = MeasurementFilter(platform=platform, subject=subject)
        store = self._recorder.store
        return await self._charts.run(lambda: list(store.measurements(wanted, limit=most)))

    async def asked(self, until: datetime) -> Mapping[str, Mapping[Answer, int]]:
        """By platform, how many measurements there were of each answer from the watch's first start until a
        moment, in whole hours."""
        counted = await self._charts.run(partial(rollups.counts, self._recorder.store, EPOCH, until))
        return {platform: _by_answer(tally) for platform, tally in counted.items()}

    async def tail(self, after_seq: int) -> bytes:
        """The stored measurements after a sequence number, as an Arrow stream; a bounded number of them."""
        return await self._tails.run(partial(self._recorder.store.tail, after_seq))

    def subscribe(self) -> AsyncIterator[int]:
        """A number that grows, each time that something on a page may have changed."""
        return self._updates.subscribe()


def _buckets(timeline: rollups.Timeline) -> list[TimelineBucket]:
    return [
        TimelineBucket(
            bucket.start,
            _by_answer(bucket.target),
            bucket.target.unmatched,
            _by_answer(bucket.controls),
            bucket.controls.unmatched,
            bucket.target.matching,
            bucket.controls.matching,
        )
        for bucket in timeline.buckets
    ]


def _by_answer(tally: rollups.Tally) -> dict[Answer, int]:
    return {Answer(answer): count for answer, count in tally.answers.items() if count}
