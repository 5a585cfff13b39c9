"""What a watch can promise before it starts: how soon a withheld name would be proven, by the rules in use.

A platform's rounds are planned by the planner itself, bursts and budgets included, and judged by detection
itself, on seeded answers. Many names that nobody stands under are withheld at once, each judged alone, so
that one run gives a whole distribution.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from siaga.detection.round_facts import EPOCH, MICROSECOND, Layout, RoundFacts
from siaga.detection.rules.missing import FOUND, MISSING, is_odd
from siaga.detection.watch import Detection
from siaga.domain.answers import Role
from siaga.domain.errors import BadInput
from siaga.domain.records import Round
from siaga.domain.verdicts import State
from siaga.election.model import Control, ControlKind, Election, Name, NameKind, PlatformWatch, Vantage
from siaga.planning.planner import Planner
from siaga.planning.request_costs import RequestCosts
from siaga.watch.detection_settings import names_of, settings_of

NAMES: Final = 21
"""Names withheld at once."""
STANDING: Final = "name-standing"
"""A name that is never withheld: where every name is gone at once, the instrument is doubted instead."""
TRIALS: Final = 4
"""Withholdings, each beginning at another place between two rounds."""
SEED: Final = 4
"""Of the first trial's answers; the same plan always says the same."""
BEFORE: Final = timedelta(days=1)
"""Watched as usual before the withholding begins ..."""
MOST_BEFORE: Final = 1500
"""... or so many rounds, if these are fewer: what is learned of a name by then is nearly all."""
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
) -> Proof:
    """How soon a name of which `share` is withheld would be proven.

    Args:
        surface: where it is withheld; everywhere on the platform without it.
        focused: whether further rounds go where they bring most, as they do in a watch.
        missing: how often any name comes back empty by accident, controls too.

    Raises:
        BadInput: a budget cannot carry a round.
    """
    delays: list[tuple[timedelta, int]] = []
    for trial in range(TRIALS):
        begins = _begins(election, platform, trial)
        withheld = _Withheld(begins, share, surface)
        delays += _delays(election, platform, costs, withheld, missing, focused, SEED + trial)
    delays.sort()
    middle, late = TRIALS * NAMES // 2, TRIALS * NAMES * 19 // 20
    return Proof(
        share,
        delays[middle][0] if len(delays) > middle else None,
        delays[late][0] if len(delays) > late else None,
        delays[middle][1] if len(delays) > middle else None,
    )


def _begins(election: Election, platform: PlatformWatch, trial: int) -> datetime:
    """When the trial's withholding begins: the trials' beginnings are spread over the longest interval."""
    a_second = sum(1 / surface.every.total_seconds() for surface in platform.surfaces)
    between = timedelta(seconds=1 / (a_second * len(election.vantages_of(platform))))
    longest = max(surface.every for surface in platform.surfaces)
    return _START + min(BEFORE, MOST_BEFORE * between) + longest * (trial + 0.5) / TRIALS


@dataclass(frozen=True, slots=True)
class _Withheld:
    """A withholding: from when on, how much, and where."""

    begins: datetime
    share: float
    surface: str | None

    def share_of(self, round_: Round) -> float:
        """The share of a round's askings that is withheld."""
        here = self.surface is None or round_.stream.surface == self.surface
        return self.share if here and round_.at >= self.begins else 0.0


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
    for round_, now in _rounds(planner, alone, costs, withheld.begins + LONGEST):
        share = withheld.share_of(round_)
        count += round_.at >= withheld.begins
        for verdict in detection.take_facts(_answered(round_, answers, missing, share)):
            if verdict.state is State.SUPPRESSED and verdict.subject and verdict.subject != STANDING:
                proven.setdefault(verdict.subject, (verdict.at - withheld.begins, count))
        if len(proven) == NAMES:
            break
        if again.random() < share:
            worth = detection.worth_asking(platform.id) if focused else None
            planner.suspect(platform.id, now, round_.stream.surface, worth)
    return list(proven.values())


def _rounds(
    planner: Planner, alone: Election, costs: RequestCosts, end: datetime
) -> Iterator[tuple[Round, datetime]]:
    """The rounds of an election's one platform as the planner gives them, each when it has ended."""
    asked = alone.people()[0].id
    flying: list[tuple[datetime, Round]] = []
    now = _START
    while now < end:
        now = max(now, min([planner.next_due(), *(at for at, _ in flying)]))
        landed = [round_ for at, round_ in flying if at <= now]
        flying = [(at, round_) for at, round_ in flying if at > now]
        for round_ in landed:
            stream = round_.stream
            planner.finished(round_, now, len(round_.askings) * costs[stream.platform, stream.surface])
            if any(asking.subject == asked for asking in round_.askings):
                yield round_, now
        flying += [(now + ROUND_TAKES, round_) for round_ in planner.take_due(now)]


def _answered(round_: Round, answers: np.random.Generator, missing: float, withheld: float) -> RoundFacts:
    """A round as if it had asked the names under trial with its controls, and these had answered."""
    controls = sum(asking.role is Role.CONTROL for asking in round_.askings)
    layout = _layout(controls)
    size = len(layout.subjects)
    lost = answers.random(size) < missing
    lost[controls : controls + NAMES] |= answers.random(NAMES) < withheld
    codes = np.where(lost, MISSING, FOUND).astype(np.uint8)
    stream, unknown = round_.stream, np.full(size, np.nan)
    return RoundFacts(
        at=(round_.at + ROUND_TAKES - EPOCH) // MICROSECOND,
        platform=stream.platform,
        surface=stream.surface,
        vantage=stream.vantage,
        session=str(stream.session),
        layout=layout,
        codes=codes,
        matching=unknown,
        age=unknown,
        ordered=unknown,
        position=np.arange(size, dtype=np.int32),
        odd=is_odd(codes, layout.roles),
        graded=False,
        names=np.zeros(size, np.int32),
        name_words=("name",),
        outcomes=np.zeros(size, np.int32),
        outcome_words=("empty",),
    )


def _layout(controls: int) -> Layout:
    subjects = tuple(f"control-{number:02}" for number in range(controls)) + tuple(
        f"name-{number:02}" for number in range(NAMES)
    )
    return Layout((*subjects, STANDING), (Role.CONTROL,) * controls + (Role.TARGET,) * (NAMES + 1))


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
