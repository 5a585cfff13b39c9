"""The names of one platform: their numbers, cohorts and present states."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from siaga.detection.own_odds import OwnOdds
from siaga.domain.answers import Role
from siaga.domain.verdicts import State

Index = npt.NDArray[np.intp]
Counted = npt.NDArray[np.integer[Any]]
FIRST_CHANNEL = "missing"
"""The channel that every name is judged in from its first round on."""
MOST_TOGETHER = 40
"""Targets of a platform that rounds may ask all at once; of more, names take turns."""
MOST_COHORTS = 2_000
"""So many groups are told apart; rounds cut short in ever other places would make one of each name."""
CONTROLS_COHORT = 0
"""The cohort of the controls, which are run as targets to audit the bets."""


@dataclass(slots=True)
class WatchedName:
    """One name's present state."""

    state: State = State.INSUFFICIENT
    since: int = 0
    at: int = 0
    evidence: float = 0.0
    rule: str = ""
    """The rule that gave the state; empty before the first."""
    surface: str | None = None
    vantage: str | None = None
    onset: tuple[int, int] | None = None
    channel: str = FIRST_CHANNEL
    restored: int = -1
    """When the last finding was verified restored; -1 for none."""
    proven: tuple[str, ...] = ()
    """The channels in which a finding about it is proven and open."""
    restored_counts: tuple[int, int, int, int] | None = None
    """The plain counts of that recovery, while it is what is said."""


@dataclass(slots=True)
class Cohort:
    """Names that were first asked together, of which the same is tolerated."""

    group: int
    """Names first asked together, whatever is tolerated of them."""
    psi: float
    members: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Names:
    """The names of one platform."""

    platform: str
    number_of: dict[str, int] = field(default_factory=dict)
    subjects: list[str] = field(default_factory=list)
    watched: dict[int, WatchedName] = field(default_factory=dict)
    """By subject, targets only."""
    cohorts: list[Cohort] = field(default_factory=lambda: [Cohort(-1, 0.0)])
    cohort_of: dict[int, int] = field(default_factory=dict)
    group_of: dict[int, int] = field(default_factory=dict)
    groups: int = 0
    came_from: dict[int, int] = field(default_factory=dict)
    """By group that is part of a former one: that one."""
    sets: dict[tuple[int, ...], int] = field(default_factory=dict)
    """Groups asked in one round: their number."""
    fresh: set[int] = field(default_factory=set)
    """Targets that have not been judged yet."""
    away: set[int] = field(default_factory=set)
    """Names said to be found that cannot be measured anywhere at present."""
    control_alarms: dict[int, int] = field(default_factory=dict)
    """By control: alarms when audited as if it were a target."""
    pairs: dict[int, tuple[Counted, Counted]] = field(default_factory=dict)
    """By target: others that were found while it was missing, ascending; in how many rounds. Both in the
    least bytes that hold them: where many are missing now and then, they are most of what is known."""
    places: dict[int, list[float]] = field(default_factory=dict)
    """By target that was not measured alone: in how many rounds, and the sum of its places in their order,
    in standard deviations from the middle."""
    own_odds: OwnOdds = field(default_factory=OwnOdds)
    """How much harder to find than its controls each name is, from usual rounds."""
    words: list[str] = field(default_factory=list)
    """Texts and answers that were met, by the number under which histories hold them."""
    word_number: dict[str, int] = field(default_factory=dict)
    version: int = 0
    """Changes with the cohorts."""

    def number(self, subject: str, role: Role) -> int:
        """The subject's number; new ones get the next."""
        number = self.number_of.get(subject)
        if number is None:
            number = self.number_of[subject] = len(self.subjects)
            self.subjects.append(subject)
        if role is Role.TARGET and number not in self.watched:
            self.watched[number] = WatchedName()
            self.fresh.add(number)
        return number

    def gather(self, targets: Sequence[int], psi: float) -> None:
        """Names that are asked for the first time form a cohort."""
        new = [subject for subject in targets if subject not in self.cohort_of]
        if not new:
            return
        for subject in new:
            self.group_of[subject] = self.groups
            self.cohort_of[subject] = len(self.cohorts)
        self.cohorts.append(Cohort(self.groups, psi, new))
        self.groups += 1
        self.version += 1

    def divide(self, asked: frozenset[int]) -> list[tuple[int, int]]:
        """Where names take turns: of groups that a round asks in part, the names asked are a group of their
        own from now on, and so are the others. A round then says nothing of names that it does not ask.

        Returns:
            The cohorts of which a part is a new cohort, each with that one.
        """
        if len(self.watched) <= MOST_TOGETHER or len(self.cohorts) >= MOST_COHORTS:
            return []
        groups = {self.group_of[subject] for subject in asked}
        cohorts: dict[int, list[int]] = {}
        for number, cohort in enumerate(self.cohorts):
            if cohort.group in groups:
                cohorts.setdefault(cohort.group, []).append(number)
        divided = []
        for group, numbers in sorted(cohorts.items()):
            if not all(asked.issuperset(self.cohorts[number].members) for number in numbers):
                divided += self._divide(group, numbers, asked)
        return divided

    def _divide(self, group: int, numbers: Sequence[int], asked: frozenset[int]) -> list[tuple[int, int]]:
        inside, outside = self.groups, self.groups + 1
        self.groups += 2
        self.came_from[inside] = self.came_from[outside] = group
        divided = []
        for number in numbers:
            cohort = self.cohorts[number]
            mine = [who for who in cohort.members if who in asked]
            if 0 < len(mine) < len(cohort.members):
                divided.append((number, len(self.cohorts)))
                cohort.members = [who for who in cohort.members if who not in asked]
                self.cohort_of.update(dict.fromkeys(mine, len(self.cohorts)))
                self.cohorts.append(Cohort(inside, cohort.psi, mine))
                cohort.group = outside
            else:
                cohort.group = inside if mine else outside
            self.group_of.update(dict.fromkeys(mine, inside))
            self.group_of.update((who, outside) for who in cohort.members if who not in asked)
        self.version += 1
        return divided

    def learn_odds(self, controls: int, missing: int, gone: Index, not_learned: Index) -> None:
        """A usual round in which at least one control was missing, or a name; see `OwnOdds.take`."""
        self.own_odds.hold(len(self.subjects))
        self.own_odds.take(controls, missing, gone, not_learned)

    def tolerate(self, subject: int) -> bool:
        """Tolerate of a name what its past surely shows, for good; says whether that is news.

        The name then is a cohort of its own, in the group that it was in: its evidence must begin anew.
        """
        cohort = self.cohorts[self.cohort_of[subject]]
        self.own_odds.hold(len(self.subjects))
        psi = float(self.own_odds.freeze(np.array([subject]), cohort.psi)[0])
        if psi <= cohort.psi:
            return False
        cohort.members.remove(subject)
        self.cohort_of[subject] = len(self.cohorts)
        self.cohorts.append(Cohort(cohort.group, psi, [subject]))
        self.version += 1
        return True

    def set_of(self, groups: Sequence[int]) -> int:
        """The number of a set of groups that are asked together."""
        key = tuple(sorted(set(groups)))
        return self.sets.setdefault(key, len(self.sets))

    def sets_with(self, subject: int) -> Index:
        """The sets of groups that hold a name's."""
        group = self.group_of[subject]
        groups = {group}
        while group in self.came_from:
            group = self.came_from[group]
            groups.add(group)
        return np.array(
            [number for asked, number in self.sets.items() if groups.intersection(asked)], np.intp
        )

    def word(self, text: str) -> int:
        """The number of a text or an answer."""
        number = self.word_number.get(text)
        if number is None:
            number = self.word_number[text] = len(self.words)
            self.words.append(text)
        return number

    def compare(self, asked: Index, gone: Index) -> None:
        """Note which targets were missing while which others were found; ascending, `gone` of `asked`."""
        kept = np.ones(len(asked), np.bool_)
        kept[np.searchsorted(asked, gone)] = False
        found: Counted = asked[kept].astype(np.uint16 if len(self.subjects) < 1 << 16 else np.int32)
        for subject in gone.tolist():
            others, rounds = self.pairs.get(subject, _NOBODY)
            places = np.searchsorted(others, found)
            if not others.size or not np.array_equal(others.take(places, mode="clip"), found):
                others, rounds = _with_others(others, rounds, found)
                places = np.searchsorted(others, found)
            if int(rounds[places].max(initial=0)) == np.iinfo(rounds.dtype).max:
                rounds = rounds.astype(np.uint16 if rounds.dtype == np.uint8 else np.int64)
            rounds[places] += 1
            self.pairs[subject] = others, rounds

    def only(self, watched: Sequence[int]) -> npt.NDArray[np.int64]:
        """By two of these: the rounds in which the first was missing and the second found."""
        table = np.zeros((len(watched), len(watched)), np.int64)
        for place, subject in enumerate(watched):
            others, rounds = self.pairs.get(subject, _NOBODY)
            _, known, columns = np.intersect1d(watched, others, return_indices=True)
            table[place, known] = rounds[columns]
        return table


_NOBODY: Final[tuple[Counted, Counted]] = np.zeros(0, np.uint16), np.zeros(0, np.uint8)


def _with_others(others: Counted, rounds: Counted, found: Counted) -> tuple[Counted, Counted]:
    """What `Names.pairs` has of a target, with these found too."""
    more = np.union1d(others, found)
    wider = np.zeros(len(more), rounds.dtype)
    wider[np.searchsorted(more, others)] = rounds
    return more, wider
