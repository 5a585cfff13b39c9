"""A surge of reports is seen within minutes, and usual reports make none: the bets' expectation is exact."""

import random
from math import exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.cases.surges import (
    BEGUN_EVERY_S,
    FACTORS,
    LEAST_USUAL,
    Detector,
    threshold,
    usual_rate,
)

HOUR = 3_600.0


def expected(factor: float, usual: float, true: float, seconds: float) -> float:
    """The mean of a bet over a span in which reports come at the true rate, by summing all counts."""
    mean = true * seconds
    return sum(
        exp(-mean) * mean**n / factorial(n) * factor**n * exp(-(factor - 1) * usual * seconds)
        for n in range(150)
    )


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 1.0])
def test_no_bet_gains_on_average_where_reports_come_as_usual_or_less(factor: float, share: float) -> None:
    usual = 1 / HOUR
    assert expected(factor, usual, usual * share, BEGUN_EVERY_S) <= 1 + 1e-9


@given(st.lists(st.floats(0, 4 * HOUR), max_size=40), st.floats(LEAST_USUAL, 0.01))
def test_the_sum_never_exceeds_what_the_bets_begun_are_worth(moments: list[float], usual: float) -> None:
    """Followed event by event it is the same as the sum over all bets, computed from their beginning."""
    one, end = Detector(0.0), 4 * HOUR
    for at in sorted(moments):
        one.report(at, usual)
    one.pass_time(end, usual)
    begun = [0.0, *(number * BEGUN_EVERY_S for number in range(1, int(end / BEGUN_EVERY_S) + 1))]
    for factor, value in zip(FACTORS, one.sums, strict=True):
        worth = 0.0
        for since in begun:
            count = sum(at > since or (since == 0.0 and at == 0.0) for at in moments)
            worth += factor**count * exp(-(factor - 1) * usual * (end - since))
        assert value <= worth * (1 + 1e-6) or any(at in begun for at in moments)


def test_thirty_reports_in_an_hour_where_one_is_usual_are_a_surge_within_two_windows() -> None:
    one, wanted = Detector(0.0), threshold(36)
    one.pass_time(24 * HOUR, 1 / HOUR)
    for number in range(30):
        if one.report(24 * HOUR + number * 120, 1 / HOUR) >= wanted:
            break
    assert number * 120 <= 2 * BEGUN_EVERY_S


def test_a_few_reports_where_there_are_never_any_are_a_surge() -> None:
    one, wanted = Detector(0.0), threshold(36)
    one.pass_time(24 * HOUR, LEAST_USUAL)
    evidence = [one.report(24 * HOUR + number * 60, LEAST_USUAL) for number in range(5)]
    assert evidence[1] < wanted < evidence[4]


def test_usual_reports_make_no_more_false_surges_than_promised() -> None:
    """Sixty months of one name whose reports come just at the usual rate: one false call a month is due."""
    draw, usual, wanted = random.Random(20240125), 2 / HOUR, threshold(1)
    one, at, false = Detector(0.0), 0.0, 0
    months = 60
    while at < months * 30 * 24 * HOUR:
        at += draw.expovariate(usual)
        if one.report(at, usual) >= wanted:
            false += 1
            one.start_anew()
    assert false <= months


def test_after_a_long_silence_nothing_of_the_past_is_left() -> None:
    one = Detector(0.0)
    for number in range(50):
        one.report(float(number), LEAST_USUAL)
    one.pass_time(3e9, LEAST_USUAL)
    assert one.evidence() == 1.0


def test_the_usual_rate_is_counted_and_never_below_the_least() -> None:
    assert usual_rate([], 0, 1e6) == LEAST_USUAL
    assert usual_rate([1.0, 2.0], 5, 5) == LEAST_USUAL
    assert usual_rate([float(n) for n in range(0, 7_200, 60)], 0, 7_200) == pytest.approx(1 / 60)


@given(st.lists(st.floats(0, 1e10), max_size=30))
def test_no_stream_of_reports_breaks_it(moments: list[float]) -> None:
    one = Detector(0.0)
    for at in sorted(moments):
        assert one.report(at, 0.0) >= 0
        assert one.evidence() < 1e201
