"""Which names make good controls: those that behave as the contestants do, as far as the record shows it."""

from math import inf, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.detection.control_similarity import Ranked, SimilarityTally, rounds_to_proof, wilson
from siaga.detection.round_facts import facts_of
from siaga.detection.settings import Settings
from siaga.domain.answers import Answer
from siaga.simulation.streams import Streams

SETTINGS = Settings()
MINUTE = 60_000_000.0
DAY = 720
"""Rounds, one every two minutes."""


def ranked(streams: Streams, in_use: frozenset[str] | None = None) -> Ranked:
    gathering = SimilarityTally(SETTINGS, in_use)
    for measurements in streams.rounds():
        gathering.take(facts_of(measurements, lambda subject, recorded: recorded))
    (one,) = gathering.ranked()
    return one


def test_a_name_that_is_often_missing_or_hardly_spoken_of_comes_last_and_costs_rounds() -> None:
    streams = Streams(seed=5, rounds=2 * DAY, controls=6, facts=True, missing=0.01)
    streams.own_odds("control-2", 30)
    streams.thin("control-4", 0, 2 * DAY, 1)
    found = ranked(streams)
    assert {one.subject for one in found.controls[-2:]} == {"control-2", "control-4"}
    bad = next(one for one in found.controls if one.subject == "control-2")
    low, high = bad.missing_between
    assert low < bad.missing < high
    assert bad.odds_ratio > 10
    assert bad.rounds_changed < found.rounds, "without it a proof is faster"
    good = found.controls[0]
    assert good.rounds_changed > found.rounds, "without this one it is slower"


def test_controls_outside_the_election_file_are_candidates_and_make_proofs_faster() -> None:
    streams = Streams(seed=6, rounds=DAY, controls=8)
    found = ranked(streams, frozenset(f"control-{number}" for number in range(5)))
    assert [one.subject for one in found.candidates] == sorted(one.subject for one in found.candidates)
    assert len(found.controls) == 5
    assert len(found.candidates) == 3
    assert all(one.rounds_changed < found.rounds for one in found.candidates)
    assert all(one.volume == pytest.approx(1.0, abs=0.01) for one in found.candidates)


def test_an_outage_teaches_nothing_about_names() -> None:
    streams = Streams(seed=7, rounds=DAY, controls=6, missing=0.0)
    streams.outage(100, 400)
    assert all(one.missing == 0 for one in ranked(streams).controls)


def test_what_was_seldom_measured_is_named_and_not_judged() -> None:
    streams = Streams(seed=8, rounds=DAY, controls=6)
    streams.withhold("control-3", 50, DAY, answer=Answer.WALLED)
    found = ranked(streams)
    assert found.too_little == ("control-3",)
    assert all(one.subject != "control-3" for one in found.controls)
    assert SimilarityTally(SETTINGS).ranked() == []


@given(st.integers(3, 30), st.floats(1, 1e6))
def test_with_perfect_controls_the_rounds_are_those_of_the_largest_stake(m: int, alarm: float) -> None:
    rounds = rounds_to_proof([0.0] * m, alarm, MINUTE, SETTINGS)
    limit = log(alarm * SETTINGS.span_us / MINUTE) / log(1 + m / SETTINGS.psi)
    assert limit <= rounds <= 1.05 * limit


@given(st.lists(st.floats(0, 0.2), min_size=3, max_size=12))
def test_one_more_perfect_control_never_slows_a_proof(missing: list[float]) -> None:
    before = rounds_to_proof(missing, 100.0, MINUTE, SETTINGS)
    assert rounds_to_proof([*missing, 0.0], 100.0, MINUTE, SETTINGS) <= before * 1.0001


def test_too_few_controls_prove_nothing() -> None:
    assert rounds_to_proof([0.0, 0.0], 100.0, MINUTE, SETTINGS) == inf


@given(st.integers(1, 1000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_interval_holds_the_share(counted: tuple[int, int]) -> None:
    low, high = wilson(*counted)
    assert 0 <= low <= counted[0] / counted[1] + 1e-12
    assert counted[0] / counted[1] - 1e-12 <= high <= 1
