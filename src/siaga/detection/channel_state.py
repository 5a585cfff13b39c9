"""One channel on one platform: what a rule about names has gathered, and what is open about them.

All channels watch the same rounds. Each has its own evidence, histories and open runs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.evidence import Detectors
from siaga.detection.names import Names
from siaga.detection.open_run import OpenRun
from siaga.detection.recovery_bet import RecoveryBets
from siaga.detection.round_history import NameRounds, RoundHistory
from siaga.detection.settings import DAY_US, HIT_MISSES, HIT_ROUNDS, LATELY_US, Settings
from siaga.detection.stream_state import StreamState
from siaga.domain.verdicts import State

Index = npt.NDArray[np.intp]
MOST_MISSED = 64
LATELY_ROUNDS = 10
NOT_MEASURED = -1
"""The answer of a name that was not measured, as histories hold it."""
FOUND_BY = -2
"""The answer of a name that was found, where its text is worth keeping."""


@dataclass(slots=True)
class RoundComparison:
    """What a comparable round said in one channel."""

    stream: StreamState
    at: int
    sets: int
    """Which cohorts were asked, as `Names` numbers them."""
    asked: Index
    """The targets compared, each once, ascending."""
    gone: Index
    """Those of them that were missing (flagged, not measured)."""
    lost: Index
    """Targets of the cohorts asked that say nothing in this channel."""
    controls: int
    missing: int
    """Controls compared, and those that were missing (flagged, not measured)."""
    texts: Callable[[int], Sequence[tuple[str, str]]]
    """For a subject: the texts it was missing under, each with the answer."""
    well: Callable[[int], Sequence[str]]
    """For a subject: the texts it was found under."""
    share: Callable[[int], float]
    """For a subject: the share of its texts that were missing."""
    odds: float = 0.0
    """Of a control, as known before the round."""
    past: RoundHistory | None = None
    """The stream's rounds until now, for a channel that begins to look at it."""
    usual: bool = True
    """Whether the controls do as usual."""
    compares: bool = True
    """Whether the round compares: one that does not only helps to say since when."""


@dataclass(slots=True)
class ChannelState:
    """One channel's state on one platform."""

    alarm: State
    """What a name is called when the evidence crosses the alarm and the run persists."""
    evidence: Detectors
    keeps: int
    """Rounds that a stream's history keeps."""
    histories: dict[int, RoundHistory] = field(default_factory=dict)
    """By stream. Channels that seldom see anything have one from the first time on."""
    open: dict[int, OpenRun] = field(default_factory=dict)
    """By name."""
    recovery: RecoveryBets = field(default_factory=RecoveryBets)
    free_rows: list[int] = field(default_factory=list)
    rows: int = 0
    gone: set[int] = field(default_factory=set)
    """Names that were missing in the round noted last."""
    missed: dict[int, int] = field(default_factory=dict)
    """By name that was missing lately, when."""
    warm: dict[int, int] = field(default_factory=dict)
    """By name with more than a trifle of evidence, when it was last missing."""
    tries: dict[int, list[int]] = field(default_factory=dict)
    """By name with evidence over the alarm and no change: misses until the next look, and since when."""

    def history(self, stream: StreamState) -> RoundHistory:
        """The history of a stream; a new one where there is none."""
        history = self.histories.get(stream.site.index)
        if history is None:
            history = self.histories[stream.site.index] = RoundHistory(self.keeps, stream.compared)
        return history

    def note(self, round_: RoundComparison, names: Names) -> None:
        """Keep a comparable round."""
        self.gone = set(round_.gone.tolist()) if round_.compares else set()
        if self.gone:
            self.missed.update(dict.fromkeys(sorted(self.gone), round_.at))
            if len(self.missed) > 2 * len(self.gone) + MOST_MISSED:
                self.missed = {who: at for who, at in self.missed.items() if round_.at - at <= LATELY_US}
        index = round_.stream.site.index
        new = index not in self.histories
        history = self.history(round_.stream)
        if new and round_.past is not None:
            history.follow_on(round_.past, self.keeps // 2)
        history.add(
            round_.at,
            round_.sets,
            round_.controls,
            round_.missing,
            round_.odds,
            round_.usual and round_.compares,
            round_.compares,
        )
        self._note_found(round_, names)
        if len(round_.gone):
            who: list[int] = []
            answers: list[int] = []
            texts: list[int] = []
            for subject in round_.gone.tolist():
                for text, answer in round_.texts(subject):
                    who.append(subject)
                    answers.append(names.word(answer))
                    texts.append(names.word(text))
            history.note(np.array(who, np.intp), answers, texts)
        if len(round_.lost):
            count = len(round_.lost)
            history.note(round_.lost, [NOT_MEASURED] * count, [0] * count)

    def _note_found(self, round_: RoundComparison, names: Names) -> None:
        """Of names with some evidence, keep under which other texts they are found."""
        if not self.warm:
            return
        self.warm = {who: at for who, at in self.warm.items() if round_.at - at <= LATELY_US}
        history = self.histories[round_.stream.site.index]
        for who in sorted(self.warm.keys() - self.gone):
            if texts := [names.word(text) for text in round_.well(who)]:
                history.note(np.full(len(texts), who), [FOUND_BY] * len(texts), texts)

    def follow(self, round_: RoundComparison, settings: Settings) -> set[int]:
        """Open runs go on with a comparable round; returns the names whose runs it concerned."""
        concerned = set(self.open).intersection(round_.asked.tolist()) if self.open else set()
        gone = set(round_.gone.tolist()) & concerned
        for subject in sorted(concerned):
            self._follow(subject, subject in gone, round_, settings)
        return concerned

    def _follow(self, subject: int, gone: bool, round_: RoundComparison, settings: Settings) -> None:
        run, index, at = self.open[subject], round_.stream.site.index, round_.at
        number = self.histories[index].count
        if gone:
            run.miss(index, number, at)
            for text, answer in round_.texts(subject):
                run.texts.setdefault(text, [0, 0])[0] += 1
                run.answers[answer] = run.answers.get(answer, 0) + 1
        elif index in run.hits:
            run.find(at)
        for text in round_.well(subject):
            run.texts.setdefault(text, [0, 0])[1] += 1
        run.count(index, gone, (round_.controls, round_.missing), at)
        if gone and index not in run.hits and self._is_hit(subject, index):
            run.hits.add(index)
        if index in run.hits and round_.controls:
            passed = min(max(at - run.at, 0), settings.longest_gap_us) if run.at else 0
            run.at = max(at, run.at)
            self.recovery.step(
                np.array([run.row]),
                np.array([round_.share(subject)]),
                (round_.controls, round_.missing),
                np.array([passed / DAY_US]),
                settings,
            )

    def _is_hit(self, subject: int, index: int) -> bool:
        """Whether a further stream belongs to an open run: missing there often of late."""
        history = self.histories[index]
        return len(history.times_missed(subject, HIT_ROUNDS)) >= HIT_MISSES

    def rounds_of(self, subject: int, names: Names, index: int) -> NameRounds:
        """A stream's rounds in which the name was measured."""
        return self.histories[index].of(subject, names.sets_with(subject), self.keeps)

    def enter(self, subject: int, run: OpenRun, settings: Settings) -> None:
        """A run is open from now on, its counts being those of its evidence."""
        self.open[subject] = run
        self.recovery.hold(self.rows, settings)
        counts = run.own_counts()
        own = [[counts.asked], [counts.missing], [counts.controls_asked], [counts.controls_missing]]
        self.recovery.open(np.array([run.row]), np.array(own, np.int64))

    def new_row(self) -> int:
        """A place for a run's evidence of recovery."""
        if self.free_rows:
            return self.free_rows.pop()
        self.rows += 1
        return self.rows - 1

    def leave(self, subject: int) -> None:
        """The name's run is over; its evidence begins anew."""
        self.free_rows.append(self.open.pop(subject).row)
        self.tries.pop(subject, None)
        self.evidence.begin(subject)

    def recovered(self, run: OpenRun) -> float:
        """The evidence that the name is found again as its controls are."""
        return float(self.recovery.evidence(np.array([run.row]))[0])

    def missed_lately(self, now: int, settings: Settings) -> list[int]:
        """Names that were missing of late and are watched."""
        return [who for who, at in self.missed.items() if now - at <= LATELY_US]

    def promising(self, subject: int, stream: StreamState, settings: Settings) -> float:
        """How likely a further round of the stream is to find the name missing, as its last rounds show it.

        Of a finding: 1 where it is hit, else 0, as only there recovery can be seen.
        """
        index, run = stream.site.index, self.open.get(subject)
        if run is not None and run.stage is self.alarm:
            return float(index in run.hits)
        missed = {
            number: history.times_missed(subject, LATELY_ROUNDS) for number, history in self.histories.items()
        }
        if index not in missed or not any(missed.values()):
            return 0.0
        began = min(min(times) for times in missed.values() if times)
        return (len(missed[index]) + 1) / (self.histories[index].rounds_since(began) + 2)

    def is_proven(self, subject: int) -> bool:
        """Whether the channel calls the name what its evidence can show at most."""
        run = self.open.get(subject)
        return run is not None and run.stage is self.alarm
