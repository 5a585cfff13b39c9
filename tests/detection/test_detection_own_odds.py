"""A name's own odds from its quiet past: as the slow program has them, and frozen where they are high."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference import own_odds as slow

from siaga.detection.bet import chance_missing, e_value
from siaga.detection.own_odds import OwnOdds

ROUNDS = st.lists(
    st.tuples(st.integers(3, 12), st.integers(0, 4), st.booleans()).filter(
        lambda round_: round_[1] <= round_[0]
    ),
    max_size=60,
)
NOBODY = np.zeros(0, np.intp)
NAME = np.array([0])


def learned(rounds: list[tuple[int, int, bool]]) -> OwnOdds:
    """Name 0 as said, beside name 1 that is never missing."""
    odds = OwnOdds()
    odds.hold(2)
    for m, c, x in rounds:
        odds.take(m, c, NAME if x else NOBODY, NOBODY)
    return odds


@given(rounds=ROUNDS)
def test_odds_and_interval_are_the_slow_ones(rounds: list[tuple[int, int, bool]]) -> None:
    got = tuple(float(end[0]) for end in learned(rounds).interval(NAME))
    right = slow.odds_interval([(m, c, int(x)) for m, c, x in rounds])
    if right is None:
        assert all(np.isnan(got))
    else:
        assert got == pytest.approx(right, rel=1e-4)


@given(rounds=ROUNDS, skipped=st.sets(st.integers(0, 59)), late=st.integers(0, 10))
def test_rounds_before_a_name_came_and_those_not_learned_do_not_count(
    rounds: list[tuple[int, int, bool]], skipped: set[int], late: int
) -> None:
    odds = OwnOdds()
    for number, (m, c, x) in enumerate(rounds):
        if number >= late:
            odds.hold(1)
        there = number >= late
        learns = there and number not in skipped
        odds.take(m, c, NAME if learns and x else NOBODY, NAME if there and not learns else NOBODY)
    odds.hold(1)
    alone = learned([round_ for k, round_ in enumerate(rounds) if k >= late and k not in skipped])
    for got, right in zip(odds.interval(NAME), alone.interval(NAME), strict=True):
        assert got == pytest.approx(right[:1], rel=1e-6, nan_ok=True)


def past(ratio: float, rounds: int, q: float = 0.05, seed: int = 12) -> list[tuple[int, int, bool]]:
    rng, odds = np.random.default_rng(seed), ratio * q / (1 - q)
    return [(12, int(rng.binomial(12, q)), bool(rng.random() < odds / (1 + odds))) for _ in range(rounds)]


def test_a_name_far_harder_to_find_keeps_a_psi_of_its_own_for_good() -> None:
    rounds = past(8.0, 1500)
    odds = learned(rounds)
    own = odds.freeze(np.array([0, 1]), 1.5)
    assert own[0] == pytest.approx(slow.psi_of([(m, c, int(x)) for m, c, x in rounds], 1.5), rel=1e-4)
    assert own[0] > 8
    assert own[1] == 1.5
    for _ in range(500):
        odds.take(12, 6, NOBODY, NOBODY)  # easier to find since: what is frozen stays
    assert odds.freeze(NAME, 1.5)[0] == own[0]
    assert odds.psi(np.array([0, 1]), 1.5).tolist() == own.tolist()


@pytest.mark.parametrize("ratio", [1.0, 2.0, 3.0])
def test_a_name_within_what_is_tolerated_keeps_none(ratio: float) -> None:
    assert learned(past(ratio, 3000)).freeze(NAME, 1.5)[0] == 1.5


def test_a_few_misses_freeze_nothing() -> None:
    rounds = [(12, 1, False)] * 400 + [(12, 0, True)] * 4
    assert slow.psi_of([(m, c, int(x)) for m, c, x in rounds], 1.5) == 1.5
    assert learned(rounds).freeze(NAME, 1.5)[0] == 1.5


@pytest.mark.parametrize("m", [3, 6, 12])
def test_a_psi_of_its_own_only_widens_the_null(m: int) -> None:
    """At the own `psi` the mean is at most 1 for every odds ratio up to it, whatever was learned."""
    for psi in (1.5, 4.2, 17.0):
        for ratio in (1.0, 1.5, psi):
            if ratio <= psi:
                for f in range(1, m + 1):
                    p = chance_missing(ratio, m + 1, f)
                    up, down = (e_value(psi, 6 * psi, m + 1, f, gone) for gone in (True, False))
                    assert p * up + (1 - p) * down <= 1 + 1e-12
