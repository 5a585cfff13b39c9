"""How much denser than usual a watch is: during events, and in the hour before each."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from siaga.election.demand import BEFORE_EVENT
from siaga.election.model import Event

_ALWAYS: Final = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class EventRate:
    """The factor on base rates at any moment; where events overlap, the largest."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._spans = [(event.starts - BEFORE_EVENT, event.ends, event.denser) for event in events]
        self._edges = sorted({edge for starts, ends, _ in self._spans for edge in (starts, ends)})
        self._known = 1.0
        self._from, self.until = _ALWAYS[1], _ALWAYS[0]
        """When the factor last told changes."""

    def at(self, now: datetime) -> float:
        """How many times the base rate; never less than once."""
        if not self._from <= now < self.until:
            self._from = max((edge for edge in self._edges if edge <= now), default=_ALWAYS[0])
            self.until = min((edge for edge in self._edges if edge > now), default=_ALWAYS[1])
            self._known = max(
                [1.0, *(factor for starts, ends, factor in self._spans if starts <= now < ends)]
            )
        return self._known
