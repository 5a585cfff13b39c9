"""One round of one name with all that a rule asks about it."""

from math import isnan

import numpy as np
import pytest
from tests.detection.detection_rounds import EMPTY, FOUND, LIMITED, Laboratory, facts, measured

from siaga.detection.round_update import RoundUpdate
from siaga.detection.rules.missing import MISSING
from siaga.domain.answers import Answer

CONTROLS = [measured(f"c{number}", position=10 + number) for number in range(3)]


def _asked(*texts: tuple[str, Answer]) -> RoundUpdate:
    """A round of `a`, asked by these texts with these answers, and three controls."""
    askings = [measured("a", answer, name=text) for text, answer in texts]
    return Laboratory().update(facts(*askings, *CONTROLS))


def test_a_names_texts_are_told_apart_and_one_that_was_not_measured_counts_for_neither() -> None:
    round_ = _asked(("long", EMPTY), ("short", FOUND), ("tag", LIMITED))
    gone = round_.facts.codes == MISSING
    assert round_.texts(0, gone) == [("long", "empty")]
    assert round_.others(0, gone) == ["short"]
    assert round_.share(0, gone) == 0.5


def test_a_name_that_was_nowhere_measured_is_missing_by_no_share() -> None:
    round_ = _asked(("long", LIMITED))
    assert round_.share(0, round_.facts.codes == MISSING) == 0.0


def test_controls_are_those_that_were_measured() -> None:
    askings = [measured("a"), measured("c1"), measured("c2", EMPTY), measured("c3", LIMITED)]
    assert Laboratory().update(facts(*askings)).controls == (2, 1)


@pytest.mark.parametrize(("position", "late"), [(0, 0.0), (1, 0.5), (2, 1.0)])
def test_a_place_in_the_round_is_from_first_to_last(position: int, late: float) -> None:
    others = [measured(who, position=place) for who, place in (("c1", 0), ("c2", 1), ("c3", 2))]
    others[position] = measured("a", position=position)
    assert Laboratory().update(facts(*others)).late(0) == late


def _volume(results: int | None, of_controls: int, usual: float = 10.0) -> float:
    name = measured("a", matching=results) if results else measured("a", EMPTY)
    controls = [measured(f"c{number}", matching=of_controls) for number in range(3)]
    round_ = Laboratory().update(facts(name, *controls))
    round_.stream.past.usual = np.array([usual] + [10.0] * 7)
    return round_.volume(0)


def test_volume_is_against_what_is_usual_and_what_controls_have_of_theirs() -> None:
    assert _volume(10, of_controls=10) == 1.0
    assert _volume(5, of_controls=10) == 0.5
    assert _volume(5, of_controls=5) == 1.0, "a quiet hour of all names"
    assert _volume(5, of_controls=20) == 0.5, "controls that have more than usual prove nothing"


def test_a_missing_name_has_no_volume_and_an_unknown_one_none_that_is_known() -> None:
    assert _volume(None, of_controls=10) == 0.0
    assert isnan(_volume(None, of_controls=10, usual=float("nan")))
    assert isnan(_volume(5, of_controls=10, usual=float("nan")))
