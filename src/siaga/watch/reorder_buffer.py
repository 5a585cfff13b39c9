"""Finished rounds on their way to being judged: held until none that belongs before them can still come.

Rounds are judged in order of completion, live and in replay alike. They are handed over a little out of that
order, because each has its own way from its last answer to here.
"""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from siaga.detection.round_facts import completed
from siaga.domain.records import Round
from siaga.probing.rounds import RoundResult

SETTLING_S: Final = 0.1
"""Real seconds that a finished round is held: longer than the way from its last answer to here differs."""
MOST_HELD: Final = 10_000
"""With more rounds than this not yet stored, no further ones are asked."""


@dataclass(frozen=True)
class FinishedRound:
    """A round and what came back."""

    round: Round
    result: RoundResult
    handed_over: float = 0.0
    """When, by the event loop's clock."""

    @cached_property
    def completed(self) -> int:
        """When its last answer was complete, microseconds since 1970."""
        return max((completed(measurement) for measurement in self.result.measurements), default=0)

    @property
    def order(self) -> tuple[int, str]:
        """Where it belongs, live and in replay alike."""
        return self.completed, str(self.round.id)


class ReorderBuffer:
    """The rounds that are held, in their order."""

    def __init__(self) -> None:
        self._held: list[FinishedRound] = []

    def __len__(self) -> int:
        return len(self._held)

    @property
    def is_full(self) -> bool:
        """Whether so many wait to be stored that no more should be asked."""
        return len(self._held) >= MOST_HELD

    def add(self, finished: FinishedRound) -> None:
        """Hold one more."""
        insort(self._held, finished, key=lambda held: held.order)

    def settled(self, now: float) -> Sequence[FinishedRound]:
        """Those that have been held long enough by `now`, and all that belong before one of them."""
        ready = [index for index, held in enumerate(self._held) if now - held.handed_over >= SETTLING_S]
        return self._held[: ready[-1] + 1] if ready else ()

    def before(self, moment: int) -> Sequence[FinishedRound]:
        """Those that were complete before a moment, microseconds since 1970."""
        return [held for held in self._held if held.completed < moment]

    def all(self) -> Sequence[FinishedRound]:
        """Every one."""
        return list(self._held)

    def remove(self, finished: FinishedRound) -> None:
        """Let go of one that is stored and judged."""
        self._held.remove(finished)
