"""One election being watched: rounds planned, asked, taken into the record, shown."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import orjson

from siaga.cases.case import Case
from siaga.cases.room_file import RoomFile
from siaga.detection.burst_trigger import calls_for_more, shows_recovery
from siaga.detection.facts import EPOCH, MICROSECOND, moment
from siaga.domain.answers import Answer, Session
from siaga.domain.errors import BadInput
from siaga.domain.records import Measurement, Round, Stream
from siaga.domain.time import Clock
from siaga.domain.verdicts import Verdict
from siaga.election.model import Election, PlatformWatch
from siaga.journal.events import JournalEvent
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.measurements import rollups
from siaga.measurements.reading import MeasurementFilter
from siaga.planning.planner import Planner
from siaga.planning.stream_schedule import RETRIES
from siaga.platforms.conversation import Instance, PlatformReader
from siaga.platforms.registry import platforms
from siaga.ports.watch import (
    BudgetHealth,
    EvidencePoint,
    PastFindings,
    PlatformTreatment,
    TimelineBucket,
    WatchHealth,
    WatchRun,
)
from siaga.probing.rounds import Prober, RoundResult
from siaga.services.cases import CaseDesk
from siaga.watch import seed_keys as keys
from siaga.watch.controls_health import controls_health
from siaga.watch.detection_settings import names_of
from siaga.watch.findings_history import FindingsHistory
from siaga.watch.recorder import Recorder
from siaga.watch.reorder_buffer import SETTLING_S, FinishedRound, ReorderBuffer
from siaga.watch.sign_ins import SignIns
from siaga.watch.single_check import PlatformAccess

LONGEST_SLEEP: Final = timedelta(seconds=30)
"""The planner is asked at least so often, whatever it said, so that a clock change is noticed."""
CASES_EVERY: Final = timedelta(seconds=30)
"""So often the cases are looked at for what time brings."""
SIGN_IN: Final = 4
"""Requests that signing in takes at most, retries included; lent whether it has to be done or was."""
MOST_FAILURES: Final = 100
"""Kinds of failure of our own that are told apart."""

_log = logging.getLogger(__name__)


class Watch:
    """One election being watched; what `ports/watch.py` describes. Use as an async context manager."""

    def __init__(
        self,
        election: Election,
        directory: Path,
        *,
        clock: Clock,
        prober: Prober,
        instance_of: Callable[[Stream], Instance],
        readers: Mapping[str, PlatformReader] | None = None,
        room: RoomFile | None = None,
        journal: str | None = None,
    ) -> None:
        """Open the watch's directory and take up where it was left. `readers` are those of the platforms, by
        their ids; without them those of `platforms/`. Without a `room`, nobody is written to. `journal`
        is the URL of a journal elsewhere than in the directory.

        Raises:
            BadInput: another watch holds the directory, or a budget cannot carry a round.
        """
        directory.mkdir(parents=True, exist_ok=True)
        self.election = election
        self._directory = directory
        self._clock = clock
        self._prober = prober
        self._sessions = SignIns(prober, instance_of)
        self._readers = readers or {one.id: platforms()[one.reader] for one in election.platforms}
        costs = {
            (platform.id, surface.surface): self._readers[platform.id].cost.get(surface.surface, 1)
            for platform in election.platforms
            for surface in platform.surfaces
        }
        self._started = clock.now()
        self._planner = Planner(election, costs, self._key_of, self._started)
        self._held = ReorderBuffer()
        self._handed_over = asyncio.Event()
        self._replan = asyncio.Event()
        self._failures: set[str] = set()
        self.on_change: Callable[[Verdict], object] | None = None
        """Called with each change of state, once it is journalled."""
        self._followed = self._started
        self._version = 0
        self._over = False
        self._changed = asyncio.Condition()
        self._record = Recorder(election, directory, clock, self._told, journal)
        self._past = FindingsHistory(self._record.journal)
        self.casework = CaseDesk(
            election,
            room or RoomFile(election.id, election.label, "", election.languages),
            self._record.journal,
            clock,
            ask_more=self._check_claim,
        )
        self._restore_plan()

    async def __aenter__(self) -> Self:
        await self._record.__aenter__()
        self._follow_cases()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None or issubclass(kind, asyncio.CancelledError):
                await self._take(self._held.all())
            self._keep_plan()
        finally:
            await self._record.__aexit__(kind, error, trace)

    # Running

    async def run(self) -> None:
        """Watch until cancelled. Slow rounds hold nothing else up."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._take_as_they_come())
                tasks.create_task(self._follow_cases_now_and_then())
                while True:
                    if not self._held.is_full:
                        for round_ in self._due():
                            tasks.create_task(self._ask(round_))
                    await self._rest()
        finally:
            self._over = True
            await self.tell()  # whoever is subscribed is let go, so that their streams end in order

    async def step(self) -> None:
        """Ask all rounds that are due at the clock's present moment, and take what came back.

        A round whose last answer was complete only after the next round is due, by a clock that stands
        still meanwhile, is taken in the next step.
        """
        await asyncio.gather(*(self._ask(round_) for round_ in self._due()))
        await self._take(self._held.before((self._planner.next_due() - EPOCH) // MICROSECOND))
        if self._clock.now() - self._followed >= CASES_EVERY:
            self._follow_cases()
        self._keep_plan()

    def next_due(self) -> datetime:
        """When `step` has something to do next."""
        return self._planner.next_due()

    def _due(self) -> tuple[Round, ...]:
        now = self._clock.now()
        self._reveal_past_keys(now)
        rounds = self._planner.take_due(now)
        if rounds:
            self._keep_plan()
        return rounds

    async def _rest(self) -> None:
        until = min(self._planner.next_due(), self._clock.now() + LONGEST_SLEEP)
        sleep = asyncio.ensure_future(self._clock.sleep_until(until))
        replan = asyncio.ensure_future(self._replan.wait())
        try:
            await asyncio.wait({sleep, replan}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            replan.cancel()
        self._replan.clear()

    async def _ask(self, round_: Round) -> None:
        """Ask a round, hand it over. One that fails by a mistake of ours is left out; the watch goes on."""
        stream = round_.stream
        try:
            result = await self._result_of(round_)
        except Exception as error:
            self._say_once(stream, error)
            self._planner.finished(round_, self._clock.now())
            return
        now = self._clock.now()
        self._planner.finished(round_, now, result.sent)
        if result.quota is not None:
            note = self._planner.learn(stream.platform, stream.vantage, result.quota, now)
            if note:
                _log.warning("%s", note)
        self._held.add(FinishedRound(round_, result, asyncio.get_running_loop().time()))
        self._handed_over.set()

    async def _result_of(self, round_: Round) -> RoundResult:
        stream = round_.stream
        reader = self._readers[stream.platform]
        instance, signing_in = await self._sessions.instance(reader, stream, self._clock.now())
        result = await self._prober.ask_round(
            round_, reader, instance, election=self.election.id, clock=self._clock
        )
        self._sessions.learn(stream, result.measurements)
        return replace(result, sent=result.sent + signing_in)

    def _say_once(self, stream: Stream, error: Exception) -> None:
        """Log a failure of ours, each kind once: what and where, never its text, which may hold a secret."""
        frames = traceback.extract_tb(error.__traceback__)
        while isinstance(error, ExceptionGroup):
            error = error.exceptions[0]
            frames = traceback.extract_tb(error.__traceback__) or frames
        what = f"{type(error).__name__} in {Path(frames[-1].filename).name}, line {frames[-1].lineno}"
        kind = f"{stream.platform} {stream.surface}: {what}"
        if kind not in self._failures and len(self._failures) < MOST_FAILURES:
            self._failures.add(kind)
            _log.error("a round was left out and will be each time that this happens: %s", kind)

    async def _take_as_they_come(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if not self._held:
                self._handed_over.clear()
                await self._handed_over.wait()
            await asyncio.sleep(SETTLING_S)
            await self._take(self._held.settled(loop.time()))
            self._replan.set()

    async def _take(self, group: Sequence[FinishedRound]) -> None:
        """Take rounds into the record, and ask more where they call for it."""
        if not group:
            return
        # By a clock that stands still while rounds are asked, what is asked now comes after their answers.
        since = max(self._clock.now(), moment(group[-1].completed))
        await self._record.take(group, lambda finished: self._taken(finished, since))
        await self.tell()

    def _taken(self, finished: FinishedRound, since: datetime) -> None:
        self._held.done(finished)
        stream, measurements = finished.round.stream, finished.result.measurements
        open_names = self._record.findings.open_at(stream.platform, stream.surface)
        if calls_for_more(measurements) or shows_recovery(measurements, open_names):
            worth = self._record.detection.worth_asking(stream.platform)
            self._planner.suspect(stream.platform, since, stream.surface, worth)

    # Cases

    async def _follow_cases_now_and_then(self) -> None:
        while True:
            await self._clock.sleep_until(self._followed + CASES_EVERY)
            self._follow_cases()
            await self.tell()

    def _follow_cases(self) -> None:
        """Do for the cases what time brings, and take in what people wrote into the journal meanwhile."""
        self._followed = self._clock.now()
        measured: dict[str, datetime] = {}
        for one in self._record.recent.streams():
            if one.last_round is not None:
                platform = one.stream.platform
                measured[platform] = max(one.last_round, measured.get(platform, one.last_round))
        self.casework.tick(self._record.detection.verdicts(streams=False), measured)

    def _check_claim(self, platform: str, surfaces: Sequence[str]) -> None:
        """A platform says that a name is back: measure more, there first."""
        now, worth = self._clock.now(), self._record.detection.worth_asking(platform)
        for surface in surfaces or (None,):
            self._planner.suspect(platform, now, surface, worth)
        self._replan.set()

    def _told(self, change: Verdict) -> None:
        self.casework.measured(change)
        if self.on_change is not None:
            self.on_change(change)

    # Keys

    def _key_of(self, day: date) -> bytes:
        key = keys.key_of(self._directory / "keys", day)
        self._record.journal.append(
            Kind.SEED_KEY_COMMITTED,
            "watch",
            {"day": day.isoformat(), "sha256": keys.digest(key)},
            key=f"seed-key/{day}/{keys.digest(key)}",
        )
        return key

    def _reveal_past_keys(self, now: datetime) -> None:
        today = now.astimezone(UTC).date()
        for day in keys.past_days(self._directory / "keys", today):
            key = keys.key_of(self._directory / "keys", day)
            self._record.journal.append(
                Kind.SEED_KEY_REVEALED,
                "watch",
                {"day": day.isoformat(), "key": key.hex()},
                key=f"seed-key-revealed/{day}/{keys.digest(key)}",
            )
            keys.forget(self._directory / "keys", day)

    # The plan

    def _keep_plan(self) -> None:
        """Before anything is asked, so that a kill makes no budget forgotten. A power cut may; a minute's
        worth of budget is then asked twice at most."""
        temporary = self._directory / "plan.new"
        temporary.write_bytes(orjson.dumps(self._planner.state()))
        temporary.replace(self._directory / "plan.json")

    def _restore_plan(self) -> None:
        plan = self._directory / "plan.json"
        try:
            self._planner.restore(orjson.loads(plan.read_bytes()), self._started)
        except FileNotFoundError:
            return
        except (orjson.JSONDecodeError, BadInput):
            _log.warning("the saved plan cannot be read: what of the budgets is used already is not known")

    # What is asked beside the plan

    async def place(self, platform: PlatformWatch, session: Session) -> PlatformAccess | None:
        """Where and as whom a platform is asked in a session, from its first vantage; None where it may be
        asked nothing beside the plan now, not even to sign in."""
        vantage, now = self.election.vantages_of(platform)[0].id, self._clock.now()
        if session is Session.SIGNED_IN and not self._planner.lend(platform.id, vantage, SIGN_IN, now):
            return None
        reader = self._readers[platform.id]
        stream = Stream(platform.id, platform.surfaces[0].surface, vantage, session)
        instance, _ = await self._sessions.instance(reader, stream, now)
        return PlatformAccess(platform.id, platform.label, reader, instance, vantage, signed_in=True)

    def lend(self, place: PlatformAccess, surface: str, names: int) -> bool:
        """Whether a round of so many names may be asked beside the plan now; then it is counted."""
        most = names * self._readers[place.id].cost.get(surface, 1) * (1 + RETRIES)
        lent = self._planner.lend(place.id, place.vantage, most, self._clock.now())
        if lent:
            self._keep_plan()
        return lent

    @property
    def prober(self) -> Prober:
        """What asks the platforms."""
        return self._prober

    @property
    def journal(self) -> Journal:
        """The record of what people and the watch did."""
        return self._record.journal

    # What the pages see

    def now(self) -> datetime:
        """The watch's present moment, UTC."""
        return self._clock.now()

    def threshold(self) -> float:
        """The evidence at which a name is called suppressed."""
        settings = self._record.detection.settings
        return settings.alarm(names_of(self.election), settings.bet_share)

    def verdicts(self) -> Sequence[Verdict]:
        """The present."""
        return self._record.detection.verdicts()

    def cases(self) -> Sequence[Case]:
        """All cases, in the order in which they were opened."""
        return list(self.casework.cases.values())

    def case_history(self, case: str) -> Sequence[JournalEvent]:
        """Everything that happened to a case, oldest first."""
        return self.casework.history(case)

    def changes(self, most: int) -> Sequence[Verdict]:
        """The last changes of state, newest first."""
        return self._record.findings.changes(most)

    def past_findings(self, at: datetime, suspicions: bool) -> PastFindings:
        """What was known at a moment of the past, by what was written by then; its neighbouring changes, with
        those of mere suspicions or without."""
        return self._past.at(at, suspicions)

    def runs(self, most: int) -> Sequence[WatchRun]:
        """The last runs of the watch, newest first."""
        return self._past.runs(most)

    def change_times(self, since: datetime, until: datetime, suspicions: bool) -> Sequence[datetime]:
        """When a finding opened, changed or ended, as it was written; mere suspicions too, or not."""
        return self._past.change_times(since, until, suspicions)

    def health(self) -> WatchHealth:
        """How the watch itself is."""
        now = self._clock.now()
        return WatchHealth(
            started=self._started,
            rounds=self._record.rounds,
            measurements=self._record.seq,
            streams=self._record.recent.streams(),
            budgets=[
                BudgetHealth(left.platform, left.vantage, left.share, left.waits_until)
                for left in self._planner.left(now)
            ],
            offline=[v.id for v in self.election.vantages if self._prober.connectivity.offline(v.id, now)],
            controls=controls_health(self.election, self._record.detection),
        )

    def treatment(self) -> Sequence[PlatformTreatment]:
        """How each platform has treated the contestants since the watch began."""
        detection = self._record.detection
        measured, pairs = detection.measured(), detection.equal_treatment()
        return [
            PlatformTreatment(one.id, measured.get(one.id, {}), pairs.get(one.id, ()))
            for one in self.election.platforms
        ]

    async def timeline(
        self, platform: str, subject: str, surface: str | None, since: datetime, until: datetime, buckets: int
    ) -> Sequence[TimelineBucket]:
        """What came back for the subject and for its controls, in equal spans, oldest first."""
        found = await asyncio.to_thread(
            rollups.timeline, self._record.store, platform, subject, since, until, surface, buckets=buckets
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
        found = await asyncio.to_thread(
            rollups.timelines, self._record.store, by, since, until, where, buckets
        )
        return {key: _buckets(timeline) for key, timeline in found.items()}

    def evidence(self, platform: str, subject: str, since: datetime) -> Sequence[EvidencePoint]:
        """How the evidence went, oldest first."""
        return self._record.history.points(platform, subject, since)

    async def measurements(self, platform: str, subject: str, most: int) -> Sequence[Measurement]:
        """The newest measurements of the subject on the platform, newest first."""
        wanted = MeasurementFilter(platform=platform, subject=subject)
        return await asyncio.to_thread(lambda: list(self._record.store.measurements(wanted, limit=most)))

    async def tail(self, after_seq: int) -> bytes:
        """The stored measurements after a sequence number, as an Arrow stream, for other processes."""
        return await asyncio.to_thread(self._record.store.tail, after_seq)

    async def subscribe(self) -> AsyncIterator[int]:
        """A number that grows, each time that something on a page may have changed."""
        known = self._version
        while True:
            async with self._changed:
                while self._version == known:
                    await self._changed.wait()
                known = self._version
            if self._over:
                return
            yield known

    async def tell(self) -> None:
        """Tell whoever looks that something may have changed."""
        async with self._changed:
            self._version += 1
            self._changed.notify_all()


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
