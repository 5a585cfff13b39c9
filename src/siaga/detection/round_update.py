"""One comparable round in all three channels: who is missing, flagged or limited, and the bets on it."""

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.channel import GRADED, LIMITED, MISSING, Channel, Compared
from siaga.detection.evidence import Parts
from siaga.detection.facts import FOUND, LIMITS, Facts
from siaga.detection.facts import MISSING as GONE
from siaga.detection.localisation.cells import Cell, Plan
from siaga.detection.names import Names
from siaga.detection.settings import Settings

Flags = npt.NDArray[np.bool_]
Index = npt.NDArray[np.intp]


@dataclass(slots=True)
class Round:
    """A round with what is known of its stream."""

    cell: Cell
    plan: Plan
    facts: Facts
    flagged: Flags | None
    """One an asking of `plan.names`: worse than its own past; None where none is."""
    outcome: dict[int, int] = field(default_factory=dict)
    """Measured controls that are not left out: found or missing."""

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
        usual = self.cell.past.usual
        items = self.items(subject)
        own = [float(self.facts.matching[item]) / float(usual[subject]) for item in items]
        known = [ratio for ratio in own if not math.isnan(ratio)]
        if not known:
            gone = all(self.facts.codes[item] == GONE for item in items)
            return 0.0 if gone and not math.isnan(usual[subject]) else float("nan")
        controls = self.facts.matching[self.plan.controls] / usual[list(self.plan.control_subjects)]
        controls = np.sort(controls[~np.isnan(controls)])
        general = float(controls[len(controls) // 2]) if len(controls) else 1.0
        return sum(known) / len(known) / max(min(general, 1.0), 1e-9)

    def compared(self, at: int, asked: Index, gone_who: Index, of: tuple[int, int], gone: Flags) -> Compared:
        """What the round said in one channel; `gone` marks its askings."""
        return Compared(
            cell=self.cell,
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


def compare(
    round_: Round,
    channels: dict[str, Channel],
    parts: Parts,
    names: Names,
    controls: tuple[int, int],
    count: int,
    settings: Settings,
) -> set[int]:
    """Bet the round in every channel; returns the names whose stages should be looked at."""
    hot = _missing(round_, channels[MISSING], parts, names, controls, count, settings)
    hot |= _limited(round_, channels[LIMITED], parts, settings)
    if round_.facts.graded and round_.cell.past.blocks >= settings.past_least:
        hot |= _graded(round_, channels[GRADED], parts, settings)
    return hot | (names.fresh & set(round_.plan.subjects.tolist()))


def _missing(
    round_: Round,
    channel: Channel,
    parts: Parts,
    names: Names,
    controls: tuple[int, int],
    count: int,
    settings: Settings,
) -> set[int]:
    plan, facts, cell = round_.plan, round_.facts, round_.cell
    measured, missing = controls
    codes = facts.codes[plan.targets]
    told = codes < LIMITS
    subjects = plan.target_subjects[told]
    x = codes[told].astype(np.intp)
    n = measured + 1
    quiet = cell.level < max(settings.learning_quiet, 1.5 * cell.usual)
    hot: set[int] = set()
    f = missing + x
    informative = (f > 0) & (3 * f <= n)
    if informative.any():
        whose, outcome = subjects[informative], x[informative]
        shares = None if plan.once else _shares(whose)
        worth = channel.evidence.bet(
            settings, parts, cell.rows, whose, n, f[informative], outcome, shares, quiet, names.doubtful
        )
        alone = whose if shares is None else np.unique(whose)
        hot.update(alone[worth.max(axis=0) >= settings.notice].tolist())
        if quiet:
            # What may be the beginning of a withholding is not how the name is from the start.
            calm = np.array([not channel.in_run(one, parts) for one in whose.tolist()], bool)
            names.learn(whose[calm], outcome[calm], measured, missing, settings)
    asked = subjects if plan.once else np.unique(subjects)
    gone = subjects[x == GONE] if plan.once else np.unique(subjects[x == GONE])
    said = round_.compared(facts.at, asked, gone, controls, facts.codes == GONE)
    channel.count(said, parts, settings)
    if len(gone):
        channel.evidence.missed(parts, cell.rows, gone)
        names.compare(asked, gone)
    _audit(round_, channel, parts, names, count, settings, quiet)
    kept = np.array(list(round_.outcome), np.intp)
    lost = np.array([who for who, code in round_.outcome.items() if code == GONE], np.intp)
    cell.block.add(np.concatenate([asked, kept]), np.concatenate([gone, lost]))
    return _follow(channel, said, settings) | hot


def _audit(
    round_: Round,
    channel: Channel,
    parts: Parts,
    names: Names,
    count: int,
    settings: Settings,
    quiet: bool,
) -> None:
    """Every control as if it were a target, against the others: the live check of what the bet assumes."""
    m, missing = len(round_.outcome), sum(round_.outcome.values())
    if not missing or 3 * missing > m or m <= settings.least_controls:
        return
    who = sorted(round_.outcome)
    x = np.array([round_.outcome[one] for one in who], np.intp)
    subjects, rows = np.array(who, np.intp), round_.cell.rows[:1]
    f = np.full(len(who), missing)
    worth = channel.evidence.bet(settings, parts, rows, subjects, m, f, x, None, quiet, names.doubtful)[0]
    channel.evidence.missed(parts, rows, subjects[x == GONE])
    for one in subjects[worth >= settings.alarm(count, settings.bet_share)].tolist():
        names.control_alarms[one] = names.control_alarms.get(one, 0) + 1
        channel.evidence.begin(0, one, parts.clock[0])


def _limited(round_: Round, channel: Channel, parts: Parts, settings: Settings) -> set[int]:
    """A bet on "not measured", so that a wall that meets one name only cannot hide it."""
    plan, facts, cell = round_.plan, round_.facts, round_.cell
    lost = facts.codes >= LIMITS
    if not channel.stage and not lost.any():
        return channel.pass_over(cell, plan)
    controls, missing = len(plan.controls), int(np.count_nonzero(lost[plan.controls]))
    mine = lost[plan.targets]
    if plan.once:
        subjects, x = plan.target_subjects, mine.astype(np.intp)
    else:
        # Limited only where none of its texts was measured.
        begin = np.flatnonzero(np.diff(plan.target_subjects, prepend=-1))
        subjects, x = plan.subjects, np.logical_and.reduceat(mine, begin).astype(np.intp)
    if controls < settings.least_controls or 3 * missing > controls + 1:
        return set()
    gone = subjects[x == 1]
    if len(gone):
        channel.evidence.bet_fading(settings, parts, cell.rows, gone, controls + 1, missing)
    said = round_.compared(facts.at, subjects, gone, (controls, missing), lost)
    channel.count(said, parts, settings)
    return _follow(channel, said, settings) | set(gone.tolist())


def _graded(round_: Round, channel: Channel, parts: Parts, settings: Settings) -> set[int]:
    """Names that were found, but fewer, older or unordered against their own past."""
    plan, facts, cell = round_.plan, round_.facts, round_.cell
    if round_.flagged is None and not channel.stage:
        return channel.pass_over(cell, plan)
    marked = np.zeros(len(facts.codes), bool)
    if round_.flagged is not None:
        marked[plan.names] = round_.flagged
    known = (facts.codes == FOUND) & ~np.isnan(_usual(round_))
    controls = plan.controls[known[plan.controls]]
    flagged = int(np.count_nonzero(marked[controls]))
    if len(controls) < settings.least_controls or 3 * flagged > len(controls) + 1:
        return set()
    items = known[plan.targets]
    subjects, mine = plan.target_subjects[items], marked[plan.targets[items]]
    if plan.once:
        asked, gone = subjects, subjects[mine]
    else:
        asked = np.unique(subjects)
        gone = np.array([one for one in asked.tolist() if 2 * mine[subjects == one].mean() >= 1], np.intp)
    said = round_.compared(facts.at, asked, gone, (len(controls), flagged), marked)
    if len(gone):
        channel.evidence.bet_fading(settings, parts, cell.rows, gone, len(controls) + 1, flagged)
    channel.count(said, parts, settings)
    for subject in gone.tolist():
        for item in round_.items(subject):
            facts_of = (float(facts.matching[item]), float(facts.age[item]), float(facts.ordered[item]))
            for kind in cell.past.kinds(subject, *facts_of):
                ways = channel.runs[subject].ways
                ways[kind] = ways.get(kind, 0) + 1
    return _follow(channel, said, settings) | set(gone.tolist())


def _usual(round_: Round) -> npt.NDArray[np.float64]:
    usual = np.full(len(round_.facts.codes), np.nan)
    past, who = round_.cell.past, round_.plan.name_subjects
    known = ~np.isnan(past.usual[who]) | (past.old[who] < np.inf) | (past.loose[who] > -np.inf)
    usual[round_.plan.names] = np.where(known, 1.0, np.nan)
    return usual


def _follow(channel: Channel, said: Compared, settings: Settings) -> set[int]:
    """Open suspicions and findings of the channel that the round asked."""
    open_ = set(channel.stage) & set(said.asked.tolist()) if channel.stage else set()
    for subject in sorted(open_):
        channel.follow(subject, said, settings)
    return open_


def _shares(subjects: Index) -> npt.NDArray[np.float64]:
    """Each asking's share of its name's bet, where names are asked by several texts. `subjects` is sorted."""
    _, inverse, counts = np.unique(subjects, return_inverse=True, return_counts=True)
    return 1.0 / counts[inverse]
