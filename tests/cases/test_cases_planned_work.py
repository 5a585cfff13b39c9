"""Planned work covers instruments for a while, never everything and never the past."""

from datetime import datetime, timedelta

import pytest
from tests.cases.case_stories import NOW

from siaga.cases.planned_work import PlannedWork, check_work, covering
from siaga.domain.errors import BadInput

HOUR = timedelta(hours=1)
X = PlannedWork("W-1", "x", None, NOW, NOW + HOUR, "credential-renewed", "person:ayu")
JAKARTA = PlannedWork("W-2", None, "jakarta", NOW, NOW + HOUR, "vantage-moved", "person:ayu")


def test_work_goes_on_from_its_begin_until_before_its_end() -> None:
    moments = [NOW - timedelta(seconds=1), NOW, NOW + HOUR - timedelta(seconds=1), NOW + HOUR]
    assert [X.is_under_way(at) for at in moments] == [False, True, True, False]


def test_work_covers_its_platform_everywhere_or_its_measurement_point_for_all() -> None:
    assert X.covers("x", "jakarta")
    assert not X.covers("y", "jakarta")
    assert JAKARTA.covers("y", "jakarta")
    assert not JAKARTA.covers("y", "medan")


def test_a_platform_is_covered_only_where_no_way_of_asking_is_left() -> None:
    assert covering([X], "x", ["jakarta", "medan"]) is X
    assert covering([JAKARTA], "y", ["jakarta", "medan"]) is None
    assert covering([JAKARTA], "y", ["jakarta"]) is JAKARTA
    assert covering([], "x", ["jakarta"]) is None
    assert covering([X], "x", []) is None


@pytest.mark.parametrize(
    ("platform", "begins", "ends", "reason", "problem"),
    [
        (None, NOW, NOW + HOUR, "network", "not everything"),
        ("x", NOW, NOW + HOUR, "boredom", "reason is needed"),
        ("x", NOW - timedelta(minutes=6), NOW + HOUR, "network", "cannot begin in the past"),
        ("x", NOW + timedelta(days=91), NOW + timedelta(days=92), "network", "too far"),
        ("x", NOW, NOW, "network", "at most three days"),
        ("x", NOW, NOW + timedelta(days=3, seconds=1), "network", "at most three days"),
    ],
)
def test_what_is_refused(
    platform: str | None, begins: datetime, ends: datetime, reason: str, problem: str
) -> None:
    with pytest.raises(BadInput, match=problem):
        check_work(platform, None, begins, ends, reason, NOW)


def test_what_begins_now_and_lasts_three_days_is_taken() -> None:
    check_work("x", None, NOW - timedelta(minutes=5), NOW - timedelta(minutes=5) + 72 * HOUR, "network", NOW)
