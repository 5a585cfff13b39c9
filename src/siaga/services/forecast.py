"""What a watch can promise before it starts: how soon a withheld name would be proven, by the rules in use.

A platform's rounds are planned by the planner itself, bursts and budgets included, and judged by detection
itself, on seeded answers. Many names that nobody stands under are withheld at once, each judged alone, so
that one run gives a whole distribution.
"""

from collections.abc import Iterator, Sequence
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
    """How soon a name of which `share` is withheld would be proven.

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
    delays: list[tuple[timedelta, int]] = []
    for trial in range(trials):
        begins = _START + _before(election, platform) + wait * (trial + 0.5) / trials
        withheld = _Withheld(asked, begins, share, surface)
        delays += _delays(election, platform, costs, withheld, missing, focused, SEED + trial)
    delays.sort()
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


def _delays(
    election: Election,
    platform: PlatformWatch,
    costs: RequestCosts,
    withheld: _Withheld,
    missing: float,
    focused: bool,
    seed: int,
) -> list[tuple[timedelta, int]]:
    """Of each name that is proven: how long after the beginning, and after how many rounds."""
    answers = np.random.Generator(np.random.PCG64(seed))
    again = np.random.Generator(np.random.PCG64(seed + 1_000_003))
    detection = Detection(settings_of(election), names=names_of(election))
    proven: dict[str, tuple[timedelta, int]] = {}
    count = 0
    alone = replace(election, platforms=(platform,), events=())
    planner = Planner(alone, costs, lambda day: _KEY, _START)
    usual = _layout(len(election.controls), NAMES)
    for at, stream in _past(alone, platform, withheld.asked):
        detection.take_facts(found_or_not(at, stream, usual, answers.random(len(usual.subjects)) < missing))
    for round_, now in _rounds(planner, alone, costs, withheld.begins + LONGEST):
        share, is_asked = withheld.share_of(round_), withheld.is_asked(round_)
        count += is_asked and round_.at >= withheld.begins
        for verdict in detection.take_facts(_answered(round_, answers, missing, share, is_asked=is_asked)):
            if verdict.state is State.SUPPRESSED and verdict.subject and verdict.subject != STANDING:
                proven.setdefault(verdict.subject, (verdict.at - withheld.begins, count))
        if len(proven) == NAMES:
            break
        if again.random() < share:
            planner.ask_again(platform.id, [withheld.asked])
            worth = detection.worth_asking(platform.id) if focused else None
            planner.suspect(platform.id, now, round_.stream.surface, worth)
    return list(proven.values())


def _rounds(
    planner: Planner, alone: Election, costs: RequestCosts, end: datetime
) -> Iterator[tuple[Round, datetime]]:
    """The rounds of an election's one platform as the planner gives them, each when it has ended."""
    flying: list[tuple[datetime, Round]] = []
    now = _START
    while now < end:
        now = max(now, min([planner.next_due(), *(at for at, _ in flying)]))
        landed = [round_ for at, round_ in flying if at <= now]
        flying = [(at, round_) for at, round_ in flying if at > now]
        for round_ in landed:
            stream = round_.stream
            planner.finished(round_, now, len(round_.askings) * costs[stream.platform, stream.surface])
            yield round_, now
        flying += [(now + ROUND_TAKES, round_) for round_ in planner.take_due(now)]


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
