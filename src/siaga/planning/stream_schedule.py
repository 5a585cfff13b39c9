"""One stream as it is being planned: when it is due, and what has been asked of it."""

import hashlib
import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from siaga.domain.records import Stream
from siaga.planning.budgets import SECOND, BudgetShare, RequestAllowance
from siaga.planning.round_composition import RoundComposition, Turn
from siaga.planning.seeds import stream_text

BURST_GAP: Final = 6 * SECOND
"""Between a burst's first rounds of one stream: four confirm a first miss within half a minute."""
BURST_ROUNDS: Final = 12
"""After so many, the gap doubles, until it is no shorter than the stream's own interval."""
HEAD_START: Final = 30 * SECOND
"""By which the suspected surface's burst begins before the others'."""
RETRIES: Final = 1
"""How often one asking may be tried again within its round; the requests for it are held with the round."""


@dataclass(slots=True)
class RoundInFlight:
    """A round that has been taken and not yet finished."""

    round: UUID
    taken: int
    taken_awake: int
    """`taken`, in time awake."""
    held: int
    share: BudgetShare


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """What one platform may still be asked from one vantage."""

    platform: str
    vantage: str
    share: float
    """0 to 1, of the scarcest budget."""
    waits_until: datetime | None
    """The platform told us to ask nothing before."""
    unpaid: bool = False
    """Whether that is because the credit is spent."""


@dataclass(slots=True)
class AllowanceQueue:
    """One platform and vantage: its allowance, and the streams whose base round waits for it."""

    index: int
    allowance: RequestAllowance
    waiting: list[tuple[int, int]] = field(default_factory=list)
    """A heap of (since when due, track), so that the oldest goes first."""
    wake: int | None = None
    """When to look again."""

    def state(self, schedules: Sequence["StreamSchedule"]) -> dict[str, Any]:
        """Everything that changes, as JSON values. `schedules` are those of the whole plan, by index."""
        return {
            "allowance": self.allowance.state(),
            "wake": self.wake,
            "waiting": [[since, schedules[index].name] for since, index in self.waiting],
        }

    def restore(self, state: dict[str, Any], indexes: Mapping[str, int], now: int) -> None:
        """Take up what `state` gave; streams that are not in `indexes` are forgotten."""
        self.allowance.restore(state["allowance"], now)
        self.wake = state["wake"]
        self.waiting = [(since, indexes[name]) for since, name in state["waiting"] if name in indexes]
        heapq.heapify(self.waiting)


@dataclass(slots=True)
class StreamSchedule:
    """One stream's plan. Moments are steady microseconds."""

    index: int
    stream: Stream
    queue: AllowanceQueue
    composition: RoundComposition
    every: int
    """The base interval."""
    cost: int
    """Requests that one asking takes."""
    phase: int
    """The stream's own place within any interval, of 2**64."""
    base_due: int = 0
    """When the next base round is due, bursts or not."""
    due: int | None = None
    """When the agenda comes to it; None while it waits for its allowance or is in flight."""
    number: int = 0
    """Rounds taken."""
    sweep: int = 0
    group: int = 0
    attempt: int | None = None
    """Rounds of the burst so far, also those that the allowance did not carry; None without a burst."""
    burst_due: int = 0
    suspected: bool = False
    """Whether this burst has named the stream's own surface."""
    worth: float = 1.0
    """What a round of its burst is worth, to the others': see `Planner.suspect`."""
    slept: bool = False
    """Whether its last due moment was slept over."""
    flight: RoundInFlight | None = None

    @property
    def name(self) -> str:
        """The stream as text; what the plan's state calls it."""
        return stream_text(self.stream).decode()

    @property
    def requests_a_round(self) -> int:
        """Requests set aside for a base round, each asking's retry included."""
        return self.composition.size * self.cost * (1 + RETRIES)

    def requests_of(self, share: BudgetShare, suspects: Sequence[str]) -> int:
        """The same for the next round of a share."""
        if not self.asks_suspects(share, suspects):
            return self.requests_a_round
        return self.composition.shape.burst_size * self.cost * (1 + RETRIES)

    def asks_suspects(self, share: BudgetShare, suspects: Sequence[str]) -> bool:
        """Whether the next round of a share asks names under suspicion instead of the group whose turn it is:
        in a burst, where names take turns and it is known who is under suspicion."""
        return (
            share is BudgetShare.BURST
            and self.composition.shape.takes_turns
            and any(map(self.composition.can_be_asked, suspects))
        )

    @property
    def turn(self) -> Turn:
        """Whose turn it is."""
        return Turn(self.number, self.sweep, self.group)

    def take_turn(self, *, of_suspects: bool) -> None:
        """A round was taken; one of names under suspicion leaves the turn where it is."""
        self.number += 1
        if of_suspects:
            return
        self.group += 1
        if self.group >= self.composition.groups:
            self.sweep, self.group = self.sweep + 1, 0

    def interval(self, denser: float) -> int:
        """Between base rounds, microseconds; a second at least."""
        return max(SECOND, int(self.every / denser))

    def next_base(self, after: int, interval: int) -> int:
        """The first of the stream's own moments after `after`: one an interval, always at its phase."""
        offset = self.phase * interval >> 64
        return offset + ((after - offset) // interval + 1) * interval

    def burst_gap(self) -> int:
        """Between the burst's present rounds."""
        return BURST_GAP << min((self.attempt or 0) // BURST_ROUNDS, 32)

    def begin_burst(self, now: int, *, suspected: bool) -> None:
        """Start a burst, each stream at its own moment within the first gap."""
        self.attempt = 0
        self.suspected = suspected
        self.burst_due = now + (0 if suspected else HEAD_START) + (self.phase * BURST_GAP >> 64)

    def end_burst(self) -> None:
        """Back to the base rate."""
        self.attempt = None
        self.suspected = False
        self.worth = 1.0

    def next_due(self) -> int:
        """The earlier of base and burst."""
        return self.base_due if self.attempt is None else min(self.base_due, self.burst_due)

    def pace_burst(self, since: int, interval: int) -> None:
        """Set the burst's next moment, or end it where it has become no denser than the base rate."""
        if self.attempt is not None:
            if self.burst_gap() >= interval:
                self.end_burst()
            else:
                # A base round within the head start does not shorten it.
                self.burst_due = max(self.burst_due, since + self.burst_gap())

    def state(self) -> list[Any]:
        """Everything that changes, as plain values in a fixed order: it is kept before each asking."""
        flight = self.flight
        return [
            self.base_due,
            self.due,
            self.number,
            self.sweep,
            self.group,
            self.attempt,
            self.burst_due,
            self.suspected,
            self.worth,
            self.slept,
            flight and [flight.round.hex, flight.taken, flight.held, flight.share.value],
        ]

    def restore(self, state: list[Any], *, same_election: bool) -> None:
        """Take up what `state` gave; another election file begins a new sweep."""
        self.base_due, self.due, self.number, self.sweep, self.group = state[:5]
        self.attempt, self.burst_due, self.suspected, self.worth, self.slept, flight = state[5:]
        self.flight = flight and RoundInFlight(
            UUID(flight[0]), flight[1], 0, flight[2], BudgetShare(flight[3])
        )
        if self.group and not same_election:
            self.sweep, self.group = self.sweep + 1, 0


def phase_of(election: str, stream: Stream) -> int:
    """A stream's place within any interval, of 2**64: by hash, so that streams do not come all at once."""
    digest = hashlib.sha256(election.encode() + b"\n" + stream_text(stream)).digest()
    return int.from_bytes(digest[:8], "big")
