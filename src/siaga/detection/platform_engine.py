"""Everything that is known of one platform: its streams, its names, their evidence and states."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from siaga.detection import doubts
from siaga.detection.channel_judge import ChannelJudge
from siaga.detection.channel_state import ChannelState
from siaga.detection.comparable import compares
from siaga.detection.evidence import Detectors, Parts
from siaga.detection.kept_verdicts import KeptVerdicts
from siaga.detection.localisation.place_states import Elsewhere, PlaceStates
from siaga.detection.name_details import in_streams
from siaga.detection.name_judge import NameJudge
from siaga.detection.names import FIRST_CHANNEL, Names
from siaga.detection.persistence import LonelyRecord
from siaga.detection.registry import CHANNELS, live_shares
from siaga.detection.round_facts import Layout, RoundFacts
from siaga.detection.round_plan import RoundPlan, plan_of
from siaga.detection.round_update import AskedCohort, RoundUpdate
from siaga.detection.rules import graded, only_limited, round_bet
from siaga.detection.rules.common_mode import OFFLINE, trouble_of
from siaga.detection.rules.missing import FOUND, MISSING
from siaga.detection.settings import (
    FIRST_ROUND_US,
    INTERVAL_ROUNDS,
    LOPSIDED_ROUNDS,
    Settings,
)
from siaga.detection.stream_state import StreamState
from siaga.detection.trouble_run import Site, TroubleRun
from siaga.detection.worth_asking import unsettled, worth_by_place
from siaga.domain.answers import Role
from siaga.domain.verdicts import NAME_FINDINGS, State, Verdict

MOST_IN_STREAMS = 200
"""So many names are said by stream, all of them."""
MOST_PLANS = 1000
"""Layouts that are remembered; rounds cut short make many."""


def _detectors(lines: int, settings: Settings) -> Detectors:
    return Detectors(lines, np.array(settings.weights), 1 - np.array(settings.calm_stakes))


@dataclass(slots=True)
class PlatformEngine:
    """The state of detection on one platform."""

    settings: Settings
    places: PlaceStates
    names: Names
    channels: dict[str, ChannelState]
    audit: Detectors
    """The controls, each run as if it were a target."""
    parts: Parts = field(default_factory=Parts)
    part_of: dict[tuple[int, str], int] = field(default_factory=dict)
    streams: list[StreamState] = field(default_factory=list)
    stream_of: dict[tuple[str, str, str], int] = field(default_factory=dict)
    plans: dict[Layout, RoundPlan] = field(default_factory=dict)
    cohorts: dict[Layout, tuple[int, tuple[AskedCohort, ...], int]] = field(default_factory=dict)
    """By layout: the version of the names it was made for, its cohorts, the number of their set."""
    lonely: LonelyRecord = field(default_factory=LonelyRecord)
    graded: bool = False
    """Whether answers say how many results there are, how old, in what order."""
    newest: int = 0
    counted: int = 0
    """When the streams that are still asked were counted last."""
    _kept: KeptVerdicts = field(default_factory=KeptVerdicts, init=False)

    @classmethod
    def new(cls, platform: str, settings: Settings) -> "PlatformEngine":
        """A platform of which nothing is known yet."""
        channels = {
            channel: ChannelState(rule.alarm, _detectors(rule.lines, settings), rule.keeps)
            for channel, rule in CHANNELS.items()
        }
        audit = _detectors(CHANNELS[FIRST_CHANNEL].lines, settings)
        return cls(settings, PlaceStates(platform), Names(platform), channels, audit)

    # Layouts and streams as they appear

    def plan(self, layout: Layout) -> RoundPlan:
        """The layout's askings by role."""
        plan = self.plans.get(layout)
        if plan is None:
            if len(self.plans) >= MOST_PLANS:
                self.plans.clear()
                self.cohorts.clear()
            number = [
                -1 if role is Role.CANARY else self.names.number(subject, role)
                for subject, role in zip(layout.subjects, layout.roles, strict=True)
            ]
            plan = self.plans[layout] = plan_of(layout, number)
            self.names.gather(plan.subjects.tolist(), self.settings.psi)
            self._make_room()
        return plan

    def asked_cohorts(self, layout: Layout, plan: RoundPlan) -> tuple[tuple[AskedCohort, ...], int]:
        """The cohorts that a layout asks, and the number of their set."""
        known = self.cohorts.get(layout)
        if known is not None and known[0] == self.names.version:
            return known[1], known[2]
        names, asked = self.names, plan.members
        for cohort, part in names.divide(asked):
            for channel in self.channels.values():
                channel.evidence.divide(cohort, part)
        numbers = sorted({names.cohort_of[subject] for subject in asked})
        cohorts = tuple(
            AskedCohort(
                number,
                names.cohorts[number].psi,
                np.array([who for who in names.cohorts[number].members if who not in asked], np.intp),
            )
            for number in numbers
        )
        sets = names.set_of([names.cohorts[number].group for number in numbers])
        self.cohorts[layout] = names.version, cohorts, sets
        return cohorts, sets

    def stream(self, facts: RoundFacts) -> StreamState:
        """The stream that a round belongs to."""
        key = (facts.surface, facts.vantage, facts.session)
        index = self.stream_of.get(key)
        if index is None:
            index = self.stream_of[key] = len(self.streams)
            texts = ("", facts.surface, facts.vantage, "\n".join(key))
            a, b, c, d = (self._part(level, text, index) for level, text in enumerate(texts))
            site = Site(index, facts.surface, facts.vantage, TroubleRun(), facts.at, FIRST_ROUND_US)
            self.streams.append(StreamState(site, facts.session, (a, b, c, d)))
            self._make_room()
            self.counted = 0
        return self.streams[index]

    def _part(self, level: int, text: str, stream: int) -> int:
        part = self.part_of.get((level, text))
        if part is None:
            part = self.part_of[level, text] = self.parts.add(level)
        self.parts.streams[part].append(stream)
        return part

    def _make_room(self) -> None:
        for stream in self.streams:
            stream.hold(len(self.names.subjects))

    def _count_alive(self, at: int) -> None:
        """Now and then: which streams are still asked, as the mass is shared by these."""
        if at - self.counted < self.settings.longest_gap_us and self.counted:
            return
        self.counted = at
        self.parts.count_alive(
            {stream.site.index for stream in self.streams if stream.site.current(at, self.settings)}
        )

    # One round

    def take(self, facts: RoundFacts, sharing: Callable[[], int], elsewhere: Elsewhere) -> list[Verdict]:
        """Take one completed round; returns changes of state.

        Args:
            sharing: says by how many names the promise is shared at present.
            elsewhere: says whether a vantage reaches other platforms.
        """
        stream, plan = self.stream(facts), self.plan(facts.layout)
        site = stream.site
        at = max(facts.at, site.last) if site.trouble.rounds else facts.at
        if at != facts.at:  # late, or the clock was set back: what came last is the newest
            facts = replace(facts, at=at)
        gap = min(at - site.last, self.settings.longest_gap_us) or FIRST_ROUND_US
        site.interval = (
            ((INTERVAL_ROUNDS - 1) * site.interval + at - site.last) // INTERVAL_ROUNDS
            if site.trouble.rounds
            else FIRST_ROUND_US
        )
        site.last = at
        self.newest = max(self.newest, at)
        self._count_alive(at)
        self.graded = self.graded or facts.graded
        cohorts, sets = self.asked_cohorts(facts.layout, plan)
        self._kept.drop(plan.members.union(*(cohort.absent.tolist() for cohort in cohorts)))
        round_ = RoundUpdate(
            stream,
            plan,
            facts,
            cohorts,
            sets,
            self.parts,
            self.names,
            self.settings,
            dict(live_shares(self.graded)),
        )
        round_.past = self.channels[FIRST_CHANNEL].histories.get(site.index)
        round_.flagged = graded.flags_of(stream, plan, facts)
        if round_.flagged is None and self._is_quiet(stream, plan, facts) and self._is_nobodys(round_):
            self._quiet(round_)
            return []
        round_.alarm = self.settings.alarm(sharing())
        return self._full(round_, gap, elsewhere)

    def _is_quiet(self, stream: StreamState, plan: RoundPlan, facts: RoundFacts) -> bool:
        """Whether every name was found and nothing is going on in the stream."""
        return (
            not facts.odd
            and stream.site.trouble.calm
            and not stream.lost
            and not stream.lopsided
            and not stream.canaries.doubted
            and plan.controls_once
            and len(plan.controls) >= self.settings.least_controls
            and not stream.controls.out.any()
            and not stream.answered.out.any()
        )

    def _is_nobodys(self, round_: RoundUpdate) -> bool:
        """Whether nothing is open or new about any name of the round, and it asks its cohorts whole."""
        members = round_.plan.members
        return (
            self.names.fresh.isdisjoint(members)
            and all(members.isdisjoint(channel.open) for channel in self.channels.values())
            and not any(len(cohort.absent) for cohort in round_.cohorts)
        )

    def _quiet(self, round_: RoundUpdate) -> None:
        """Only clocks and counts move."""
        stream, plan, facts = round_.stream, round_.plan, round_.facts
        controls = len(plan.controls)
        stream.site.trouble.quiet(facts.at)
        if len(plan.canaries):
            stream.canaries.take(())
        round_bet.pass_quiet(round_, self.channels[FIRST_CHANNEL], self.audit)
        stream.roster(len(facts.codes), controls)
        for channel, rule in CHANNELS.items():
            if channel != FIRST_CHANNEL:
                rule.bet(round_, self.channels[channel])
        if len(stream.control_place) < controls:
            stream.control_numbers(list(plan.control_subjects))
        stream.controls.all_found()
        stream.answered.all_found()
        stream.past.take(controls, 0)
        stream.steady.take(controls, 0)
        if self.lonely.going_on:
            round_.outcome = dict.fromkeys(plan.control_subjects, FOUND)
            self._record_lonely(round_)
        graded.learn(stream, plan, facts)
        stream.compared = facts.at

    def _full(self, round_: RoundUpdate, gap: int, elsewhere: Elsewhere) -> list[Verdict]:
        settings, stream, facts, plan = self.settings, round_.stream, round_.facts, round_.plan
        outcome = doubts.controls_of(round_)
        left_out = stream.left_out
        round_.outcome = {who: code for who, code in outcome.items() if who not in left_out}
        measured, missing = round_.controls
        doubts.note_canaries(round_)
        doubts.note_lopsided(round_)
        kind, failure = trouble_of(round_, doubts.instrument_doubted(stream, self.streams), settings)
        trouble = stream.site.trouble
        changed = trouble.take(kind, failure, (measured, missing), facts.at, gap, settings)
        if changed and trouble.tripped:
            self.places.pending[stream.site.index] = facts.at
        hot: dict[str, set[int]] = {}
        others: set[int] = set()
        comparable = measured >= settings.least_controls and compares(measured, missing)
        in_order = only_limited.compares_order(round_)
        for channel, rule in CHANNELS.items():
            if in_order if channel == only_limited.RULE.channel else comparable:
                hot[channel] = rule.bet(round_, self.channels[channel])
        if comparable:
            round_bet.audit(round_, self.audit)
            graded.learn(stream, plan, facts)
            self._record_lonely(round_)
            others = doubts.note_lost(round_) | (self.names.fresh & plan.members)
        elif measured >= settings.least_controls:
            round_bet.note_uncompared(round_, self.channels[FIRST_CHANNEL])
        if not in_order:
            only_limited.note_uncompared(round_, self.channels[only_limited.RULE.channel])
        if hot:
            stream.compared = facts.at
        only_limited.judge_controls(round_, outcome)
        if outcome:
            who = sorted(outcome)
            numbers = stream.control_numbers(who)
            gone = np.array([outcome[control] == MISSING for control in who], bool)
            stream.steady.take(*round_.steady)
            stream.controls.judge(numbers, gone, settings.least_controls)
            stream.past.take(measured, missing)
        verdicts: list[Verdict] = []
        if any(hot.values()) or others:
            self._kept.drop(others)
            verdicts = self._judge(round_.alarm).judge(hot, others, facts.at)
            self._tolerate_own_odds(hot.get(FIRST_CHANNEL, set()))
        if self.places.pending or changed or self.places.open:
            verdicts += self._place(facts.at, round_.alarm, elsewhere)
        return verdicts

    def _record_lonely(self, round_: RoundUpdate) -> None:
        """How long a control is missing alone says how long faults of one name last."""
        site = round_.stream.site
        self.lonely.take(
            site.index,
            (site.surface, site.vantage),
            round_.facts.at,
            [who for who, code in round_.outcome.items() if code == FOUND],
            [who for who, code in round_.outcome.items() if code == MISSING],
        )

    def _tolerate_own_odds(self, hot: set[int]) -> None:
        """Names that were always found far less are measured by odds of their own from now on."""
        open_ = self.channels[FIRST_CHANNEL].open
        for subject in sorted(hot & open_.keys()):
            if open_[subject].stage is State.INSUFFICIENT and self.names.tolerate(subject):
                for channel in self.channels.values():
                    channel.evidence.begin(subject)

    def _is_doubted(self, subject: int, hits: set[int]) -> bool:
        return all(
            self.streams[index].lopsided >= LOPSIDED_ROUNDS
            and doubts.instrument_doubted(self.streams[index], self.streams)
            for index in hits
        )

    def _order_explains(self, subject: int, hits: set[int]) -> bool:
        return only_limited.order_explains(self.names.places.get(subject))

    def _judge(self, alarm: float) -> NameJudge:
        judges: Mapping[str, ChannelJudge] = {
            channel: ChannelJudge(
                self.channels[channel],
                self.names,
                self.streams,
                self.parts,
                self.settings,
                alarm,
                rule.needs_change,
                self.lonely,
                self._order_explains if channel == only_limited.RULE.channel else self._is_doubted,
                channel == only_limited.RULE.channel,
            )
            for channel, rule in CHANNELS.items()
        }
        struck = frozenset(self.places.struck())
        return NameJudge(self.names, self.channels, judges, self.streams, self.settings, struck, self.newest)

    def _place(self, at: int, alarm: float, elsewhere: Elsewhere) -> list[Verdict]:
        sites = [stream.site for stream in self.streams]
        changes = self.places.update(sites, at, elsewhere, self.settings)
        if changes:
            self._kept.clear()
            changes += self._judge(alarm).judge({}, self.names.watched, at)
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
        """By surface and vantage: the evidence that a further round is expected to bring."""
        channel = self.channels[FIRST_CHANNEL]
        return worth_by_place(channel, self.names, self.streams, self.newest, self.settings)

    def unsettled(self) -> list[int]:
        """Names that are suspected or called, or were missing of late; those with most evidence first."""
        return unsettled(self.channels, self.names, self.newest, self.settings)

    def verdicts(self, streams: bool = True) -> list[Verdict]:
        """The present, for every name, every name in every stream if wanted, and every open place.

        Of more names than `MOST_IN_STREAMS`, only those with a finding are said by stream; see `verdicts_of`.
        """
        judge, watched = self._judge(0.0), sorted(self.names.watched)
        restless = frozenset(who for channel in self.channels.values() for who in channel.open)
        present = self._kept.of(watched, restless, judge.verdict)
        if streams:
            shown = watched
            if len(watched) > MOST_IN_STREAMS:
                shown = [who for who in watched if self.names.watched[who].state in NAME_FINDINGS]
            present += self._in_streams(shown, judge)
        return present + self.places.verdicts()

    def verdicts_of(self, subject: str) -> list[Verdict]:
        """The present of one name, on the platform and in every stream; nothing where it is not known."""
        number = self.names.number_of.get(subject, -1)
        if number not in self.names.watched:
            return []
        judge = self._judge(0.0)
        return [judge.verdict(number), *self._in_streams([number], judge)]

    def _in_streams(self, subjects: Sequence[int], judge: NameJudge) -> list[Verdict]:
        return in_streams(subjects, self.names, self.channels, self.streams, judge.struck, self.settings)
