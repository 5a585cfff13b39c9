"""Evidence that survives liars: the exact smallest, and the bound that is never above it."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference.liars import Exact, SumOfMinima

from siaga.detection.bet import e_value
from siaga.detection.robust import LeastProducts, LeaveOut, exact_is_small, liars_borne
from siaga.detection.settings import Settings

SETTINGS = Settings()
MASS = 1e-3
WEIGHTS = np.array(SETTINGS.weights)
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def factors(missing: int, x: int, controls: int = 5, psi: float = 1.5) -> Floats:
    """A sheet of five comparison words, compared up to half missing."""
    n, f = controls + 1, missing + x
    if not 0 < f <= n / 2:
        return np.ones(4)
    return np.array([_either(psi, psi * stake, n, f, x == 1) for stake in SETTINGS.stakes])


def _either(psi: float, theta: float, n: int, f: int, missing: bool) -> float:
    if 3 * f <= n:
        return e_value(psi, theta, n, f, missing)
    usual, bet = psi * f / (psi * f + n - f), theta * f / (theta * f + n - f)
    return bet / usual if missing else (1 - bet) / (1 - usual)


def plain(rounds: list[tuple[int, Floats]], without: tuple[int, ...]) -> float:
    """The sum over beginnings without some parties, as it is defined."""
    total = 0.0
    for first in range(len(rounds)):
        product = np.ones(4)
        for party, said in rounds[first:]:
            product = product * (1 if party in without else said)
        total += MASS * float((WEIGHTS * product).sum())
    return total


ROUNDS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=14)


@settings(max_examples=60, deadline=None)
@given(rounds=ROUNDS, liars=st.integers(1, 2))
def test_it_is_the_smallest_over_the_removal_of_any_set(
    rounds: list[tuple[int, int, int]], liars: int
) -> None:
    exact = LeaveOut(5, liars, SETTINGS)
    said = [(party, factors(missing, x)) for party, missing, x in rounds]
    for party, worth in said:
        exact.take(party, worth, MASS)
    least = min(plain(said, without) for without in combinations(range(5), liars))
    assert exact.evidence() == pytest.approx(least)


@settings(max_examples=60, deadline=None)
@given(rounds=ROUNDS)
def test_the_bound_is_never_above_the_exact_value(rounds: list[tuple[int, int, int]]) -> None:
    exact, bound = LeaveOut(5, 1, SETTINGS), LeastProducts(SETTINGS, lambda parties: 1)
    for party, missing, x in rounds:
        exact.take(party, factors(missing, x), MASS)
        bound.take(party, factors(missing, x), MASS)
    assert bound.evidence() <= exact.evidence() * (1 + 1e-9)


def test_people_who_lie_prove_nothing_however_often_they_report() -> None:
    rng = np.random.default_rng(1)
    bound = LeastProducts(SETTINGS)
    for _ in range(250):
        party = int(rng.integers(30))
        honest = party >= 6
        missing = int(rng.binomial(5, 0.03)) if honest else 0
        bound.take(party, factors(missing, int(rng.random() < 0.03) if honest else 1), MASS)
        assert bound.evidence() < 1000


def test_a_withholding_that_all_see_is_proven_although_a_fifth_may_lie() -> None:
    bound, plainly = LeastProducts(SETTINGS), 0
    for sheet in range(20):
        bound.take(sheet, factors(0, 1), MASS)
        plainly += 1
        if bound.evidence() >= 1000:
            break
    assert 10 <= plainly <= 14


def test_fewer_than_three_parties_say_nothing() -> None:
    exact, bound = LeaveOut(2, 1, SETTINGS), LeastProducts(SETTINGS)
    for sheet in range(40):
        exact.take(sheet % 2, factors(0, 1), MASS)
        bound.take(sheet % 2, factors(0, 1), MASS)
    assert exact.evidence() == bound.evidence() == 0


def test_old_beginnings_go_and_only_lose() -> None:
    short, long = LeastProducts(SETTINGS, kept=5), LeastProducts(SETTINGS)
    for sheet in range(12):
        short.take(sheet, factors(0, 1), MASS)
        long.take(sheet, factors(0, 1), MASS)
    assert len(short.mass) == 5
    assert 0 < short.evidence() < long.evidence()


def test_a_fifth_may_lie_and_at_least_one() -> None:
    assert [liars_borne(parties) for parties in (1, 5, 9, 10, 30)] == [1, 1, 1, 2, 6]


def test_the_exact_value_is_taken_up_to_five_thousand_sets() -> None:
    assert exact_is_small(18, 4)
    assert not exact_is_small(19, 5)


@settings(max_examples=40, deadline=None)
@given(rounds=ROUNDS, liars=st.integers(1, 2))
def test_both_are_those_of_the_slow_programs(rounds: list[tuple[int, int, int]], liars: int) -> None:
    exact, bound = LeaveOut(5, liars, SETTINGS), LeastProducts(SETTINGS, lambda parties: liars)
    slow, slow_bound = Exact(5, liars, MASS), SumOfMinima(5, lambda parties: liars, MASS)
    for party, missing, x in rounds:
        for taker in (exact, bound):
            taker.take(party, factors(missing, x), MASS)
        for slow_taker in (slow, slow_bound):
            slow_taker.round(party, factors(missing, x))
    assert exact.evidence() == pytest.approx(slow.evidence, rel=1e-9)
    if len({party for party, _, _ in rounds}) > 2 * liars:
        assert bound.evidence() == pytest.approx(slow_bound.evidence, rel=1e-9)
