"""Change: fair by enumeration, as the slow program has it, whole or with old rounds kept as sums."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import change as slow

from siaga.detection.change import (
    RATIOS,
    Floats,
    RoundsBefore,
    UsualRounds,
    change_evidence,
    log_gamma,
    log_mixture,
    rate_change,
    ratio_change,
)
from siaga.detection.settings import CHANGE_FOLD_ROUNDS, CHANGE_STARTS, Settings

SETTINGS = Settings()
MINUTE = 60_000_000
HORIZON = SETTINGS.span_us / MINUTE
NOBODY = np.zeros(0, np.intp)
WORDS = st.lists(st.booleans(), min_size=2, max_size=80)


def stream_of(x: list[bool], odds: list[float], start: int = 0, every: int = MINUTE) -> UsualRounds:
    """A stream in which subject 0 was missing as said, and nobody else."""
    stream = UsualRounds()
    stream.hold(2)
    for number, (missing, o) in enumerate(zip(x, odds, strict=True)):
        stream.take(start + number * every, o, np.array([0]) if missing else NOBODY, NOBODY)
    return stream


def summed(logs: Floats) -> float:
    return float(np.exp(np.minimum(logs, 69)).sum())


def drifting(n: int) -> list[float]:
    return [0.02 * math.exp(math.sin(k / 7)) for k in range(n)]


@given(x=st.floats(0.5, 1e6))
def test_the_gamma_function_is_that_of_an_independent_library(x: float) -> None:
    got = float(log_gamma(np.array([x]))[0])
    assert got == pytest.approx(math.lgamma(x), rel=1e-13, abs=1e-13)


def test_the_mixture_sums_to_1_over_all_outcomes() -> None:
    n = 12
    total = sum(
        math.comb(n, a) * math.exp(log_mixture(np.array([a]), np.array([n]))[0]) for a in range(n + 1)
    )
    assert total == pytest.approx(1)


@given(words=WORDS)
def test_evidence_against_a_constant_chance_is_the_slow_one(words: list[bool]) -> None:
    got = summed(rate_change(np.array(words), RoundsBefore(), 0))
    right, start = slow.change([int(x) for x in words], 1)
    assert got == pytest.approx(right, rel=1e-9, abs=1e-12)
    if right:
        logs = rate_change(np.array(words), RoundsBefore(), 0)
        assert logs[start] == pytest.approx(logs.max())  # several starts may be as good


@given(words=WORDS)
def test_evidence_against_a_constant_ratio_is_the_slow_one(words: list[bool]) -> None:
    odds = drifting(len(words))
    got = summed(ratio_change(np.array(words), np.array(odds), RoundsBefore(), 0))
    assert got == pytest.approx(slow.change_ratio([int(x) for x in words], odds, 1), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.7, 0.95])
def test_a_constant_chance_is_no_change(rate: float) -> None:
    mean = sum(
        float(np.prod(np.where(word, rate, 1 - rate)))
        * summed(rate_change(np.array(word), RoundsBefore(), 0))
        for word in product((False, True), repeat=9)
    )
    assert mean <= 8 + 1e-9


@pytest.mark.parametrize("ratio", [0.3, 3, 40])
def test_a_constant_ratio_to_drifting_odds_is_no_change(ratio: float) -> None:
    odds = np.array([0.02, 0.05, 0.1, 0.2, 0.1, 0.05, 0.02])
    p = ratio * odds / (1 + ratio * odds)
    mean = sum(
        float(np.prod(np.where(word, p, 1 - p)))
        * summed(ratio_change(np.array(word), odds, RoundsBefore(), 0))
        for word in product((False, True), repeat=7)
    )
    assert mean <= 6 + 1e-9


@given(words=WORDS, seed=st.integers(0, 9))
@settings(max_examples=30)
def test_a_stream_says_what_its_rounds_say(words: list[bool], seed: int) -> None:
    odds = drifting(len(words))
    found = change_evidence([stream_of(words, odds)], 0, SETTINGS)
    x = [int(word) for word in words]
    assert found.rounds == len(words)
    assert found.by_rate == pytest.approx(slow.change(x, HORIZON)[0], rel=1e-9, abs=1e-12)
    if found.by_rate:
        assert found.by_ratio == pytest.approx(slow.change_ratio(x, odds, HORIZON), rel=1e-9, abs=1e-12)
    assert found.evidence == min(found.by_rate, found.by_ratio)


def test_rounds_of_several_streams_are_one_sequence_in_order_of_time() -> None:
    rng = np.random.default_rng(2)
    x, odds = (rng.random(120) < 0.1).tolist() + [True] * 6, drifting(126)
    whole = change_evidence([stream_of(x, odds)], 0, SETTINGS)
    halves = [stream_of(x[k::2], odds[k::2], k * MINUTE, 2 * MINUTE) for k in (0, 1)]
    assert change_evidence(halves, 0, SETTINGS) == whole
    assert change_evidence(halves[::-1], 0, SETTINGS) == whole


def long_stream(rounds: int) -> tuple[list[bool], list[float], UsualRounds]:
    rng = np.random.default_rng(5)
    x = (rng.random(rounds) < 0.02).tolist() + [True] * 9
    odds = drifting(len(x))
    return x, odds, stream_of(x, odds)


def test_old_rounds_kept_as_sums_say_the_same() -> None:
    x, odds, stream = long_stream(CHANGE_STARTS + 3 * CHANGE_FOLD_ROUNDS)
    assert stream.folded.rounds > CHANGE_FOLD_ROUNDS
    assert len(stream.at) <= CHANGE_STARTS + CHANGE_FOLD_ROUNDS
    found, words = change_evidence([stream], 0, SETTINGS), [int(word) for word in x]
    assert found.rounds == len(x)
    assert found.by_rate == pytest.approx(slow.change(words, HORIZON, CHANGE_STARTS)[0], rel=1e-8)
    assert found.by_ratio == pytest.approx(slow.change_ratio(words, odds, HORIZON, CHANGE_STARTS), rel=1e-8)
    assert found.evidence > 1e4


def test_rounds_in_which_a_name_was_not_measured_are_not_its_rounds() -> None:
    rng = np.random.default_rng(6)
    rounds = CHANGE_STARTS + 2 * CHANGE_FOLD_ROUNDS
    stream, begins, x, odds = UsualRounds(), 300, [], []
    stream.hold(1)
    for number in range(rounds):
        if number == begins:
            stream.hold(2)
        measured, missing = rng.random() < 0.8, rng.random() < (0.01 if number < rounds - 8 else 1)
        o = 0.02 * math.exp(math.sin(number / 7))
        gone = np.array([1]) if number >= begins and measured and missing else NOBODY
        stream.take(
            number * MINUTE,
            o,
            gone,
            NOBODY if measured else np.array([0]) if number < begins else np.array([0, 1]),
        )
        if number >= begins and measured:
            x.append(missing)
            odds.append(o)
    assert stream.folded.rounds > begins
    found = change_evidence([stream], 1, SETTINGS)
    alone = stream_of(x, odds)
    assert found.rounds == len(x)
    first = len(x) - len(stream.newest(1)[0])
    logs = rate_change(np.array(x[first:]), alone_before(x, odds, first), 0)
    assert found.by_rate == pytest.approx(weighed(logs, stream.newest(1)[0]), rel=1e-6)
    logs = ratio_change(np.array(x[first:]), np.array(odds[first:]), alone_before(x, odds, first), 0)
    assert found.by_ratio == pytest.approx(weighed(logs, stream.newest(1)[0]), rel=1e-6)
    assert len(alone.newest(0)[0]) <= len(x)


def alone_before(x: list[bool], odds: list[float], rounds: int) -> RoundsBefore:
    """The first rounds as sums, term by term."""
    before = RoundsBefore(rounds, sum(x[:rounds]))
    for missing, o in zip(x[:rounds], odds[:rounds], strict=True):
        before.log_odds += math.log(o) if missing else 0.0
        before.by_ratio += np.stack([np.log1p(RATIOS * o), RATIOS * o / (1 + RATIOS * o) ** 2])
    return before


def weighed(logs: Floats, at: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> float:
    """The starts' sum, each with the time before it."""
    passed = np.diff(at, prepend=at[0] - MINUTE) / SETTINGS.span_us
    return float((np.exp(np.minimum(logs, 69)) * passed).sum())


def test_a_name_that_comes_late_has_no_rounds_before() -> None:
    stream = stream_of([False] * 50, drifting(50))
    stream.hold(3)
    assert change_evidence([stream], 2, SETTINGS).rounds == 0
    stream.take(50 * MINUTE, 0.02, np.array([2]), NOBODY)
    late = change_evidence([stream], 2, SETTINGS)
    assert (late.rounds, late.evidence) == (1, 0.0)


def test_a_name_that_was_never_found_went_nowhere() -> None:
    found = change_evidence([stream_of([True] * 400, drifting(400))], 0, SETTINGS)
    assert found.evidence == 0
    assert found.onset is None


def test_a_name_that_went_missing_did_and_from_when() -> None:
    x = [False] * 60 + [True] * 10
    found = change_evidence([stream_of(x, [0.02] * 70)], 0, SETTINGS)
    assert found.evidence >= 100
    assert found.onset is not None
    before, first = found.onset
    assert before <= 60 * MINUTE <= first
    assert first - before <= 2 * MINUTE


def test_the_second_sum_is_not_reckoned_where_the_first_is_too_small() -> None:
    stream = stream_of([False] * 60 + [True] * 10, [0.02] * 70)
    assert change_evidence([stream], 0, SETTINGS, least=1e12).by_ratio == 0
    assert change_evidence([stream], 1, SETTINGS).by_rate == 0
