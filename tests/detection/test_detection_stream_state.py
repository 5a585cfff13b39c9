"""A stream: the controls it leaves out, and how many names its rounds have."""

import numpy as np
import pytest
from tests.detection.detection_rounds import Laboratory, facts, measured

from siaga.detection.settings import ROSTER_ROUNDS
from siaga.detection.stream_state import StreamState


def _stream() -> StreamState:
    laboratory = Laboratory()
    laboratory.update(facts(measured("a"), *(measured(f"c{number}") for number in range(3))))
    return laboratory.stream


def test_controls_are_numbered_as_they_come_and_those_left_out_are_named_by_subject() -> None:
    stream = _stream()
    assert stream.control_numbers([7, 3, 7]).tolist() == [0, 1, 0]
    assert stream.left_out == set()
    stream.controls.out[1] = True
    assert stream.left_out == {3}


@pytest.mark.parametrize(("rounds", "roster"), [(ROSTER_ROUNDS - 1, (13, 12)), (ROSTER_ROUNDS, (5, 4))])
def test_a_round_is_cut_short_if_one_of_the_last_twenty_asked_more(
    rounds: int, roster: tuple[int, int]
) -> None:
    stream = _stream()
    assert stream.roster(13, 12) == (13, 12)
    for _ in range(rounds):
        last = stream.roster(5, 4)
    assert last == roster


def test_there_is_room_for_names_that_come_later() -> None:
    stream = _stream()
    stream.asked[:2] = 5
    stream.hold(100)
    assert stream.asked[:3].tolist() == [5, 5, 0]
    assert len(stream.missing) >= 100
    assert stream.instrument == ("medan", "public")
    assert np.count_nonzero(stream.missing) == 0
