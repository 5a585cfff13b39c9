"""Pairs of contestants over time: who was missing when only one of them was."""

from math import inf

import numpy as np
import pytest
from tests.detection.detection_rounds import watched

from siaga.detection.equal_treatment import compared_pairs, odds_ratio
from siaga.simulation.streams import Streams

SUBJECTS = ("a", "b", "c", "control")
ONLY = np.array([[0, 9, 1, 5], [1, 0, 0, 5], [1, 0, 0, 5], [5, 5, 5, 0]])


def test_the_odds_ratio_stays_in_its_confidence_sequence_at_every_moment() -> None:
    random = np.random.default_rng(5)
    outside = 0
    for _ in range(200):
        first = np.cumsum(random.random(300) < 2 / 3)
        outside += any(
            not (low <= 2 <= high)
            for k in range(9, 300, 10)
            for low, high in [odds_ratio(int(first[k]), int(k + 1 - first[k]))]
        )
    assert outside <= 0.05 * 200


def test_without_a_difference_seen_nothing_is_said() -> None:
    assert odds_ratio(0, 0) == (0.0, float("inf"))
    low, high = odds_ratio(200, 200)
    assert 0.6 < low < 1 < high < 1.7


def test_pairs_show_who_was_treated_worse_and_outages_do_not() -> None:
    streams = Streams(4, 400, targets=("anies", "ganjar", "mahfud"))
    streams.withhold("mahfud", 100, 200)
    streams.outage(250, 300)
    detection, _ = watched(streams)
    pairs = {(pair.first, pair.second): pair for pair in detection.equal_treatment()["x"]}
    assert pairs["anies", "mahfud"].second_only >= 100
    assert pairs["anies", "mahfud"].high < 0.5
    assert pairs["anies", "ganjar"].low < 1 < pairs["anies", "ganjar"].high
    assert detection.audit() == {}


def test_without_a_round_in_which_the_other_was_missing_alone_there_is_no_upper_end() -> None:
    low, high = odds_ratio(30, 0)
    assert 1 < low < high == inf
    none, below = odds_ratio(0, 30)
    assert none == 0.0
    assert below == pytest.approx(1 / low)


def test_the_pair_that_differs_most_comes_first_and_a_pair_without_a_difference_not_at_all() -> None:
    pairs = compared_pairs("x", SUBJECTS, ONLY, (0, 1, 2), 0.05, most=9)
    assert [(pair.first, pair.second, pair.first_only, pair.second_only) for pair in pairs] == [
        ("a", "b", 9, 1),
        ("a", "c", 1, 1),
    ]
    assert compared_pairs("x", SUBJECTS, ONLY, (0, 1, 2), 0.05, most=1) == pairs[:1]


def test_all_pairs_share_the_chance_of_being_wrong() -> None:
    alone, *_ = compared_pairs("x", SUBJECTS, ONLY, (0, 1), 0.05, most=9)
    among_three, *_ = compared_pairs("x", SUBJECTS, ONLY, (0, 1, 2), 0.05, most=9)
    assert (alone.low, alone.high) == odds_ratio(9, 1, 0.05)
    assert (among_three.low, among_three.high) == odds_ratio(9, 1, 0.05 / 3)


def test_one_contestant_is_compared_with_nobody() -> None:
    assert compared_pairs("x", SUBJECTS, ONLY, (0,), 0.05, most=9) == []
