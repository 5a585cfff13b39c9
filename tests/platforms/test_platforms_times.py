"""Ages and order, also where times are made up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.platforms.platform_talk import AT

from siaga.platforms.times import moment, moment_of_seconds, newest_age_s, newest_first

ANY_TIME = st.none() | st.datetimes(timezones=st.just(UTC))


def ago(**span: float) -> datetime:
    return AT - timedelta(**span)


def test_the_newest_counts_wherever_it_stands() -> None:
    assert newest_age_s([ago(hours=2), ago(minutes=1), None], AT) == 60
    assert newest_age_s([None, None], AT) is None
    assert newest_age_s([], AT) is None


def test_a_clock_a_little_ahead_is_now_and_one_far_ahead_is_nothing() -> None:
    assert newest_age_s([ago(minutes=-10)], AT) == 0
    assert newest_age_s([ago(days=-1)], AT) is None
    assert newest_age_s([ago(days=-1), ago(minutes=5)], AT) == 300
    assert newest_age_s([datetime(1970, 1, 1, tzinfo=UTC)], AT) is None


def test_order_looks_at_times_that_can_be_believed() -> None:
    assert newest_first([ago(minutes=1), ago(minutes=1), ago(minutes=2)], AT) is True
    assert newest_first([ago(minutes=2), ago(minutes=1)], AT) is False
    assert newest_first([ago(minutes=1), None, ago(days=-400), ago(minutes=2)], AT) is True
    assert newest_first([ago(minutes=1), None], AT) is None


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "yesterday",
        "2024-01-25",
        "2024-01-25T05:00:00",
        "2024-13-01T00:00:00Z",
        "9" * 50,
        "0001-01-01T00:00:00+14:00",
        "2024-01-25T05:00:00Z\n",
    ],
)
def test_what_is_no_time_is_none(text: str | None) -> None:
    assert moment(text) is None


def test_times_are_read_in_utc() -> None:
    assert moment("2024-01-25T12:00:00.123456789+07:00") == datetime(2024, 1, 25, 5, 0, 0, 123456, UTC)
    assert moment_of_seconds(1706158800) == AT


@pytest.mark.parametrize("seconds", [1e300, -1e300, float("nan"), float("inf"), 2**63, -(2**63)])
def test_seconds_out_of_range_are_none(seconds: float) -> None:
    assert moment_of_seconds(seconds) is None


@given(st.lists(ANY_TIME))
def test_an_age_is_never_below_nothing_nor_above_what_can_be(times: list[datetime | None]) -> None:
    age = newest_age_s(times, AT)
    assert age is None or 0 <= age <= (AT - datetime(2000, 1, 1, tzinfo=UTC)).total_seconds()
    assert newest_first(times, AT) in {True, False, None}


@given(st.text(max_size=60))
def test_any_text_is_a_time_or_none(text: str) -> None:
    found = moment(text)
    assert found is None or found.tzinfo is UTC
