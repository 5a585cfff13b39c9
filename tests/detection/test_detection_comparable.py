"""Which rounds compare, on both sides of each boundary."""

import numpy as np
import pytest

from siaga.detection.comparable import compares, informative, informs, mostly_found


@pytest.mark.parametrize(
    ("controls", "missing", "expected"), [(11, 4, True), (11, 5, False), (10, 4, False), (8, 3, True)]
)
def test_a_round_compares_while_a_third_of_controls_and_name_at_most_is_missing(
    controls: int, missing: int, expected: bool
) -> None:
    assert compares(controls, missing) is expected


@pytest.mark.parametrize(
    ("asked", "missing", "expected"), [(12, 0, False), (12, 1, True), (12, 4, True), (12, 5, False)]
)
def test_a_bet_moves_evidence_where_some_are_missing_and_a_third_at_most(
    asked: int, missing: int, expected: bool
) -> None:
    assert informs(asked, missing) is expected
    assert informative(asked, np.array([missing])).tolist() == [expected]


@pytest.mark.parametrize(
    ("found", "missing", "expected"), [(12, 0, True), (9, 4, True), (8, 4, False), (0, 0, False)]
)
def test_more_is_asked_only_where_less_than_a_third_of_the_controls_is_missing(
    found: int, missing: int, expected: bool
) -> None:
    assert mostly_found(found, missing) is expected


@pytest.mark.parametrize("controls", range(3, 30))
def test_whether_a_round_is_counted_never_depends_on_the_outcome_that_is_bet_on(controls: int) -> None:
    for missing in range(controls + 1):
        if informs(controls + 1, missing + 1):
            assert compares(controls, missing)
