"""A watch's directory as a stopped watch leaves it: two days of rounds, their keys in the journal."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from siaga.domain.answers import Answer, Role, Session
from siaga.domain.ids import uuid7
from siaga.domain.records import Asking, Measurement, Round, Stream
from siaga.domain.time import SimulatedClock
from siaga.journal.anchor import write_anchor
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.measurements.store import Store
from siaga.planning.seeds import commitment, order, round_id, round_seed

STREAM = Stream("x", "search-latest", "jakarta", Session.SIGNED_IN)
SUBJECTS = ("anies", "ganjar", "kopi", "prabowo", "rain")
DAYS = (date(2024, 1, 25), date(2024, 1, 26))
"""The first is over, so that its key is revealed."""


def key_of(day: date) -> bytes:
    return bytes([day.day]) * 32


@dataclass
class Recorded:
    directory: Path
    rounds: int


def planned(day: date, number: int) -> Round:
    at = datetime.combine(day, time(), UTC) + timedelta(minutes=number)
    id_ = round_id(key_of(day), at, STREAM, number)
    seed = round_seed(key_of(day), id_)
    asked = order(seed, SUBJECTS)
    askings = tuple(Asking(place, subject, Role.TARGET, subject) for place, subject in enumerate(asked))
    return Round(id_, at, STREAM, seed, askings)


def measured(round_: Round, answer: Answer = Answer.RESULTS) -> list[Measurement]:
    return [
        Measurement(
            id=uuid7(round_.at, round_.id.int + asking.position & (1 << 74) - 1),
            round=round_.id,
            position=asking.position,
            at=round_.at + timedelta(seconds=1),
            election="indonesia-2024",
            platform=round_.stream.platform,
            surface=round_.stream.surface,
            vantage=round_.stream.vantage,
            session=round_.stream.session,
            subject=asking.subject,
            role=asking.role,
            name=asking.name,
            answer=answer,
            count=3,
            matching=3,
        )
        for asking in round_.askings
    ]


def record(
    directory: Path,
    swapped: int | None = None,
    cut: int | None = None,
    left_out: int | None = None,
    commit_after: timedelta = timedelta(),
    started: bool = False,
) -> Recorded:
    """Write a record of ten rounds a day. Of the first day's rounds, by number: one asked in another order,
    one cut short, one left out. `commit_after` is how long after midnight the keys were committed to;
    `started` is whether the journal says that a watch began."""
    directory.mkdir(exist_ok=True)
    clock = SimulatedClock(datetime.combine(DAYS[0], time(), UTC))
    rounds = 0
    with (
        Journal.open(f"sqlite:///{directory / 'journal.sqlite'}", clock) as journal,
        Store.open(directory / "measurements", clock) as store,
    ):
        if started:
            journal.append(Kind.WATCH_STARTED, "watch", {"election": "indonesia-2024"})
        for day in DAYS:
            start = datetime.combine(day, time(), UTC)
            clock.advance_to(start)
            what = {"day": day.isoformat(), "sha256": commitment(key_of(day))}
            journal.append(Kind.SEED_KEY_COMMITTED, "watch", what, at=start + commit_after)
            for number in range(10):
                if day == DAYS[0] and number == left_out:
                    continue
                round_ = planned(day, number)
                measurements = measured(round_)
                if day == DAYS[0] and number == swapped:
                    first, second, *others = measurements
                    measurements = [_as(first, second), _as(second, first), *others]
                if day == DAYS[0] and number == cut:
                    measurements = measured(round_, Answer.LIMITED)[:4]
                store.append(measurements, [round_])
                rounds += 1
            clock.advance_to(start + timedelta(hours=1))
            store.seal()
        journal.append(
            Kind.SEED_KEY_REVEALED, "watch", {"day": DAYS[0].isoformat(), "key": key_of(DAYS[0]).hex()}
        )
        write_anchor(directory, *journal.head(), store.last_seq)
    return Recorded(directory, rounds)


def _as(measurement: Measurement, other: Measurement) -> Measurement:
    return replace(measurement, subject=other.subject, name=other.name)
