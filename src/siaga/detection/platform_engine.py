"""Everything that is known of one platform: its streams, its names, their evidence and states."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.channel_state import ChannelState
from siaga.detection.comparable import compares
from siaga.detection.controls import Controls
from siaga.detection.evidence import Parts
from siaga.detection.localisation.place_states import Elsewhere, PlaceStates
from siaga.detection.name_judge import NameJudge
from siaga.detection.names import FIRST_CHANNEL, Names
from siaga.detection.own_past import OwnPast
from siaga.detection.registry import CHANNELS, thresholds_of
from siaga.detection.round_facts import Layout, RoundFacts
from siaga.detection.round_plan import RoundPlan, plan_of
from siaga.detection.round_update import Flags, RoundUpdate
from siaga.detection.rules import graded
from siaga.detection.rules.common_mode import CANARY, OFFLINE, Site, TroubleRun, trouble_of
from siaga.detection.rules.missing import FOUND, LIMITS
from siaga.detection.rules.slow_tier import Block
from siaga.detection.settings import FIRST_ROUND_US, INTERVAL_ROUNDS, Settings
from siaga.detection.stream_state import StreamState
from siaga.domain.answers import Role
from siaga.domain.verdicts import Verdict

MARKS = {channel: rule.marks for channel, rule in CHANNELS.items() if rule.marks is not None}
"""The rules that look into what was found."""
MOST_PLANS = 1000
"""Layouts that are remembered; rounds cut short make many."""


def _channels() -> dict[str, ChannelState]:
    return {
        channel: ChannelState(rule.alarm, rule.suspects, rule.order_explains)
        for channel, rule in CHANNELS.items()
    }


@dataclass(slots=True)
class PlatformEngine:
    """The state of detection on one platform."""

    settings: Settings
    places: PlaceStates
    names: Names
    parts: Parts = field(default_factory=Parts)
    slow_parts: Parts = field(default_factory=Parts)
    """The slow tier's clocks: a block is its round."""
    channels: dict[str, ChannelState] = field(default_factory=_channels)
    controls: Controls = field(default_factory=Controls)
    part_of: dict[tuple[int, str], int] = field(default_factory=dict)
    streams: list[StreamState] = field(default_factory=list)
    stream_of: dict[tuple[str, str, str], int] = field(default_factory=dict)
    plans: dict[Layout, RoundPlan] = field(default_factory=dict)

    @classmethod
    def new(cls, platform: str, settings: Settings) -> "PlatformEngine":
        """A platform of which nothing is known yet."""
        return cls(settings, PlaceStates(platform), Names(platform))

    # Layouts and streams as they appear

    def plan(self, layout: Layout) -> RoundPlan:
        """The layout's askings by role."""
        plan = self.plans.get(layout)
        if plan is None:
            if len(self.plans) >= MOST_PLANS:
                self.plans.clear()
            number = [
                -1 if role is Role.CANARY else self.names.number(subject, role)
                for subject, role in zip(layout.subjects, layout.roles, strict=True)
            ]
            self._make_room()
            plan = self.plans[layout] = plan_of(layout, number)
        return plan

    def stream(self, facts: RoundFacts) -> StreamState:
        """The stream that a round belongs to."""
        key = (facts.surface, facts.vantage, facts.session)
        index = self.stream_of.get(key)
        if index is None:
            index = self.stream_of[key] = len(self.streams)
            texts = ("", facts.surface, facts.vantage, "\n".join(key))
            a, b, c, d = (self._part(level, text) for level, text in enumerate(texts))
            site = Site(index, facts.surface, facts.vantage, TroubleRun(), facts.at, FIRST_ROUND_US)
            rows = np.array([a, b, c, d], np.intp)
            self.streams.append(StreamState(site, facts.session, (a, b, c, d), rows, OwnPast(), Block()))
            self._make_room()
        return self.streams[index]

    def _part(self, level: int, text: str) -> int:
        part = self.part_of.get((level, text))
        if part is None:
            part = self.part_of[level, text] = self.parts.add(level)
            self.slow_parts.add(level)
        return part

    def _make_room(self) -> None:
        subjects = len(self.names.subjects)
        for channel in self.channels.values():
            channel.hold(len(self.parts.level), len(self.streams), subjects, self.settings)
        for stream in self.streams:
            stream.past.hold(subjects, self.settings)
            stream.block.hold(subjects)
        self.names.hold(subjects)

    # One round

    def take(self, facts: RoundFacts, sharing: Callable[[], int], elsewhere: Elsewhere) -> list[Verdict]:
        """Take one completed round; returns changes of state.

        Args:
            sharing: says by how many names the promise is shared at present.
            elsewhere: says whether a vantage reaches other platforms.
        """
        stream = self.stream(facts)
        plan = self.plan(facts.layout)
        at, site = facts.at, stream.site
        gap = min(max(at - site.last, 0), self.settings.longest_gap_us) or FIRST_ROUND_US
        site.interval = (
            ((INTERVAL_ROUNDS - 1) * site.interval + max(at - site.last, 0)) // INTERVAL_ROUNDS
            if site.trouble.rounds
            else FIRST_ROUND_US
        )
        site.last = max(site.last, at)
        marks = self._marks(stream, plan, facts)
        if not marks and self._is_quiet(stream, plan, facts):
            self._quiet(stream, plan, facts)
            return []
        return self._full(
            RoundUpdate(stream, plan, facts, marks, self.parts, self.names, self.settings),
            gap,
            sharing,
            elsewhere,
        )

    def _marks(self, stream: StreamState, plan: RoundPlan, facts: RoundFacts) -> dict[str, Flags]:
        """By channel, the askings that its rule marks as wrong although they were found."""
        return {
            channel: marked
            for channel, marks in MARKS.items()
            if (marked := marks(stream, plan, facts, self.settings)) is not None
        }

    def _is_quiet(self, stream: StreamState, plan: RoundPlan, facts: RoundFacts) -> bool:
        """Whether every name was found and nothing is going on."""
        return (
            not facts.odd
            and stream.site.trouble.calm
            and not self.names.busy
            and not self.controls.bad.get(facts.surface)
            and plan.controls_once
            and len(plan.controls) >= self.settings.least_controls
        )

    def _quiet(self, stream: StreamState, plan: RoundPlan, facts: RoundFacts) -> None:
        """Only clocks and counts move."""
        settings, index = self.settings, stream.site.index
        stream.site.trouble.quiet(facts.at)
        stream.canaries = 0
        self.controls.quiet(facts.surface)
        self.parts.tick(stream.parts, index, facts.at, settings.longest_gap_us, FIRST_ROUND_US)
        stream.compared = facts.at
        stream.share(0, 1)
        for channel in self.channels.values():
            channel.pass_over(stream, plan)
        if facts.graded:
            self._note(stream, plan, facts, None)
        stream.block.asked[plan.name_subjects] += 1
        stream.block.rounds += 1
        if stream.block.rounds >= settings.slow_block:
            self._end_block(stream, plan, facts.at)

    def _note(
        self, stream: StreamState, plan: RoundPlan, facts: RoundFacts, flagged: npt.NDArray[np.bool_] | None
    ) -> None:
        items = plan.names
        stream.past.note(
            plan.name_subjects,
            facts.matching[items],
            facts.age[items],
            facts.ordered[items],
            flagged,
            self.names.active,
            self.settings,
        )

    def _full(
        self, round_: RoundUpdate, gap: int, sharing: Callable[[], int], elsewhere: Elsewhere
    ) -> list[Verdict]:
        settings, stream, facts = self.settings, round_.stream, round_.facts
        measured, missing = self._controls(round_)
        canary = facts.codes[round_.plan.canaries] == FOUND
        stream.canaries = stream.canaries + 1 if canary.any() else 0
        kind, failure = trouble_of(round_.plan, facts, stream.canaries, (measured, missing), settings)
        trouble = stream.site.trouble
        changed = trouble.take(kind, failure, (measured, missing), facts.at, gap, settings)
        if changed and trouble.tripped:
            self.places.pending[stream.site.index] = facts.at
        verdicts: list[Verdict] = []
        believed = kind != CANARY and measured >= settings.least_controls
        if believed and compares(measured, missing):
            verdicts = self._compare(round_, sharing)
        if self.places.pending or changed or self.places.open:
            verdicts += self._place(facts.at, elsewhere)
        return verdicts

    def _compare(self, round_: RoundUpdate, sharing: Callable[[], int]) -> list[Verdict]:
        """A round that compares: every channel bets on it, and the names concerned are judged."""
        settings, stream, facts = self.settings, round_.stream, round_.facts
        measured, missing = round_.controls
        self.parts.tick(stream.parts, stream.site.index, facts.at, settings.longest_gap_us, FIRST_ROUND_US)
        hot = self.names.fresh & set(round_.plan.subjects.tolist())
        round_.thresholds = thresholds_of(sharing(), settings)
        for channel, rule in CHANNELS.items():
            hot |= rule.bet(round_, self.channels[channel])
        if facts.graded:
            self._note(stream, round_.plan, facts, round_.marks.get(graded.RULE.channel))
        stream.share(missing, measured)
        stream.compared = facts.at
        if stream.block.rounds >= settings.slow_block:
            hot |= self._end_block(stream, round_.plan, facts.at)
        return self._judge().judge(sorted(hot), facts.at, round_.thresholds)

    def _judge(self) -> NameJudge:
        return NameJudge(self.names, self.channels, self.streams, self.parts, self.slow_parts, self.settings)

    def _controls(self, round_: RoundUpdate) -> tuple[int, int]:
        """Measured and missing controls: of each the first measured asking; the bad ones are left out."""
        plan, facts = round_.plan, round_.facts
        bad = self.controls.bad.get(facts.surface, set())
        outcome: dict[int, int] = {}
        codes = facts.codes[plan.controls].tolist()
        asked = zip(facts.position[plan.controls].tolist(), plan.control_subjects, codes, strict=True)
        for _, who, code in asked if plan.controls_once else sorted(asked):
            if code < LIMITS:
                outcome.setdefault(who, code)
        round_.outcome = {who: code for who, code in outcome.items() if who not in bad}
        measured, missing = len(round_.outcome), sum(round_.outcome.values())
        if measured >= self.settings.least_controls and compares(measured, missing):
            self.controls.judge(facts.surface, outcome, self.settings)
        return measured, missing

    def _end_block(self, stream: StreamState, plan: RoundPlan, at: int) -> set[int]:
        """A block of the slow tier is full: bet on it; returns the names concerned."""
        settings = self.settings
        bad = self.controls.bad.get(stream.site.surface, set())
        kept = np.array(sorted(set(plan.control_subjects) - bad), np.intp)
        outcome = stream.block.close(kept, plan.subjects, settings)
        if outcome is None:
            return set()
        self.slow_parts.tick(stream.parts, stream.site.index, at, settings.slow_gap_us, FIRST_ROUND_US)
        if len(outcome.gone):
            slow = self.channels[FIRST_CHANNEL].slow
            asked = outcome.controls + 1
            slow.bet_fading(settings, self.slow_parts, stream.rows, outcome.gone, asked, outcome.often)
        return set(outcome.gone.tolist())

    # Places

    def _place(self, at: int, elsewhere: Elsewhere) -> list[Verdict]:
        sites = [stream.site for stream in self.streams]
        changes = self.places.update(sites, at, elsewhere, self.settings)
        if changes:
            struck = self.places.struck()
            well = [
                site.index for site in sites if site.index not in struck and site.current(at, self.settings)
            ]
            changes += self._judge().away_or_back(well, at)
        return changes

    def reaches(self, vantage: str, since: int) -> bool | None:
        """Whether a vantage's network reached this platform in its last rounds; None if not asked since."""
        sites = [
            stream.site
            for stream in self.streams
            if stream.site.vantage == vantage and stream.site.last >= since
        ]
        if not sites:
            return None
        return any(site.trouble.kind != OFFLINE or site.trouble.good for site in sites)

    def worth_asking(self) -> dict[tuple[str, str], float]:
        """By surface and vantage: the evidence, as a logarithm, that a further round is expected to bring.

        For the open suspicion that is nearest to being settled; without one, for the recovery of findings. A
        round in which a name is missing alone brings `log(1 + m / psi)` at most; one in which all are found
        brings nothing.
        """
        channel, settings = self.channels[FIRST_CHANNEL], self.settings
        names = self._to_settle(channel)
        worth: dict[tuple[str, str], float] = {}
        for stream in self.streams:
            index = stream.site.index
            controls = channel.controls_asked[index] / max(self.parts.rounds_of_stream[index], 1)
            chance = max((channel.promising(who, stream, self.parts) for who in names), default=0.0)
            key = stream.site.surface, stream.site.vantage
            worth[key] = max(worth.get(key, 0.0), chance * float(np.log1p(controls / settings.psi)))
        return worth

    def _to_settle(self, channel: ChannelState) -> list[int]:
        findings = [who for who, stage in channel.stage.items() if stage is channel.alarm]
        open_ = [who for who in channel.runs if who in self.names.watched and who not in findings]
        live = [who for who in open_ if channel.in_run(who, self.parts)]
        if not live:
            return findings
        return [max(live, key=lambda who: (channel.evidence.of(self.parts, who), -who))]

    def verdicts(self, streams: bool = True) -> list[Verdict]:
        """The present, for every name, every name in every stream if wanted, and every open place."""
        present = self._judge().verdicts(self.places.struck() if streams else None)
        return present + self.places.verdicts()
