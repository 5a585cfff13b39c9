"""Change: fair by enumeration, and of one stream what the slow program has."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import change as slow

from siaga.detection.round_history import NameRounds
from siaga.detection.settings import Settings
from siaga.detection.went_missing import Change, change

SETTINGS = Settings()
MINUTE = 60_000_000
HORIZON = SETTINGS.span_us / MINUTE
WORDS = st.lists(st.booleans(), min_size=2, max_size=80)


def rounds_of(x: list[bool], odds: list[float], start: int = 0, every: int = MINUTE) -> NameRounds:
    """One stream in which the name was missing as said."""
    n = len(x)
    return NameRounds(
        np.arange(n),
        start + every * np.arange(n),
        np.array(x, np.bool_),
        np.array(odds, np.float64),
        np.ones(n, np.bool_),
        np.full(n, 12, np.int32),
        np.zeros(n, np.int32),
    )


def evidence(streams: list[NameRounds], *, ratio: bool = False) -> float:
    found = change(streams, 1 / SETTINGS.span_us, SETTINGS.longest_gap_us, 0.0, ratio)
    return found.evidence if found is not None else 0.0


@given(WORDS)
def test_against_a_constant_rate_one_stream_is_the_slow_program(x: list[bool]) -> None:
    expected, _ = slow.change([int(word) for word in x], HORIZON)
    assert evidence([rounds_of(x, [0.01] * len(x))]) == pytest.approx(expected, rel=1e-9)


@settings(max_examples=40)
@given(WORDS, st.floats(0.001, 0.3))
def test_against_a_constant_ratio_it_is_never_above_the_slow_program(x: list[bool], base: float) -> None:
    odds = [base * (1 + 0.5 * np.sin(k / 7)) for k in range(len(x))]
    words = [int(word) for word in x]
    expected = min(slow.change(words, HORIZON)[0], slow.change_ratio(words, odds, HORIZON))
    got = evidence([rounds_of(x, odds)], ratio=True)
    assert got <= expected * (1 + 1e-9)
    assert got >= 0.9 * expected, "only beginnings that hardly count are left out"


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.5, 0.9])
def test_the_mean_over_all_outcomes_is_at_most_the_mass(rate: float) -> None:
    n, total = 9, 0.0
    for word in product((False, True), repeat=n):
        chance = float(np.prod([rate if x else 1 - rate for x in word]))
        total += chance * evidence([rounds_of(list(word), [0.01] * n)])
    assert total * HORIZON <= n - 1 + 1e-9


@pytest.mark.parametrize("rates", [(0.02, 0.9), (0.5, 0.5), (0.9, 0.1)])
def test_streams_may_each_have_their_own_rate_and_be_asked_as_one_likes(rates: tuple[float, float]) -> None:
    """The second stream is asked once more whenever the name was missing: more of it is no change."""
    n, total = 8, 0.0
    for word in product((False, True), repeat=n):
        which, chance, first, second = 0, 1.0, list[tuple[int, bool]](), list[tuple[int, bool]]()
        for number, x in enumerate(word):
            chance *= rates[which] if x else 1 - rates[which]
            (first, second)[which].append((number, x))
            which = 1 if x else 1 - which
        streams = []
        for asked in (first, second):
            rounds = rounds_of([x for _, x in asked], [0.01] * len(asked))
            streams.append(replace(rounds, at=MINUTE * np.array([at for at, _ in asked], np.int64)))
        total += chance * evidence(streams)
    assert total * HORIZON <= n - 1 + 1e-9


def found(x: list[bool]) -> Change:
    said = change([rounds_of(x, [0.01] * len(x))], 1 / SETTINGS.span_us, SETTINGS.longest_gap_us, 0.0)
    assert said is not None
    return said


def test_the_onset_is_between_the_last_round_as_usual_and_the_first_not() -> None:
    onset = found([False] * 60 + [True] * 20).onset
    assert onset == (59 * MINUTE, 60 * MINUTE)
    thin = found([False] * 60 + ([False, False, True] * 15)).onset
    assert thin[0] <= 60 * MINUTE <= thin[1]


def test_a_name_never_found_did_not_change_and_one_that_was_found_did() -> None:
    assert evidence([rounds_of([True] * 200, [0.01] * 200)], ratio=True) == 0.0
    assert evidence([rounds_of([False] * 45 + [True] * 12, [0.01] * 57)], ratio=True) > 100


def test_rates_that_drift_together_are_no_change() -> None:
    odds = [0.01] * 200 + [0.4] * 200
    x = [False] * 200 + [k % 3 == 0 for k in range(200)]
    assert evidence([rounds_of(x, odds)]) > 1e6
    assert evidence([rounds_of(x, odds)], ratio=True) < 1.0


def test_rounds_that_were_not_usual_say_nothing() -> None:
    rounds = rounds_of([False] * 45 + [True] * 12, [0.01] * 57)
    rounds.usual[45:] = False
    assert evidence([rounds]) == 0.0
