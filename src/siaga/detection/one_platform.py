"""Everything that is known of one platform: its streams, its names, their evidence and states."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from siaga.detection import places as place_kinds
from siaga.detection import rules
from siaga.detection.evidence import Evidence, Parts
from siaga.detection.facts import FOUND, LAYOUT, LIMITS, MISSING, NETWORK, Facts, Layout, moment
from siaga.detection.places import Place, Site, Trouble
from siaga.detection.runs import Run
from siaga.detection.settings import Settings, microseconds
from siaga.words.answers import Role, Surface
from siaga.words.verdicts import Counts, State, Verdict

Ints = npt.NDArray[np.int64]
Index = npt.NDArray[np.intp]
ACTIVE = frozenset({State.SUSPECTED, State.SUPPRESSED, State.IMPAIRED})
MOST_PLANS = 1000
"""Layouts that are remembered; rounds cut short make many."""
FIRST = 60_000_000
"""What a series' first round counts as time watched, microseconds."""

KINDS = {
    Surface.SUGGEST: "suggestion missing",
    Surface.PEOPLE: "own account missing",
    Surface.PROFILE: "profile missing",
}


@dataclass(slots=True)
class Cell:
    """One stream: a surface from a vantage in a session."""

    site: Site
    session: str
    parts: tuple[int, int, int, int]
    rows: Index
    level: float = 0.0
    """The controls' recent missing share."""
    usual: float = 0.0
    """The controls' long-run missing share."""
    compared: int = -1
    """When the last comparable round was complete."""
    canaries: int = 0
    """Rounds in a row in which a canary was found."""

    def share(self, missing: int, controls: int) -> None:
        """Note the controls' missing share of a comparable round."""
        now = missing / controls
        self.level = 0.9 * self.level + 0.1 * now
        self.usual = 0.999 * self.usual + 0.001 * now


@dataclass(slots=True)
class Watched:
    """One name's present state."""

    state: State = State.INSUFFICIENT
    since: int = 0
    at: int = 0
    evidence: float = 0.0
    rule: str = rules.ROUND_BET.id
    surface: str | None = None
    vantage: str | None = None
    onset: tuple[int, int] | None = None
    compared: int = 0
    """Comparable rounds."""
    found: int = 0
    relapse_of: int = -1
    """When the last finding was verified restored; -1 for none."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A layout's askings by role, as indices: made once for each layout."""

    targets: Index
    """Askings of targets."""
    target_subjects: Index
    """Their subjects' indices, ascending."""
    once: bool
    """Whether each target is asked by one text only."""
    subjects: Index
    """The target subjects, each once."""
    controls: Index
    control_subjects: tuple[int, ...]
    controls_once: bool
    canaries: Index
    names: Index
    """Askings of targets and controls."""


@dataclass(slots=True)
class OnePlatform:
    """The state of detection on one platform."""

    id: str
    parts: Parts = field(default_factory=Parts)
    evidence: Evidence = field(default_factory=Evidence)
    part_of: dict[tuple[int, str], int] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    cell_of: dict[tuple[str, str, str], int] = field(default_factory=dict)
    subject_of: dict[str, int] = field(default_factory=dict)
    subjects: list[str] = field(default_factory=list)
    watched: dict[int, Watched] = field(default_factory=dict)
    """By subject, targets only."""
    runs: dict[int, Run] = field(default_factory=dict)
    active: set[int] = field(default_factory=set)
    """Subjects that are suspected, suppressed or impaired."""
    fresh: set[int] = field(default_factory=set)
    """Targets that have not been judged yet."""
    asked: Ints = field(default_factory=lambda: np.zeros((1, 8), np.int64))
    missing: Ints = field(default_factory=lambda: np.zeros((1, 8), np.int64))
    controls_asked: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    controls_missing: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    control_misses: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    """By surface and control: the surface's rounds in which it was missing, the last few."""
    surface_rounds: dict[str, int] = field(default_factory=dict)
    bad: dict[str, set[int]] = field(default_factory=dict)
    """By surface: controls that are left out."""
    pending: dict[int, int] = field(default_factory=dict)
    """Tripped streams without a place yet, and when they tripped."""
    open: list[Place] = field(default_factory=list)
    away: set[int] = field(default_factory=set)
    """Findable names that cannot be measured anywhere at present."""
    settings: Settings = field(default_factory=Settings)
    plans: dict[Layout, Plan] = field(default_factory=dict)

    # Layouts, streams and names as they appear

    def plan(self, layout: Layout) -> Plan:
        """The layout's askings by role."""
        plan = self.plans.get(layout)
        if plan is None:
            if len(self.plans) >= MOST_PLANS:
                self.plans.clear()
            plan = self.plans[layout] = self._new_plan(layout)
        return plan

    def _new_plan(self, layout: Layout) -> Plan:
        by_role: dict[Role, list[int]] = {role: [] for role in Role}
        for index, role in enumerate(layout.roles):
            by_role[role].append(index)
        number = [
            -1 if role is Role.CANARY else self._subject(subject, role)
            for subject, role in zip(layout.subjects, layout.roles, strict=True)
        ]
        # Indices grow in order of appearance, so a later layout's names may not be ascending: sort.
        targets = sorted(by_role[Role.TARGET], key=lambda index: (number[index], index))
        target_subjects = np.array([number[index] for index in targets], np.intp)
        controls = tuple(number[index] for index in by_role[Role.CONTROL])
        self.evidence.hold(len(self.parts.level), len(self.subjects), self.settings)
        self._make_room()
        return Plan(
            targets=np.array(targets, np.intp),
            target_subjects=target_subjects,
            once=len(set(target_subjects.tolist())) == len(targets),
            subjects=np.unique(target_subjects),
            controls=np.array(by_role[Role.CONTROL], np.intp),
            control_subjects=controls,
            controls_once=len(set(controls)) == len(controls),
            canaries=np.array(by_role[Role.CANARY], np.intp),
            names=np.array(sorted(by_role[Role.TARGET] + by_role[Role.CONTROL]), np.intp),
        )

    def _subject(self, subject: str, role: Role) -> int:
        index = self.subject_of.get(subject)
        if index is None:
            index = self.subject_of[subject] = len(self.subjects)
            self.subjects.append(subject)
        if role is Role.TARGET and index not in self.watched:
            self.watched[index] = Watched()
            self.fresh.add(index)
        return index

    def cell(self, facts: Facts) -> Cell:
        """The stream that a round belongs to."""
        key = (facts.surface, facts.vantage, facts.session)
        index = self.cell_of.get(key)
        if index is None:
            index = self.cell_of[key] = len(self.cells)
            parts = (
                self._part(0, ""),
                self._part(1, facts.surface),
                self._part(2, facts.vantage),
                self._part(3, "\n".join(key)),
            )
            site = Site(index, facts.surface, facts.vantage, Trouble(), facts.at, 60_000_000)
            self.cells.append(Cell(site, facts.session, parts, np.array(parts, np.intp)))
            self.evidence.hold(len(self.parts.level), len(self.subjects), self.settings)
            self._make_room()
        return self.cells[index]

    def _part(self, level: int, key: str) -> int:
        part = self.part_of.get((level, key))
        if part is None:
            part = self.part_of[level, key] = self.parts.add(level)
        return part

    def _make_room(self) -> None:
        cells, subjects = self.asked.shape
        if len(self.cells) > cells or len(self.subjects) > subjects:
            shape = (max(cells, 2 * len(self.cells)), max(subjects, 2 * len(self.subjects)))
            for name in ("asked", "missing"):
                bigger = np.zeros(shape, np.int64)
                bigger[:cells, :subjects] = getattr(self, name)
                setattr(self, name, bigger)
            for name in ("controls_asked", "controls_missing"):
                row = np.zeros(shape[0], np.int64)
                row[:cells] = getattr(self, name)
                setattr(self, name, row)

    # One round

    def take(
        self, facts: Facts, names: Callable[[], int], elsewhere: Callable[[str, int], str]
    ) -> list[Verdict]:
        """Take one completed round; returns changes of state."""
        cell = self.cell(facts)
        plan = self.plan(facts.layout)
        at, site = facts.at, cell.site
        gap = min(max(at - site.last, 0), microseconds(self.settings.longest_gap)) or FIRST
        site.interval = (7 * site.interval + max(at - site.last, 0)) // 8 if site.trouble.rounds else FIRST
        site.last = max(site.last, at)
        bad = self.bad.get(facts.surface)
        if (
            not facts.odd
            and site.trouble.calm
            and not self.active
            and not self.fresh
            and not bad
            and plan.controls_once
            and len(plan.controls) >= self.settings.least_controls
        ):
            return self._quiet(cell, plan, at)
        return self._full(cell, plan, facts, gap, names, elsewhere)

    def _quiet(self, cell: Cell, plan: Plan, at: int) -> list[Verdict]:
        """A round in which every name was found and nothing is going on: only clocks and counts move."""
        settings, index = self.settings, cell.site.index
        trouble = cell.site.trouble
        trouble.rounds += 1
        trouble.last_good = at
        trouble.good += 1
        cell.canaries = 0
        surface = cell.site.surface
        self.surface_rounds[surface] = self.surface_rounds.get(surface, 0) + 1
        self.parts.tick(cell.parts, at, microseconds(settings.longest_gap), FIRST)
        cell.compared = at
        cell.share(0, 1)
        self.asked[index, plan.subjects] += 1
        self.controls_asked[index] += len(plan.controls)
        return []

    def _full(
        self,
        cell: Cell,
        plan: Plan,
        facts: Facts,
        gap: int,
        names: Callable[[], int],
        elsewhere: Callable[[str, int], str],
    ) -> list[Verdict]:
        settings = self.settings
        measured, missing = self._controls(cell, plan, facts)
        kind, failure = self._trouble_of(cell, plan, facts, measured, missing)
        trouble = cell.site.trouble
        changed = trouble.take(kind, failure, (measured, missing), facts.at, gap, settings)
        if changed and trouble.tripped:
            self.pending[cell.site.index] = facts.at
        verdicts: list[Verdict] = []
        believed = kind != place_kinds.CANARY and measured >= settings.least_controls
        if believed and 3 * missing <= measured + 1:
            verdicts += self._compare(cell, plan, facts, measured, missing, names)
        if self.pending or changed or self.open:
            verdicts += self._place(facts.at, elsewhere)
        return verdicts

    def _controls(self, cell: Cell, plan: Plan, facts: Facts) -> tuple[int, int]:
        """Measured and missing controls: of each the first measured asking; the bad ones are left out."""
        codes = facts.codes[plan.controls].tolist()
        bad = self.bad.get(facts.surface, ())
        if plan.controls_once:
            kept = [code for code, who in zip(codes, plan.control_subjects, strict=True) if who not in bad]
            measured = [code for code in kept if code < LIMITS]
            outcome = dict(zip(plan.control_subjects, codes, strict=True))
        else:
            outcome = {}
            order = facts.position[plan.controls].tolist()
            for _, who, code in sorted(zip(order, plan.control_subjects, codes, strict=True)):
                if code < LIMITS:
                    outcome.setdefault(who, code)
            measured = [code for who, code in outcome.items() if who not in bad]
        missing = sum(measured)
        if len(measured) >= self.settings.least_controls and 3 * missing <= len(measured) + 1:
            self._judge_controls(facts.surface, outcome)
        return len(measured), missing

    def _judge_controls(self, surface: str, outcome: dict[int, int]) -> None:
        """Note which controls were missing; those persistently so are left out from the next round on."""
        settings = self.settings
        rounds = self.surface_rounds[surface] = self.surface_rounds.get(surface, 0) + 1
        bad = self.bad.setdefault(surface, set())
        window = settings.bad_control_window
        for who, code in outcome.items():
            if code != MISSING and who not in bad:
                continue
            misses = self.control_misses.setdefault((surface, who), [])
            if code == MISSING:
                misses.append(rounds)
            while misses and misses[0] <= rounds - window:
                misses.pop(0)
            if len(misses) >= max(8, settings.bad_control * min(window, rounds)):
                bad.add(who)
            else:
                bad.discard(who)

    def _trouble_of(
        self, cell: Cell, plan: Plan, facts: Facts, measured: int, missing: int
    ) -> tuple[str | None, str]:
        """The kind of trouble that a round is in, if any, and the answer or step that shows it."""
        settings = self.settings
        codes = facts.codes[plan.names]
        canary = facts.codes[plan.canaries] == FOUND
        cell.canaries = cell.canaries + 1 if canary.any() else 0
        if cell.canaries >= 2:
            return place_kinds.CANARY, facts.name_of(int(plan.canaries[canary][0]))
        lost = codes >= LIMITS
        if 2 * int(lost.sum()) >= len(codes) > 0:
            counts = np.bincount(codes[lost], minlength=5)
            worst = max((LIMITS, NETWORK, LAYOUT), key=lambda code: int(counts[code]))
            kind = {
                LIMITS: place_kinds.LIMITED,
                NETWORK: place_kinds.OFFLINE,
                LAYOUT: place_kinds.UNREADABLE,
            }[worst]
            return kind, facts.failure_of(int(plan.names[np.flatnonzero(codes == worst)[0]]))
        if measured < settings.least_controls:
            return place_kinds.FEW, ""
        if missing >= settings.trouble_share * measured:
            gone = plan.controls[facts.codes[plan.controls] == MISSING]
            return place_kinds.DOWN, facts.failure_of(int(gone[0]))
        return None, ""

    def _compare(
        self, cell: Cell, plan: Plan, facts: Facts, controls: int, missing: int, names: Callable[[], int]
    ) -> list[Verdict]:
        settings, at = self.settings, facts.at
        self.parts.tick(cell.parts, at, microseconds(settings.longest_gap), FIRST)
        codes = facts.codes[plan.targets]
        measured = codes < LIMITS
        subjects = plan.target_subjects[measured]
        x = codes[measured].astype(np.intp)
        n = controls + 1
        quiet = cell.level < max(settings.learning_quiet, 1.5 * cell.usual)
        hot: set[int] = set()
        f = missing + x
        informative = (f > 0) & (3 * f <= n)
        if informative.any():
            whose = subjects[informative]
            shares = None if plan.once else _shares(whose)
            worth = self.evidence.bet(
                settings, self.parts, cell.rows, whose, n, f[informative], x[informative], shares, quiet
            )
            alone = whose if shares is None else np.unique(whose)
            hot.update(alone[worth.max(axis=0) >= settings.notice].tolist())
        asked = subjects if plan.once else np.unique(subjects)
        gone = np.unique(subjects[x == MISSING])
        self._count(cell, plan, facts, asked, gone, controls, missing)
        if len(gone):
            self.evidence.missed(self.parts, cell.rows, gone)
        cell.share(missing, controls)
        cell.compared = at
        followed = (hot | self.active | self.fresh) & set(asked.tolist())
        verdicts: list[Verdict] = []
        for subject in sorted(followed):
            if subject in self.active:
                self._follow(cell, plan, facts, subject, measured, missing / controls)
            verdicts += self._judge(subject, at, names)
        return verdicts

    def _count(
        self,
        cell: Cell,
        plan: Plan,
        facts: Facts,
        asked: Index,
        gone: Index,
        controls: int,
        missing: int,
    ) -> None:
        index, at = cell.site.index, facts.at
        for subject in gone.tolist():
            run = self.runs.get(subject)
            if run is None or not self._live(run, subject):
                run = self.runs[subject] = Run(
                    self.asked[:, subject].copy(),
                    self.missing[:, subject].copy(),
                    self.controls_asked.copy(),
                    self.controls_missing.copy(),
                )
            run.miss(index, self.parts.rounds[cell.parts[3]], at, cell.compared, self.settings)
            for item in plan.targets[plan.target_subjects == subject].tolist():
                if facts.codes[item] == MISSING:
                    run.texts.setdefault(facts.name_of(item), [0, 0])[0] += 1
                    answer = facts.failure_of(item)
                    run.failures[answer] = run.failures.get(answer, 0) + 1
        self.asked[index, asked] += 1
        self.missing[index, gone] += 1
        self.controls_asked[index] += controls
        self.controls_missing[index] += missing

    def _live(self, run: Run, subject: int) -> bool:
        """Whether the run goes on: its subject is under suspicion, or some stream's streak is alive."""
        return subject in self.active or bool(self._alive(run))

    def _rounds(self, index: int) -> int:
        return self.parts.rounds[self.cells[index].parts[3]]

    def _alive(self, run: Run) -> set[int]:
        return {index for index, streak in run.streaks.items() if streak.alive(self._rounds(index))}

    def _again(self, run: Run, index: int) -> int:
        """Rounds of a stream since the name was last missing there."""
        streak = run.streaks.get(index)
        return self._rounds(index) - streak.round if streak else self.settings.found_again

    def _follow(
        self, cell: Cell, plan: Plan, facts: Facts, subject: int, measured: npt.NDArray[np.bool_], rate: float
    ) -> None:
        """A round of an open suspicion or finding: where it is hit, and how its recovery goes."""
        run = self.runs[subject]
        items = plan.targets[measured & (plan.target_subjects == subject)]
        share = float((facts.codes[items] == MISSING).mean())
        index = cell.site.index
        if share == 0 and run.found < 0:
            run.found = facts.at
        for item in items.tolist():
            if (text := facts.name_of(item)) in run.texts:
                run.texts[text][1] += 1
        if share and index not in run.hits and run.streaks[index].misses >= 3:
            run.hits.add(index)
        if index in run.hits:
            run.recover(cell.site.surface, facts.at, share - rate, self.settings)

    def _hits(self, run: Run, subject: int) -> set[int]:
        """The streams that a run concerns: where the name is missing nearly as often as at the worst."""
        asked = self.asked[: len(self.cells), subject].copy()
        missing = self.missing[: len(self.cells), subject].copy()
        known = min(len(run.asked), len(asked))
        asked[:known] -= run.asked[:known]
        missing[:known] -= run.missing[:known]
        rate = missing / np.maximum(asked, 1)
        return {index for index in self._alive(run) if rate[index] >= 0.35 * rate.max()}

    # States of names

    def _judge(self, subject: int, at: int, names: Callable[[], int]) -> list[Verdict]:
        name, run, settings = self.watched[subject], self.runs.get(subject), self.settings
        evidence = self.evidence.of(self.parts, subject)
        if name.state in (State.INSUFFICIENT, State.FINDABLE):
            if (
                run is not None
                and run.total >= 3
                and evidence >= settings.notice
                and self._live(run, subject)
            ):
                if run.persists and evidence >= settings.alarm(names(), settings.bet_share):
                    return [self._change(subject, State.SUPPRESSED, at, evidence)]
                return [self._change(subject, State.SUSPECTED, at, evidence)]
            if subject in self.fresh and self._enough(subject):
                return [self._change(subject, State.FINDABLE, at, evidence)]
            return []
        assert run is not None
        if name.state is State.SUSPECTED:
            if run.persists and evidence >= settings.alarm(names(), settings.bet_share):
                return [self._change(subject, State.SUPPRESSED, at, evidence)]
            if self._over(run) or evidence < settings.notice / 100:
                return [self._change(subject, State.FINDABLE, at, evidence)]
            return []
        if self._restored(run, at):
            return [self._change(subject, State.FINDABLE, at, run.recovered(settings), rules.RECOVERY.id)]
        return []

    def _enough(self, subject: int) -> bool:
        asked, missing = int(self.asked[:, subject].sum()), int(self.missing[:, subject].sum())
        return asked >= self.settings.enough and 2 * missing <= asked

    def _over(self, run: Run) -> bool:
        """Whether the name was found again everywhere it was missing."""
        return all(
            self._again(run, index) >= self.settings.found_again or not self._current(index)
            for index in run.streaks
        )

    def _current(self, index: int) -> bool:
        newest = max(cell.site.last for cell in self.cells)
        return self.cells[index].site.current(newest, self.settings)

    def _restored(self, run: Run, at: int) -> bool:
        settings = self.settings
        if run.recovered(settings) < 1 / settings.recovery_false_a_day:
            return False
        if at - run.last < microseconds(settings.recovery_least):
            return False
        hits = [index for index in run.hits if self._current(index)]
        if any(self._again(run, index) < 3 for index in hits):
            return False
        vantages = {self.cells[index].site.vantage for index in run.hits}
        seen = {self.cells[index].site.vantage for index in hits if self._again(run, index) >= 5}
        return len(seen) >= min(2, len(vantages))

    def _change(
        self, subject: int, state: State, at: int, evidence: float, rule: str = rules.ROUND_BET.id
    ) -> Verdict:
        name, run = self.watched[subject], self.runs.get(subject)
        self.fresh.discard(subject)
        was_finding = name.state in (State.SUPPRESSED, State.IMPAIRED)
        name.state, name.at, name.evidence, name.rule = state, at, evidence, rule
        if state in ACTIVE:
            assert run is not None
            self.active.add(subject)
            run.hits = self._hits(run, subject)
            name.surface, name.vantage = self._where(run)
            name.onset = self._onset(run)
            name.since = name.onset[1]
            verdict = self._verdict(subject)
        else:
            name.since = run.found if run is not None and run.found >= 0 else at
            if run is None or name.since < 0:
                name.since = at
            verdict = self._verdict(subject)
            self.active.discard(subject)
            name.surface = name.vantage = name.onset = None
            if was_finding:
                name.relapse_of = at
                for part in range(len(self.parts.level)):
                    self.evidence.begin(part, subject, self.parts.clock[part])
            self.runs.pop(subject, None)
        return verdict

    def _onset(self, run: Run) -> tuple[int, int]:
        """The last moment as usual and the first not, at the hit streams."""
        streaks = [run.streaks[index] for index in run.hits]
        first = min(streak.first for streak in streaks)
        return max(streak.before for streak in streaks if streak.before < first), first

    def _where(self, run: Run) -> tuple[str | None, str | None]:
        sites = [self.cells[index].site for index in run.hits]
        surfaces, vantages = {site.surface for site in sites}, {site.vantage for site in sites}
        return (
            next(iter(surfaces)) if len(surfaces) == 1 else None,
            next(iter(vantages)) if len(vantages) == 1 else None,
        )

    def _verdict(self, subject: int) -> Verdict:
        name, run = self.watched[subject], self.runs.get(subject)
        onset = None
        if name.onset is not None:
            onset = (moment(max(name.onset[0], 0)), moment(name.onset[1]))
        return Verdict(
            at=moment(name.at),
            platform=self.id,
            surface=name.surface,
            vantage=name.vantage,
            subject=self.subjects[subject],
            state=name.state,
            since=moment(name.since),
            evidence=name.evidence,
            rule=name.rule,
            counts=self._counts(run, subject),
            onset=onset,
            detail=self._detail(name, run, subject),
        )

    def _counts(self, run: Run | None, subject: int) -> Counts:
        if run is None:
            return Counts(int(self.asked[:, subject].sum()), int(self.missing[:, subject].sum()))
        cells = sorted(run.hits or run.streaks)

        def since(total: Ints, before: Ints) -> int:
            return sum(int(total[cell]) - (int(before[cell]) if cell < len(before) else 0) for cell in cells)

        return Counts(
            since(self.asked[:, subject], run.asked),
            since(self.missing[:, subject], run.missing),
            since(self.controls_asked, run.controls_asked),
            since(self.controls_missing, run.controls_missing),
        )

    def _detail(self, name: Watched, run: Run | None, subject: int) -> dict[str, str]:
        detail: dict[str, Any] = {"psi": f"{self.settings.psi:g}"}
        if run is None or name.state not in ACTIVE:
            return detail
        sites = [self.cells[index].site for index in sorted(run.hits)]
        detail["kind"] = KINDS.get(name.surface, "missing") if name.surface else "missing"  # type: ignore[call-overload]
        detail["names"] = ", ".join(sorted(run.texts))
        detail["surfaces"] = ", ".join(sorted({site.surface for site in sites}))
        detail["vantages"] = ", ".join(sorted({site.vantage for site in sites}))
        detail["answers"] = ", ".join(sorted(run.failures))
        if name.relapse_of >= 0:
            detail["relapse_of"] = moment(name.relapse_of).isoformat()
        return detail

    # States of places

    def _place(self, at: int, elsewhere: Callable[[str, int], str]) -> list[Verdict]:
        verdicts = self._close(at)
        if self.pending:
            verdicts += self._open(at, elsewhere)
        if verdicts:
            verdicts += self._names_away(at)
        return verdicts

    def _close(self, at: int) -> list[Verdict]:
        closed: list[Verdict] = []
        for index in [i for i in self.pending if not self.cells[i].site.trouble.tripped]:
            del self.pending[index]
        for place in list(self.open):
            sites = [self.cells[index].site for index in sorted(place.sites)]
            if any(site.trouble.tripped and site.current(at, self.settings) for site in sites):
                continue
            self.open.remove(place)
            since = min((site.trouble.recovered for site in sites if site.trouble.good), default=at)
            closed.append(self._place_verdict(place, State.FINDABLE, at, since))
        return closed

    def _open(self, at: int, elsewhere: Callable[[str, int], str]) -> list[Verdict]:
        settings = self.settings
        current = [cell.site for cell in self.cells if cell.site.current(at, settings)]
        opened: list[Verdict] = []
        kinds = {self.cells[index].site.trouble.kind for index in self.pending}
        for kind in sorted(kind for kind in kinds if kind):
            waiting = [i for i in self.pending if self.cells[i].site.trouble.kind == kind]
            if not waiting:
                continue
            onset = min(self.cells[index].site.trouble.begun for index in waiting)
            patience = min(self.pending[index] for index in waiting) + microseconds(settings.longest_gap)
            if at < patience and any(site.last < onset for site in current):
                continue
            struck = [s for s in current if s.trouble.kind == kind and s.trouble.good == 0]
            struck += [self.cells[i].site for i in waiting if all(site.index != i for site in struck)]
            for index in waiting:
                del self.pending[index]
            opened += self._open_kind(kind, struck, current, at, elsewhere)
        return opened

    def _open_kind(
        self,
        kind: str,
        struck: list[Site],
        current: list[Site],
        at: int,
        elsewhere: Callable[[str, int], str],
    ) -> list[Verdict]:
        opened: list[Verdict] = []
        known = {index: place for place in self.open if place.kind == kind for index in place.sites}
        for surface, vantage, sites in place_kinds.group(kind, struck, current):
            numbers = {site.index for site in sites}
            if numbers <= known.keys():
                continue
            inside = [place for place in self.open if place.kind == kind and place.sites <= numbers]
            state = self._state_of(kind, surface, vantage, sites, current, at, elsewhere)
            worst = max(sites, key=lambda site: (site.trouble.worth, -site.index))
            whole = state is State.PLATFORM_DOWN
            place = Place(
                None if whole else surface,
                None if whole else vantage,
                state,
                kind,
                worst.trouble.failure,
                since=min(site.trouble.begun for site in sites),
                before=max(site.trouble.before for site in sites),
                at=at,
                evidence=worst.trouble.worth,
                asked=sum(site.trouble.asked for site in sites),
                missing=sum(site.trouble.missing for site in sites),
                sites=numbers,
            )
            for narrower in inside:
                self.open.remove(narrower)
            self.open.append(place)
            opened.append(self._place_verdict(place, state, at, place.since))
        return opened

    def _state_of(
        self,
        kind: str,
        surface: str | None,
        vantage: str | None,
        sites: list[Site],
        current: list[Site],
        at: int,
        elsewhere: Callable[[str, int], str],
    ) -> State:
        whole = len(sites) == len(current)
        vantages = {site.vantage for site in current}
        here = {site.vantage for site in sites}
        if kind == place_kinds.DOWN:
            if whole:
                return State.PLATFORM_DOWN
            row = [site for site in current if site.vantage in here]
            if len(here) == 1 and len(row) == len(sites) and len(row) > 1:
                return State.VANTAGE_BLOCKED
            return State.SURFACE_DOWN
        if kind == place_kinds.OFFLINE:
            answers = {elsewhere(one, at) for one in here}
            if whole and len(vantages) > 1:
                return State.UNMEASURABLE if answers == {"offline"} else State.PLATFORM_DOWN
            row = [site for site in current if site.vantage in here]
            if len(here) == 1 and len(row) == len(sites) and answers == {"online"}:
                return State.VANTAGE_BLOCKED
        return State.UNMEASURABLE

    def reaches(self, vantage: str, since: int) -> bool | None:
        """Whether a vantage's network reached this platform in its last rounds; None if not asked since."""
        sites = [cell.site for cell in self.cells if cell.site.vantage == vantage and cell.site.last >= since]
        if not sites:
            return None
        return any(site.trouble.kind != place_kinds.OFFLINE or site.trouble.good for site in sites)

    def _place_verdict(self, place: Place, state: State, at: int, since: int) -> Verdict:
        detail = {"kind": place.kind}
        if place.failure:
            detail["failure"] = place.failure
        return Verdict(
            at=moment(at),
            platform=self.id,
            surface=place.surface,
            vantage=place.vantage,
            subject=None,
            state=state,
            since=moment(since),
            evidence=place.evidence,
            rule=rules.COMMON_MODE.id,
            counts=Counts(controls_asked=place.asked, controls_missing=place.missing),
            onset=(moment(max(place.before, 0)), moment(place.since)),
            detail=detail,
        )

    def _names_away(self, at: int) -> list[Verdict]:
        """Findable names are `insufficient` while all streams that ask them are in trouble."""
        struck = {index for place in self.open for index in place.sites}
        well = np.zeros(self.asked.shape[0], bool)
        for cell in self.cells:
            index = cell.site.index
            well[index] = index not in struck and cell.site.current(at, self.settings)
        changes: list[Verdict] = []
        for subject, name in sorted(self.watched.items()):
            measurable = bool((self.asked[well, subject] > 0).any())
            if name.state is State.FINDABLE and not measurable:
                self.away.add(subject)
                name.state = State.INSUFFICIENT
            elif name.state is State.INSUFFICIENT and measurable and subject in self.away:
                self.away.discard(subject)
                name.state = State.FINDABLE
            else:
                continue
            name.at = name.since = at
            name.rule, name.evidence = rules.COMMON_MODE.id, 0.0
            changes.append(self._verdict(subject))
        return changes

    def verdicts(self) -> list[Verdict]:
        """The present, for every name, every name in every stream, and every open place."""
        present = [self._verdict(subject) for subject in sorted(self.watched)]
        struck = {index for place in self.open for index in place.sites}
        for subject in sorted(self.watched):
            present += [
                self._cell_verdict(cell, subject, cell.site.index in struck)
                for cell in self.cells
                if self.asked[cell.site.index, subject]
            ]
        present += [self._place_verdict(place, place.state, place.at, place.since) for place in self.open]
        return present

    def _cell_verdict(self, cell: Cell, subject: int, struck: bool) -> Verdict:
        name, run, index = self.watched[subject], self.runs.get(subject), cell.site.index
        state, since, rule = State.FINDABLE, name.since, rules.ROUND_BET.id
        if struck:
            state, since, rule = State.INSUFFICIENT, cell.site.trouble.begun, rules.COMMON_MODE.id
        elif subject in self.active and run is not None and index in run.hits:
            state, since = name.state, run.streaks[index].first
        elif int(self.asked[index, subject]) < self.settings.enough:
            state = State.INSUFFICIENT
        return Verdict(
            at=moment(max(cell.compared, 0)),
            platform=self.id,
            surface=cell.site.surface,
            vantage=cell.site.vantage,
            subject=self.subjects[subject],
            state=state,
            since=moment(since),
            evidence=float(self.evidence.worth[cell.parts[3], subject]),
            rule=rule,
            counts=Counts(
                int(self.asked[index, subject]),
                int(self.missing[index, subject]),
                int(self.controls_asked[index]),
                int(self.controls_missing[index]),
            ),
            detail={"session": cell.session},
        )


def _shares(subjects: Index) -> npt.NDArray[np.float64]:
    """Each asking's share of its name's bet, where names are asked by several texts. `subjects` is sorted."""
    _, inverse, counts = np.unique(subjects, return_inverse=True, return_counts=True)
    return 1.0 / counts[inverse]
