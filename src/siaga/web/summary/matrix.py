"""The matrix of contestants by platforms, as values that a template can draw."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from siaga.domain.matching import undivided
from siaga.domain.verdicts import State, Verdict
from siaga.election.model import Contestant, Election, NameKind, Person, PlatformWatch

GRAVITY: tuple[State, ...] = (
    State.SUPPRESSED,
    State.PLATFORM_DOWN,
    State.IMPAIRED,
    State.SUSPECTED,
    State.SURFACE_DOWN,
    State.VANTAGE_BLOCKED,
    State.UNMEASURABLE,
    State.INSUFFICIENT,
    State.FINDABLE,
)
"""Which of several states a cell shows, and the order of a list of findings."""
_RANKS: Final = {state: rank for rank, state in enumerate(GRAVITY)}
ROWS_A_PAGE: Final = 100
CELLS_A_PAGE: Final = 1_500
"""A matrix of more rows or cells is shown in parts, so that a page stays light."""
WIDE: Final = 8
"""Of more platforms than this the cells show a shape alone; their words are for screen readers and tips."""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One subject on one platform."""

    platform: PlatformWatch
    subject: str
    verdict: Verdict | None
    """None before the first round."""

    @property
    def state(self) -> State:
        """The state to show."""
        return self.verdict.state if self.verdict else State.INSUFFICIENT


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One subject on all platforms."""

    contestant: Contestant
    person: Person
    first: bool
    """Whether it is the contestant's first row."""
    platforms: Sequence[PlatformWatch]
    """The columns."""
    states: Sequence[State]
    """The state to show of each column's cell."""
    gravest: State
    """Of these; too little known where there are none."""
    _known: Mapping[tuple[str, str], Verdict] = field(repr=False, compare=False)

    @property
    def cells(self) -> list[MatrixCell]:
        """One cell a column, made when they are asked for: of ten thousand rows a page shows a hundred."""
        subject = self.person.id
        return [
            MatrixCell(platform, subject, self._known.get((platform.id, subject)))
            for platform in self.platforms
        ]


def main_name(person: Person) -> str:
    """The name that a page shows for a subject: the first full one, else the first."""
    full = next((name for name in person.names if name.kind is NameKind.FULL), None)
    return (full or person.names[0]).text if person.names else person.id


def names_in(election: Election, verdicts: Iterable[Verdict]) -> dict[str, str]:
    """The names of whom these verdicts speak, by subject."""
    spoken_of = {verdict.subject for verdict in verdicts}
    return {person.id: main_name(person) for person in election.people() if person.id in spoken_of}


def subject_verdicts(verdicts: Iterable[Verdict]) -> dict[tuple[str, str], Verdict]:
    """The verdicts about a subject on a platform, wherever on it they place the trouble."""
    return {
        (verdict.platform, verdict.subject): verdict
        for verdict in verdicts
        if verdict.subject is not None and not verdict.is_of_one_stream
    }


def matrix(
    election: Election, verdicts: Sequence[Verdict], platforms: Sequence[PlatformWatch] | None = None
) -> list[MatrixRow]:
    """All contestants' subjects in the election file's order, by these platforms, else by all."""
    columns = election.platforms if platforms is None else platforms
    known, ids = subject_verdicts(verdicts), [platform.id for platform in columns]
    rows = []
    for contestant in election.contestants:
        for index, person in enumerate(contestant.people):
            found = [known.get((id, person.id)) for id in ids]
            states = [State.INSUFFICIENT if verdict is None else verdict.state for verdict in found]
            gravest = min(states, key=_RANKS.__getitem__, default=State.INSUFFICIENT)
            rows.append(MatrixRow(contestant, person, index == 0, columns, states, gravest, known))
    return rows


@dataclass(frozen=True, slots=True)
class MatrixPart:
    """The rows of a matrix that one page shows."""

    rows: Sequence[MatrixRow]
    page: int
    """From 1."""
    pages: int
    matched: int
    """Rows that fit the filter, over all pages."""


def part(rows: Sequence[MatrixRow], only_open: bool, name: str, page: int) -> MatrixPart:
    """The rows of one page: all, or those where a cell is not fine; of names that contain `name`.

    A page beyond the last is the last.
    """
    wanted = undivided(name)
    fitting = [
        row
        for row in rows
        if (not only_open or not row.gravest.is_fine)
        and (
            not wanted
            or wanted in _searched(row.contestant.label)
            or any(wanted in _searched(name.text) for name in row.person.names)
        )
    ]
    columns = len(fitting[0].platforms) if fitting else 1
    shown = min(ROWS_A_PAGE, max(10, CELLS_A_PAGE // max(columns, 1)))
    pages = max(1, -(-len(fitting) // shown))
    page = min(page, pages)
    return MatrixPart(fitting[(page - 1) * shown : page * shown], page, pages, len(fitting))


@lru_cache(maxsize=65_536)
def _searched(text: str) -> str:
    """A name as it is searched for; kept, as each search looks through the same names."""
    return undivided(text)


def tally(rows: Iterable[MatrixRow]) -> list[tuple[State, int]]:
    """How many cells are in each state that occurs, gravest first."""
    counts = Counter(state for row in rows for state in row.states)
    return [(state, counts[state]) for state in GRAVITY if counts[state]]


def troubled_platforms(verdicts: Iterable[Verdict]) -> dict[str, Verdict]:
    """The platforms that are in trouble as a whole, by id, with the gravest that is said of each."""
    whole = [v for v in places(verdicts) if v.surface is None and v.vantage is None]
    return {verdict.platform: verdict for verdict in reversed(whole)}


def places(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """What is wrong with a place (a platform, surface or vantage) rather than a name, gravest first."""
    return sorted(
        (verdict for verdict in verdicts if verdict.subject is None and not verdict.state.is_fine),
        key=by_gravity,
    )


def findings(election: Election, verdicts: Iterable[Verdict]) -> list[Verdict]:
    """What is wrong with a contestant's name, one a subject and platform, gravest first."""
    targets = {person.id for person in election.people()}
    return sorted(
        (
            verdict
            for verdict in subject_verdicts(verdicts).values()
            if verdict.state.is_finding and verdict.subject in targets
        ),
        key=by_gravity,
    )


def by_gravity(verdict: Verdict) -> tuple[int, float]:
    """Gravest first, then the oldest."""
    return GRAVITY.index(verdict.state), verdict.since.timestamp()


def cells_of(verdicts: Iterable[Verdict], platform: str, subject: str) -> Mapping[tuple[str, str], Verdict]:
    """A subject's verdicts on one platform by surface and vantage, gravest first."""
    return {
        (verdict.surface, verdict.vantage): verdict
        for verdict in sorted(
            verdicts, key=lambda v: (GRAVITY.index(v.state), v.surface or "", v.vantage or "")
        )
        if verdict.platform == platform
        and verdict.subject == subject
        and verdict.is_of_one_stream
        and verdict.surface is not None
        and verdict.vantage is not None
    }
