"""What a round says of its own reader."""

import pytest
from tests.detection.detection_rounds import EMPTY, FOUND, LIMITED, Laboratory, facts, measured

from siaga.detection.doubts import (
    controls_of,
    instrument_doubted,
    note_canaries,
    note_lopsided,
    note_lost,
)
from siaga.detection.round_update import RoundUpdate
from siaga.detection.settings import LOST, LOST_ASKED

CONTROLS = [measured(f"c{number}") for number in range(3)]


def _gone(laboratory: Laboratory, *found: str) -> RoundUpdate:
    """Three contestants of whom only these are found."""
    asked = [measured(who, FOUND if who in found else EMPTY) for who in ("a", "b", "d")]
    return laboratory.update(facts(*asked, *CONTROLS))


def test_all_contestants_missing_twice_is_doubted_and_two_rounds_with_one_found_end_it() -> None:
    laboratory = Laboratory()
    for found, lopsided in (((), 1), ((), 2), ((), 3), (("b",), 1), (("a", "b"), 0)):
        note_lopsided(_gone(laboratory, *found))
        assert laboratory.stream.lopsided == lopsided
    assert not instrument_doubted(laboratory.stream, [laboratory.stream])


def test_two_contestants_are_too_few_to_doubt_the_instrument() -> None:
    laboratory = Laboratory()
    note_lopsided(laboratory.update(facts(measured("a", EMPTY), measured("b", EMPTY), *CONTROLS)))
    assert laboratory.stream.lopsided == 0


def test_an_instrument_is_believed_where_another_sees_the_same() -> None:
    first, second = Laboratory(), Laboratory()
    for laboratory in (first, second):
        note_lopsided(_gone(laboratory))
    assert instrument_doubted(first.stream, [first.stream, second.stream]), "the same vantage and session"
    second.stream.session = "signed-in"
    assert not instrument_doubted(first.stream, [first.stream, second.stream])


def test_of_a_control_asked_twice_the_first_that_was_measured_counts() -> None:
    texts = [
        measured("c9", LIMITED, name="x", position=0),
        measured("c9", EMPTY, name="y", position=1),
        measured("c9", FOUND, name="z", position=2),
    ]
    laboratory = Laboratory()
    outcome = controls_of(laboratory.update(facts(measured("a"), *CONTROLS, *texts)))
    assert outcome[laboratory.engine.names.number_of["c9"]] == 1
    assert len(outcome) == 4


@pytest.mark.parametrize(("answer", "found"), [(FOUND, ["q1"]), (EMPTY, []), (LIMITED, [])])
def test_a_canary_found_is_noted_by_its_word(answer: str, found: list[str]) -> None:
    laboratory = Laboratory()
    note_canaries(laboratory.update(facts(measured("a"), *CONTROLS, measured("q1", answer))))  # type: ignore[arg-type]
    assert list(laboratory.stream.canaries.found) == found


def test_a_name_not_measured_in_five_rounds_is_news_and_its_return_as_well() -> None:
    laboratory = Laboratory()
    news = [
        note_lost(laboratory.update(facts(measured("a", LIMITED), *CONTROLS)))
        for _ in range(LOST // LOST_ASKED)
    ]
    who = laboratory.engine.names.number_of["a"]
    assert news == [set()] * (LOST // LOST_ASKED - 1) + [{who}]
    back = [note_lost(laboratory.update(facts(measured("a"), *CONTROLS))) for _ in range(8)]
    assert back == [set()] * 7 + [{who}]
    assert laboratory.stream.lost == {}
