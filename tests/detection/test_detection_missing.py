"""What each answer counts as."""

import numpy as np
import pytest

from siaga.detection.rules.missing import (
    CODES,
    FOUND,
    LAYOUT,
    LIMITS,
    MISSING,
    NETWORK,
    WITHDRAWN,
    are_kept_back,
    code_of,
    is_odd,
)
from siaga.domain.answers import Answer, Role


@pytest.mark.parametrize(
    ("code", "answers"),
    [
        (FOUND, {Answer.RESULTS}),
        (MISSING, {Answer.EMPTY, Answer.HIDDEN, Answer.REFUSED, Answer.ERROR}),
        (LIMITS, {Answer.LIMITED, Answer.CHALLENGED, Answer.WALLED}),
        (NETWORK, {Answer.UNREACHABLE}),
        (LAYOUT, {Answer.UNREADABLE}),
        (WITHDRAWN, {Answer.WITHDRAWN}),
    ],
)
def test_every_answer_counts_as_one_thing(code: int, answers: set[Answer]) -> None:
    assert {answer for answer in Answer if CODES[answer] == code} == answers


@pytest.mark.parametrize(
    ("count", "matching", "code"),
    [
        (20, 1, FOUND), (20, 0, MISSING), (20, None, FOUND),
        (0, None, MISSING), (None, None, FOUND), (None, 0, MISSING), (0, 3, FOUND),
    ],
)  # fmt: skip
def test_results_of_which_none_match_are_missing(count: int | None, matching: int | None, code: int) -> None:
    assert code_of(Answer.RESULTS, count, matching) == code


def test_numbers_change_nothing_of_what_could_not_be_measured() -> None:
    assert code_of(Answer.LIMITED, 0, 0) == LIMITS
    assert code_of(Answer.UNREADABLE, 0, 0) == LAYOUT


@pytest.mark.parametrize(
    ("codes", "odd"),
    [
        ((FOUND, FOUND, MISSING), False),
        ((MISSING, FOUND, MISSING), True),
        ((FOUND, LIMITS, MISSING), True),
        ((FOUND, FOUND, FOUND), True),
        ((FOUND, FOUND, LIMITS), False),
    ],
)
def test_a_round_is_odd_where_a_name_is_not_found_or_a_canary_is(codes: tuple[int, ...], odd: bool) -> None:
    roles = (Role.TARGET, Role.CONTROL, Role.CANARY)
    assert is_odd(np.array(codes, np.uint8), roles) is odd


def test_an_owners_own_act_is_neither_measured_nor_held_against_the_platform() -> None:
    codes = np.array([FOUND, MISSING, LIMITS, NETWORK, LAYOUT, WITHDRAWN], np.uint8)
    assert are_kept_back(codes).tolist() == [False, False, True, True, True, False]
