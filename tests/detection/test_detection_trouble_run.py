"""A stream's run of rounds in trouble, on both sides of each boundary."""

import pytest

from siaga.detection.rules.common_mode import DOWN, LIMITED
from siaga.detection.settings import Settings
from siaga.detection.trouble_run import Site, TroubleRun

SETTINGS = Settings()
MINUTE = 60_000_000


def _run(kinds: str) -> TroubleRun:
    """A stream's rounds, five minutes apart: `x` in trouble, `.` good."""
    trouble = TroubleRun(rounds=1000, last_good=0)
    for number, mark in enumerate(kinds, start=1):
        trouble.take(DOWN if mark == "x" else None, "", (10, 10), number * 5 * MINUTE, 5 * MINUTE, SETTINGS)
    return trouble


@pytest.mark.parametrize(
    ("kinds", "tripped"), [("xx", False), ("xxx", True), ("xxx..", True), ("xxx...", False)]
)
def test_three_rounds_in_trouble_trip_a_stream_and_three_good_ones_end_it(kinds: str, tripped: bool) -> None:
    assert _run(kinds).tripped is tripped


@pytest.mark.parametrize(("good", "shares"), [(2, True), (3, False)])
def test_a_stream_shares_a_trouble_that_it_met_in_its_last_three_rounds(good: int, shares: bool) -> None:
    assert _run("x" + "." * good).shares(DOWN) is shares
    assert not _run("x").shares(LIMITED)


@pytest.mark.parametrize(("late", "current"), [(0, True), (1, False)])
def test_a_stream_is_asked_until_five_intervals_and_the_longest_gap_after_its_last_round(
    late: int, current: bool
) -> None:
    site = Site(0, "people", "jakarta", TroubleRun(), last=0, interval=MINUTE)
    assert site.current(5 * MINUTE + SETTINGS.longest_gap_us + late, SETTINGS) is current
