"""How the names of one surface share its rounds: who is asked in each, and how often everybody else comes.

Where all fit into one round, each round asks all. Otherwise names take turns in groups, and the controls take
part in every round, so that each judges by itself.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

MOST_IN_ROUND: Final = 40
"""Names in one round at most, where nothing else is declared; where there are more subjects, they share
several rounds."""
MOST_IN_DECLARED_ROUND: Final = 1_000
"""The same where `others-every` says how often everybody comes."""
MOST_SEATS: Final = 4
"""Places of a round kept for names under suspicion, where names take turns: these are asked in every round
until it is settled."""


@dataclass(frozen=True, slots=True)
class RoundShape:
    """How many names of each sort a surface's rounds ask."""

    first: int
    """Targets asked in each round."""
    others: int
    """Targets that take turns."""
    groups: int
    """Rounds until each of them has been asked."""
    controls: int
    """In each round."""
    canary: int
    seats: int
    """Places kept for names under suspicion, where names take turns."""
    round_size: int
    """Names in a round of a burst at most, where names take turns."""

    @property
    def takes_turns(self) -> bool:
        """Whether a round asks only some of the names."""
        return self.groups > 1

    @property
    def group(self) -> int:
        """Targets of the largest group."""
        return -(-self.others // self.groups)

    @property
    def size(self) -> int:
        """Names in the largest round."""
        return self.first + self.group + self.seats + self.controls + self.canary

    @property
    def burst_size(self) -> int:
        """Names in the largest round of a burst: where names take turns it asks those under suspicion, not
        whoever is asked in each round."""
        return min(self.size, self.round_size) if self.takes_turns else self.size


def round_shape(
    first: int,
    others: int,
    controls: int,
    canaries: int,
    rounds: int | None = None,
    round_size: int = MOST_IN_ROUND,
) -> RoundShape:
    """The shape of a surface's rounds for so many subjects that can be asked there.

    Args:
        first: lists, parties and whoever heads a list.
        others: all other targets.
        rounds: in so many rounds everybody is to have been asked; None where that is not declared, and all
            take turns alike.
        round_size: names in a round at most, where that is not declared.
    """
    canary, everybody = min(canaries, 1), first + others
    if everybody + controls + canary <= round_size:
        return RoundShape(0, everybody, 1, controls, canary, 0, round_size)
    controls = min(controls, round_size // 2)
    if rounds is not None and others:
        groups = min(rounds, others)
        seats = MOST_SEATS if groups > 1 else 0
        return RoundShape(first, others, groups, controls, canary, seats, round_size)
    places = round_size - canary - controls
    if everybody <= places:
        return RoundShape(0, everybody, 1, controls, canary, 0, round_size)
    seats = min(MOST_SEATS, places // 4)
    return RoundShape(0, everybody, -(-everybody // (places - seats)), controls, canary, seats, round_size)


def rounds_until_all(every: timedelta, others_every: timedelta | None) -> int | None:
    """In how many rounds everybody is to have been asked; None where it is not declared."""
    return None if others_every is None else max(1, others_every // every)
