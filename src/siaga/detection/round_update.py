"""One comparable round with all that a rule needs to bet on it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.channel_state import ChannelState, RoundComparison
from siaga.detection.evidence import Detectors, Parts
from siaga.detection.names import Names
from siaga.detection.round_facts import RoundFacts
from siaga.detection.round_history import RoundHistory
from siaga.detection.round_plan import RoundPlan
from siaga.detection.rules.missing import LIMITS
from siaga.detection.settings import FIRST_ROUND_US, UNSTEADY_MISSES, UNSTEADY_ROUNDS, Settings
from siaga.detection.stream_state import StreamState

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class AskedCohort:
    """A cohort in a layout."""

    number: int
    psi: float
    absent: Index
    """Its members that the layout does not ask."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What a round says of the names of a cohort, by line."""

    found: Floats
    log_found: Floats
    """Of a name as usual, and its logarithm."""
    gone: Floats
    """Of the names that are not, one row a name."""


@dataclass(slots=True)
class RoundUpdate:
    """A round with what is known of its stream."""

    stream: StreamState
    plan: RoundPlan
    facts: RoundFacts
    cohorts: tuple[AskedCohort, ...]
    sets: int
    """Which groups were asked, as `Names` numbers them."""
    parts: Parts
    names: Names
    settings: Settings
    shares: dict[str, float] = field(default_factory=dict)
    """By line of the promise, its share of a name's mass at present."""
    alarm: float = 0.0
    """The evidence at which a name is called at present."""
    flagged: Flags | None = None
    """By flag, which askings of `plan.names` are worse than usual for them; None where none is."""
    past: RoundHistory | None = None
    """The stream's rounds until now."""
    outcome: dict[int, int] = field(default_factory=dict)
    """Measured controls that compare: found or missing."""

    @property
    def steady(self) -> tuple[int, int]:
        """The same of the controls that were not missing time and again of late: they say what is usual."""
        place = self.stream.control_place
        recent = self.stream.controls.missed_lately(UNSTEADY_ROUNDS, UNSTEADY_MISSES)
        if not recent.any():
            return self.controls
        codes = [code for who, code in self.outcome.items() if who not in place or not recent[place[who]]]
        return len(codes), sum(codes)

    @property
    def controls(self) -> tuple[int, int]:
        """Controls that are compared with: measured, and missing of them."""
        return len(self.outcome), sum(self.outcome.values())

    def of_texts(self, marked: Flags, said: Flags) -> tuple[Floats, Flags]:
        """By subject of `plan.subjects`: the share of its texts that are marked, of those that say anything,
        and whether any does. Arguments by asking."""
        marked, said = marked[self.plan.targets], said[self.plan.targets]
        if self.plan.once:
            return (marked & said).astype(np.float64), said
        begin = np.flatnonzero(np.diff(self.plan.target_subjects, prepend=-1))
        if not len(begin):
            return np.zeros(0), np.zeros(0, np.bool_)
        count = np.add.reduceat(said.astype(np.int64), begin)
        gone = np.add.reduceat((marked & said).astype(np.int64), begin)
        return gone / np.maximum(count, 1), count > 0

    def book(
        self,
        evidence: Detectors,
        weights: Floats,
        factors: Callable[[float, Index], Factors],
        gone: Index,
        lost: Index,
        sparse: bool = False,
    ) -> set[int]:
        """Book the round in all its parts and cohorts.

        Args:
            weights: the new mass by line, of the whole mass of a name.
            factors: for what is tolerated of a cohort, what the round says of it and of these names.
            gone: names that were not as usual, ascending.
            lost: names that say nothing in this round.
            sparse: whether names that were never anything but usual are booked as usual also where they say
                nothing: it only loses, and most names then need no room.

        Returns:
            Those of `gone` with more than a trifle of evidence in these parts.
        """
        rows, settings = self.stream.parts, self.settings
        masses = np.array(self.parts.masses(rows)) / settings.span_us
        hot: set[int] = set()
        for cohort in self.cohorts:
            mine, silent = gone, lost
            if len(self.cohorts) > 1:
                members = [self.names.cohort_of[who] == cohort.number for who in gone.tolist()]
                mine = gone[np.array(members, bool)] if len(gone) else gone
                members = [self.names.cohort_of[who] == cohort.number for who in lost.tolist()]
                silent = lost[np.array(members, bool)] if len(lost) else lost
            if len(cohort.absent):
                silent = np.concatenate([silent, cohort.absent])
            if sparse:
                silent = evidence.known(silent)
            evidence.slots(np.concatenate([mine, silent]), len(self.parts.level))
            said = factors(cohort.psi, mine)
            passed = [
                lane.passed(self.facts.at, settings.longest_gap_us, FIRST_ROUND_US)
                for lane in evidence.lanes_of(rows, cohort.number)
            ]
            grants = (np.array(passed) * masses)[:, None] * weights
            own, others = said.gone, mine
            if len(silent):
                own = np.concatenate([own, np.ones((len(silent), evidence.lines))])
                others = np.concatenate([mine, silent])
            worth = evidence.step(
                rows,
                cohort.number,
                grants,
                (said.found, said.log_found),
                others,
                own,
                settings.evidence_cap,
            )
            if len(mine):
                known = worth[:, : len(mine)].sum(axis=0) >= settings.trifle * self.alarm
                hot.update(mine[known].tolist())
        return hot

    def compared(
        self, asked: Index, gone: Index, lost: Index, of: tuple[int, int], marked: Flags
    ) -> RoundComparison:
        """What the round said in one channel; `marked` marks its askings."""
        return RoundComparison(
            stream=self.stream,
            at=self.facts.at,
            sets=self.sets,
            asked=asked,
            gone=gone,
            lost=lost,
            controls=of[0],
            missing=of[1],
            texts=lambda subject: self.texts(subject, marked),
            well=lambda subject: self.others(subject, marked),
            share=lambda subject: self.share(subject, marked),
            past=self.past,
        )

    def items(self, subject: int) -> list[int]:
        """The askings of a target."""
        picked: list[int] = self.plan.targets[self.plan.target_subjects == subject].tolist()
        return picked

    def texts(self, subject: int, marked: Flags) -> list[tuple[str, str]]:
        """The subject's texts that are marked, each with its answer."""
        return [
            (self.facts.name_of(item), self.facts.failure_of(item))
            for item in self.items(subject)
            if marked[item]
        ]

    def others(self, subject: int, marked: Flags) -> list[str]:
        """The subject's texts that were measured and are not marked."""
        codes = self.facts.codes
        return [
            self.facts.name_of(item)
            for item in self.items(subject)
            if not marked[item] and codes[item] < LIMITS
        ]

    def share(self, subject: int, marked: Flags) -> float:
        """The share of the subject's measured texts that are marked."""
        items = [item for item in self.items(subject) if marked[item] or self.facts.codes[item] < LIMITS]
        return sum(bool(marked[item]) for item in items) / max(len(items), 1)


def went_on(
    channel: ChannelState, comparison: RoundComparison, hot: set[int], settings: Settings
) -> set[int]:
    """Open runs go on with the round; returns the names to look at."""
    channel.warm.update(dict.fromkeys(hot, comparison.at))
    return channel.follow(comparison, settings) | hot
