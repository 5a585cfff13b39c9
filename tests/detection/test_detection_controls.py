"""Controls that go bad: left out while they are persistently missing, on both sides of each boundary."""

import pytest
from tests.detection.detection_rounds import watched

from siaga.detection.controls import Controls
from siaga.detection.rules.missing import FOUND, MISSING
from siaga.detection.settings import Settings
from siaga.simulation.streams import Streams

SETTINGS = Settings()


def _judged(marks: str, quiet: int = 0) -> set[int]:
    """The controls that are left out after these rounds of control 7: `x` missing, `.` found."""
    controls = Controls()
    for _ in range(quiet):
        controls.quiet("people")
    for mark in marks:
        controls.judge("people", {7: MISSING if mark == "x" else FOUND, 8: FOUND}, SETTINGS)
    return controls.bad.get("people", set())


def test_a_control_that_is_always_missing_is_named() -> None:
    streams = Streams(4, 100)
    streams.withhold("control-2", 0, 100)
    detection, _ = watched(streams)
    assert detection.left_out() == {("x", "search-latest"): ["control-2"]}


@pytest.mark.parametrize(("misses", "bad"), [(7, set[int]()), (8, {7})])
def test_a_control_is_never_left_out_for_fewer_than_eight_misses(misses: int, bad: set[int]) -> None:
    assert _judged("x" * misses) == bad


@pytest.mark.parametrize(("misses", "bad"), [(15, set[int]()), (16, {7})])
def test_it_is_left_out_once_missing_in_half_of_the_last_rounds(misses: int, bad: set[int]) -> None:
    assert _judged("x" * misses, quiet=SETTINGS.bad_control_window) == bad


def test_it_is_compared_with_again_once_it_is_found() -> None:
    assert _judged("x" * 20 + "." * 15) == {7}
    assert _judged("x" * 20 + "." * 21) == set()


def test_a_control_is_judged_by_surface() -> None:
    controls = Controls()
    for _ in range(8):
        controls.judge("people", {7: MISSING}, SETTINGS)
        controls.judge("suggest", {7: FOUND}, SETTINGS)
    assert (controls.bad["people"], controls.bad["suggest"]) == ({7}, set())
