"""What a watch makes of a story: the changes that it said, name by name, by what happened when."""

from collections.abc import Iterable
from datetime import datetime

import numpy as np

from siaga.detection.round_facts import RoundFacts
from siaga.detection.rounds import Columns, Rounds
from siaga.detection.watch import Detection
from siaga.domain.answers import Answer
from siaga.domain.verdicts import NAME_FINDINGS, PROVEN, State, Verdict
from siaga.simulation.streams import ANSWERS, Streams

NAME = "mahfud"
OTHERS = ("anies", "prabowo", "ganjar")


def usual(seed: int, rounds: int, **others: object) -> Streams:
    """Four contestants and twelve controls, a round a minute, one asking in 200 empty by accident."""
    return Streams(seed, rounds, **{"targets": (NAME, *OTHERS), **others})  # type: ignore[arg-type]


class Told:
    """The changes that a watch said of some streams."""

    def __init__(self, *all_streams: Streams, cut_at: Answer | None = None) -> None:
        """`cut_at`: rounds end after the first asking that comes back so."""
        self.detection = Detection()
        self.changes: list[Verdict] = []
        self.streams = all_streams[0]
        for facts in in_order(all_streams, cut_at):
            self.changes += self.detection.take_facts(facts)

    def of(self, subject: str | None = NAME) -> list[Verdict]:
        """The changes about one name, or about places."""
        return [change for change in self.changes if change.subject == subject]

    def states(self, subject: str | None = NAME) -> list[State]:
        """Its states, one after another."""
        return [change.state for change in self.of(subject)]

    def at(self, round_: int, subject: str = NAME) -> State:
        """The name's state at the end of a round."""
        return self.verdict_at(round_, subject).state

    def verdict_at(self, round_: int, subject: str = NAME) -> Verdict:
        """What was said of the name last until the end of a round."""
        return [change for change in self.of(subject) if change.at < self.moment(round_ + 1)][-1]

    def moment(self, round_: int) -> datetime:
        """When a round begins."""
        return self.streams.start + round_ * self.streams.cadence

    def minutes_after(self, change: Verdict, round_: int) -> float:
        """From the beginning of a round to a change."""
        return (change.at - self.moment(round_)).total_seconds() / 60

    def first(self, state: State, subject: str = NAME) -> Verdict:
        """The first change to a state."""
        return next(change for change in self.of(subject) if change.state is state)

    def proven(self) -> set[str]:
        """Names that were ever called suppressed or impaired."""
        return {str(change.subject) for change in self.changes if change.state in PROVEN}

    def suspected(self) -> set[str]:
        """Names that there ever was a finding about."""
        return {str(change.subject) for change in self.changes if change.state in NAME_FINDINGS}

    def findings(self, subject: str = NAME) -> int:
        """How often a proven finding about the name began after none."""
        began, open_ = 0, False
        for change in self.of(subject):
            now = change.state in PROVEN
            began += now and not open_
            open_ = now or (open_ and change.state in NAME_FINDINGS)
        return began


def in_order(all_streams: Iterable[Streams], cut_at: Answer | None = None) -> list[RoundFacts]:
    """All rounds of all streams in order of completion."""
    facts: list[RoundFacts] = []
    for streams in all_streams:
        columns, words = streams.columns()
        if cut_at is not None:
            columns = _cut(columns, streams, cut_at)
        rounds = Rounds(Detection().role, None)
        assert not list(rounds.add(columns, words))
        facts += rounds.end(words)
    return sorted(facts, key=lambda round_: round_.at)


def _cut(columns: Columns, streams: Streams, answer: Answer) -> Columns:
    met = columns.answer.reshape(-1, len(streams.subjects)) == ANSWERS.index(answer)
    before = np.cumsum(met, axis=1) - met == 0
    return columns.rows(before.reshape(-1))
