"""The contestants of a large election by their lists: how many names each has, and how they are."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from siaga.domain.verdicts import State
from siaga.election.model import Contestant, ContestantKind, Election
from siaga.web.summary.matrix import GRAVITY, ROWS_A_PAGE, MatrixRow

_LISTS: Final = (ContestantKind.LIST, ContestantKind.PARTY)


@dataclass(frozen=True, slots=True)
class ListGroup:
    """One list with everybody on it."""

    contestant: Contestant
    names: int
    """The list's own among them."""
    states: Sequence[tuple[State, int]]
    """How many of its names are in each state, by their gravest platform; gravest first."""


def is_large(rows: Sequence[MatrixRow]) -> bool:
    """Whether there are more names than one page shows: then it begins with what is wrong."""
    return len(rows) > ROWS_A_PAGE


def list_of(row: MatrixRow) -> str | None:
    """The id of the list that a row belongs to; a list belongs to itself."""
    contestant = row.contestant
    return contestant.id if contestant.kind in _LISTS else contestant.on_list


def groups(election: Election, rows: Sequence[MatrixRow]) -> list[ListGroup]:
    """The lists on which others stand, the one with the gravest state first; of equals, the most of it."""
    states = defaultdict[str, Counter[State]](Counter)
    for row in rows:
        if (key := list_of(row)) is not None:
            states[key][row.gravest] += 1
    stood_on = {contestant.on_list for contestant in election.contestants} & states.keys()
    found = [
        ListGroup(
            contestant,
            states[contestant.id].total(),
            [(state, states[contestant.id][state]) for state in GRAVITY if states[contestant.id][state]],
        )
        for contestant in election.contestants
        if contestant.id in stood_on
    ]
    return sorted(found, key=lambda group: [(GRAVITY.index(state), -count) for state, count in group.states])
