"""What a canary found means: a reader that finds what nobody posts. It can never hide a missing name.

Canaries are words that nobody posts, secret and new each day until their key is revealed. One found
was posted by somebody, or the platform answers freely: it is burned and replaced. Two different ones
found close together show that this reader finds what is not there, so names *found* there are not
measured. Names missing there stay missing and their bets go on: the null is about the answers,
whatever the reader does, and an echo shows every name.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from siaga.detection.rules.missing import FOUND, code_of
from siaga.detection.settings import CANARIES_TO_DOUBT, CANARY_GOOD_ROUNDS, CANARY_SOON
from siaga.domain.answers import Role
from siaga.domain.records import Measurement


@dataclass(slots=True)
class CanaryDoubt:
    """Whether what one stream's reader finds can be trusted."""

    round: int = 0
    """Rounds so far in which a canary was measured."""
    found: dict[str, int] = field(default_factory=dict)
    """Canary words found lately: the last round in which each was."""
    last: int = 0
    """The last round in which any was found."""
    doubted: bool = False
    """Whether names found here count as not measured."""

    def take(self, found: Collection[str]) -> list[str]:
        """A round in which canaries were measured.

        Args:
            found: the words that were found; those not measured count as nothing.

        Returns:
            Words found for the first time lately: to be burned and replaced.
        """
        self.round += 1
        self.found = {word: at for word, at in self.found.items() if self.round - at < CANARY_SOON}
        new = [word for word in found if word not in self.found]
        for word in found:
            self.found[word] = self.last = self.round
        if len(self.found) >= CANARIES_TO_DOUBT:
            self.doubted = True
        elif self.round - self.last >= CANARY_GOOD_ROUNDS:
            self.doubted = False
        return new


def canaries_found(measurements: Sequence[Measurement]) -> list[str]:
    """The canary words that a round found."""
    return [
        m.name
        for m in measurements
        if m.role is Role.CANARY and code_of(m.answer, m.count, m.matching) == FOUND
    ]
