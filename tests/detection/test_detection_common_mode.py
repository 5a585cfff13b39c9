"""Trouble that meets all names alike, on both sides of each boundary of `common-mode@2`."""

import pytest
from tests.detection.detection_rounds import EMPTY, FOUND, LIMITED, SETTINGS, Laboratory, facts, measured

from siaga.detection.rules import common_mode
from siaga.detection.rules.common_mode import CANARY, DOWN, FEW, INSTRUMENT, NEVER, SOME, trouble_of


def _trouble(missing: int, limited: int = 0, controls: int = 6, *, good: bool = True) -> str | None:
    """The trouble of a round of two targets and some controls of which so many are missing or limited.

    `good` says whether a round was ever good here.
    """
    answers = [EMPTY] * missing + [LIMITED] * limited + [FOUND] * (controls - missing - limited)
    asked = [measured(f"c{number}", answer) for number, answer in enumerate(answers)]
    laboratory = Laboratory()
    update = laboratory.update(facts(measured("a"), measured("b"), *asked))
    laboratory.stream.site.trouble.last_good = 0 if good else -1
    return trouble_of(update, False, SETTINGS)[0]


@pytest.mark.parametrize(("missing", "kind"), [(2, None), (3, None), (4, SOME), (5, DOWN), (6, DOWN)])
def test_half_of_the_controls_missing_is_trouble_and_more_than_a_third_is_too_many_to_compare(
    missing: int, kind: str | None
) -> None:
    assert _trouble(missing, controls=6 if missing < 3 else 9) == kind


def test_where_nothing_was_ever_good_it_has_never_worked() -> None:
    assert _trouble(6, good=False) == NEVER


def test_the_controls_that_are_missing_are_named() -> None:
    asked = [measured(f"c{number}", EMPTY if number < 4 else FOUND) for number in range(9)]
    assert trouble_of(Laboratory().update(facts(measured("a"), *asked)), False, SETTINGS) == (
        SOME,
        "c0, c1, c2, c3",
    )


def test_half_of_the_askings_not_measured_is_trouble_of_ours_and_less_is_not() -> None:
    assert _trouble(0, limited=4) == common_mode.LIMITED
    assert _trouble(0, limited=3) is None


def test_a_round_that_ended_at_one_name_alone_is_no_limit_of_the_place() -> None:
    update = Laboratory().update(facts(measured("a", LIMITED), measured("c1")))
    assert trouble_of(update, False, SETTINGS)[0] == FEW


@pytest.mark.parametrize(("canaries", "kind"), [((), None), (("q",), None), (("q", "r"), CANARY)])
def test_two_canaries_found_are_trouble_and_one_is_not(canaries: tuple[str, ...], kind: str | None) -> None:
    laboratory = Laboratory()
    asked = [measured(f"c{number}") for number in range(6)]
    update = laboratory.update(facts(measured("a"), *asked))
    laboratory.stream.canaries.take(canaries)
    assert trouble_of(update, False, SETTINGS)[0] == kind


def test_too_few_controls_are_trouble() -> None:
    assert _trouble(0, controls=3) is None
    assert _trouble(0, controls=2) == FEW


def test_a_doubted_instrument_is_trouble_where_nothing_else_is() -> None:
    asked = [measured(f"c{number}") for number in range(6)]
    update = Laboratory().update(facts(measured("a", EMPTY), *asked))
    assert trouble_of(update, True, SETTINGS)[0] == INSTRUMENT
