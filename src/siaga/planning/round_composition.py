"""Who is asked together in one round, and by which of their names."""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from siaga.domain.answers import Role, Session
from siaga.domain.records import Asking
from siaga.election.demand import MOST_IN_ROUND
from siaga.election.model import Election, Name, SurfaceWatch
from siaga.election.naming import names_for, names_of_control
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


SweepGroups = tuple[tuple[SurfaceSubject, ...], ...]
"""A sweep's targets, dealt into the groups of its rounds."""


class RoundComposition:
    """Everybody who can be asked on one surface of one platform, and how they share rounds.

    Where all fit into one round, each round asks all of them. Otherwise targets are dealt into groups anew
    for each sweep, and controls, of which at most half a round is asked, take turns.
    """

    def __init__(
        self, election: Election, platform: str, surface: str, round_size: int = MOST_IN_ROUND
    ) -> None:
        if round_size < LEAST_ROUND_SIZE:
            raise ValueError(f"a round of {round_size} names cannot compare; at least {LEAST_ROUND_SIZE}")

        def parts(subjects: Sequence[tuple[str, tuple[Name, ...]]], role: Role) -> tuple[SurfaceSubject, ...]:
            named = (SurfaceSubject(id_, role, tuple(name.text for name in names)) for id_, names in subjects)
            return tuple(part for part in named if part.names)

        self._platform = platform
        people = [(person.id, names_for(person.names, surface, platform)) for person in election.people()]
        controls = [
            (control.id, names_of_control(control.kind, control.names, surface, platform))
            for control in election.controls
        ]
        self.targets = parts(people, Role.TARGET)
        self.controls = parts(controls, Role.CONTROL)
        self._canaries = min(len(election.canaries), 1)
        self.left_out = tuple(
            id_
            for id_, _ in people + controls
            if id_ not in {part.subject for part in self.targets + self.controls}
        )
        places = round_size - self._canaries
        if len(self.targets) + len(self.controls) <= places:
            self._controls_each = len(self.controls)
        else:
            self._controls_each = min(len(self.controls), round_size // 2)
        places -= self._controls_each
        self.groups = max(1, -(-len(self.targets) // places))
        """Rounds that it takes to ask every target once."""
        self.size = -(-len(self.targets) // self.groups) + self._controls_each + self._canaries
        """Names in the largest round."""
        self._everybody = tuple(sorted(self.targets + self.controls))
        self._all_fit = self.size == len(self._everybody) + self._canaries

    def coverage(self, watch: SurfaceWatch) -> Coverage:
        """Who is asked here, for people to read."""
        return Coverage(
            self._platform,
            watch.surface,
            watch.session,
            tuple(part.subject for part in self.targets),
            tuple(part.subject for part in self.controls),
            self.left_out,
            self.groups,
        )

    def deal(self, seed: bytes) -> SweepGroups:
        """A sweep's groups, alike in size to within one."""
        if self.groups == 1:
            return (self.targets,)
        shuffled = order(seed, self.targets)
        return tuple(shuffled[group :: self.groups] for group in range(self.groups))

    def askings(
        self,
        seed: bytes,
        group: tuple[SurfaceSubject, ...],
        sweep: int,
        number: int,
        canaries: Sequence[str],
    ) -> tuple[Asking, ...]:
        """Round `number`, the one of `sweep` that asks `group`, in the order that its seed gives.

        `canaries` are the day's words, which take turns.
        """
        together = list(self._everybody) if self._all_fit else sorted(group + self._controls_of(number))
        if self._canaries:
            turn = number % len(canaries)
            canary = SurfaceSubject(f"canary-{turn + 1}", Role.CANARY, (canaries[turn],))
            bisect.insort(together, canary)
        return tuple(
            Asking(position, part.subject, part.role, part.name(sweep))
            for position, part in enumerate(order(seed, together))
        )

    def _controls_of(self, number: int) -> tuple[SurfaceSubject, ...]:
        first = number * self._controls_each
        return tuple(
            self.controls[place % len(self.controls)] for place in range(first, first + self._controls_each)
        )
