"""Results out of order, against the name's own last rounds."""

import numpy as np
import pytest

from siaga.detection.result_order import NEWEST_OUT, ResultOrder

ONE = np.array([0])
NO, YES = np.array([0.0]), np.array([1.0])


def after(marks: str) -> ResultOrder:
    """After these rounds: `1` in order, `0` not, ` ` not known."""
    past = ResultOrder()
    past.hold(3)
    for mark in marks:
        past.note(ONE, np.array([np.nan if mark == " " else float(mark)]))
    return past


@pytest.mark.parametrize(
    ("marks", "flagged"),
    [
        ("1" * 19, False),
        ("1" * 20, True),
        ("1" * 19 + " " * 5, False),
        ("1" * 19 + "0", True),
        ("1" * 19 + "00", False),
        ("0" * 10 + "1" * 46, True),
        ("0" * 10 + "1" * 45, False),
    ],
)
def test_a_round_out_of_order_is_flagged_where_nineteen_in_twenty_were_in_order(
    marks: str, flagged: bool
) -> None:
    past = after(marks + "1" * NEWEST_OUT)
    assert bool(past.flags(ONE, NO)[0]) is flagged
    assert not past.flags(ONE, YES)[0]
    assert not past.flags(ONE, np.array([np.nan]))[0]
    assert not past.judged(np.array([2]))[0], "another name"


def test_nothing_is_learned_under_a_finding() -> None:
    past = after("1" * 40)
    past.keep(ONE)
    for _ in range(64):
        past.note(ONE, NO)
    assert past.flags(ONE, NO)[0]
    past.release(ONE)
    for _ in range(NEWEST_OUT + 4):
        past.note(ONE, NO)
    assert not past.flags(ONE, NO)[0]
