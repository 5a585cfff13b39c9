"""One round as arrays: order, completion, and what is said of each asking."""

from dataclasses import replace

import numpy as np
import pytest
from tests.detection.detection_rounds import EMPTY, MINUTE, START, facts, measured

from siaga.detection.round_facts import Layout, completed, facts_of, found_or_not, moment
from siaga.detection.rules.missing import FOUND, MISSING
from siaga.domain.answers import Answer, Role, Session
from siaga.domain.failures import Failure
from siaga.domain.records import Measurement, Stream


def test_the_order_of_asking_leaves_the_layout_alone() -> None:
    first = facts(measured("b", position=0), measured("a", position=1))
    second = facts(measured("a", position=0), measured("b", position=1))
    assert first.layout == second.layout
    assert hash(first.layout) == hash(second.layout)
    assert first.layout.subjects == ("a", "b")
    assert (first.position.tolist(), second.position.tolist()) == ([1, 0], [0, 1])


def test_a_name_of_several_texts_is_sorted_by_text() -> None:
    round_ = facts(measured("a", name="z", position=0), measured("a", name="b", position=1))
    assert [round_.name_of(0), round_.name_of(1)] == ["b", "z"]


def test_another_role_is_another_layout() -> None:
    assert Layout(("a",), (Role.TARGET,)) != Layout(("a",), (Role.CONTROL,))


def test_a_subject_has_the_role_that_it_is_declared_to_have() -> None:
    round_ = facts_of([measured("a"), measured("c1")], lambda subject, _: Role.CONTROL)
    assert round_.layout.roles == (Role.CONTROL, Role.CONTROL)


def test_a_round_is_complete_with_its_last_answer() -> None:
    began = completed(measured("a")) - 100_000
    assert moment(began) == START
    assert facts(measured("a", position=0), measured("b", position=7)).at == began + 7_100_000
    assert moment(began + MINUTE) - START == moment(MINUTE) - moment(0)


def test_how_much_was_found_is_said_only_of_what_was_found() -> None:
    round_ = facts(
        measured("a", age=30.0, ordered=False),
        measured("b", EMPTY, age=30.0, ordered=True),
        measured("d", matching=0, age=30.0),
    )
    assert round_.codes.tolist() == [FOUND, MISSING, MISSING]
    for column, said in ((round_.matching, 20.0), (round_.age, 30.0), (round_.ordered, 0.0)):
        assert column[0] == said
        assert np.isnan(column[1:]).all()


@pytest.mark.parametrize(
    ("asking", "graded"),
    [
        (measured("a", matching=3), True),
        (measured("a", matching=None), False),
        (measured("a", matching=None, age=1.0), True),
        (measured("a", matching=None, ordered=True), True),
        (measured("a", EMPTY), False),
    ],
)
def test_a_round_is_graded_once_any_answer_says_how_much_how_old_or_in_what_order(
    asking: Measurement, graded: bool
) -> None:
    assert facts(asking).graded is graded


def test_a_failing_step_is_said_before_the_answers_word() -> None:
    lost = replace(measured("a", Answer.UNREACHABLE), failure=Failure.CONNECTION_RESET)
    assert facts(lost).failure_of(0) == "connection_reset"
    assert facts(measured("a", Answer.HIDDEN)).failure_of(0) == "hidden"


def test_a_round_that_was_played_knows_only_who_was_found() -> None:
    stream = Stream("x", "people", "jakarta", Session.PUBLIC)
    layout = Layout(("a", "b", "canary-1"), (Role.TARGET, Role.CONTROL, Role.CANARY))
    played = found_or_not(START, stream, layout, np.array([False, True, True]))
    assert moment(played.at) == START
    assert (played.platform, played.surface, played.vantage) == ("x", "people", "jakarta")
    assert played.codes.tolist() == [FOUND, MISSING, MISSING]
    assert [played.failure_of(place) for place in range(3)] == ["results", "empty", "empty"]
    assert played.odd
    assert not played.graded
    assert not found_or_not(START, stream, layout, np.array([False, False, True])).odd
