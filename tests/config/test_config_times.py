"""Spans, days and times as files write them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.config.times import (
    parse_day,
    parse_moment,
    parse_span,
    span_text,
)
from siaga.config.wording import Unreadable

JAKARTA = ZoneInfo("Asia/Jakarta")


@given(st.integers(1, 10**9))
def test_a_span_reads_back_as_it_is_written(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    assert parse_span(span_text(span)) == span


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("5m", 300), ("1h30m", 5400), ("2w1d", 1_296_000)]
)
def test_spans(text: str, seconds: int) -> None:
    assert parse_span(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "m", "5m1h", "5 m", "-5m", "1.5h", "5min", "٥m", "0s", "0h0m"])
def test_no_spans(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_span(text)


def test_a_local_time_is_in_the_elections_zone_and_an_offset_overrules_it() -> None:
    seven = datetime(2024, 1, 21, 12, tzinfo=UTC)
    assert parse_moment("2024-01-21T19:00", JAKARTA) == seven
    assert parse_moment("2024-01-21T19:00:00+07:00", ZoneInfo("Europe/Berlin")) == seven
    assert parse_moment("2024-01-21T12:00Z", JAKARTA) == seven


@pytest.mark.parametrize(
    "text",
    ["", "2024-01-21", "2024-1-21T19:00", "2024-01-21 19:00", "2024-02-30T19:00", "2024-01-21T24:30", "19:00",
     "0001-01-01T00:00+23:59", "9999-12-31T23:59-23:59", "2024-01-21T19:00+25:00"],
)  # fmt: skip
def test_no_times(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_moment(text, JAKARTA)


def test_days() -> None:
    assert parse_day("2024-02-29") == date(2024, 2, 29)
    for text in ("2023-02-29", "20240229", "2024-W09-4", "2024-02-29T00:00"):
        with pytest.raises(Unreadable):
            parse_day(text)
