"""The names of a platform: their numbers, their cohorts, and who was missing alone."""

import numpy as np
import pytest

from siaga.detection.names import Names
from siaga.detection.rounds import Rounds
from siaga.detection.watch import Detection
from siaga.domain.answers import Role
from siaga.domain.verdicts import State
from siaga.simulation.streams import Streams


@pytest.mark.parametrize("ratio", [1.5, 2.0, 3.0])
def test_a_name_that_was_harder_to_find_from_the_start_is_no_finding(ratio: float) -> None:
    streams = Streams(8, 4000, missing=0.03)
    for name in ("anies", "ganjar", "mahfud"):
        streams.own_odds(name, ratio)
    columns, words = streams.columns()
    detection = Detection()
    rounds = Rounds(detection.role, None)
    list(rounds.add(columns, words))
    changes = [change for facts in rounds.end(words) for change in detection.take_facts(facts)]
    assert not [change for change in changes if change.state.is_finding]


def test_subjects_are_numbered_as_they_appear_and_only_targets_are_watched() -> None:
    names = Names("x")
    numbers = [
        names.number(*who) for who in (("cat", Role.CONTROL), ("a", Role.TARGET), ("cat", Role.CONTROL))
    ]
    assert numbers == [0, 1, 0]
    assert names.subjects == ["cat", "a"]
    assert set(names.watched) == names.fresh == {1}
    assert names.watched[1].state is State.INSUFFICIENT


def test_a_control_that_becomes_a_target_keeps_its_number() -> None:
    names = Names("x")
    assert names.number("cat", Role.CONTROL) == names.number("cat", Role.TARGET) == 0
    assert set(names.watched) == {0}


def test_names_first_asked_together_are_a_cohort_and_later_ones_another() -> None:
    names = Names("x")
    numbers = [names.number(who, Role.TARGET) for who in "abc"]
    names.gather(numbers[:2], 1.5)
    names.gather(numbers, 1.5)
    assert [cohort.members for cohort in names.cohorts[1:]] == [[0, 1], [2]]
    both, first = names.set_of([0, 1]), names.set_of([0])
    assert names.set_of([1, 0]) == both
    assert names.sets_with(0).tolist() == [both, first]
    assert names.sets_with(2).tolist() == [both]


def test_of_two_names_missing_together_neither_was_missing_alone() -> None:
    names = Names("x")
    numbers = [names.number(who, Role.TARGET) for who in "abc"]
    names.compare(np.array(numbers), np.array([0, 1]))
    names.number("d", Role.TARGET)
    names.compare(np.array([0, 3]), np.array([0]))
    assert names.only(range(4)).tolist() == [[0, 0, 1, 1], [0, 0, 1, 0], [0] * 4, [0] * 4]
