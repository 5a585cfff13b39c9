"""The recall bet: fair item by item, without a cut; sound where much is hidden from everybody anyway."""

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference.recall import e_round_items

from siaga.detection.recall import NOT_DRAWN, age_band, item_factors, recall_factors
from siaga.detection.settings import RECALL_PSI, Settings

SETTINGS = Settings()


@given(
    chances=st.lists(st.floats(0.001, 0.95), min_size=3, max_size=6),
    share=st.floats(0.05, 1.0),
)
def test_a_small_round_is_fair_for_every_number_hidden(chances: list[float], share: float) -> None:
    odds = [chance / (1 - chance) for chance in chances]
    own = share * RECALL_PSI * len(odds) / sum(1 / o for o in odds)
    everybody = [own / (1 + own), *chances]
    m = len(chances)
    table = item_factors(SETTINGS, m)
    weight, total = np.zeros(m + 2), np.zeros((m + 2, 4))
    for outcome in product((0, 1), repeat=m + 1):
        chance = prod(c if x else 1 - c for c, x in zip(everybody, outcome, strict=True))
        f = sum(outcome)
        weight[f] += chance
        total[f] += chance * table[:, 2 * (f - outcome[0]) + outcome[0]]
    assert (total <= weight[:, None] * (1 + 1e-9)).all()


def test_rounds_in_which_nothing_or_everything_is_shown_say_nothing() -> None:
    table = item_factors(SETTINGS, 5)
    assert (table[:, 0] == 1).all()
    assert (table[:, 2 * 5 + 1] == 1).all()
    assert (table[:, 2 * 4 + 1] > 1).all(), "five of six hidden still compares"


def test_items_multiply_and_those_not_drawn_sit_out() -> None:
    targets = np.array([[1, 0], [1, NOT_DRAWN]], np.int8)
    controls = np.array([[0, 0, 0, 1], [0, NOT_DRAWN, 0, 0]], np.int8)
    factors = recall_factors(SETTINGS, targets, controls, 3)
    four, three = item_factors(SETTINGS, 4), item_factors(SETTINGS, 3)
    assert factors[:, 0] == pytest.approx(four[:, 2 * 1 + 1] * three[:, 1])
    assert factors[:, 1] == pytest.approx(four[:, 2 * 1])
    assert (recall_factors(SETTINGS, targets, controls, 5) == 1).all(), "too few control items"


def rounds_to_alarm(hidden: float, drop: float, rounds: int, seed: int) -> float:
    """Median rounds to the alarm of 100 names: five items a name, twelve controls."""
    rng = np.random.default_rng(seed)
    mass = np.array(SETTINGS.weights)[:, None] / 43200
    sums, reached = np.zeros((4, 40)), np.full(40, np.inf)
    for number in range(1, rounds + 1):
        factors = np.ones((4, 40))
        for name in range(40):
            targets = (rng.random((5, 1)) < 1 - (1 - hidden) * (1 - drop)).astype(np.int8)
            controls = (rng.random((5, 12)) < hidden).astype(np.int8)
            factors[:, name] = recall_factors(SETTINGS, targets, controls, 3)[:, 0]
        sums = (sums + mass) * factors
        reached = np.where((sums.sum(axis=0) >= 100) & np.isinf(reached), number, reached)
    return float(np.median(reached))


def test_it_is_fast_also_where_half_of_all_posts_are_never_shown() -> None:
    assert rounds_to_alarm(0.01, 1.0, 4, 1) <= 2
    assert rounds_to_alarm(0.5, 1.0, 10, 2) <= 8


@pytest.mark.parametrize(
    ("age_s", "band"), [(0, 0), (599, 0), (600, 1), (3600, 2), (21_600, 3), (86_400, 4), (604_800, None)]
)
def test_posts_are_compared_within_their_age_band(age_s: float, band: int | None) -> None:
    assert age_band(age_s) == band


@given(seed=st.integers(0, 10_000), items=st.integers(1, 6), m=st.integers(3, 12))
def test_a_rounds_factors_are_those_of_the_slow_program(seed: int, items: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, 2, (items, 3)).astype(np.int8)
    controls = (rng.random((items, m)) < rng.random()).astype(np.int8)
    factors = recall_factors(SETTINGS, targets, controls, 3)
    for name in range(3):
        slow = e_round_items(targets[:, name].tolist(), controls.T.tolist())
        assert factors[:, name] == pytest.approx(slow, rel=1e-9)
