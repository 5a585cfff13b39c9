"""How many requests a watch needs of each budget: the arithmetic behind `election check`.

A base round asks one name of each subject that has a fitting one, and one canary. While a round is asked,
every asking may be tried once more, so twice its requests are set aside.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siaga.election.cadence import (
    Cadence,
    ControlSubjects,
    Subjects,
    cadences_of,
    controls_of,
    targets_of,
)
from siaga.election.model import Budget, Election, Event, PlatformWatch
from siaga.election.readers import ReaderFacts, facts_of

BEFORE_EVENT: Final = timedelta(hours=1)
"""By which a watch becomes denser before an event begins."""


@dataclass(frozen=True, slots=True)
class Cost(Cadence):
    """What one surface asks of its platform's budgets, from one vantage."""

    requests_each: int

    @property
    def names(self) -> int:
        """In its largest round."""
        return self.shape.size

    @property
    def round(self) -> int:
        """Requests of one round without retries."""
        return self.names * self.requests_each

    def needed(self, span: timedelta) -> float:
        """Requests in `span` at the base rate."""
        return self.round * (span / self.every)


@dataclass(frozen=True, slots=True)
class Need:
    """What a platform's surfaces together need of one budget."""

    budget: Budget
    base: float
    """Requests in the budget's span at the base rate."""
    densest: float
    """Requests in the densest stretch of the budget's length, events counted."""
    largest_round: int
    """Requests set aside for the largest round, each asking's retry included."""
    event: Event | None
    """One of the events in that densest stretch; None without."""

    @property
    def fits(self) -> bool:
        """Whether the budget carries it all."""
        return max(self.densest, self.base, float(self.largest_round)) <= self.budget.requests


def costs_of(
    platform: PlatformWatch, targets: Subjects, controls: ControlSubjects, canaries: int, facts: ReaderFacts
) -> tuple[Cost, ...]:
    """What each of a platform's surfaces costs, in the file's order."""

    return tuple(
        Cost(cadence.surface, cadence.shape, cadence.every, facts.cost[cadence.surface])
        for cadence in cadences_of(platform, targets, controls, canaries)
    )


def needs_of(platform: PlatformWatch, costs: Sequence[Cost], events: Sequence[Event]) -> tuple[Need, ...]:
    """What the surfaces need of each of the platform's budgets, in the file's order."""
    event_density = _EventDensity(events)
    needs: list[Need] = []
    for budget in platform.budgets:
        base = sum(cost.needed(budget.per) for cost in costs)
        factor, event = event_density.densest(budget.per)
        largest = 2 * max((cost.round for cost in costs), default=0)
        needs.append(Need(budget, base, base * factor, largest, event))
    return tuple(needs)


class _EventDensity:
    """How many times the base rate is asked, over stretches of any length."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._spans = [
            (event.starts - BEFORE_EVENT, event.ends, event) for event in events if event.denser > 1.0
        ]
        self._edges = sorted({edge for starts, ends, _ in self._spans for edge in (starts, ends)})
        self._factors = [self._factor(edge) for edge in self._edges]
        self._added = [0.0]  # extra seconds of watching, up to each edge
        for place in range(1, len(self._edges)):
            length = (self._edges[place] - self._edges[place - 1]).total_seconds()
            self._added.append(self._added[-1] + (self._factors[place - 1] - 1.0) * length)

    def densest(self, span: timedelta) -> tuple[float, Event | None]:
        """The largest mean factor over any stretch of length `span`, and an event that makes it so."""
        most, start = 1.0, None
        for edge in self._edges:
            for begin in (edge, edge - span):
                added = self._until(begin + span) - self._until(begin)
                if (mean := 1.0 + added / span.total_seconds()) > most:
                    most, start = mean, begin
        if start is None:
            return 1.0, None
        inside = [event for starts, ends, event in self._spans if starts < start + span and ends > start]
        return most, max(inside, key=lambda event: event.denser)

    def _factor(self, at: datetime) -> float:
        return max((event.denser for starts, ends, event in self._spans if starts <= at < ends), default=1.0)

    def _until(self, at: datetime) -> float:
        place = bisect_right(self._edges, at) - 1
        if place < 0:
            return 0.0
        since = (at - self._edges[place]).total_seconds()
        return self._added[place] + (self._factors[place] - 1.0) * since


def demand_of(
    election: Election, readers: Mapping[str, ReaderFacts]
) -> dict[str, tuple[tuple[Cost, ...], tuple[Need, ...]]]:
    """Costs and needs of each platform of an election, by its id."""
    targets, controls = targets_of(election), controls_of(election)
    found: dict[str, tuple[tuple[Cost, ...], tuple[Need, ...]]] = {}
    for platform in election.platforms:
        facts = facts_of(readers, platform.reader)
        costs = costs_of(platform, targets, controls, len(election.canaries), facts)
        found[platform.id] = costs, needs_of(platform, costs, election.events)
    return found
