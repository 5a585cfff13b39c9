"""The bet on flags: by enumeration fair for both of its nulls, at every count of flagged controls."""

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference.graded import e_flag

from siaga.detection.bet import chance_missing, e_value
from siaga.detection.flag_bet import flag_factor, flag_factors
from siaga.detection.settings import Settings

SETTINGS = Settings()


@pytest.mark.parametrize("m", [3, 4, 5, 8, 12, 20])
@pytest.mark.parametrize("psi", [1.0, 2.0, 3.0])
def test_it_is_fair_where_the_names_own_flags_are_bounded(m: int, psi: float) -> None:
    """N1, for every count of flagged controls: exact at the bound where the round is bet on both ways."""
    for stake, c in product(SETTINGS.stakes, range(m + 1)):
        chance = chance_missing(psi, m + 1, c + 1)
        yes, no = (flag_factor(psi, stake, m, c, flagged) for flagged in (True, False))
        assert chance * yes + (1 - chance) * no <= 1 + 1e-12
        assert no <= 1
        if 3 * (c + 1) <= m + 1:
            assert chance * yes + (1 - chance) * no == pytest.approx(1)


@given(
    controls=st.lists(st.floats(0.001, 0.9), min_size=3, max_size=6),
    psi=st.sampled_from([1.0, 2.0, 3.0]),
    share=st.floats(0.05, 1.0),
    stake=st.sampled_from(SETTINGS.stakes),
)
def test_it_is_fair_where_the_names_odds_are_bounded_by_its_controls(
    controls: list[float], psi: float, share: float, stake: float
) -> None:
    """N2, given how many are flagged in all, for unequal controls by their harmonic mean."""
    odds = [chance / (1 - chance) for chance in controls]
    own = share * psi * len(odds) / sum(1 / o for o in odds)
    chances = [own / (1 + own), *controls]
    m = len(controls)
    weight, total = np.zeros(m + 2), np.zeros(m + 2)
    for outcome in product((0, 1), repeat=m + 1):
        chance = prod(c if x else 1 - c for c, x in zip(chances, outcome, strict=True))
        f = sum(outcome)
        weight[f] += chance
        total[f] += chance * flag_factor(psi, stake, m, f - outcome[0], outcome[0] == 1)
    assert (total <= weight * (1 + 1e-9)).all()


def test_a_flag_counts_as_a_miss_does_and_a_round_without_one_never_counts_for_the_name() -> None:
    for c in range(4):
        assert flag_factor(3.0, 30.0, 12, c, True) == e_value(3.0, 90.0, 13, c + 1, True)
    assert flag_factor(3.0, 30.0, 12, 4, True) == 1, "five of thirteen: the cause is common"
    assert flag_factor(3.0, 30.0, 12, 0, False) == pytest.approx((12 / 102) / (12 / 15))


def test_the_table_has_every_outcome() -> None:
    table = flag_factors(SETTINGS, 5)
    for (j, stake), c, x in product(enumerate(SETTINGS.stakes), range(6), (0, 1)):
        assert table[j, 2 * c + x] == flag_factor(SETTINGS.graded_psi, stake, 5, c, x == 1)


@given(m=st.integers(3, 25), c=st.integers(0, 25), flagged=st.booleans(), stake=st.sampled_from((2.0, 30.0)))
def test_the_bet_is_that_of_the_slow_program(m: int, c: int, flagged: bool, stake: float) -> None:
    if c <= m:
        slow = e_flag(3.0, stake, m, c, int(flagged))
        assert flag_factor(3.0, stake, m, c, flagged) == pytest.approx(slow, rel=1e-12)
