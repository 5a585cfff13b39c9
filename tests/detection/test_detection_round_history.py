"""The newest rounds of a stream: exact while kept, bounded in memory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.detection.round_history import EVENTS_A_ROUND, RoundHistory

SETS = np.array([0])


@given(
    st.lists(st.sampled_from(["found", "missing", "absent", "other set"]), max_size=120),
    st.integers(16, 80),
)
def test_of_a_name_its_rounds_are_known_while_they_are_kept(words: list[str], most: int) -> None:
    history = RoundHistory(most)
    for number, word in enumerate(words):
        history.add(10 * number, 1 if word == "other set" else 0, 12, number % 3)
        if word in ("missing", "absent"):
            history.note(np.array([7]), [0 if word == "missing" else -1], [3])
    kept = [
        (number, word == "missing")
        for number, word in enumerate(words)
        if number >= len(words) - most and word in ("found", "missing")
    ]
    rounds = history.of(7, SETS, most)
    assert list(zip(rounds.number.tolist(), rounds.missing.tolist(), strict=True)) == kept
    assert rounds.at.tolist() == [10 * number for number, _ in kept]
    assert rounds.controls_missing.tolist() == [number % 3 for number, _ in kept]


def test_answers_and_texts_are_those_of_the_misses() -> None:
    history = RoundHistory(64)
    for number in range(6):
        history.add(number, 0, 12, 0)
        history.note(np.array([1, 2]), [number, -1], [9, 0])
    assert history.answers(1, 4) == [(4, 9), (5, 9)]
    assert history.answers(2, 4) == [(-1, 0), (-1, 0)]
    assert history.times_missed(1, 3) == [3, 4, 5]
    assert history.times_missed(2, 3) == []
    assert history.rounds_since(4) == 2


@pytest.mark.parametrize("names", [10, 100])
def test_of_very_many_misses_the_newest_rounds_alone_are_kept_whole(names: int) -> None:
    history = RoundHistory(50)
    who = np.arange(names)
    for number in range(200):
        history.add(number, 0, 12, 0)
        history.note(who, [0] * names, [0] * names)
    assert history.events.shape[1] <= 4 * EVENTS_A_ROUND * 50
    rounds = history.of(0, SETS, 50)
    assert rounds.missing.all()
    assert len(rounds.missing) == (50 if names <= EVENTS_A_ROUND else 200 - history.whole_from)
