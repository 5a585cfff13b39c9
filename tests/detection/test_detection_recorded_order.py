"""Rounds as they were recorded where a clock was set, and in order of time where it was not."""

import numpy as np
import pytest
from tests.detection.detection_rounds import MINUTE

from siaga.detection.recorded_order import in_recorded_order, was_set

HOUR = 60
START = 24 * HOUR


def minutes(*stretches: range) -> np.ndarray:
    return np.concatenate([np.array(stretch) for stretch in stretches]) * MINUTE


def stretch(begin: int, end: int) -> range:
    return range(START + begin, START + end)


def taken(*streams: np.ndarray) -> list[tuple[int, int]]:
    """Stream and number of row in it, in the order taken; rows of the streams are recorded in turns."""
    ends = np.concatenate(streams)
    stream = np.repeat(np.arange(len(streams)), [len(of) for of in streams])
    row = np.concatenate([np.arange(len(of)) for of in streams])
    order = in_recorded_order(ends, stream, np.zeros_like(stream), row * len(streams) + stream)
    return list(zip(stream[order].tolist(), row[order].tolist(), strict=True))


SET_BACK = minutes(stretch(0, 300), stretch(180, 210), stretch(330, 500))
AHEAD = minutes(stretch(0, 200), stretch(500, 560), stretch(260, 900))


@pytest.mark.parametrize("ends", [SET_BACK, AHEAD])
def test_a_clock_that_was_set_leaves_the_rounds_as_they_were_recorded(ends: np.ndarray) -> None:
    assert was_set(ends)
    assert taken(ends) == [(0, row) for row in range(len(ends))]


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param(minutes(stretch(0, 500)), id="in order"),
        pytest.param(minutes(stretch(100, 200), stretch(0, 100)), id="days the other way round"),
        pytest.param(minutes(stretch(0, 100), stretch(200, 300), stretch(100, 200)), id="a day late"),
        pytest.param(minutes(stretch(0, 300), stretch(270, 272), stretch(302, 400)), id="two rounds only"),
        pytest.param(minutes(range(0, 400, 2), range(1, 400, 2)), id="two recordings of one stream"),
        pytest.param(np.random.default_rng(1).permutation(minutes(stretch(0, 500))), id="no order at all"),
        pytest.param(minutes(stretch(0, 300)) - 3 * MINUTE * (np.arange(300) % 2), id="nearly in order"),
    ],
)
def test_rounds_are_in_order_of_time_where_no_clock_was_set(ends: np.ndarray) -> None:
    assert not was_set(ends)
    assert [row for _, row in taken(ends)] == np.argsort(ends, kind="stable").tolist()


def test_streams_of_one_clock_stay_as_they_were_recorded_and_others_in_order_of_time() -> None:
    other = minutes(stretch(0, 500)) + 1
    order = taken(SET_BACK, other, SET_BACK + 2)
    rows = len(SET_BACK)
    assert [of for of in order if of[0] != 1] == [(stream, row) for row in range(rows) for stream in (0, 2)]
    assert [row for stream, row in order if stream == 1] == list(range(500))
    newest = order.index((2, 299))
    assert order[newest + 1] == (0, 300), "as the newest then"
