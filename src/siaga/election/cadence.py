"""How often each name is asked, as the names of a surface share its rounds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from siaga.election.model import ControlKind, Election, Name, PlatformWatch, SurfaceWatch
from siaga.election.naming import names_for, names_of_control
from siaga.election.rotation import RoundShape, round_shape, rounds_until_all

Subjects = Sequence[tuple[bool, tuple[Name, ...]]]
"""Of each target: whether it is asked first where names take turns, and its names."""
ControlSubjects = Sequence[tuple[ControlKind, tuple[Name, ...]]]
"""The names of each subject."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """The rounds of one surface, from one vantage at the base rate."""

    surface: str
    shape: RoundShape
    every: timedelta
    """Between two rounds."""

    @property
    def others_every(self) -> timedelta:
        """Between two askings of a name that takes turns; of any name where none do."""
        return self.shape.groups * self.every

    @property
    def asks_some_always(self) -> bool:
        """Whether some names are asked in each round while others take turns."""
        return self.shape.takes_turns and self.shape.first > 0

    def is_turn_of(self, *, is_first: bool) -> bool:
        """Whether a name waits for its turn; `is_first` is `Contestant.is_asked_first`."""
        return self.shape.takes_turns and not (is_first and self.asks_some_always)

    def between_askings(self, *, is_first: bool) -> timedelta:
        """Between two askings of a name; `is_first` is `Contestant.is_asked_first`."""
        return self.others_every if self.is_turn_of(is_first=is_first) else self.every


def cadences_of(
    platform: PlatformWatch, targets: Subjects, controls: ControlSubjects, canaries: int
) -> tuple[Cadence, ...]:
    """Those of a platform's surfaces, in the file's order."""

    def shape(watch: SurfaceWatch) -> RoundShape:
        surface = watch.surface
        asked = Counter(is_first for is_first, names in targets if names_for(names, surface, platform.id))
        return round_shape(
            asked[True],
            asked[False],
            sum(bool(names_of_control(kind, names, surface, platform.id)) for kind, names in controls),
            canaries,
            rounds_until_all(watch.every, watch.others_every),
        )

    return tuple(Cadence(watch.surface, shape(watch), watch.every) for watch in platform.surfaces)


def cadences(election: Election) -> Mapping[str, tuple[Cadence, ...]]:
    """Those of each platform, by its id."""
    targets, controls = targets_of(election), controls_of(election)
    return {
        platform.id: cadences_of(platform, targets, controls, len(election.canaries))
        for platform in election.platforms
    }


def targets_of(election: Election) -> Subjects:
    """Everybody who is watched."""
    return [
        (contestant.is_asked_first, person.names)
        for contestant in election.contestants
        for person in contestant.people
    ]


def controls_of(election: Election) -> ControlSubjects:
    """The controls."""
    return [(control.kind, control.names) for control in election.controls]
