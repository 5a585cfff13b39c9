"""A check now: what one name's rounds come to, with controls and never without."""

from datetime import UTC, datetime
from math import comb
from uuid import UUID

import pytest

from siaga.detection.rules.one_check import check
from siaga.detection.settings import ONE_CHECK_FROM, Settings
from siaga.domain.answers import Answer, Role, Session
from siaga.domain.records import Measurement
from siaga.domain.verdicts import State

SETTINGS = Settings()
AT = datetime(2024, 1, 25, tzinfo=UTC)


def measured(subject: str, role: Role, answer: Answer, matching: int | None = None) -> Measurement:
    found = answer is Answer.RESULTS
    return Measurement(
        id=UUID(int=0),
        round=UUID(int=0),
        position=0,
        at=AT,
        election="e",
        platform="x",
        surface="search-latest",
        vantage="here",
        session=Session.PUBLIC,
        subject=subject,
        role=role,
        name=subject,
        answer=answer,
        count=9 if found else 0,
        matching=(9 if found else 0) if matching is None else matching,
    )


def round_of(target: Answer, controls: list[Answer], matching: int | None = None) -> list[Measurement]:
    return [
        measured("mahfud", Role.TARGET, target, matching),
        *(measured(f"control-{n}", Role.CONTROL, answer) for n, answer in enumerate(controls)),
    ]


FOUND = [Answer.RESULTS] * 10
GONE = [Answer.EMPTY] * 10


def test_a_name_that_is_found_as_its_controls_is_findable() -> None:
    assert check([round_of(Answer.RESULTS, FOUND)], "mahfud", SETTINGS).state is State.FINDABLE


def test_one_miss_is_not_enough_and_more_are() -> None:
    once = check([round_of(Answer.EMPTY, FOUND)], "mahfud", SETTINGS)
    assert once.state is State.INSUFFICIENT
    assert 1 < once.evidence < ONE_CHECK_FROM
    thrice = check([round_of(Answer.EMPTY, FOUND)] * 3, "mahfud", SETTINGS)
    assert thrice.state is State.SUSPECTED
    assert thrice.counts.missing == 3


@pytest.mark.parametrize("answer", [Answer.EMPTY, Answer.HIDDEN, Answer.REFUSED, Answer.ERROR])
def test_every_way_to_withhold_counts(answer: Answer) -> None:
    assert check([round_of(answer, FOUND)] * 3, "mahfud", SETTINGS).state is State.SUSPECTED


def test_results_of_which_none_match_are_missing() -> None:
    rounds = [round_of(Answer.RESULTS, FOUND, matching=0)] * 3
    assert check(rounds, "mahfud", SETTINGS).state is State.SUSPECTED


def test_when_all_names_are_missing_it_is_the_surface() -> None:
    assert check([round_of(Answer.EMPTY, GONE)], "mahfud", SETTINGS).state is State.SURFACE_DOWN


def test_a_name_found_among_missing_controls_is_not_judged() -> None:
    assert check([round_of(Answer.RESULTS, GONE)], "mahfud", SETTINGS).state is State.INSUFFICIENT


@pytest.mark.parametrize("answer", [Answer.LIMITED, Answer.WALLED, Answer.UNREACHABLE, Answer.UNREADABLE])
def test_what_could_not_be_measured_is_never_withholding_and_never_fine(answer: Answer) -> None:
    checked = check([round_of(answer, FOUND)] * 5, "mahfud", SETTINGS)
    assert (checked.state, checked.evidence) == (State.UNMEASURABLE, 1.0)


def test_without_controls_nothing_is_concluded() -> None:
    two = [Answer.RESULTS] * 2
    assert check([round_of(Answer.EMPTY, two)] * 5, "mahfud", SETTINGS).state is State.INSUFFICIENT


@pytest.mark.parametrize("controls", [3, 5, 10])
def test_the_expected_odds_are_at_most_one_under_equal_treatment(controls: int) -> None:
    """All outcomes of one round, every name missing with the same chance, independently."""
    for chance in (0.05, 0.3, 0.7):
        expected = 0.0
        for gone in (0, 1):
            for missing in range(controls + 1):
                weight = comb(controls, missing) * chance ** (missing + gone)
                weight *= (1 - chance) ** (controls - missing + 1 - gone)
                answers = [Answer.EMPTY] * missing + [Answer.RESULTS] * (controls - missing)
                target = Answer.EMPTY if gone else Answer.RESULTS
                expected += weight * check([round_of(target, answers)], "mahfud", SETTINGS).evidence
        assert expected <= 1 + 1e-12


def counted(own: int, others: list[int]) -> list[Measurement]:
    names = [
        measured(f"control-{n}", Role.CONTROL, Answer.RESULTS, matching) for n, matching in enumerate(others)
    ]
    return [measured("mahfud", Role.TARGET, Answer.RESULTS, own), *names]


def test_two_results_where_others_have_twenty_is_not_found_like_others() -> None:
    checked = check([counted(2, [20, 18, 20, 19, 15])], "mahfud", SETTINGS)
    assert (checked.state, checked.usual) == (State.IMPAIRED, 19)


def test_fewer_than_half_of_the_least_other_in_every_round_that_found_it() -> None:
    others = [20, 18, 20, 10, 20]
    assert check([counted(5, others)], "mahfud", SETTINGS).state is State.FINDABLE
    assert check([counted(4, others)], "mahfud", SETTINGS).state is State.IMPAIRED
    assert check([counted(4, others), counted(20, others)], "mahfud", SETTINGS).state is State.FINDABLE


def test_where_one_result_is_all_there_is_nothing_is_fewer() -> None:
    assert check([counted(1, [1, 1, 1, 1])], "mahfud", SETTINGS).state is State.FINDABLE
