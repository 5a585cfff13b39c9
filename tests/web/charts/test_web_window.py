"""The stretch of time that a chart shows, on both sides of each end of what may be asked for."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from siaga.web.charts.window import LONGEST, SHORTEST, TimeWindow, window_of
from siaga.web.http.parameters import EARLIEST, moment_of

NOW = datetime(2024, 1, 25, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def window(**query: str) -> TimeWindow:
    request = Request({"type": "http", "query_string": urlencode(query).encode(), "headers": []})
    return window_of(request, NOW, "Asia/Jakarta")


def between(since: datetime, until: datetime) -> TimeWindow:
    return window(**{"from": since.isoformat(), "to": until.isoformat()})


def test_without_a_word_it_is_the_last_six_hours() -> None:
    assert (window().since, window().until) == (NOW - timedelta(hours=6), NOW)
    assert window(span="1h").since == NOW - timedelta(hours=1)


@pytest.mark.parametrize("length", [SHORTEST, LONGEST])
def test_the_shortest_and_the_longest_stretch_are_shown(length: timedelta) -> None:
    assert between(NOW - length, NOW).since == NOW - length


@pytest.mark.parametrize("length", [timedelta(0), SHORTEST - SECOND, LONGEST + SECOND])
def test_shorter_and_longer_ones_are_refused(length: timedelta) -> None:
    with pytest.raises(HTTPException):
        between(NOW - length, NOW)


def test_a_stretch_begins_no_earlier_than_the_first_day_that_is_shown() -> None:
    assert between(EARLIEST, EARLIEST + SHORTEST).since == EARLIEST
    with pytest.raises(HTTPException):
        between(EARLIEST - SECOND, EARLIEST + SHORTEST)


def test_the_future_is_cut_off_and_a_stretch_of_the_future_refused() -> None:
    assert between(NOW - SHORTEST, NOW + timedelta(days=1)).until == NOW
    with pytest.raises(HTTPException):
        between(NOW - SHORTEST + SECOND, NOW + timedelta(days=1))


@pytest.mark.parametrize(
    "query", [{"span": "2h"}, {"from": "yesterday", "to": "now"}, {"from": NOW.isoformat()}]
)
def test_what_names_no_stretch_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(HTTPException) as refused:
        window(**query)
    assert refused.value.status_code == 400


def test_a_time_without_an_offset_is_in_the_elections_zone() -> None:
    assert moment_of("2024-01-25T19:00", "Asia/Jakarta") == NOW


def moves(since: datetime, until: datetime) -> set[str]:
    return set(TimeWindow("", since, until, NOW).moves())


def test_a_stretch_up_to_now_leads_earlier_and_closer_and_wider_and_never_later() -> None:
    hour = timedelta(hours=1)
    assert moves(NOW - hour, NOW) == {"earlier", "closer", "wider"}
    assert moves(NOW - 2 * hour, NOW - hour) == {"earlier", "closer", "wider", "later"}


def test_closer_ends_at_the_shortest_and_wider_at_the_longest() -> None:
    assert "closer" in moves(NOW - 2 * SHORTEST, NOW)
    assert "closer" not in moves(NOW - 2 * SHORTEST + SECOND, NOW)
    assert "wider" in moves(NOW - LONGEST / 2, NOW)
    assert "wider" not in moves(NOW - LONGEST / 2 - SECOND, NOW)


def test_earlier_ends_at_the_first_day_that_is_shown() -> None:
    half = SHORTEST / 2
    assert "earlier" in moves(EARLIEST + half, EARLIEST + half + SHORTEST)
    assert "earlier" not in moves(EARLIEST + half - SECOND, EARLIEST + half + SHORTEST - SECOND)


def test_a_move_never_shows_the_future() -> None:
    address = TimeWindow("", NOW - timedelta(hours=2), NOW - timedelta(minutes=30), NOW).moves()["later"]
    query = parse_qs(address.removeprefix("?"))
    assert query == {"from": ["2024-01-25T10:30:00Z"], "to": ["2024-01-25T12:00:00Z"]}
