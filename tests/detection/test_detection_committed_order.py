"""One name alone not measured: fair whatever ends a round, fast when true, silent when the order explains."""

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference import not_measured as slow

from siaga.detection.committed_order import order_factors
from siaga.detection.settings import Settings

SETTINGS = Settings()
WEIGHTS = np.array(SETTINGS.weights)
Answerer = Callable[[int, int, int], bool]
"""Whether an asking is not measured, by name, place and the number of askings before."""


def ended(order: tuple[int, ...], answer: Answerer) -> set[int]:
    """The names not measured at last: two different ones in a row end a round, else all are asked again."""
    bad: list[int] = []
    in_a_row = 0
    for place, name in enumerate(order):
        hit = answer(name, place, place)
        bad += [name] if hit else []
        in_a_row = in_a_row + 1 if hit else 0
        if in_a_row == 2:
            return set(bad)
    return {name for again, name in enumerate(bad) if answer(name, len(order), len(order) + again)}


RULES: dict[str, Answerer] = {
    "a budget of four": lambda name, place, asked: asked >= 4,
    "every third": lambda name, place, asked: asked % 3 == 2,
    "the first only": lambda name, place, asked: asked == 0,
    "the first two": lambda name, place, asked: asked < 2,
    "a time out of the middle": lambda name, place, asked: 2 <= place < 4,
}


@pytest.mark.parametrize("rule", sorted(RULES))
def test_it_is_fair_over_all_orders_whatever_ends_the_round(rule: str) -> None:
    n = 6
    table = order_factors(SETTINGS, n)
    factors = []
    for order in permutations(range(n)):
        bad = ended(order, RULES[rule])
        factors.append(table[:, 2 * len(bad) + (0 in bad)])
    assert (np.mean(factors, axis=0) <= 1 + 1e-12).all()


def test_the_chance_is_exact_so_without_the_reserve_nothing_is_given_away() -> None:
    """`psi` of 2 is a reserve: a name hit as often as its turn loses."""
    n = 6
    hits = [ended(order, RULES["a budget of four"]) for order in permutations(range(n))]
    sizes = {len(bad) for bad in hits}
    for f in sizes:
        of_size = [0 in bad for bad in hits if len(bad) == f]
        assert np.mean(of_size) == pytest.approx(f / n)


def test_the_bet_is_on_f_of_all_committed_names() -> None:
    table = order_factors(SETTINGS, 13)
    assert (table[:, 0] == 1).all(), "nobody hit"
    assert (table[:, 2 * 5 :] == 1).all(), "more than a third hit: a common cause"
    assert table[3, 3] == pytest.approx((2000 / 2012) / (2 / 14))
    assert table[0, 2] == pytest.approx((1 - 4 / 16) / (1 - 2 / 14))


def test_rounds_cut_short_at_one_name_are_proven_in_about_ten_rounds() -> None:
    rng = np.random.default_rng(5)
    n, alarm, mass = 13, 100.0, 0.05 / 43200
    table, rounds = order_factors(SETTINGS, n), []
    for _ in range(20):
        sums = np.zeros(4)
        for number in range(1, 40):
            order = tuple(rng.permutation(n).tolist())
            bad = ended(order, lambda name, place, asked: name == 0 or bool(rng.random() < 0.01))
            sums = (sums + WEIGHTS * mass) * table[:, 2 * len(bad) + (0 in bad)]
            if sums.sum() >= alarm:
                rounds.append(number)
                break
    assert len(rounds) == 20
    assert np.median(rounds) <= 12


@given(n=st.integers(4, 30), f=st.integers(0, 30), x=st.integers(0, 1))
def test_the_bet_is_that_of_the_slow_program(n: int, f: int, x: int) -> None:
    if x <= f <= n - 1 + x:
        factors = order_factors(SETTINGS, n)[:, 2 * f + x]
        assert factors.tolist() == pytest.approx(slow.evidence(f, n, x).tolist(), rel=1e-12)
