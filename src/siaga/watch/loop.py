"""One election being watched: rounds asked as they are due, taken into the record, followed as cases."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, Self

from siaga.detection.canary_doubt import canaries_found
from siaga.detection.round_facts import EPOCH, MICROSECOND, moment
from siaga.detection.rules.burst_trigger import calls_for_more, shows_recovery
from siaga.domain.records import Round, Stream
from siaga.domain.time import Clock
from siaga.domain.verdicts import Verdict
from siaga.platforms.conversation import PlatformReader
from siaga.ports.cases import FindingFollower
from siaga.ports.supervision import Supervision, WatchPart
from siaga.probing.rounds import Prober, RoundResult
from siaga.watch.page_updates import PageUpdates
from siaga.watch.recorder import Recorder
from siaga.watch.reorder_buffer import SETTLING_S, FinishedRound, ReorderBuffer
from siaga.watch.round_schedule import RoundSchedule
from siaga.watch.sign_ins import SignIns
from siaga.watch.supervision import place_of

LONGEST_SLEEP: Final = timedelta(seconds=30)
"""The planner is asked at least so often, whatever it said, so that a clock change is noticed."""
CASES_EVERY: Final = timedelta(seconds=30)
"""So often the cases are looked at for what time brings."""
MOST_FAILURES: Final = 100
"""Kinds of failure of our own that are told apart."""

_log = logging.getLogger(__name__)


class Watch:
    """Asks what the schedule says, records what comes back, tells the cases and the pages. Use as an async
    context manager: entering begins the record, leaving ends it."""

    def __init__(
        self,
        recorder: Recorder,
        schedule: RoundSchedule,
        prober: Prober,
        readers: Mapping[str, PlatformReader],
        sign_ins: SignIns,
        cases: FindingFollower,
        updates: PageUpdates,
        clock: Clock,
        supervision: Supervision,
    ) -> None:
        """`readers` are those of the platforms, by their ids."""
        self._recorder, self._schedule, self._prober = recorder, schedule, prober
        self._readers, self._sign_ins, self._cases = readers, sign_ins, cases
        self._updates, self._clock, self._supervision = updates, clock, supervision
        self._buffer = ReorderBuffer()
        self._handed_over = asyncio.Event()
        self._failures: set[str] = set()
        self._offline: set[str] = set()
        """Vantages of which the log says that they reach nothing."""
        self._cases_followed_at = clock.now()
        self.on_change: Callable[[Verdict], object] | None = None
        """Called with each change of state, once it is journalled."""

    async def __aenter__(self) -> Self:
        await self._recorder.__aenter__()
        self._follow_cases()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            ends_in_order = kind is None or issubclass(kind, asyncio.CancelledError)
            if ends_in_order and not self._recorder.is_judging:
                await self._take(self._buffer.all())
            self._schedule.save()
        finally:
            await self._recorder.__aexit__(kind, error, trace)

    async def run(self) -> None:
        """Watch until cancelled. Slow rounds hold nothing else up; what fails begins again.

        Raises:
            NotRecorded: what was measured cannot be kept.
        """
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._take_as_they_come())
                tasks.create_task(self._follow_cases_now_and_then())
                await self._supervision.keep(WatchPart.ROUNDS, lambda: self._ask_as_they_are_due(tasks))
        finally:
            await self._updates.end()

    async def _ask_as_they_are_due(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            if not self._buffer.is_full:
                for round_ in self._schedule.take_due():
                    tasks.create_task(self._ask(round_))
            await self._rest()

    async def step(self) -> None:
        """Ask all rounds that are due at the clock's present moment, and take what came back.

        A round whose last answer was complete only after the next round is due, by a clock that stands
        still meanwhile, is taken in the next step.
        """
        await asyncio.gather(*(self._ask(round_) for round_ in self._schedule.take_due()))
        await self._take(self._buffer.before((self._schedule.next_due() - EPOCH) // MICROSECOND))
        if self._clock.now() - self._cases_followed_at >= CASES_EVERY:
            self._follow_cases()
        self._schedule.save()

    def next_due(self) -> datetime:
        """When `step` has something to do next."""
        return self._schedule.next_due()

    async def _rest(self) -> None:
        until = min(self._schedule.next_due(), self._clock.now() + LONGEST_SLEEP)
        sleep = asyncio.ensure_future(self._clock.sleep_until(until))
        replan = asyncio.ensure_future(self._schedule.changed.wait())
        try:
            await asyncio.wait({sleep, replan}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            replan.cancel()
        self._schedule.changed.clear()

    # Asking

    async def _ask(self, round_: Round) -> None:
        """Ask a round, hand it over. One that fails by a mistake of ours is left out; the watch goes on."""
        try:
            result = await self._result_of(round_)
        except Exception as error:
            self._log_once(round_.stream, error)
            self._schedule.finished(round_)
            return
        self._buffer.add(FinishedRound(round_, result, asyncio.get_running_loop().time()))
        self._handed_over.set()
        with self._supervision.guard(WatchPart.BUDGETS):
            self._schedule.finished(round_, result.sent)
            if result.quota is not None:
                self._schedule.learn(round_.stream, result.quota)
            for canary in canaries_found(result.measurements):
                self._schedule.burn(round_.stream.platform, canary)

    async def _result_of(self, round_: Round) -> RoundResult:
        stream = round_.stream
        reader = self._readers[stream.platform]
        instance, signing_in = await self._sign_ins.instance(reader, stream, self._clock.now())
        result = await self._prober.ask_round(
            round_, reader, instance, election=self._recorder.election.id, clock=self._clock
        )
        self._sign_ins.learn(stream, result.measurements)
        self._log_connection(stream.vantage)
        return replace(result, sent=result.sent + signing_in)

    def _log_connection(self, vantage: str) -> None:
        """Log once that a vantage reaches nothing and what to do, and once that it is over."""
        is_offline = self._prober.connectivity.offline(vantage, self._clock.now())
        if is_offline and vantage not in self._offline:
            self._offline.add(vantage)
            _log.warning(
                "measurement point %s reaches no platform: check its network or proxy; "
                "measuring resumes by itself",
                vantage,
            )
        elif not is_offline and vantage in self._offline:
            self._offline.discard(vantage)
            _log.warning("measurement point %s reaches platforms again", vantage)

    def _log_once(self, stream: Stream, error: Exception) -> None:
        """Log a failure of ours, each kind once: what and where, never its text, which may hold a secret."""
        kind = f"{stream.platform} {stream.surface}: {place_of(error)}"
        if kind not in self._failures and len(self._failures) < MOST_FAILURES:
            self._failures.add(kind)
            _log.error("round skipped: %s", kind)

    # Recording

    async def _take_as_they_come(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if not self._buffer:
                self._handed_over.clear()
                await self._handed_over.wait()
            await asyncio.sleep(SETTLING_S)
            await self._take(self._buffer.settled(loop.time()))
            self._schedule.changed.set()

    async def _take(self, rounds: Sequence[FinishedRound]) -> None:
        """Take rounds into the record, and ask more where they call for it."""
        if not rounds:
            return
        # By a clock that stands still while rounds are asked, what is asked now comes after their answers.
        since = max(self._clock.now(), moment(rounds[-1].completed))
        await self._recorder.take(rounds, self._follow, lambda finished: self._judged(finished, since))
        await self._updates.announce()

    def _follow(self, change: Verdict) -> None:
        """A change of state is journalled: tell the cases."""
        with self._supervision.guard(WatchPart.CASES):
            self._cases.measured(change)
            if self.on_change is not None:
                self.on_change(change)

    def _judged(self, finished: FinishedRound, since: datetime) -> None:
        self._buffer.remove(finished)
        stream, measurements = finished.round.stream, finished.result.measurements
        open_names = self._recorder.findings.open_at(stream.platform, stream.surface)
        with self._supervision.guard(WatchPart.BUDGETS):
            if calls_for_more(measurements) or shows_recovery(measurements, open_names):
                self._schedule.suspect(stream.platform, stream.surface, since)
            else:
                self._schedule.reassure(stream.platform)

    # Cases

    async def _follow_cases_now_and_then(self) -> None:
        while True:
            await self._clock.sleep_until(self._cases_followed_at + CASES_EVERY)
            with self._supervision.guard(WatchPart.CASES):
                self._follow_cases()
            await self._updates.announce()

    def _follow_cases(self) -> None:
        """Do for the cases what time brings, and take in what people wrote into the journal meanwhile."""
        self._cases_followed_at = self._clock.now()
        self._cases.tick(
            self._recorder.detection.verdicts(streams=False), self._recorder.recent.last_measured()
        )
