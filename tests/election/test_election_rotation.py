"""How names share rounds: nobody is left out, no round is larger than said, and all fit where they fit."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.election.rotation import MOST_IN_ROUND, MOST_SEATS, round_shape, rounds_until_all

MINUTE = timedelta(minutes=1)


@given(st.integers(0, 200), st.integers(0, 300), st.integers(0, 60), st.integers(0, 2))
def test_undeclared_rounds_hold_forty_names_and_ask_everybody(
    first: int, others: int, controls: int, canaries: int
) -> None:
    shape = round_shape(first, others, controls, canaries)
    assert shape.size <= MOST_IN_ROUND
    assert shape.first == 0
    assert shape.groups * shape.group >= first + others
    assert shape.burst_size <= shape.size
    assert shape.takes_turns == (shape.groups > 1) == (shape.seats > 0)


@given(st.integers(0, 200), st.integers(1, 3000), st.integers(0, 60), st.integers(1, 500))
def test_declared_rounds_ask_everybody_in_so_many_rounds(
    first: int, others: int, controls: int, rounds: int
) -> None:
    shape = round_shape(first, others, controls, 1, rounds)
    assert shape.groups <= rounds
    assert shape.groups * shape.group >= shape.others
    assert shape.first in {0, first}
    assert shape.burst_size <= MOST_IN_ROUND or not shape.takes_turns


def test_a_legislative_election_by_hand() -> None:
    shape = round_shape(120, 9_880, 12, 2, rounds_until_all(30 * MINUTE, timedelta(days=1)))
    assert (shape.groups, shape.group) == (48, 206)
    assert shape.size == 120 + 206 + 12 + 1 + MOST_SEATS
    assert shape.burst_size == 40


@pytest.mark.parametrize(
    ("every", "others", "rounds"), [(30, None, None), (30, 90, 3), (30, 100, 3), (30, 30, 1)]
)
def test_the_declared_span_is_rounded_to_whole_rounds_that_fit_into_it(
    every: int, others: int | None, rounds: int | None
) -> None:
    assert rounds_until_all(every * MINUTE, None if others is None else others * MINUTE) == rounds
