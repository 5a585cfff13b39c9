"""Small elections, and a story of rounds told to a planner."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from siaga.domain.records import Round
from siaga.election.model import (
    Budget,
    Contestant,
    ContestantKind,
    Control,
    ControlKind,
    Election,
    Event,
    Name,
    NameKind,
    Person,
    PlatformWatch,
    SurfaceWatch,
    Vantage,
)
from siaga.planning.planner import Planner

START = datetime(2024, 1, 25, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
PLENTY = (Budget(1_000_000, timedelta(minutes=15)),)


def key_of(day: date) -> bytes:
    """A key for each day, known to the tests."""
    return day.isoformat().encode().ljust(32, b".")


def searched(*texts: str) -> tuple[Name, ...]:
    """Names that fit the search surfaces, the main one first."""
    kinds = (NameKind.FULL, NameKind.SHORT, NameKind.NICKNAME, NameKind.MISSPELLING)
    return tuple(Name(text, kind) for text, kind in zip(texts, kinds, strict=False))


def platform(
    id_: str = "x",
    surfaces: Mapping[str, timedelta] | None = None,
    budgets: Sequence[Budget] = PLENTY,
) -> PlatformWatch:
    """A platform with the surfaces and their base intervals."""
    surfaces = surfaces or {"search-latest": MINUTE}
    return PlatformWatch(
        id=id_,
        reader="x",
        label=id_,
        address="http://127.0.0.1",
        surfaces=tuple(SurfaceWatch(surface, every) for surface, every in surfaces.items()),
        budgets=tuple(budgets),
    )


def election(
    *platforms: PlatformWatch,
    targets: Mapping[str, tuple[Name, ...]] | int = 3,
    controls: Mapping[str, tuple[Name, ...]] | int = 5,
    canaries: tuple[str, ...] = ("qzxv-1", "qzxv-2"),
    vantages: int = 1,
    events: tuple[Event, ...] = (),
) -> Election:
    """An election of so many contestants (or of those with the names given) and controls."""
    if isinstance(targets, int):
        targets = {f"t{number:03}": searched(f"target {number}") for number in range(targets)}
    if isinstance(controls, int):
        controls = {f"c{number:03}": searched(f"control {number}") for number in range(controls)}
    return Election(
        id="test",
        label="Test",
        country=None,
        timezone="UTC",
        votes=date(2024, 2, 14),
        contestants=tuple(
            Contestant(id_, ContestantKind.PERSON, id_, None, (Person(id_, names),))
            for id_, names in targets.items()
        ),
        controls=tuple(Control(id_, ControlKind.PUBLIC_FIGURE, names) for id_, names in controls.items()),
        canaries=canaries,
        platforms=platforms or (platform(),),
        vantages=tuple(Vantage(f"v{number}") for number in range(vantages)),
        events=events,
        digest="of the test file",
    )


def planner_of(election_: Election, start: datetime = START, round_size: int = 40, cost: int = 1) -> Planner:
    """A planner at whose platforms each asking takes `cost` requests."""
    costs = {(place.id, watch.surface): cost for place in election_.platforms for watch in place.surfaces}
    return Planner(election_, costs, key_of, start, round_size)


@dataclass
class Story:
    """A planner's rounds as they are asked one after another: each takes `takes`, and is then finished."""

    planner: Planner
    now: datetime = START
    takes: timedelta = 2 * SECOND
    rounds: list[Round] = field(default_factory=list)
    _flying: list[tuple[datetime, Round]] = field(default_factory=list)

    def until(self, end: datetime) -> "Story":
        """Live on until `end`, waking just when the planner asks to be woken."""
        for now in self._moments(end):
            for _, round_ in [flying for flying in self._flying if flying[0] <= now]:
                self.planner.finished(round_, now, len(round_.askings))
            self._flying = [flying for flying in self._flying if flying[0] > now]
            for round_ in self.planner.take_due(now):
                self.rounds.append(round_)
                self._flying.append((now + self.takes, round_))
        return self

    def _moments(self, end: datetime) -> Iterator[datetime]:
        while True:
            ends = [finish for finish, _ in self._flying]
            self.now = max(self.now, min([self.planner.next_due(), *ends]))
            if self.now >= end:
                self.now = end
                return
            yield self.now
