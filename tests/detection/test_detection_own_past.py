"""What is usual for a name in a stream, and what is worse than that, on both sides of each boundary."""

from math import isnan, nan

import numpy as np
import pytest

from siaga.detection.own_past import OwnPast
from siaga.detection.settings import Settings

SETTINGS = Settings()
BLOCK = SETTINGS.block
KNOWN = BLOCK * SETTINGS.past_least
WHO = np.array([0])


def note(
    past: OwnPast,
    matching: float = 30.0,
    age: float = 100.0,
    ordered: float = 1.0,
    flagged: bool = False,
    suspects: frozenset[int] = frozenset(),
) -> None:
    matched, aged, in_order = (np.array([value]) for value in (matching, age, ordered))
    past.note(WHO, matched, aged, in_order, np.array([flagged]), set(suspects), SETTINGS)


def past_of(rounds: int = KNOWN, age: float = 100.0) -> OwnPast:
    past = OwnPast()
    past.hold(1, SETTINGS)
    for _ in range(rounds):
        note(past, age=age)
    return past


def test_nothing_is_usual_before_three_whole_blocks() -> None:
    past = past_of(KNOWN - 1)
    assert isnan(past.usual[0])
    assert past.kinds(0, 0.0, 1e9, 0.0) == []
    note(past)
    assert past.usual[0] == 30.0
    assert past.kinds(0, 0.0, 1e9, 0.0) == ["fewer", "older", "unordered"]


@pytest.mark.parametrize(
    ("matching", "age", "ordered", "kinds"),
    [
        (11.0, 400.0, 1.0, []),
        (10.0, 400.0, 1.0, ["fewer"]),
        (11.0, 401.0, 1.0, ["older"]),
        (11.0, 400.0, 0.0, ["unordered"]),
        (nan, nan, nan, []),
    ],
)
def test_a_third_of_the_usual_four_times_the_age_and_out_of_order_are_worse(
    matching: float, age: float, ordered: float, kinds: list[str]
) -> None:
    past = past_of()
    assert past.kinds(0, matching, age, ordered) == kinds
    (flagged,) = past.flags(WHO, np.array([matching]), np.array([age]), np.array([ordered]))
    assert flagged == bool(kinds)


def test_results_of_five_minutes_are_never_old() -> None:
    past = past_of(age=1.0)
    assert past.kinds(0, 30.0, 300.0, 1.0) == []
    assert past.kinds(0, 30.0, 301.0, 1.0) == ["older"]


def test_a_name_whose_results_vary_is_fewer_only_below_all_that_was_usual() -> None:
    past = past_of(0)
    for number in range(KNOWN):
        note(past, matching=5.0 if number % 4 == 0 else 30.0)
    assert past.kinds(0, 5.0, nan, nan) == []
    assert past.kinds(0, 4.0, nan, nan) == ["fewer"]


@pytest.mark.parametrize(("loose", "expected"), [(3, ["unordered"]), (4, [])])
def test_only_a_name_that_is_nearly_always_in_order_can_be_unordered(loose: int, expected: list[str]) -> None:
    past = past_of(0)
    for number in range(KNOWN):
        note(past, ordered=0.0 if number < loose else 1.0)
    assert past.kinds(0, nan, nan, 0.0) == expected


@pytest.mark.parametrize(("flagged", "usual"), [(4, 30.0), (5, nan)])
def test_a_block_of_which_more_than_a_fifth_was_flagged_teaches_nothing(flagged: int, usual: float) -> None:
    past = past_of(KNOWN - BLOCK)
    for number in range(BLOCK):
        note(past, flagged=number < flagged)
    assert past.usual[0] == pytest.approx(usual, nan_ok=True)


@pytest.mark.parametrize(("measured", "usual"), [(5, 30.0), (4, nan)])
def test_a_block_teaches_of_a_name_measured_in_a_quarter_of_it(measured: int, usual: float) -> None:
    past = past_of(KNOWN - BLOCK)
    for number in range(BLOCK):
        note(past, matching=30.0 if number < measured else nan)
    assert past.usual[0] == pytest.approx(usual, nan_ok=True)


def test_a_name_under_suspicion_teaches_nothing() -> None:
    past = past_of()
    for _ in range(SETTINGS.past_blocks * BLOCK):
        note(past, matching=1.0, suspects=frozenset({0}))
    assert past.usual[0] == 30.0


def test_the_usual_changes_once_the_newer_blocks_outweigh_the_older() -> None:
    past = past_of()
    for _ in range(2 * KNOWN):
        note(past, matching=90.0)
    assert past.usual[0] == 90.0


def test_what_is_usual_stays_when_names_are_added() -> None:
    past = past_of()
    past.hold(50, SETTINGS)
    assert past.usual[0] == 30.0
    assert np.isnan(past.usual[1:]).all()
    assert past.kinds(0, 10.0, 401.0, 0.0) == ["fewer", "older", "unordered"]
