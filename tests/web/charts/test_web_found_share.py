"""How much was found: nothing asked, nothing measured, results that carry another name."""

import pytest
from tests.web.charts.drawn import span

from siaga.domain.answers import NOT_MEASURED, Answer
from siaga.web.charts.found_share import FoundShare, amount, controls_share, share, target_share


def test_nothing_asked_is_nothing_found() -> None:
    assert share({}, 0) == FoundShare(0, 0, 0)


@pytest.mark.parametrize("answer", sorted(NOT_MEASURED))
def test_what_was_not_measured_counts_as_asked_alone(answer: Answer) -> None:
    assert share({answer: 4, Answer.RESULTS: 1}, 0) == FoundShare(1, 1, 5)


def test_results_without_the_name_are_measured_and_not_found() -> None:
    assert share({Answer.RESULTS: 5, Answer.EMPTY: 2}, 3) == FoundShare(2, 7, 7)
    assert share({Answer.RESULTS: 1}, 3).found == 0


def test_how_many_results_an_answer_has_is_unknown_where_none_had_any() -> None:
    assert amount({Answer.EMPTY: 3}, 0) is None
    assert amount({Answer.RESULTS: 4, Answer.EMPTY: 4}, 10) == 2.5


def test_target_and_controls_are_counted_apart() -> None:
    assert target_share(span(0, found=3, asked=4)) == FoundShare(3, 4, 4)
    assert controls_share(span(0, found=3, asked=4)) == FoundShare(10, 10, 10)
