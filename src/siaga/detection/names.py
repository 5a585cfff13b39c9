"""The states of one platform's names: the worst that the channels say of each, one finding a cause."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection import rules
from siaga.detection.channel import GRADED, LIMITED, MISSING, Channel
from siaga.detection.evidence import Parts
from siaga.detection.facts import moment
from siaga.detection.localisation.cells import Cell
from siaga.detection.runs import Run
from siaga.detection.settings import Settings
from siaga.domain.answers import Role, Surface
from siaga.domain.verdicts import NAME_FINDINGS, PROVEN, Counts, State, Verdict

Index = npt.NDArray[np.intp]
WORST_FIRST = (
    (State.SUPPRESSED, MISSING),
    (State.IMPAIRED, GRADED),
    (State.SUSPECTED, MISSING),
    (State.SUSPECTED, LIMITED),
)
RULE = {MISSING: rules.ROUND_BET.id, GRADED: rules.GRADED.id, LIMITED: rules.ONLY_LIMITED.id}
MISSING_KINDS: dict[str, str] = {
    Surface.SUGGEST: "suggestion missing",
    Surface.PEOPLE: "own account missing",
    Surface.PROFILE: "profile missing",
}
ONLY_LIMITED = "only this name is limited"


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
    channel: str = MISSING
    restored: int = -1
    """When the last finding was verified restored; -1 for none."""


@dataclass(slots=True)
class Names:
    """The names of one platform."""

    platform: str
    number_of: dict[str, int] = field(default_factory=dict)
    subjects: list[str] = field(default_factory=list)
    watched: dict[int, Watched] = field(default_factory=dict)
    """By subject, targets only."""
    active: set[int] = field(default_factory=set)
    """Names that are suspected, suppressed or impaired."""
    fresh: set[int] = field(default_factory=set)
    """Targets that have not been judged yet."""
    away: set[int] = field(default_factory=set)
    """Findable names that cannot be measured anywhere at present."""
    control_alarms: dict[int, int] = field(default_factory=dict)
    """By control: alarms when audited as if it were a target."""
    odds_up: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(8))
    odds_down: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(8))
    """The two sums of the Mantel-Haenszel odds ratio of each name against its controls, in quiet times."""
    pairs: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros((8, 8), np.int64))
    """Rounds in which the first of two targets was missing and the second found."""
    doubtful: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(8, bool))
    """Names whose learned odds ratio is high, so that more is tolerated of them."""

    @property
    def busy(self) -> bool:
        """Whether any name has to be looked at in every round."""
        return bool(self.active or self.fresh)

    def number(self, subject: str, role: Role) -> int:
        """The subject's number; new ones get the next."""
        number = self.number_of.get(subject)
        if number is None:
            number = self.number_of[subject] = len(self.subjects)
            self.subjects.append(subject)
        if role is Role.TARGET and number not in self.watched:
            self.watched[number] = Watched()
            self.fresh.add(number)
        return number

    def hold(self, subjects: int) -> None:
        """Make room."""
        if subjects > len(self.odds_up):
            more = np.zeros(2 * subjects - len(self.odds_up))
            self.odds_up = np.concatenate([self.odds_up, more])
            self.odds_down = np.concatenate([self.odds_down, more])
            pairs = np.zeros((2 * subjects, 2 * subjects), np.int64)
            pairs[: len(self.pairs), : len(self.pairs)] = self.pairs
            self.pairs = pairs
            self.doubtful = np.concatenate([self.doubtful, more.astype(bool)])

    def learn(self, subjects: Index, x: Index, controls: int, missing: int, settings: Settings) -> None:
        """A round in quiet times in which some of the name and its controls were missing."""
        n = controls + 1
        np.add.at(self.odds_up, subjects, x * ((controls - missing) / n))
        np.add.at(self.odds_down, subjects, (1 - x) * (missing / n))
        up, down = self.odds_up[subjects], self.odds_down[subjects]
        self.doubtful[subjects] = (up >= settings.doubt_misses) & (up > settings.doubt * (down + 0.5))

    def compare(self, asked: Index, gone: Index) -> None:
        """Note which targets were missing while which others were found."""
        found = np.setdiff1d(asked, gone)
        for one in gone.tolist():
            self.pairs[one, found] += 1

    def judge(
        self,
        subjects: Sequence[int],
        at: int,
        channels: dict[str, Channel],
        cells: Sequence[Cell],
        parts: Parts,
        slow_parts: Parts,
        names: Callable[[], int],
        settings: Settings,
    ) -> list[Verdict]:
        """Look at these names after a round; returns changes of state."""
        changes: list[Verdict] = []
        for subject in subjects:
            ended: Run | None = None
            for kind, channel in channels.items():
                thresholds = _thresholds(kind, names(), settings)
                before = channel.runs.get(subject) if subject in channel.stage else None
                channel.judge(subject, at, cells, (parts, slow_parts), thresholds, settings)
                if before is not None and subject not in channel.stage:
                    ended = before
            changes += self._merge(subject, at, channels, cells, parts, slow_parts, ended, settings)
        return changes

    def _merge(
        self,
        subject: int,
        at: int,
        channels: dict[str, Channel],
        cells: Sequence[Cell],
        parts: Parts,
        slow_parts: Parts,
        ended: Run | None,
        settings: Settings,
    ) -> list[Verdict]:
        name = self.watched[subject]
        for state, kind in WORST_FIRST:
            channel = channels[kind]
            if channel.stage.get(subject) is not state:
                continue
            if name.state is state:
                name.channel = kind
                return []
            self.active.add(subject)
            self.fresh.discard(subject)
            self.away.discard(subject)
            name.state, name.channel, name.at = state, kind, at
            slow = subject in channel.by_slow
            name.rule = rules.SLOW_TIER.id if slow else RULE[kind]
            name.evidence = (
                channel.slow.of(slow_parts, subject) if slow else channel.evidence.of(parts, subject)
            )
            name.onset = channel.runs[subject].onset
            name.since = name.onset[1]
            name.surface, name.vantage = _where(channel.runs[subject], cells)
            return [self.verdict(subject, channels, cells, settings)]
        if name.state in NAME_FINDINGS:
            finding = name.state in PROVEN
            assert ended is not None
            name.evidence = (
                ended.recovered(settings) if finding else channels[MISSING].evidence.of(parts, subject)
            )
            name.rule = rules.RECOVERY.id if finding else RULE[name.channel]
            name.state, name.at = State.FINDABLE, at
            name.since = ended.found if ended.found >= 0 else at
            verdict = self.verdict(subject, channels, cells, settings)
            self.active.discard(subject)
            if finding:
                name.restored = at
            name.surface = name.vantage = name.onset = None
            name.channel = MISSING
            for channel in channels.values():
                channel.runs.pop(subject, None)
            return [verdict]
        if subject in self.fresh and self._enough(subject, channels[MISSING], settings):
            self.fresh.discard(subject)
            name.state, name.at, name.since = State.FINDABLE, at, at
            name.evidence = channels[MISSING].evidence.of(parts, subject)
            return [self.verdict(subject, channels, cells, settings)]
        return []

    def _enough(self, subject: int, channel: Channel, settings: Settings) -> bool:
        asked, missing = int(channel.asked[:, subject].sum()), int(channel.missing[:, subject].sum())
        return asked >= settings.enough and 2 * missing <= asked

    def away_or_back(self, well: Sequence[int], at: int, channels: dict[str, Channel]) -> list[Verdict]:
        """Findable names are `insufficient` while all streams that ask them are in trouble."""
        asked = channels[MISSING].asked[list(well)]
        changes: list[Verdict] = []
        for subject, name in sorted(self.watched.items()):
            measurable = bool((asked[:, subject] > 0).any())
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
            changes.append(self.verdict(subject, channels, (), None))
        return changes

    def verdict(
        self, subject: int, channels: dict[str, Channel], cells: Sequence[Cell], settings: Settings | None
    ) -> Verdict:
        """The name's present state, pooled over the platform."""
        name, channel = self.watched[subject], channels[self.watched[subject].channel]
        onset = None
        if name.onset is not None:
            onset = (moment(max(name.onset[0], 0)), moment(name.onset[1]))
        return Verdict(
            at=moment(name.at),
            platform=self.platform,
            surface=name.surface,
            vantage=name.vantage,
            subject=self.subjects[subject],
            state=name.state,
            since=moment(name.since),
            evidence=name.evidence,
            rule=name.rule,
            counts=channel.counts(subject),
            onset=onset,
            detail=self._detail(subject, name, channel, cells, settings),
        )

    def _detail(
        self,
        subject: int,
        name: Watched,
        channel: Channel,
        cells: Sequence[Cell],
        settings: Settings | None,
    ) -> dict[str, str]:
        up, down = float(self.odds_up[subject]), float(self.odds_down[subject])
        detail = {"odds_ratio": f"{(up + 0.5) / (down + 0.5):.2f}" if up + down > 3 else "unknown"}
        if settings is not None:
            own = channel.evidence.binding(0, subject, settings)
            psi = (
                settings.psi_doubt
                if self.doubtful[subject]
                else max(settings.psi_own)
                if own
                else settings.psi
            )
            detail["psi"] = f"{psi:g}"
        run = channel.runs.get(subject)
        if run is None or name.state not in NAME_FINDINGS:
            return detail
        sites = [cells[index].site for index in sorted(run.hits)]
        here = {(site.surface, site.vantage) for site in sites}
        others = [cell.site for cell in cells if (cell.site.surface, cell.site.vantage) not in here]
        surfaces, vantages = {site.surface for site in sites}, {site.vantage for site in sites}
        detail["kind"] = _kind(name, run, surfaces)
        detail["names"] = ", ".join(sorted(text for text, (missed, _) in run.texts.items() if missed))
        detail["names_found"] = ", ".join(
            sorted(text for text, (missed, _) in run.texts.items() if not missed)
        )
        detail["surfaces"] = ", ".join(sorted(surfaces))
        detail["vantages"] = ", ".join(sorted(vantages))
        detail["surfaces_found"] = ", ".join(sorted({site.surface for site in others} - surfaces))
        detail["vantages_found"] = ", ".join(sorted({site.vantage for site in others} - vantages))
        detail["answers"] = ", ".join(sorted(run.failures))
        if name.restored >= 0:
            detail["relapse_of"] = moment(name.restored).isoformat()
        return {key: value for key, value in detail.items() if value}

    def verdicts(
        self,
        cells: Sequence[Cell],
        channels: dict[str, Channel],
        parts: Parts,
        struck: set[int] | None,
        settings: Settings,
    ) -> list[Verdict]:
        """Every name, pooled, and every name in every stream, unless `struck` (those in trouble) is None."""
        present = [self.verdict(subject, channels, cells, settings) for subject in sorted(self.watched)]
        if struck is None:
            return present
        for subject in sorted(self.watched):
            present += [
                self._in_stream(cell, subject, channels, parts, cell.site.index in struck, settings)
                for cell in cells
                if channels[MISSING].asked[cell.site.index, subject]
            ]
        return present

    def _in_stream(
        self,
        cell: Cell,
        subject: int,
        channels: dict[str, Channel],
        parts: Parts,
        struck: bool,
        settings: Settings,
    ) -> Verdict:
        name, index = self.watched[subject], cell.site.index
        channel = channels[name.channel]
        run = channel.runs.get(subject) if subject in self.active else None
        state, since, rule = State.FINDABLE, name.since, rules.ROUND_BET.id
        if struck:
            state, since, rule = State.INSUFFICIENT, cell.site.trouble.begun, rules.COMMON_MODE.id
        elif run is not None and index in run.hits:
            state, since, rule = name.state, run.streaks[index].first, name.rule
        elif int(channel.asked[index, subject]) < settings.enough:
            state = State.INSUFFICIENT
        return Verdict(
            at=moment(max(cell.compared, 0)),
            platform=self.platform,
            surface=cell.site.surface,
            vantage=cell.site.vantage,
            subject=self.subjects[subject],
            state=state,
            since=moment(since),
            evidence=float(channel.evidence.worth[cell.parts[3], subject]),
            rule=rule,
            counts=Counts(
                int(channel.asked[index, subject]),
                int(channel.missing[index, subject]),
                int(channel.controls_asked[index]),
                int(channel.controls_missing[index]),
            ),
            detail={"session": cell.session},
        )


def _thresholds(kind: str, names: int, settings: Settings) -> tuple[float, float, float]:
    """Notice, alarm, alarm of the slow tier."""
    never = float("inf")
    if kind == MISSING:
        return (
            settings.notice,
            settings.alarm(names, settings.bet_share),
            settings.alarm(names, settings.slow_share),
        )
    share = settings.graded_share if kind == GRADED else settings.limited_share
    return never, settings.alarm(names, share), never


def _where(run: Run, cells: Sequence[Cell]) -> tuple[str | None, str | None]:
    sites = [cells[index].site for index in run.hits]
    surfaces, vantages = {site.surface for site in sites}, {site.vantage for site in sites}
    return (
        next(iter(surfaces)) if len(surfaces) == 1 else None,
        next(iter(vantages)) if len(vantages) == 1 else None,
    )


def _kind(name: Watched, run: Run, surfaces: set[str]) -> str:
    if name.channel == LIMITED:
        return ONLY_LIMITED
    if name.channel == GRADED:
        ways = sorted(run.ways.items(), key=lambda one: (-one[1], one[0]))
        return ", ".join(way for way, times in ways if 2 * times >= ways[0][1])
    if len(surfaces) == 1:
        return MISSING_KINDS.get(next(iter(surfaces)), "missing")
    return "missing"
