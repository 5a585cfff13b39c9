"""When a name that is missing now is called: by the clock, by breadth, by the record of lonely outages."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference import persistence as slow

from siaga.detection.persistence import LonelyRecord
from siaga.detection.settings import RECORD_US

MINUTE = 60_000_000
DAY = 1440 * MINUTE
BROAD = [("people", "a"), ("people", "b"), ("search", "c")]
NARROW = [("people", "a")]
CONTROLS = range(5)


def lonely(record: LonelyRecord, name: int, first: int, minutes: int, places: int = 1) -> None:
    """The name is missing alone in rounds a minute apart, in so many of `BROAD`, and found then."""
    for at in range(first, first + minutes * MINUTE + 1, MINUTE):
        for stream in range(places):
            others = [control for control in CONTROLS if control != name]
            record.take(stream, BROAD[stream], at, others, [name])
    for stream in range(places):
        record.take(stream, BROAD[stream], first + (minutes + 1) * MINUTE, CONTROLS, [])


def kept_for(days: int) -> LonelyRecord:
    record = LonelyRecord()
    record.take(0, BROAD[0], 0, CONTROLS, [])
    record.take(0, BROAD[0], days * DAY, CONTROLS, [])
    return record


def test_five_minutes_until_there_is_a_record() -> None:
    assert LonelyRecord().called_after(BROAD, True, MINUTE, 0) == 5 * MINUTE
    assert kept_for(1).called_after(BROAD, True, MINUTE, DAY) == 5 * MINUTE


def test_two_minutes_where_all_paths_agree() -> None:
    record = kept_for(8)
    assert record.called_after(BROAD, True, MINUTE, 8 * DAY) == 2 * MINUTE
    assert record.called_after(BROAD, False, MINUTE, 8 * DAY) == 5 * MINUTE
    assert record.called_after(NARROW, True, MINUTE, 8 * DAY) == 5 * MINUTE
    assert record.called_after([("people", "a"), ("search", "b")], True, MINUTE, 8 * DAY) == 5 * MINUTE


@pytest.mark.parametrize(("lasted", "after"), [(1, 5), (7, 8), (14, 15), (40, 15)])
def test_never_before_the_longest_lonely_outage_and_a_round(lasted: int, after: int) -> None:
    record = kept_for(8)
    lonely(record, 2, 8 * DAY, lasted)
    lonely(record, 3, 9 * DAY, 1)
    assert record.called_after(NARROW, True, MINUTE, 9 * DAY) == after * MINUTE
    assert record.called_after(BROAD, True, MINUTE, 9 * DAY) == 2 * MINUTE  # of another breadth
    assert record.called_after(NARROW, True, MINUTE, 8 * DAY + RECORD_US + 60 * MINUTE) == 5 * MINUTE


def test_a_broad_outage_is_recorded_as_one() -> None:
    record = kept_for(8)
    lonely(record, 2, 8 * DAY, 6, places=3)
    assert record.called_after(BROAD, True, MINUTE, 9 * DAY) == 7 * MINUTE
    assert record.called_after(NARROW, True, MINUTE, 9 * DAY) == 5 * MINUTE


def test_where_several_are_missing_nobody_is_lonely() -> None:
    record = kept_for(8)
    for minute in range(9):
        record.take(0, BROAD[0], 8 * DAY + minute * MINUTE, [0, 1, 2], [3, 4])
    assert not record.going_on
    assert record.called_after(NARROW, True, MINUTE, 9 * DAY) == 5 * MINUTE


def test_an_outage_goes_on_until_every_stream_that_missed_the_name_found_it() -> None:
    record = kept_for(8)
    for minute, stream in ((0, 0), (1, 1), (5, 1)):
        record.take(stream, BROAD[stream], 8 * DAY + minute * MINUTE, [0], [1])
    record.take(0, BROAD[0], 8 * DAY + 6 * MINUTE, [0, 1], [])
    assert 1 in record.going_on
    record.take(1, BROAD[1], 8 * DAY + 7 * MINUTE, [0, 1], [])
    assert not record.going_on
    assert record.longest(False, 9 * DAY) == 5 * MINUTE


@given(
    lengths=st.lists(st.tuples(st.integers(0, 39), st.integers(0, 20), st.booleans()), max_size=12),
    broad=st.booleans(),
    fresh=st.booleans(),
)
def test_it_is_called_when_the_slow_program_calls_it(
    lengths: list[tuple[int, int, bool]], broad: bool, fresh: bool
) -> None:
    record, recorded = kept_for(8), []
    for number, (day, lasted, wide) in enumerate(sorted(lengths)):
        first = (9 + day) * DAY + 60 * number * MINUTE
        lonely(record, number % 5, first, lasted, places=3 if wide else 1)
        recorded.append((first / MINUTE + lasted, float(lasted), wide))
    now = 49 * DAY
    places, surfaces, networks = (BROAD, 2, 3) if broad else (NARROW, 1, 1)
    right = slow.called_after(
        [entry for entry in recorded if entry[1]], now / MINUTE, surfaces, networks, fresh, 1.0
    )
    assert record.called_after(places, fresh, MINUTE, now) == right * MINUTE


@pytest.mark.parametrize("kind", ["uniform 1-4 min", "median 2 min, long tail", "mean 1.5 min"])
def test_faults_that_last_as_the_recorded_ones_are_called_at_most_once_in_their_number(kind: str) -> None:
    rng, recorded, trials = np.random.default_rng(11), 40, 400
    outlasts = 0
    for _ in range(trials):
        record, lengths = LonelyRecord(), slow.lengths_of_faults(kind, recorded + 1, rng)
        for number, length in enumerate(lengths[:-1].tolist()):
            first = number * 60 * MINUTE
            record.take(0, BROAD[0], first, [0], [1])
            record.take(0, BROAD[0], first + int(length * MINUTE), [0], [1])
            record.take(0, BROAD[0], first + int(length * MINUTE) + 1, [0, 1], [])
        outlasts += lengths[-1] * MINUTE > record.longest(False, DAY)
    assert outlasts / trials <= 1 / (recorded + 1) + 0.025
