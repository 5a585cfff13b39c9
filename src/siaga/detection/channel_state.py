"""One channel on one platform: what a rule about names has gathered, from its bets to the names' stages.

All channels watch the same rounds. Each has its own detectors, runs and share of the promise.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.evidence import Detectors, Parts
from siaga.detection.localisation.widest_place import widest_place
from siaga.detection.miss_run import Front, MissRun
from siaga.detection.round_plan import RoundPlan
from siaga.detection.rules.recovery import HitStream
from siaga.detection.settings import FADED_ONE_IN, HIT_MISSES, LATE_SHARE, NOTICE_PLAIN, Settings
from siaga.detection.stream_state import StreamState
from siaga.domain.verdicts import Counts, State

Ints = npt.NDArray[np.int64]
Index = npt.NDArray[np.intp]


@dataclass(slots=True)
class RoundComparison:
    """What a round said in one channel."""

    stream: StreamState
    at: int
    asked: Index
    """The targets compared, each once, ascending."""
    gone: Index
    """Those of them that were missing (flagged, limited)."""
    controls: int
    missing: int
    """Controls compared, and those that were missing (flagged, limited)."""
    texts: Callable[[int], Sequence[tuple[str, str]]]
    """For a subject: the texts it was missing under, each with the answer."""
    well: Callable[[int], Sequence[str]]
    """For a subject: the texts it was found under."""
    share: Callable[[int], float]
    """For a subject: the share of its texts that were missing."""
    late: Callable[[int], float]
    """For a subject: its place in the round's order, from 0 (first) to 1 (last)."""
    volume: Callable[[int], float]
    """For a subject: its volume against its own past and its controls'; NaN where unknown."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The evidence at which a channel calls a name; infinite where it never does."""

    notice: float
    """Of a suspicion."""
    alarm: float
    slow: float
    """Of an alarm by the slow tier."""


@dataclass(slots=True)
class ChannelState:
    """One channel's state on one platform."""

    alarm: State
    """What a name is called when the evidence crosses the alarm and the run persists."""
    notice: bool
    """Whether a name is called `suspected` before."""
    order_explains: bool
    """Whether a name that is mostly asked late in the round is not judged: the order may be the cause."""
    evidence: Detectors = field(default_factory=Detectors)
    slow: Detectors = field(default_factory=Detectors)
    """The slow tier's detectors; only a channel with a slow tier feeds them."""
    runs: dict[int, MissRun] = field(default_factory=dict)
    stage: dict[int, State] = field(default_factory=dict)
    """Names that are suspected, suppressed or impaired in this channel."""
    by_slow: set[int] = field(default_factory=set)
    """Those whose alarm came from the slow tier."""
    asked: Ints = field(default_factory=lambda: np.zeros((1, 8), np.int64))
    missing: Ints = field(default_factory=lambda: np.zeros((1, 8), np.int64))
    controls_asked: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    controls_missing: Ints = field(default_factory=lambda: np.zeros(1, np.int64))

    def hold(self, parts: int, streams: int, subjects: int, settings: Settings) -> None:
        """Make room."""
        self.evidence.hold(parts, subjects, settings)
        self.slow.hold(parts, subjects, settings)
        have_cells, have_subjects = self.asked.shape
        if streams > have_cells or subjects > have_subjects:
            shape = (max(have_cells, 2 * streams), max(have_subjects, 2 * subjects))
            self.asked, self.missing = _table(self.asked, shape), _table(self.missing, shape)
            self.controls_asked = _row(self.controls_asked, shape[0])
            self.controls_missing = _row(self.controls_missing, shape[0])

    # Rounds

    def count(self, round_: RoundComparison, parts: Parts, settings: Settings) -> None:
        """Book a comparable round: runs begin or go on, counts move."""
        stream, at = round_.stream, round_.at
        index = stream.site.index
        number = parts.rounds[stream.parts[3]]
        for subject in round_.gone.tolist():
            run = self.runs.get(subject)
            if run is None or not self.live(subject, run, parts):
                run = self.runs[subject] = MissRun()
            run.miss(index, number, at, stream.compared, self._counts(index, subject), settings)
            run.late += round_.late(subject)
            for text, answer in round_.texts(subject):
                run.texts.setdefault(text, [0, 0])[0] += 1
                run.failures[answer] = run.failures.get(answer, 0) + 1
        self.asked[index, round_.asked] += 1
        self.missing[index, round_.gone] += 1
        self.controls_asked[index] += round_.controls
        self.controls_missing[index] += round_.missing

    def pass_over(self, stream: StreamState, plan: RoundPlan) -> set[int]:
        """A round in which no name is worse off: only counts move. Returns no names."""
        index = stream.site.index
        self.asked[index, plan.subjects] += 1
        self.controls_asked[index] += len(plan.controls)
        return set()

    def follow(self, subject: int, round_: RoundComparison, settings: Settings) -> None:
        """A round of an open suspicion or finding: where it is hit, and how its recovery goes."""
        run, stream = self.runs[subject], round_.stream
        index, share = stream.site.index, round_.share(subject)
        if share == 0 and run.found < 0:
            run.found = round_.at
        for text in round_.well(subject):
            run.texts.setdefault(text, [0, 0])[1] += 1
        if share and index not in run.hits and run.streaks[index].misses >= HIT_MISSES:
            run.hits.add(index)
        if index in run.hits:
            rate = round_.missing / max(round_.controls, 1)
            run.recovery.take(stream.site.surface, round_.at, share - rate, settings)
            run.recovery.note_volume(index, round_.volume(subject), settings)

    # Stages

    def judge(
        self,
        subject: int,
        at: int,
        streams: Sequence[StreamState],
        clocks: tuple[Parts, Parts],
        thresholds: Thresholds,
        settings: Settings,
    ) -> None:
        """The name's stage after a round.

        Args:
            clocks: the rounds' parts and the slow tier's.
            thresholds: the evidence at which the name is called.
        """
        parts, slow_parts = clocks
        run, stage = self.runs.get(subject), self.stage.get(subject)
        if run is None or not (stage or self.live(subject, run, parts)):
            return
        if self.order_explains and run.late > LATE_SHARE * run.total:
            return
        evidence = self.evidence.of(parts, subject)
        front = run.front(parts.rounds_of_stream, (self.controls_asked, self.controls_missing))
        persists = front is not None and front.persists
        if stage != self.alarm and stage in (None, State.SUSPECTED) and persists:
            by_slow = evidence < thresholds.alarm and self.slow.of(slow_parts, subject) >= thresholds.slow
            if evidence >= thresholds.alarm or by_slow:
                self._enter(subject, run, self.alarm, front, streams, parts)
                if by_slow:
                    self.by_slow.add(subject)
                return
        if stage is None:
            if self.notice and front is not None and front.misses >= settings.notice_misses:
                plain = front.share >= NOTICE_PLAIN and front.controls_share <= settings.learning_quiet
                if evidence >= (thresholds.notice if plain else settings.notice_partial):
                    self._enter(subject, run, State.SUSPECTED, front, streams, parts)
        elif stage is State.SUSPECTED:
            faded = self.notice and evidence < thresholds.notice / FADED_ONE_IN
            if faded or self._over(run, streams, parts, settings):
                self.leave(subject)
        elif self._restored(run, at, streams, parts, settings):
            self.leave(subject)
            for part in range(len(parts.level)):
                self.evidence.begin(part, subject, parts.clock[part])
                self.slow.begin(part, subject, slow_parts.clock[part])

    def _enter(
        self,
        subject: int,
        run: MissRun,
        stage: State,
        front: Front | None,
        streams: Sequence[StreamState],
        parts: Parts,
    ) -> None:
        assert front is not None
        self.stage[subject] = stage
        run.onset = front.onset
        run.hits = self._hits(run, subject, streams, parts)

    def leave(self, subject: int) -> None:
        """The name's suspicion or finding in this channel is over."""
        del self.stage[subject]
        self.by_slow.discard(subject)

    def live(self, subject: int, run: MissRun, parts: Parts) -> bool:
        """Whether the run goes on: its subject is under suspicion, or some stream's streak is alive."""
        return subject in self.stage or bool(self._alive(run, parts))

    def promising(self, subject: int, stream: StreamState, parts: Parts) -> float:
        """How likely a further round of the stream is to find the name missing, as its run shows it.

        Of a finding: 1 where it is hit, else 0, as only there recovery can be seen. 0 without a run.
        """
        run = self.runs.get(subject)
        if run is None or not self.live(subject, run, parts):
            return 0.0
        index = stream.site.index
        if self.stage.get(subject) is self.alarm:
            return float(index in run.hits)
        alive = self._alive(run, parts)
        if index in alive:
            streak = run.streaks[index]
            asked, missing = parts.rounds_of_stream[index] - streak.first_round + 1, streak.misses
        else:
            began = min((run.streaks[number].first for number in alive), default=stream.compared)
            asked, missing = max(stream.compared - began, 0) // max(stream.site.interval, 1), 0
        return (missing + 1) / (asked + 2)

    def in_run(self, subject: int, parts: Parts) -> bool:
        """Whether a run of the subject goes on."""
        run = self.runs.get(subject)
        return run is not None and self.live(subject, run, parts)

    def _alive(self, run: MissRun, parts: Parts) -> set[int]:
        return {i for i, streak in run.streaks.items() if streak.alive(parts.rounds_of_stream[i])}

    def _again(self, run: MissRun, index: int, parts: Parts, settings: Settings) -> int:
        """Rounds of a stream since the name was last missing there."""
        streak = run.streaks.get(index)
        return parts.rounds_of_stream[index] - streak.round if streak else settings.found_again

    def _hits(self, run: MissRun, subject: int, streams: Sequence[StreamState], parts: Parts) -> set[int]:
        """The streams that a run concerns: those with a living streak in the place that explains it best."""
        alive = self._alive(run, parts)
        asked, missing = [], []
        for stream in streams:
            index = stream.site.index
            streak = run.streaks.get(index)
            if streak is not None and index in alive:
                asked.append(parts.rounds_of_stream[index] - streak.first_round + 1)
                missing.append(streak.misses)
            else:
                known = stream.compared >= run.onset[1] and bool(self.asked[index, subject])
                since = (stream.compared - run.onset[1]) // max(stream.site.interval, 1)
                asked.append(1 + since if known else 0)
                missing.append(0)
        place = widest_place(
            [stream.site.surface for stream in streams],
            [stream.site.vantage for stream in streams],
            asked,
            missing,
        )
        return (place & alive) or alive

    def _over(self, run: MissRun, streams: Sequence[StreamState], parts: Parts, settings: Settings) -> bool:
        """Whether the name was found again everywhere it was missing."""
        newest = max(stream.site.last for stream in streams)
        return all(
            self._again(run, index, parts, settings) >= settings.found_again
            or not streams[index].site.current(newest, settings)
            for index in run.streaks
        )

    def _restored(
        self, run: MissRun, at: int, streams: Sequence[StreamState], parts: Parts, settings: Settings
    ) -> bool:
        """Whether the finding is verified restored."""
        newest = max(stream.site.last for stream in streams)
        hits = [
            HitStream(index, streams[index].site.vantage, self._again(run, index, parts, settings))
            for index in run.hits
            if streams[index].site.current(newest, settings)
        ]
        vantages = len({streams[index].site.vantage for index in run.hits})
        return run.recovery.is_verified(at - run.last, vantages, hits, settings)

    # What is said of a name

    def counts(self, subject: int) -> Counts:
        """The plain counts: of the run where there is one, else of everything."""
        run = self.runs.get(subject)
        if run is None or subject not in self.stage:
            return Counts(
                int(self.asked[:, subject].sum()),
                int(self.missing[:, subject].sum()),
                int(self.controls_asked.sum()),
                int(self.controls_missing.sum()),
            )
        now = np.array([self._counts(index, subject) for index in sorted(run.hits)])
        before = np.array([run.streaks[index].counts for index in sorted(run.hits)])
        return Counts(*(now - before).sum(axis=0).tolist())

    def _counts(self, index: int, subject: int) -> tuple[int, int, int, int]:
        """A stream's counts so far: the name asked and missing, controls asked and missing."""
        return (
            int(self.asked[index, subject]),
            int(self.missing[index, subject]),
            int(self.controls_asked[index]),
            int(self.controls_missing[index]),
        )


def _table(array: Ints, shape: tuple[int, int]) -> Ints:
    bigger = np.zeros(shape, np.int64)
    bigger[: array.shape[0], : array.shape[1]] = array
    return bigger


def _row(array: Ints, size: int) -> Ints:
    longer = np.zeros(size, np.int64)
    longer[: len(array)] = array
    return longer
