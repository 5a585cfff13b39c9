"""Everything that is known of one platform: its streams, its names, their evidence and states."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.block_tier import Block
from siaga.detection.channel import GRADED, LIMITED, MISSING, Channel
from siaga.detection.controls import Controls
from siaga.detection.evidence import Parts
from siaga.detection.facts import FOUND, LAYOUT, LIMITS, NETWORK, Facts, Layout
from siaga.detection.facts import MISSING as GONE
from siaga.detection.localisation import trouble as trouble_kinds
from siaga.detection.localisation.cells import FIRST, Cell, Plan, plan_of
from siaga.detection.localisation.place_states import Elsewhere, Placing
from siaga.detection.localisation.trouble import Site, Trouble
from siaga.detection.names import Names
from siaga.detection.past import Past
from siaga.detection.round_update import Round, compare
from siaga.detection.settings import Settings
from siaga.domain.answers import Role
from siaga.domain.verdicts import State, Verdict

MOST_PLANS = 1000
"""Layouts that are remembered; rounds cut short make many."""


def _channels() -> dict[str, Channel]:
    return {
        MISSING: Channel(MISSING, State.SUPPRESSED, notice=True),
        GRADED: Channel(GRADED, State.IMPAIRED, notice=False),
        LIMITED: Channel(LIMITED, State.SUSPECTED, notice=False),
    }


@dataclass(slots=True)
class OnePlatform:
    """The state of detection on one platform."""

    settings: Settings
    placing: Placing
    names: Names
    parts: Parts = field(default_factory=Parts)
    slow_parts: Parts = field(default_factory=Parts)
    """The slow tier's clocks: a block is its round."""
    channels: dict[str, Channel] = field(default_factory=_channels)
    controls: Controls = field(default_factory=Controls)
    part_of: dict[tuple[int, str], int] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    cell_of: dict[tuple[str, str, str], int] = field(default_factory=dict)
    plans: dict[Layout, Plan] = field(default_factory=dict)

    @classmethod
    def new(cls, platform: str, settings: Settings) -> "OnePlatform":
        """A platform of which nothing is known yet."""
        return cls(settings, Placing(platform), Names(platform))

    # Layouts and streams as they appear

    def plan(self, layout: Layout) -> Plan:
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

    def cell(self, facts: Facts) -> Cell:
        """The stream that a round belongs to."""
        key = (facts.surface, facts.vantage, facts.session)
        index = self.cell_of.get(key)
        if index is None:
            index = self.cell_of[key] = len(self.cells)
            texts = ("", facts.surface, facts.vantage, "\n".join(key))
            a, b, c, d = (self._part(level, text) for level, text in enumerate(texts))
            site = Site(index, facts.surface, facts.vantage, Trouble(), facts.at, FIRST)
            rows = np.array([a, b, c, d], np.intp)
            self.cells.append(Cell(site, facts.session, (a, b, c, d), rows, Past(), Block()))
            self._make_room()
        return self.cells[index]

    def _part(self, level: int, text: str) -> int:
        part = self.part_of.get((level, text))
        if part is None:
            part = self.part_of[level, text] = self.parts.add(level)
            self.slow_parts.add(level)
        return part

    def _make_room(self) -> None:
        subjects = len(self.names.subjects)
        for channel in self.channels.values():
            channel.hold(len(self.parts.level), len(self.cells), subjects, self.settings)
        for cell in self.cells:
            cell.past.hold(subjects, self.settings)
            cell.block.hold(subjects)
        self.names.hold(subjects)

    # One round

    def take(self, facts: Facts, names: Callable[[], int], elsewhere: Elsewhere) -> list[Verdict]:
        """Take one completed round; returns changes of state.

        Args:
            names: says by how many names the promise is shared at present.
            elsewhere: says whether a vantage reaches other platforms.
        """
        cell = self.cell(facts)
        plan = self.plan(facts.layout)
        at, site = facts.at, cell.site
        gap = min(max(at - site.last, 0), self.settings.longest_gap_us) or FIRST
        site.interval = (7 * site.interval + max(at - site.last, 0)) // 8 if site.trouble.rounds else FIRST
        site.last = max(site.last, at)
        flagged = self._flags(cell, plan, facts)
        if flagged is None and self._is_quiet(cell, plan, facts):
            self._quiet(cell, plan, facts)
            return []
        return self._full(Round(cell, plan, facts, flagged), gap, names, elsewhere)

    def _flags(self, cell: Cell, plan: Plan, facts: Facts) -> npt.NDArray[np.bool_] | None:
        """Askings that are worse than their own past; None where there is none."""
        if not facts.graded or cell.past.blocks < self.settings.past_least:
            return None
        items = plan.names
        flagged = cell.past.flags(
            plan.name_subjects, facts.matching[items], facts.age[items], facts.ordered[items]
        )
        return flagged if flagged.any() else None

    def _is_quiet(self, cell: Cell, plan: Plan, facts: Facts) -> bool:
        """Whether every name was found and nothing is going on."""
        return (
            not facts.odd
            and cell.site.trouble.calm
            and not self.names.busy
            and not self.controls.bad.get(facts.surface)
            and plan.controls_once
            and len(plan.controls) >= self.settings.least_controls
        )

    def _quiet(self, cell: Cell, plan: Plan, facts: Facts) -> None:
        """Only clocks and counts move."""
        settings, index = self.settings, cell.site.index
        cell.site.trouble.quiet(facts.at)
        cell.canaries = 0
        self.controls.quiet(facts.surface)
        self.parts.tick(cell.parts, index, facts.at, settings.longest_gap_us, FIRST)
        cell.compared = facts.at
        cell.share(0, 1)
        for channel in self.channels.values():
            channel.pass_over(cell, plan)
        if facts.graded:
            self._note(cell, plan, facts, None)
        cell.block.asked[plan.name_subjects] += 1
        cell.block.rounds += 1
        if cell.block.rounds >= settings.slow_block:
            self._end_block(cell, plan, facts.at)

    def _note(self, cell: Cell, plan: Plan, facts: Facts, flagged: npt.NDArray[np.bool_] | None) -> None:
        items = plan.names
        cell.past.note(
            plan.name_subjects,
            facts.matching[items],
            facts.age[items],
            facts.ordered[items],
            flagged,
            self.names.active,
            self.settings,
        )

    def _full(self, round_: Round, gap: int, names: Callable[[], int], elsewhere: Elsewhere) -> list[Verdict]:
        settings, cell, facts = self.settings, round_.cell, round_.facts
        measured, missing = self._controls(round_)
        kind, failure = self._trouble_of(round_, measured, missing)
        trouble = cell.site.trouble
        changed = trouble.take(kind, failure, (measured, missing), facts.at, gap, settings)
        if changed and trouble.tripped:
            self.placing.pending[cell.site.index] = facts.at
        verdicts: list[Verdict] = []
        believed = kind != trouble_kinds.CANARY and measured >= settings.least_controls
        if believed and 3 * missing <= measured + 1:
            self.parts.tick(cell.parts, cell.site.index, facts.at, settings.longest_gap_us, FIRST)
            hot = compare(
                round_, self.channels, self.parts, self.names, (measured, missing), names(), settings
            )
            if facts.graded:
                self._note(cell, round_.plan, facts, round_.flagged)
            cell.share(missing, measured)
            cell.compared = facts.at
            if cell.block.rounds >= settings.slow_block:
                hot |= self._end_block(cell, round_.plan, facts.at)
            verdicts = self.names.judge(
                sorted(hot), facts.at, self.channels, self.cells, self.parts, self.slow_parts, names, settings
            )
        if self.placing.pending or changed or self.placing.open:
            verdicts += self._place(facts.at, elsewhere)
        return verdicts

    def _controls(self, round_: Round) -> tuple[int, int]:
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
        if measured >= self.settings.least_controls and 3 * missing <= measured + 1:
            self.controls.judge(facts.surface, outcome, self.settings)
        return measured, missing

    def _trouble_of(self, round_: Round, measured: int, missing: int) -> tuple[str | None, str]:
        """The kind of trouble that a round is in, if any, and the answer or step that shows it."""
        settings, plan, facts, cell = self.settings, round_.plan, round_.facts, round_.cell
        codes = facts.codes[plan.names]
        canary = facts.codes[plan.canaries] == FOUND
        cell.canaries = cell.canaries + 1 if canary.any() else 0
        if cell.canaries >= 2:
            return trouble_kinds.CANARY, facts.name_of(int(plan.canaries[canary][0]))
        lost = codes >= LIMITS
        if 2 * int(np.count_nonzero(lost)) >= len(codes) > 0:
            counts = np.bincount(codes[lost], minlength=5)
            worst = max((LIMITS, NETWORK, LAYOUT), key=lambda code: int(counts[code]))
            kind = {
                LIMITS: trouble_kinds.LIMITED,
                NETWORK: trouble_kinds.OFFLINE,
                LAYOUT: trouble_kinds.UNREADABLE,
            }[worst]
            return kind, facts.failure_of(int(plan.names[np.flatnonzero(codes == worst)[0]]))
        if measured < settings.least_controls:
            return trouble_kinds.FEW, ""
        if missing >= settings.trouble_share * measured:
            gone = plan.controls[facts.codes[plan.controls] == GONE]
            return trouble_kinds.DOWN, facts.failure_of(int(gone[0]))
        return None, ""

    def _end_block(self, cell: Cell, plan: Plan, at: int) -> set[int]:
        """A block of the slow tier is full: bet on it; returns the names concerned."""
        settings, block = self.settings, cell.block
        bad = self.controls.bad.get(cell.site.surface, set())
        kept = np.array(sorted(set(plan.control_subjects) - bad), np.intp)
        controls, targets = block.measured(kept), block.measured(plan.subjects)
        limit = block.limit(controls, settings.slow_missing, settings.psi_doubt)
        often, flagged = block.flagged(controls, limit), block.flagged(targets, limit)
        block.clear()
        n, missing = len(controls) + 1, int(often.sum())
        if len(controls) < settings.least_controls or 3 * missing > n:
            return set()
        self.slow_parts.tick(cell.parts, cell.site.index, at, settings.slow_gap_us, FIRST)
        gone = targets[flagged]
        if len(gone):
            slow = self.channels[MISSING].slow
            slow.bet_fading(settings, self.slow_parts, cell.rows, gone, n, missing)
        return set(gone.tolist())

    # Places

    def _place(self, at: int, elsewhere: Elsewhere) -> list[Verdict]:
        sites = [cell.site for cell in self.cells]
        changes = self.placing.update(sites, at, elsewhere, self.settings)
        if changes:
            struck = self.placing.struck()
            well = [
                site.index for site in sites if site.index not in struck and site.current(at, self.settings)
            ]
            changes += self.names.away_or_back(well, at, self.channels)
        return changes

    def reaches(self, vantage: str, since: int) -> bool | None:
        """Whether a vantage's network reached this platform in its last rounds; None if not asked since."""
        sites = [cell.site for cell in self.cells if cell.site.vantage == vantage and cell.site.last >= since]
        if not sites:
            return None
        return any(site.trouble.kind != trouble_kinds.OFFLINE or site.trouble.good for site in sites)

    def worth_asking(self) -> dict[tuple[str, str], float]:
        """By surface and vantage: the evidence, as a logarithm, that a further round is expected to bring.

        For the open suspicion that is nearest to being settled; without one, for the recovery of findings. A
        round in which a name is missing alone brings `log(1 + m / psi)` at most; one in which all are found
        brings nothing.
        """
        channel, settings = self.channels[MISSING], self.settings
        names = self._to_settle(channel)
        worth: dict[tuple[str, str], float] = {}
        for cell in self.cells:
            index = cell.site.index
            controls = channel.controls_asked[index] / max(self.parts.rounds_of_cell[index], 1)
            chance = max((channel.promising(who, cell, self.parts) for who in names), default=0.0)
            key = cell.site.surface, cell.site.vantage
            worth[key] = max(worth.get(key, 0.0), chance * float(np.log1p(controls / settings.psi)))
        return worth

    def _to_settle(self, channel: Channel) -> list[int]:
        findings = [who for who, stage in channel.stage.items() if stage is channel.alarm]
        open_ = [who for who in channel.runs if who in self.names.watched and who not in findings]
        live = [who for who in open_ if channel.in_run(who, self.parts)]
        if not live:
            return findings
        return [max(live, key=lambda who: (channel.evidence.of(self.parts, who), -who))]

    def verdicts(self, streams: bool = True) -> list[Verdict]:
        """The present, for every name, every name in every stream if wanted, and every open place."""
        present = self.names.verdicts(
            self.cells, self.channels, self.parts, self.placing.struck() if streams else None, self.settings
        )
        return present + self.placing.verdicts()
