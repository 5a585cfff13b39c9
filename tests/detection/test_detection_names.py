"""The names of a platform: their numbers, their cohorts, and who was missing alone."""

import numpy as np
import pytest

from siaga.detection.names import Cohort, Names
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


def test_names_once_missing_together_with_all_others_are_compared_later() -> None:
    names = many(2)
    names.compare(np.array([0, 1]), np.array([0, 1]))
    names.compare(np.array([0, 1]), np.array([0]))
    assert names.only([0, 1]).tolist() == [[0, 1], [0, 0]]


def many(count: int) -> Names:
    names = Names("x")
    names.gather([names.number(f"n{number:03}", Role.TARGET) for number in range(count)], 1.5)
    return names


def test_where_names_take_turns_a_round_divides_a_group_that_it_asks_in_part() -> None:
    names = many(100)
    whole = names.set_of([0])
    assert names.divide(frozenset(range(100))) == []
    assert names.divide(frozenset(range(30))) == [(1, 2)]
    assert [len(cohort.members) for cohort in names.cohorts[1:]] == [70, 30]
    assert (names.cohort_of[0], names.cohort_of[99]) == (2, 1)
    inside, outside = names.set_of([names.group_of[0]]), names.set_of([names.group_of[99]])
    assert names.sets_with(0).tolist() == [whole, inside], "rounds before the division asked it too"
    assert names.sets_with(99).tolist() == [whole, outside]
    assert names.divide(frozenset(range(30))) == names.divide(frozenset(range(30, 100))) == []


def test_a_name_with_odds_of_its_own_goes_with_the_part_that_asks_it() -> None:
    names = many(100)
    names.cohorts[1].members.remove(5)
    names.cohort_of[5] = 2
    names.cohorts[1:] = [names.cohorts[1], Cohort(0, 3.0, [5])]
    names.divide(frozenset(range(30)))
    assert names.group_of[5] == names.group_of[4] != names.group_of[99]
    assert names.cohorts[names.cohort_of[5]].psi == 3.0


def test_names_that_one_round_can_hold_stay_together_when_a_round_is_cut_short() -> None:
    names = many(39)
    assert names.divide(frozenset(range(10))) == []
    assert len(names.cohorts) == 2


@pytest.mark.parametrize("past", [254, 65_534])
def test_a_name_missing_more_often_than_its_counts_hold_is_counted_on(past: int) -> None:
    names = Names("x")
    numbers = [names.number(who, Role.TARGET) for who in "abc"]
    others, rounds = np.array([1, 2], np.uint16), np.array([past, 3], np.min_scalar_type(past))
    names.pairs[0] = others, rounds
    for _ in range(3):
        names.compare(np.array(numbers), np.array([0]))
    assert names.only(numbers).tolist() == [[0, past + 3, 6], [0, 0, 0], [0, 0, 0]]


def test_what_an_older_version_counted_in_two_rows_is_counted_on() -> None:
    names = Names("x")
    numbers = [names.number(who, Role.TARGET) for who in "abc"]
    names.pairs[0] = np.array([[2], [300]], np.int32)  # type: ignore[assignment]
    names.compare(np.array(numbers), np.array([0]))
    assert names.only(numbers).tolist() == [[0, 1, 301], [0, 0, 0], [0, 0, 0]]


def test_more_names_than_two_bytes_number_are_compared() -> None:
    names = Names("x")
    numbers = [names.number(str(number), Role.TARGET) for number in range(1 << 16)]
    asked = np.array([*numbers[:2], numbers[-1]])
    names.compare(asked, np.array([0]))
    assert names.only(asked.tolist()).tolist() == [[0, 1, 1], [0, 0, 0], [0, 0, 0]]
