"""The names of one platform: their numbers and present states, and what is learned of their odds."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.settings import ADDED_COUNT, Settings
from siaga.domain.answers import Role
from siaga.domain.verdicts import State

Index = npt.NDArray[np.intp]
FIRST_CHANNEL = "missing"
"""The channel that every name is judged in from its first round on."""


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


@dataclass(slots=True)
class Names:
    """The names of one platform."""

    platform: str
    number_of: dict[str, int] = field(default_factory=dict)
    subjects: list[str] = field(default_factory=list)
    watched: dict[int, WatchedName] = field(default_factory=dict)
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
            self.watched[number] = WatchedName()
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
        self.doubtful[subjects] = (up >= settings.doubt_misses) & (up > settings.doubt * (down + ADDED_COUNT))

    def compare(self, asked: Index, gone: Index) -> None:
        """Note which targets were missing while which others were found."""
        found = np.setdiff1d(asked, gone)
        for subject in gone.tolist():
            self.pairs[subject, found] += 1
