"""A page of results as a reading."""

from datetime import UTC, datetime, timedelta

import pytest

from siaga.domain.answers import Answer
from siaga.domain.quota import Quota
from siaga.platforms.conversation import Reading
from siaga.platforms.results import Result, graded, most_replied, without_results

AT = datetime(2024, 1, 25, 5, tzinfo=UTC)
NEW, OLD = AT - timedelta(minutes=1), AT - timedelta(hours=1)


def test_results_are_counted_and_those_that_carry_the_name_too() -> None:
    reading = graded([Result(True, NEW), Result(False, OLD), Result(True)], AT)
    assert (reading.answer, reading.count, reading.matching) == (Answer.RESULTS, 3, 2)
    assert (reading.newest_age_s, reading.ordered) == (60.0, None)


def test_order_is_a_fact_only_where_newest_first_was_asked() -> None:
    assert graded([Result(True, NEW), Result(True, OLD)], AT, latest=True).ordered is True
    assert graded([Result(True, OLD), Result(True, NEW)], AT, latest=True).ordered is False
    assert graded([Result(True, OLD), Result(True, NEW)], AT).ordered is None


def test_no_results_are_empty() -> None:
    assert graded([], AT, latest=True, note="n") == Reading(Answer.EMPTY, count=0, matching=0, note="n")


@pytest.mark.parametrize("answer", [answer for answer in Answer if answer is not Answer.RESULTS])
def test_only_an_empty_reading_counts_nothing(answer: Answer) -> None:
    reading = without_results(answer, "n", Quota(remaining=0))
    count = 0 if answer is Answer.EMPTY else None
    assert (reading.answer, reading.count, reading.matching) == (answer, count, count)
    assert (reading.note, reading.quota) == ("n", Quota(remaining=0))


def test_the_post_with_most_replies_is_chosen_if_any_has_one() -> None:
    assert most_replied({"a": 1, "b": 3, "c": 2}) == "b"
    assert most_replied({"a": 2, "b": 2}) == "a", "the first of equals, so that it is always the same"
    assert most_replied({"a": 0}) is None
    assert most_replied({}) is None
