"""Who is asked together in one round, and by which of their names."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from siaga.domain.answers import Role, Session
from siaga.domain.records import Asking
from siaga.election.model import Election, Name, SurfaceWatch
from siaga.election.naming import names_for, names_of_control
from siaga.election.rotation import MOST_IN_ROUND, round_shape, rounds_until_all
from siaga.planning.seeds import order

LEAST_ROUND_SIZE: Final = 4


@dataclass(frozen=True, slots=True, order=True)
class SurfaceSubject:
    """One subject as asked on one surface."""

    subject: str
    role: Role
    names: tuple[str, ...]
    """First the main name."""

    def name(self, turn: int) -> str:
        """The name for the subject's turn: the main one every other time, the others in between by turns."""
        if turn % 2 == 0 or len(self.names) == 1:
            return self.names[0]
        return self.names[1 + turn // 2 % (len(self.names) - 1)]


@dataclass(frozen=True, slots=True)
class Turn:
    """Which of a stream's rounds it is."""

    number: int
    """Of all its rounds."""
    sweep: int = 0
    """So often everybody has been asked before."""
    group: int = 0
    """Whose turn it is in the sweep."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who is asked on one surface, and who cannot be for want of a fitting name."""

    platform: str
    surface: str
    session: Session
    targets: tuple[str, ...]
    controls: tuple[str, ...]
    left_out: tuple[str, ...]
    """Targets and controls without a name that fits the surface."""
    rounds_a_sweep: int
    """Rounds that it takes to ask every target once."""


Subjects = tuple[SurfaceSubject, ...]


class RoundComposition:
    """Everybody who can be asked on one surface of one platform, and how they share rounds.

    Where all fit into one round, each round asks all of them. Otherwise names take turns in groups that stay
    the same: who is asked together once always is, so that judging a round touches nobody else. Where the
    election says how often the others come, lists, parties and heads of lists are asked in each round.
    Controls are in every round; of many, at most half a round, by turns.
    """

    def __init__(
        self, election: Election, platform: str, watch: SurfaceWatch, round_size: int = MOST_IN_ROUND
    ) -> None:
        if round_size < LEAST_ROUND_SIZE:
            raise ValueError(f"a round of {round_size} names cannot compare; at least {LEAST_ROUND_SIZE}")

        def parts(subjects: Sequence[tuple[str, tuple[Name, ...]]], role: Role) -> Subjects:
            named = (SurfaceSubject(id_, role, tuple(name.text for name in names)) for id_, names in subjects)
            return tuple(part for part in named if part.names)

        surface = watch.surface
        self._platform, self._watch = platform, watch
        people = [(person.id, names_for(person.names, surface, platform)) for person in election.people()]
        controls = [
            (control.id, names_of_control(control.kind, control.names, surface, platform))
            for control in election.controls
        ]
        self.targets = parts(people, Role.TARGET)
        self.controls = parts(controls, Role.CONTROL)
        asked = {part.subject for part in self.targets + self.controls}
        self.left_out = tuple(id_ for id_, _ in people + controls if id_ not in asked)
        heads = election.asked_first()
        count = sum(part.subject in heads for part in self.targets)
        self.shape = round_shape(
            count,
            len(self.targets) - count,
            len(self.controls),
            len(election.canaries),
            rounds_until_all(watch.every, watch.others_every),
            round_size,
        )
        self._first = tuple(part for part in self.targets if part.subject in heads and self.shape.first)
        self._groups = _dealt(election.id, self.targets, self._first, self.shape.groups)
        self._of_subject = {part.subject: part for part in self.targets}

    @property
    def groups(self) -> int:
        """Rounds that it takes to ask every target once."""
        return self.shape.groups

    @property
    def size(self) -> int:
        """Names in the largest round."""
        return self.shape.size

    def coverage(self) -> Coverage:
        """Who is asked here, for people to read."""
        return Coverage(
            self._platform,
            self._watch.surface,
            self._watch.session,
            tuple(part.subject for part in self.targets),
            tuple(part.subject for part in self.controls),
            self.left_out,
            self.groups,
        )

    def askings(
        self, seed: bytes, turn: Turn, canaries: Sequence[str], again: Sequence[str] = ()
    ) -> tuple[Asking, ...]:
        """The round of a turn, in the order that its seed gives.

        Args:
            turn: whose turn it is.
            canaries: the day's words, which take turns.
            again: subjects to be asked beside the group's, as they are under suspicion; by turns where there
                are more than seats.
        """
        group = self._groups[turn.group]
        seated = self._seated(again, turn.number, self.shape.seats, {part.subject for part in group})
        asked = [(part, turn.sweep) for part in group]
        asked += [(part, turn.number) for part in self._first + seated]
        return self._round(seed, asked, turn, canaries)

    def askings_of_suspects(
        self, seed: bytes, turn: Turn, canaries: Sequence[str], suspects: Sequence[str]
    ) -> tuple[Asking, ...]:
        """A round of a burst where names take turns: those under suspicion, with others for comparison.

        The others are those that are asked in each round; without such, the group that comes next.
        """
        places = self.shape.burst_size - self.shape.controls - self.shape.canary
        seated = self._seated(suspects, turn.number, max(1, places // 2), set())
        known = {part.subject for part in seated}
        others = [part for part in self._first or self._groups[turn.group] if part.subject not in known]
        asked = [(part, turn.number) for part in (*seated, *others)][:places]
        return self._round(seed, asked, turn, canaries)

    def can_be_asked(self, subject: str) -> bool:
        """Whether a target has a fitting name here."""
        return subject in self._of_subject

    def _seated(self, wanted: Sequence[str], number: int, seats: int, already: set[str]) -> Subjects:
        known = [self._of_subject[subject] for subject in wanted if subject in self._of_subject]
        first = {part.subject for part in self._first}
        known = [part for part in known if part.subject not in already | first]
        if len(known) <= seats:
            return tuple(known)
        return tuple(known[place % len(known)] for place in range(number * seats, (number + 1) * seats))

    def _round(
        self, seed: bytes, targets: list[tuple[SurfaceSubject, int]], turn: Turn, canaries: Sequence[str]
    ) -> tuple[Asking, ...]:
        names_turn = turn.number if self.shape.takes_turns else turn.sweep
        together = targets + [(part, names_turn) for part in self._controls_of(turn.number)]
        if self.shape.canary:
            which = turn.number % len(canaries)
            together.append((SurfaceSubject(f"canary-{which + 1}", Role.CANARY, (canaries[which],)), 0))
        together.sort()
        return tuple(
            Asking(position, part.subject, part.role, part.name(its_turn))
            for position, (part, its_turn) in enumerate(order(seed, together))
        )

    def _controls_of(self, number: int) -> Subjects:
        each = self.shape.controls
        first = number * each
        return tuple(self.controls[place % len(self.controls)] for place in range(first, first + each))


def _dealt(election: str, targets: Subjects, first: Subjects, groups: int) -> tuple[Subjects, ...]:
    """The targets that take turns, in groups alike in size to within one.

    Neighbours by a hash of election and subject are together, on every surface, so that groups of one surface
    are whole parts of another's, or nearly so; nobody chooses them.
    """
    apart = {part.subject for part in first}
    rest = [part for part in targets if part.subject not in apart]
    if groups == 1:
        return (tuple(rest),)
    rest.sort(key=lambda part: hashlib.sha256(f"{election}\n{part.subject}".encode()).digest())
    edges = [group * len(rest) // groups for group in range(groups + 1)]
    return tuple(tuple(rest[begin:end]) for begin, end in pairwise(edges))
