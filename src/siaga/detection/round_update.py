"""One comparable round with all that a rule needs to bet on it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.channel_state import ChannelState, RoundComparison, Thresholds
from siaga.detection.evidence import Parts
from siaga.detection.names import Names
from siaga.detection.round_facts import RoundFacts
from siaga.detection.round_plan import RoundPlan
from siaga.detection.rules.missing import LIMITS, MISSING
from siaga.detection.settings import Settings
from siaga.detection.stream_state import StreamState

Flags = npt.NDArray[np.bool_]
Index = npt.NDArray[np.intp]


@dataclass(slots=True)
class RoundUpdate:
    """A round with what is known of its stream."""

    stream: StreamState
    plan: RoundPlan
    facts: RoundFacts
    marks: Mapping[str, Flags]
    """By channel, the askings of `plan.names` that its rule marks as wrong; only where there are any."""
    parts: Parts
    names: Names
    settings: Settings
    thresholds: Mapping[str, Thresholds] = field(default_factory=dict)
    """By channel, the evidence at which a name is called at present."""
    outcome: dict[int, int] = field(default_factory=dict)
    """Measured controls that are not left out: found or missing."""

    @property
    def controls(self) -> tuple[int, int]:
        """Controls that are compared with: measured, and missing of them."""
        return len(self.outcome), sum(self.outcome.values())

    def items(self, subject: int) -> list[int]:
        """The askings of a target."""
        picked: list[int] = self.plan.targets[self.plan.target_subjects == subject].tolist()
        return picked

    def texts(self, subject: int, gone: Flags) -> list[tuple[str, str]]:
        """The subject's texts that are marked in `gone`, each with its answer."""
        return [
            (self.facts.name_of(item), self.facts.failure_of(item))
            for item in self.items(subject)
            if gone[item]
        ]

    def others(self, subject: int, gone: Flags) -> list[str]:
        """The subject's texts that were measured and are not marked."""
        codes = self.facts.codes
        return [
            self.facts.name_of(item)
            for item in self.items(subject)
            if not gone[item] and codes[item] < LIMITS
        ]

    def share(self, subject: int, gone: Flags) -> float:
        """The share of the subject's measured texts that are marked."""
        items = [item for item in self.items(subject) if gone[item] or self.facts.codes[item] < LIMITS]
        return sum(bool(gone[item]) for item in items) / max(len(items), 1)

    def late(self, subject: int) -> float:
        """The subject's place in the round's order, from 0 to 1."""
        last = max(1, len(self.facts.position) - 1)
        return max(int(self.facts.position[item]) for item in self.items(subject)) / last

    def volume(self, subject: int) -> float:
        """Results against what is usual for the name, and against what the controls have of theirs.

        0 where it was missing; NaN where nothing usual is known of it, or how much was found is not said.
        """
        usual = self.stream.past.usual
        items = self.items(subject)
        own = [float(self.facts.matching[item]) / float(usual[subject]) for item in items]
        known = [ratio for ratio in own if not math.isnan(ratio)]
        if not known:
            gone = all(self.facts.codes[item] == MISSING for item in items)
            return 0.0 if gone and not math.isnan(usual[subject]) else float("nan")
        controls = self.facts.matching[self.plan.controls] / usual[list(self.plan.control_subjects)]
        controls = np.sort(controls[~np.isnan(controls)])
        general = float(controls[len(controls) // 2]) if len(controls) else 1.0
        return sum(known) / len(known) / max(min(general, 1.0), 1e-9)

    def compared(
        self, at: int, asked: Index, gone_who: Index, of: tuple[int, int], gone: Flags
    ) -> RoundComparison:
        """What the round said in one channel; `gone` marks its askings."""
        return RoundComparison(
            stream=self.stream,
            at=at,
            asked=asked,
            gone=gone_who,
            controls=of[0],
            missing=of[1],
            texts=lambda subject: self.texts(subject, gone),
            well=lambda subject: self.others(subject, gone),
            share=lambda subject: self.share(subject, gone),
            late=self.late,
            volume=self.volume,
        )


def follow_open(channel: ChannelState, comparison: RoundComparison, settings: Settings) -> set[int]:
    """Open suspicions and findings of the channel that the round asked."""
    open_ = set(channel.stage) & set(comparison.asked.tolist()) if channel.stage else set()
    for subject in sorted(open_):
        channel.follow(subject, comparison, settings)
    return open_
