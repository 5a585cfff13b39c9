"""One round's bet, by enumeration of every outcome: fair under equal treatment, in the tables and out."""

from itertools import product
from math import comb, log, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nchypergeom_fisher

from siaga.detection.bet import chance_missing, e_value
from siaga.detection.comparable import informs
from siaga.detection.settings import Settings

SETTINGS = Settings()


def mean_given_f(chances: list[float], f: int, psi: float, theta: float) -> float:
    """E[E | f] by enumeration: the name first, then its controls, each missing independently."""
    weight = total = 0.0
    n = len(chances)
    for outcome in product((0, 1), repeat=n):
        if sum(outcome) != f:
            continue
        chance = prod(c if x else 1 - c for c, x in zip(chances, outcome, strict=True))
        weight += chance
        total += chance * e_value(psi, theta, n, f, outcome[0] == 1)
    return total / weight


@pytest.mark.parametrize("m", [3, 4, 5, 6])
@pytest.mark.parametrize("psi", [1.0, 1.5, 2.0, 3.0, 4.5])
def test_the_mean_is_at_most_1_for_every_number_missing(m: int, psi: float) -> None:
    for base in (0.002, 0.1, 0.5):
        odds = base / (1 - base)
        name = psi * odds / (1 + psi * odds)
        for f, stake in product(range(m + 2), SETTINGS.stakes):
            mean = mean_given_f([name] + [base] * m, f, psi, psi * stake)
            assert mean <= 1 + 1e-12
            if informs(m + 1, f):
                assert mean == pytest.approx(1)  # at the boundary nothing is given away


@given(
    controls=st.lists(st.floats(0.001, 0.9), min_size=3, max_size=6),
    psi=st.sampled_from([1.0, 2.0, 3.0]),
    share=st.floats(0.05, 1.0),
    stake=st.sampled_from(SETTINGS.stakes),
)
def test_it_holds_for_unequal_controls_by_their_harmonic_mean(
    controls: list[float], psi: float, share: float, stake: float
) -> None:
    odds = [chance / (1 - chance) for chance in controls]
    own = share * psi * len(odds) / sum(1 / one for one in odds)
    chances = [own / (1 + own), *controls]
    for f in range(len(chances) + 1):
        assert mean_given_f(chances, f, psi, psi * stake) <= 1 + 1e-9


def test_the_arithmetic_mean_would_not_bound_it() -> None:
    controls = [0.001, 0.001, 0.9, 0.9, 0.9]
    odds = [chance / (1 - chance) for chance in controls]
    own = sum(odds) / len(odds)
    chances = [own / (1 + own), *controls]
    assert max(mean_given_f(chances, f, 1.0, 30.0) for f in range(len(chances) + 1)) > 1.1


@pytest.mark.parametrize("f", [0, *range(5, 14)])
def test_a_round_without_a_miss_or_with_many_says_nothing(f: int) -> None:
    assert {e_value(2.0, 60.0, 13, f, missing) for missing in (True, False)} == {1.0}


def test_equal_odds_are_the_hypergeometric_distribution() -> None:
    n, f = 13, 3
    assert chance_missing(1.0, n, f) == pytest.approx(comb(n - 1, f - 1) / comb(n, f))


def test_the_chance_is_that_of_an_independent_library() -> None:
    for n, f, odds in product((4, 7, 13), (1, 2, 4), (0.5, 1.0, 2.0, 60.0)):
        if f < n:
            expected = nchypergeom_fisher(n, 1, f, odds).pmf(1)
            assert chance_missing(odds, n, f) == pytest.approx(expected)


def test_no_bet_grows_faster_than_the_limit() -> None:
    most = max(e_value(2.0, 2.0 * stake, 13, 1, missing=True) for stake in SETTINGS.stakes)
    limit = -log(chance_missing(2.0, 13, 1))
    assert 0.99 * limit < log(most) <= limit
