"""Checks a watch's record: whether its past rounds were asked in the order fixed beforehand.

This shows whether the parts of the record agree. It cannot show that nothing was cut off at the end: for
that, compare the head of the chain with a copy that was kept elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from uuid import UUID

import pyarrow as pa

from siaga.domain.answers import Answer
from siaga.domain.ids import moment_of
from siaga.domain.records import Measurement, Stream
from siaga.journal.journal import PAGE, Journal
from siaga.journal.kinds import Kind
from siaga.measurements.schema import to_measurements
from siaga.measurements.store import Store
from siaga.planning.seeds import OrderCheck, commitment, number_of, verify_round


@dataclass(frozen=True, slots=True)
class DayKeys:
    """What the journal says of one UTC day's keys."""

    committed: Mapping[str, datetime] = field(default_factory=dict)
    """By digest (SHA-256, hexadecimal), when it was journalled."""
    revealed: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class WrongRound:
    """A round that was not asked as the day's key gives it."""

    round: UUID
    stream: Stream
    order: OrderCheck


@dataclass(slots=True)
class DayOrders:
    """What the rounds of one UTC day show."""

    day: date
    keys: DayKeys
    rounds: int = 0
    first: datetime | None = None
    """When the first name was asked, UTC."""
    wrong: list[WrongRound] = field(default_factory=list)
    cut_short: int = 0
    """Rounds that ended before all planned names were asked: their order cannot be recomputed."""
    unclear: int = 0
    """Rounds that were cut short or asked in another order: without the plan nobody can tell which."""
    skipped: int = 0
    """Numbers between two rounds of a stream for which the record has no round."""
    last_number: dict[Stream, int] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether the day's key is not revealed yet, so that nothing can be said of its orders."""
        return not self.keys.revealed

    @property
    def late(self) -> bool:
        """Whether a key of the day was committed to only after the day's first round."""
        committed = self.keys.committed.values()
        return self.first is not None and (not committed or min(committed) > self.first)


def keys_in(journal: Journal) -> Mapping[date, DayKeys]:
    """The keys that a journal commits to and reveals, by the UTC day that they are for."""
    found: dict[date, DayKeys] = {}
    after = 0
    kinds = {Kind.SEED_KEY_COMMITTED, Kind.SEED_KEY_REVEALED}
    while events := journal.read(after, kinds):
        for event in events:
            day = date.fromisoformat(str(event.what["day"]))
            known = found.get(day, DayKeys())
            if event.kind == Kind.SEED_KEY_COMMITTED:
                committed = {str(event.what["sha256"]): event.at, **known.committed}
                found[day] = DayKeys(committed, known.revealed)
            else:
                key = bytes.fromhex(str(event.what["key"]))
                found[day] = DayKeys(known.committed, (*known.revealed, key))
        after = events[-1].seq
        if len(events) < PAGE:
            break
    return found


def orders(
    batches: Iterable[pa.RecordBatch],
    keys: Mapping[date, DayKeys],
    planned: Callable[[date], Mapping[UUID, int]] | None,
) -> Sequence[DayOrders]:
    """What the rounds of a record show, day by day, oldest first. `batches` are in the order of appending.

    `planned` says how many names each round of a day was to ask; None where the plan cannot be read.
    """
    days: dict[date, DayOrders] = {}
    plans: dict[date, Mapping[UUID, int]] = {}
    for round_id, measurements in _rounds(batches):
        day = moment_of(round_id).date()
        if day not in days:
            days[day] = DayOrders(day, keys.get(day, DayKeys()))
            if planned is not None:
                plans[day] = planned(day)
        seen = days[day]
        seen.rounds += 1
        asked = min(measurement.at for measurement in measurements)
        seen.first = asked if seen.first is None else min(seen.first, asked)
        if not seen.is_open:
            names = plans[day].get(round_id) if day in plans else None
            _check(seen, round_id, measurements, names)
    return [days[day] for day in sorted(days)]


def planned_names(store: Store, day: date) -> Mapping[UUID, int]:
    """How many names each round of a UTC day was to ask."""
    start = datetime.combine(day, time(), UTC)
    return {planned.id: planned.asked for planned in store.rounds(start, start + timedelta(days=1))}


def _rounds(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[UUID, Sequence[Measurement]]]:
    """Rounds as they were stored: each whole, one after another."""
    measurements = (measurement for batch in batches for measurement in to_measurements(batch))
    for round_id, asked in groupby(measurements, key=lambda measurement: measurement.round):
        yield round_id, list(asked)


def _check(seen: DayOrders, round_id: UUID, measurements: Sequence[Measurement], names: int | None) -> None:
    """`names` is how many were to be asked; None where that is not known."""
    results = [
        verify_round(key, commitment(key), measurements)
        for key in seen.keys.revealed
        if commitment(key) in seen.keys.committed
    ]
    stream = measurements[0].stream
    if OrderCheck.FOLLOWS in results or OrderCheck.OTHER_ORDER in results:
        _count(seen, stream, number_of(round_id))
    if OrderCheck.FOLLOWS in results:
        return
    limited = any(measurement.answer is Answer.LIMITED for measurement in measurements)
    if OrderCheck.OTHER_ORDER not in results:
        seen.wrong.append(WrongRound(round_id, stream, results[0] if results else OrderCheck.OTHER_KEY))
    elif len(measurements) < names if names is not None else limited:
        seen.cut_short += 1
    elif names is None:
        seen.unclear += 1
    else:
        seen.wrong.append(WrongRound(round_id, stream, OrderCheck.OTHER_ORDER))


def _count(seen: DayOrders, stream: Stream, number: int) -> None:
    last = seen.last_number.get(stream)
    if last is not None and number > last:
        seen.skipped += number - last - 1
    seen.last_number[stream] = max(number, last or 0)
