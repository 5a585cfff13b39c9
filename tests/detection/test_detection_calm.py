"""The calm line: fair by enumeration, as the slow program has it, shown to hold before it is relied on."""

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from tests.reference import calm_bonus as slow
from tests.reference.watch import evidence_by_round

from siaga.detection.calm import (
    CALM,
    FREE,
    ControlsPast,
    Floats,
    bonus_odds,
    chance_of_at_least,
    line_factors,
)
from siaga.detection.settings import CALM_DISTURBED, CALM_UNDISTURBED, Settings

SETTINGS = Settings()
ROUNDS = st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=120)


def mean_of_round(psi: float, m: int, ceiling: float, odds: float) -> Floats:
    """A calm-looking round's mean by stake, by enumeration, where controls have these odds."""
    q, p = odds / (1 + odds), psi * odds / (1 + psi * odds)
    mean = np.zeros(len(SETTINGS.stakes))
    for c in range(m + 1):
        chance = comb(m, c) * q**c * (1 - q) ** (m - c)
        factors = line_factors(SETTINGS, psi, m, c, ceiling)[CALM]
        mean += chance * (p * factors[:, 1] + (1 - p) * factors[:, 0])
    return mean


@pytest.mark.parametrize(("psi", "m"), [*product((1.0, 1.5, 2.0), (3, 5, 12, 20))])
def test_the_mean_is_at_most_1_though_calm_looking_rounds_may_be_the_start_of_trouble(
    psi: float, m: int
) -> None:
    for ceiling in (0.002, 0.01, 0.03):
        if (1 + ceiling) ** -m < CALM_UNDISTURBED:
            continue
        disturbed = np.array([mean_of_round(psi, m, ceiling, float(o)) for o in np.geomspace(1e-4, 50, 60)])
        calm = mean_of_round(psi, m, ceiling, ceiling)
        mean = (1 - CALM_DISTURBED) * calm + CALM_DISTURBED * disturbed.max(axis=0)
        assert mean.max() <= 1 + 1e-9
        assert mean.max() > 0.9


@given(
    psi=st.sampled_from([1.0, 1.5, 2.0, 7.3]),
    m=st.integers(3, 20),
    ceiling=st.floats(0.002, 0.2),
)
def test_the_root_is_the_slow_one(psi: float, m: int, ceiling: float) -> None:
    assert bonus_odds(psi, m, ceiling) == pytest.approx(slow.o_tilde(psi, m, ceiling), rel=1e-9)


@given(rounds=ROUNDS, psi=st.sampled_from([1.5, 2.0]))
def test_evidence_by_round_is_the_slow_one(rounds: list[tuple[int, bool]], psi: float) -> None:
    past, weights = ControlsPast(), np.array(SETTINGS.weights)
    sums, evidence = np.zeros((2, 4)), []
    for c, x in rounds:
        ceiling = past.odds if past.looks_calm(12) else None
        factors = line_factors(SETTINGS, psi, 12, c, ceiling)[:, :, int(x)]
        sums = np.minimum((sums + weights / 43200) * factors, SETTINGS.evidence_cap)
        past.take(12, c)
        evidence.append(sums.sum(axis=1))
    missing, gone = [c for c, _ in rounds], [int(x) for _, x in rounds]
    for line in (FREE, CALM):
        right = evidence_by_round(missing, gone, 12, psi, 43200, calm=line == CALM)
        assert [float(row[line]) for row in evidence] == pytest.approx(right, rel=1e-9)


@given(missing=st.lists(st.integers(0, 12), max_size=200))
def test_what_controls_tell_before_a_round_is_as_the_slow_program_has_it(missing: list[int]) -> None:
    past, right = ControlsPast(), slow.Ceiling(12)
    for c in missing:
        calm, odds = right.before()
        assert past.odds == pytest.approx(float(odds), rel=1e-9)
        assert past.looks_calm(12) == bool(calm)
        past.take(12, c)
        right.after(c)


def test_a_round_looks_calm_only_after_a_past_and_not_after_a_stir() -> None:
    past = ControlsPast()
    for _ in range(31):
        assert not past.looks_calm(12)
        past.take(12, 0)
    assert past.looks_calm(12)
    past.take(12, 2)  # two of twelve where hardly any ever was
    for _ in range(6):
        assert not past.looks_calm(12)
        past.take(12, 0)
    assert past.looks_calm(12)


def test_a_troubled_round_teaches_nothing_but_unrest() -> None:
    past = ControlsPast()
    for _ in range(40):
        past.take(12, 0)
    before = past.odds
    past.take(12, 6)
    assert past.odds == before
    assert not past.looks_calm(12)


def test_what_is_usual_follows_the_controls_own_past() -> None:
    past = ControlsPast()
    assert past.is_usual(12, 1)
    assert not past.is_usual(12, 2)
    for _ in range(50):
        past.take(12, 2)
    assert past.is_usual(12, 5)
    assert not past.is_usual(12, 6)


def test_nearly_all_rounds_are_usual_where_a_fifth_of_all_askings_fails() -> None:
    random, past, usual = np.random.default_rng(2), ControlsPast(), 0
    for missing in random.binomial(12, 0.2, 1000).tolist():
        usual += past.is_usual(12, missing)
        past.take(12, missing)
    assert usual > 800


@given(missing=st.integers(0, 14), controls=st.integers(1, 12), share=st.floats(0, 0.9))
def test_the_chance_of_so_many_missing_is_the_binomial_tail(
    missing: int, controls: int, share: float
) -> None:
    right = binom.sf(missing - 1, controls, share)
    assert chance_of_at_least(missing, controls, share) == pytest.approx(right, abs=1e-9)


def test_rounds_after_an_unusual_one_are_not_usual_either() -> None:
    past = ControlsPast()
    for _ in range(50):
        past.take(12, 0)
    past.take(12, 2)
    for _ in range(6):
        assert not past.is_usual(12, 0)
        past.take(12, 0)
    assert past.is_usual(12, 0)


def test_a_lonely_miss_in_calm_counts_far_more_than_the_free_bet_says() -> None:
    factors = line_factors(SETTINGS, 2.0, 12, 0, 0.005)
    assert factors[FREE, 3, 1] == pytest.approx(7.0, abs=0.1)
    assert factors[CALM, 3, 1] == pytest.approx(87, abs=1)
    assert factors[CALM, :, 0] == pytest.approx(1 - np.array(SETTINGS.calm_stakes))
    for c in range(1, 13):
        both = line_factors(SETTINGS, 2.0, 12, c, 0.005)
        assert (both[FREE] == both[CALM]).all()
