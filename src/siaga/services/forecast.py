"""What a watch can promise before it starts: how soon a withheld name would be proven, by the rules in use.

A platform's rounds are planned by the planner itself, bursts and budgets included, and judged by detection
itself, on seeded answers. Many names that nobody stands under are withheld at once, each judged alone, so
that one run gives a whole distribution.
"""

from collections import deque
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from siaga.detection.round_facts import Layout, RoundFacts, found_or_not
from siaga.detection.watch import Detection
from siaga.domain.answers import Role
from siaga.domain.errors import BadInput
from siaga.domain.records import Round, Stream
from siaga.domain.verdicts import State
from siaga.election.cadence import Cadence, cadences_of, controls_of, targets_of
from siaga.election.model import Control, ControlKind, Election, Name, NameKind, PlatformWatch, Vantage
from siaga.planning.planner import Planner
from siaga.planning.request_costs import RequestCosts
from siaga.watch.detection_settings import names_of, settings_of

NAMES: Final = 21
"""Names withheld at once."""
STANDING: Final = "name-standing"
"""A name that is never withheld: where every name is gone at once, the instrument is doubted instead."""
TRIALS: Final = 4
"""Withholdings, each beginning at another place between two askings of the name."""
TRIALS_IN_TURN: Final = 12
"""The same for a name that waits for its turn, as the wait is most of the time."""
SEED: Final = 4
"""Of the first trial's answers; the same plan always says the same."""
BEFORE: Final = timedelta(days=1)
"""Watched as usual before the withholding begins ..."""
MOST_BEFORE: Final = 1500
"""... or so many rounds, if these are fewer: what is learned of a name by then is nearly all."""
PAST: Final = 20
"""Askings of a name that waits for its turn before that day, as usual: a day of its own has too few for
anything to be called (docs/method.md)."""
LONGEST: Final = timedelta(days=2)
"""A name that is not proven by then counts as never proven."""
ROUND_TAKES: Final = timedelta(seconds=2)
_START: Final = datetime(2024, 1, 1, tzinfo=UTC)
"""Any day does: a plan without events is the same on each."""
_KEY: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Proof:
    """How soon a withheld name is called `suppressed`."""

    share: float
    """Of its askings that are withheld."""
    median: timedelta | None
    """From the withholding's beginning; None where half of the names are not proven within `LONGEST`."""
    late: timedelta | None
    """For nineteen names in twenty."""
    rounds: int | None
    """Comparable rounds of all streams until then, for the median name."""


def time_to_proof(
    election: Election,
    platform: PlatformWatch,
    costs: RequestCosts,
    share: float,
    missing: float,
    surface: str | None = None,
    focused: bool = True,
    asked: str | None = None,
) -> Proof:
    """How soon a name of which `share` is withheld would be proven; the rest as for `times_to_proof`."""
    return times_to_proof(election, platform, costs, (share,), missing, surface, focused, asked)[0]


def times_to_proof(
    election: Election,
    platform: PlatformWatch,
    costs: RequestCosts,
    shares: Sequence[float],
    missing: float,
    surface: str | None = None,
    focused: bool = True,
    asked: str | None = None,
) -> list[Proof]:
    """How soon a name would be proven, for each of these shares of it that may be withheld.

    Args:
        asked: the target that is withheld, which says how often it is asked; by default `asked_most`.
        surface: where it is withheld; everywhere on the platform without it.
        focused: whether further rounds go where they bring most, as they do in a watch.
        missing: how often any name comes back empty by accident, controls too.

    Raises:
        BadInput: a budget cannot carry a round.
    """
    asked = asked or asked_most(election)
    wait, in_turn = _longest_wait(election, platform, asked)
    trials = TRIALS_IN_TURN if in_turn else TRIALS
    delays: dict[float, list[tuple[timedelta, int]]] = {share: [] for share in shares}
    for trial in range(trials):
        begins = _START + _before(election, platform) + wait * (trial + 0.5) / trials
        withheld = _Withheld(asked, begins, 0.0, surface)
        usual = _Play(election, platform, costs, withheld, missing, focused, SEED + trial)
        usual.play(begins)
        for share in delays:
            play = deepcopy(usual, {id(shared): shared for shared in (election, platform, costs)})
            play.withheld = replace(withheld, share=share)
            play.play(begins + LONGEST)
            delays[share] += play.proven.values()
    return [_proof(share, sorted(delays[share]), trials) for share in shares]


def _proof(share: float, delays: Sequence[tuple[timedelta, int]], trials: int) -> Proof:
    middle, late = trials * NAMES // 2, trials * NAMES * 19 // 20
    return Proof(
        share,
        delays[middle][0] if len(delays) > middle else None,
        delays[late][0] if len(delays) > late else None,
        delays[middle][1] if len(delays) > middle else None,
    )


def asked_most(election: Election) -> str:
    """A target that is asked as often as any: one that is asked in each round, where names take turns."""
    first = election.asked_first()
    people = [person.id for person in election.people()]
    return next((person for person in people if person in first), people[0])


def asked_in_turn(election: Election, platform: PlatformWatch) -> str | None:
    """A target that waits for its turn on a platform, while others are asked in each round; None where none
    waits longer than another."""
    first = election.asked_first()
    waiting = (person.id for person in election.people() if person.id not in first)
    return next(waiting, None) if any(c.asks_some_always for c in _cadences(election, platform)) else None


def _cadences(election: Election, platform: PlatformWatch) -> Sequence[Cadence]:
    return cadences_of(platform, targets_of(election), controls_of(election), len(election.canaries))


def _longest_wait(election: Election, platform: PlatformWatch, asked: str) -> tuple[timedelta, bool]:
    """Between two askings of a target on the surface that asks it least, and whether it waits for a turn."""
    is_first = asked in election.asked_first()
    cadences = _cadences(election, platform)
    return (
        max(cadence.between_askings(is_first=is_first) for cadence in cadences),
        any(cadence.is_turn_of(is_first=is_first) for cadence in cadences),
    )


def _past(election: Election, platform: PlatformWatch, asked: str) -> list[tuple[datetime, Stream]]:
    """When and where a target that waits for its turn was asked before the planner's first day."""
    is_first = asked in election.asked_first()
    by_surface = {cadence.surface: cadence for cadence in _cadences(election, platform)}
    streams = [
        (Stream(platform.id, watch.surface, vantage.id, watch.session), by_surface[watch.surface])
        for watch in platform.surfaces
        for vantage in election.vantages_of(platform)
        if by_surface[watch.surface].is_turn_of(is_first=is_first)
    ]
    times = range(-(-PAST // len(streams)) if streams else 0)
    return sorted(
        (
            (_START - cadence.between_askings(is_first=is_first) * (time + 0.5), stream)
            for stream, cadence in streams
            for time in times
        ),
        key=lambda asking: asking[0],
    )


def _before(election: Election, platform: PlatformWatch) -> timedelta:
    """For how long all is as usual before a withholding begins."""
    a_second = sum(1 / surface.every.total_seconds() for surface in platform.surfaces)
    between = timedelta(seconds=1 / (a_second * len(election.vantages_of(platform))))
    return min(BEFORE, MOST_BEFORE * between)


@dataclass(frozen=True, slots=True)
class _Withheld:
    """A withholding: of whom, from when on, how much, and where."""

    asked: str
    begins: datetime
    share: float
    surface: str | None

    def is_asked(self, round_: Round) -> bool:
        """Whether a round asks the name."""
        return any(asking.subject == self.asked for asking in round_.askings)

    def share_of(self, round_: Round) -> float:
        """The share of a round's askings of the name that is withheld."""
        here = self.surface is None or round_.stream.surface == self.surface
        return self.share if here and round_.at >= self.begins and self.is_asked(round_) else 0.0


class _Play:
    """A watch of one platform, and a withholding, from one moment to the next. What comes before the
    withholding is the same whatever share is withheld: it is played once, and copied."""

    def __init__(
        self,
        election: Election,
        platform: PlatformWatch,
        costs: RequestCosts,
        withheld: _Withheld,
        missing: float,
        focused: bool,
        seed: int,
    ) -> None:
        self.withheld = withheld
        self.proven: dict[str, tuple[timedelta, int]] = {}
        """Of each name that is proven: how long after the beginning, and after how many rounds."""
        self._missing, self._focused, self._costs, self._platform = missing, focused, costs, platform.id
        self._answers = np.random.Generator(np.random.PCG64(seed))
        self._again = np.random.Generator(np.random.PCG64(seed + 1_000_003))
        self._detection = Detection(settings_of(election), names=names_of(election))
        self._rounds = 0
        self._flying: list[tuple[datetime, Round]] = []
        self._landed = deque[Round]()
        self._now = _START
        alone = replace(election, platforms=(platform,), events=())
        self._planner = Planner(alone, costs, lambda day: _KEY, _START)
        usual = _layout(len(election.controls), NAMES)
        for at, stream in _past(alone, platform, withheld.asked):
            lost = self._answers.random(len(usual.subjects)) < missing
            self._detection.take_facts(found_or_not(at, stream, usual, lost))

    def play(self, end: datetime) -> None:
        """Judge the rounds that are planned for before `end`, each when it has ended; no more once all names
        are proven."""
        while len(self.proven) < NAMES and (round_ := self._next()).at < end:
            self._landed.popleft()
            self._take(round_)

    def _next(self) -> Round:
        """The next round that ends, as the planner gives them."""
        while not self._landed:
            self._flying += [(self._now + ROUND_TAKES, due) for due in self._planner.take_due(self._now)]
            self._now = max(self._now, min([self._planner.next_due(), *(at for at, _ in self._flying)]))
            self._landed += (round_ for at, round_ in self._flying if at <= self._now)
            self._flying = [(at, round_) for at, round_ in self._flying if at > self._now]
        return self._landed[0]

    def _take(self, round_: Round) -> None:
        stream, now = round_.stream, self._now
        self._planner.finished(
            round_, now, len(round_.askings) * self._costs[stream.platform, stream.surface]
        )
        share, is_asked = self.withheld.share_of(round_), self.withheld.is_asked(round_)
        self._rounds += is_asked and round_.at >= self.withheld.begins
        facts = _answered(round_, self._answers, self._missing, share, is_asked=is_asked)
        for verdict in self._detection.take_facts(facts):
            if verdict.state is State.SUPPRESSED and verdict.subject and verdict.subject != STANDING:
                self.proven.setdefault(verdict.subject, (verdict.at - self.withheld.begins, self._rounds))
        if len(self.proven) < NAMES and self._again.random() < share:
            self._planner.ask_again(self._platform, [self.withheld.asked])
            worth = self._detection.worth_asking(self._platform) if self._focused else None
            self._planner.suspect(self._platform, now, stream.surface, worth)


def _answered(
    round_: Round, answers: np.random.Generator, missing: float, withheld: float, *, is_asked: bool
) -> RoundFacts:
    """A round as if these had answered: its controls, somebody who is found, and the names under trial where
    it is their turn."""
    controls = sum(asking.role is Role.CONTROL for asking in round_.askings)
    layout = _layout(controls, NAMES if is_asked else 0)
    lost = answers.random(len(layout.subjects)) < missing
    if is_asked:
        lost[controls : controls + NAMES] |= answers.random(NAMES) < withheld
    return found_or_not(round_.at + ROUND_TAKES, round_.stream, layout, lost)


def _layout(controls: int, names: int) -> Layout:
    subjects = (
        *(f"control-{number:02}" for number in range(controls)),
        *(f"name-{number:02}" for number in range(names)),
        STANDING,
    )
    return Layout(subjects, (Role.CONTROL,) * controls + (Role.TARGET,) * (names + 1))


# What more would buy


def with_control(election: Election) -> Election:
    """The election with one more control, which has a name for every surface."""
    names = tuple(Name("One More", kind) for kind in NameKind)
    return replace(
        election, controls=(*election.controls, Control("one-more", ControlKind.EVERYDAY_WORD, names))
    )


def with_vantage(election: Election, platform: PlatformWatch) -> tuple[Election, PlatformWatch]:
    """The election with one more vantage, which asks the platform too."""
    asked = replace(platform, vantages=(*platform.vantages, "one-more")) if platform.vantages else platform
    return replace(election, vantages=(*election.vantages, Vantage("one-more"))), asked


def twice_as_often(platform: PlatformWatch) -> PlatformWatch:
    """The platform with rounds twice as often."""
    surfaces = tuple(replace(surface, every=surface.every / 2) for surface in platform.surfaces)
    return replace(platform, surfaces=surfaces)


def bought(
    election: Election, platform: PlatformWatch, costs: RequestCosts, missing: float
) -> dict[str, Proof | None]:
    """The time to proof of full withholding with more; None where the budgets do not carry it."""
    more, asked = with_vantage(election, platform)
    changed = {
        "one more control": (with_control(election), platform),
        "one more vantage": (more, asked),
        "rounds twice as often": (election, twice_as_often(platform)),
    }
    found: dict[str, Proof | None] = {}
    for what, (other, watched) in changed.items():
        try:
            found[what] = time_to_proof(other, watched, costs, 1.0, missing)
        except BadInput:
            found[what] = None
    return found
