"""The bets are fair: by enumeration at the edge of each null; where a null is broken they are not."""

import itertools
from math import comb

import numpy as np
import pytest
from tests.reference.calm_bonus import BETA, GRID, KAPPA, o_tilde, table_calm
from tests.reference.change import change, change_ratio
from tests.reference.graded import PSI, e_soft, table_flag
from tests.reference.not_measured import ask, evidence, mean_place_z, world
from tests.reference.recovery import LAMBDAS, mean_at_the_edge
from tests.reference.round_bet import STAKES, Floats, chance, exact_mean, position_mean, table


@pytest.mark.parametrize("m", [3, 4, 5, 6])
@pytest.mark.parametrize("cut", [1 / 3, 1.0])
def test_the_round_bet_is_fair_for_unequal_odds(m: int, cut: float) -> None:
    rng = np.random.default_rng(m)
    for _ in range(15):
        odds = np.exp(rng.normal(0, rng.choice([0, 0.5, 1.5, 3]), m)) * rng.choice([0.001, 0.02, 0.3, 1, 5])
        for psi in (1.0, 1.5, 2.0, 3.0):
            mean = exact_mean(
                odds.tolist(), psi / float(np.mean(1 / odds)), psi, float(rng.choice(STAKES)), cut
            )
            assert mean.max() <= 1 + 1e-9


def test_matched_to_the_arithmetic_mean_it_would_not_be() -> None:
    odds = [0.001, 0.001, 5.0, 5.0]
    assert exact_mean(odds, sum(odds) / 4, 1.0, 30.0, cut=1.0).max() > 1.05


def test_effects_of_the_place_cancel_among_equal_names_in_random_order() -> None:
    rng = np.random.default_rng(1)
    for _ in range(10):
        effect = np.exp(rng.normal(0, 3, 4)).tolist()
        assert position_mean([0.1] * 3, effect, 0.1, 1.0, 30.0).max() <= 1 + 1e-9


def mean_of_round(factors: Floats, odds: float, psi: float) -> Floats:
    """A round's mean by stake, where all controls have these odds and the name `psi` times them."""
    m = factors.shape[1] - 1
    q, p = odds / (1 + odds), psi * odds / (1 + psi * odds)
    chances = np.array([comb(m, c) * q**c * (1 - q) ** (m - c) for c in range(m + 1)])
    result: Floats = (factors * (chances[:, None] * np.array([1 - p, p]))).sum((1, 2))
    return result


@pytest.mark.parametrize("m", [3, 5, 12, 20])
@pytest.mark.parametrize("psi", [1.0, 1.5, 2.0])
def test_the_calm_bonus_is_fair_though_one_calm_round_in_fifty_is_the_worst_state(m: int, psi: float) -> None:
    for ceiling in (0.002, 0.005, 0.01, 0.03):
        if (1 + ceiling) ** -m < KAPPA:
            continue
        factors = table_calm(psi, m, ceiling)
        disturbed = np.max([mean_of_round(factors, float(o), psi) for o in GRID[1::20]], axis=0)
        mean = (1 - BETA) * mean_of_round(factors, ceiling, psi) + BETA * disturbed
        assert mean.max() <= 1 + 1e-9
        assert mean.max() > 0.9


def test_the_calm_bonus_without_its_reserve_would_not_be() -> None:
    factors = table_calm(2.0, 12, 0.005, beta=0.0)
    assert max(mean_of_round(factors, float(o), 2.0).max() for o in GRID[1::20]) > 1.5
    assert o_tilde(2.0, 12, 0.005) == pytest.approx(0.0121, abs=1e-4)


@pytest.mark.parametrize("m", [3, 4, 5, 8, 12, 20])
@pytest.mark.parametrize("psi", [1.0, 2.0, PSI])
def test_flags_are_bet_on_fairly_for_both_nulls(m: int, psi: float) -> None:
    factors = table_flag(psi, m)
    for c in range(m + 1):
        p = chance(psi, m + 1, c + 1)
        assert (p * factors[:, c, 1] + (1 - p) * factors[:, c, 0]).max() <= 1 + 1e-9
        assert factors[:, c, 0].max() <= 1 + 1e-9
    for f in range(1, m + 1):
        p = chance(psi, m + 1, f)
        assert (p * factors[:, f - 1, 1] + (1 - p) * factors[:, f, 0]).max() <= 1 + 1e-9


def test_soft_rank_is_fair_with_ties_and_the_round_bet_is_its_special_case() -> None:
    rng = np.random.default_rng(4)
    for _ in range(300):
        n, psi = int(rng.integers(3, 7)), float(rng.choice([1, 1.5, 3]))
        h = np.round(rng.exponential(1, n), int(rng.integers(0, 2))).tolist()
        evidences = [e_soft(h, i, psi) for i in range(n)]
        for weights in itertools.product((1.0, psi), repeat=n):
            assert np.dot(weights, evidences) / sum(weights) <= 1 + 1e-9
    for n, f in ((4, 1), (7, 3), (13, 4)):
        assert e_soft([1.0] * f + [0.0] * (n - f), 0, 2.0) == pytest.approx(1 / chance(2, n, f))


@pytest.mark.parametrize("delta", [0.03, 0.1, 0.2, 0.5])
def test_recovery_is_bet_on_fairly(delta: float) -> None:
    for c, stake in itertools.product(range(5), LAMBDAS):
        assert mean_at_the_edge(delta, stake, c, 12) <= 1 + 1e-12


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.3, 0.5, 0.8, 0.97])
def test_a_constant_rate_is_no_change(rate: float) -> None:
    mean = sum(
        float(np.prod([rate if x else 1 - rate for x in word])) * change(word, 1)[0]
        for word in itertools.product((0, 1), repeat=10)
    )
    assert mean <= 9 + 1e-9


@pytest.mark.parametrize("ratio", [0.3, 1, 10, 40])
def test_a_constant_ratio_to_drifting_odds_is_no_change(ratio: float) -> None:
    odds = np.array([0.02, 0.05, 0.1, 0.2, 0.1, 0.05, 0.02, 0.02])
    p = ratio * odds / (1 + ratio * odds)
    mean = sum(
        float(np.prod(np.where(word, p, 1 - p))) * change_ratio(word, odds.tolist(), 1)
        for word in itertools.product((0, 1), repeat=8)
    )
    assert mean <= 7 + 1e-9


@pytest.mark.parametrize("kind", ["budget", "one short", "bursts", "every 9th", "warm-up"])
def test_limits_by_place_hit_each_name_in_its_turn(kind: str) -> None:
    rng, n, rounds = np.random.default_rng(5), 13, 1500
    total = np.zeros(4)
    for _ in range(rounds):
        bad, _ = ask(rng.permutation(n).tolist(), world(kind, rng, n))
        total += evidence(len(bad), n, int(0 in bad), psi=1.0)
    assert (total[:2] / rounds < 1.15).all()


def test_a_name_that_is_always_asked_last_would_be_accused() -> None:
    rng, n, product = np.random.default_rng(6), 13, np.ones(4)
    for _ in range(20):
        order = [*(rng.permutation(n - 1) + 1).tolist(), 0]
        bad, _ = ask(order, world("one short", rng, n))
        product *= evidence(len(bad), n, int(0 in bad))
    assert product.max() > 1e6
    assert mean_place_z([n - 1] * 12, n) > 4


def test_a_round_ends_at_two_different_names_in_a_row_and_asks_the_others_again() -> None:
    assert ask([0, 1, 2, 3], lambda name, place, again: name in (1, 2)) == ({1, 2}, {3})
    assert ask([0, 1, 2, 3], lambda name, place, again: name in (0, 2)) == ({0, 2}, set())
    assert ask([0, 1, 2, 3], lambda name, place, again: name in (0, 2) and not again) == (set(), set())


def test_no_bet_moves_where_nobody_or_too_many_are_missing() -> None:
    factors = table(2.0, 12)
    assert (factors[:, 0, 0] == 1).all()
    assert (factors[:, 5:, 0] == 1).all()
    assert (factors[:, 4:, 1] == 1).all()
