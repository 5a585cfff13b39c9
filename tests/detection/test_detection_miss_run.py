"""A run of misses: when it begins, how long it lives, whether it persists; both sides of each boundary."""

import numpy as np
import pytest
from tests.detection.detection_rounds import MINUTE

from siaga.detection.miss_run import Front, MissRun
from siaga.detection.settings import Settings

SETTINGS = Settings()
NO_COUNTS = (0, 0, 0, 0)


def run_of(marks: str, stream: int = 0, run: MissRun | None = None, every: int = MINUTE) -> MissRun:
    """A stream's rounds, the first one number 1 and complete at one interval: `x` missing, `.` found."""
    run = run or MissRun()
    for number, mark in enumerate(marks, 1):
        if mark == "x":
            run.miss(stream, number, number * every, (number - 1) * every, NO_COUNTS, SETTINGS)
    return run


def front(run: MissRun, *rounds: int, controls: tuple[int, int] = (10, 0)) -> Front | None:
    asked, missing = (np.full(len(rounds), number) for number in controls)
    return run.front(rounds, (asked, missing))


@pytest.mark.parametrize(("marks", "finds"), [("x", 4), ("xx", 9), ("xxx", 13), ("x" * 100, 13)])
def test_a_streak_lives_through_some_finds_and_never_through_fourteen(marks: str, finds: int) -> None:
    streak = run_of(marks).streaks[0]
    assert streak.alive(len(marks) + finds)
    assert not streak.alive(len(marks) + finds + 1)


def test_a_miss_after_the_streaks_end_begins_another() -> None:
    assert run_of("x....x").streaks[0].first_round == 1
    assert run_of("x.....x").streaks[0].first_round == 7


@pytest.mark.parametrize(("marks", "begins"), [("x.x", 1), ("x..x", 4), ("xx..x", 1)])
def test_a_single_early_miss_with_finds_after_it_is_not_the_beginning(marks: str, begins: int) -> None:
    streak = run_of(marks).streaks[0]
    assert streak.first == MINUTE
    assert (streak.sharp, streak.sharp_before) == (begins * MINUTE, (begins - 1) * MINUTE)


@pytest.mark.parametrize(("marks", "persists"), [("xxxxx", False), ("xxxxxx", False), ("xxxxxxx", True)])
def test_a_run_persists_once_two_misses_came_five_minutes_after_its_beginning(
    marks: str, persists: bool
) -> None:
    found = front(run_of(marks), len(marks))
    assert found is not None
    assert found.persists is persists


def test_a_short_fault_with_late_accidents_does_not_persist() -> None:
    # Eleven misses of which two came late are fewer than one in five, ten are not.
    for early, persists in ((9, False), (8, True)):
        marks = "x" * early + "xx"
        run = MissRun()
        for number, _ in enumerate(marks, 1):
            late = SETTINGS.persistence_us if number > early else 0
            run.miss(0, number, late + number, number - 1, NO_COUNTS, SETTINGS)
        found = front(run, len(marks))
        assert found is not None
        assert found.persists is persists, marks


def test_without_a_miss_in_a_streams_last_round_there_is_no_front() -> None:
    assert front(MissRun(), 0) is None
    assert front(run_of("xxx."), 4) is None
    assert front(run_of("xxx"), 3) is not None


def test_the_front_counts_rounds_since_the_first_miss_and_the_controls_in_them() -> None:
    run = MissRun()
    run.miss(0, 5, 5 * MINUTE, 4 * MINUTE, (4, 0, 40, 1), SETTINGS)
    run.miss(0, 7, 7 * MINUTE, 6 * MINUTE, (6, 1, 60, 2), SETTINGS)
    found = front(run, 7, controls=(70, 4))
    assert found is not None
    assert (found.misses, found.share, found.controls_share) == (2, 2 / 3, 3 / 30)
    assert found.onset == (4 * MINUTE, 5 * MINUTE)


def test_what_is_mostly_found_begins_with_its_first_miss() -> None:
    # Missing in three rounds of five is plain, in four of seven it is not.
    for marks, begins in (("x..xx", 4), ("x..xx.x", 1)):
        found = front(run_of(marks), len(marks))
        assert found is not None
        assert found.onset == ((begins - 1) * MINUTE, begins * MINUTE), marks


def test_streams_that_begin_together_have_the_earliest_beginning() -> None:
    run = run_of("....xx", stream=0)
    run_of(".....x", stream=1, run=run)
    found = front(run, 6, 6)
    assert found is not None
    assert (found.misses, found.onset) == (3, (4 * MINUTE, 5 * MINUTE))


def test_an_accident_shortly_before_in_another_stream_is_not_the_beginning() -> None:
    run = run_of(".......xxx", stream=0)
    run.miss(1, 2, 2 * MINUTE, MINUTE, NO_COUNTS, SETTINGS)
    found = front(run, 10, 2)
    assert found is not None
    assert found.onset == (7 * MINUTE, 8 * MINUTE)


def test_a_relapse_is_two_misses_in_a_row_in_a_stream() -> None:
    run = run_of("xx")
    run.found = 3 * MINUTE
    run.miss(0, 8, 8 * MINUTE, 7 * MINUTE, NO_COUNTS, SETTINGS)
    assert (run.last, run.found) == (2 * MINUTE, 3 * MINUTE)
    run.miss(0, 9, 9 * MINUTE, 8 * MINUTE, NO_COUNTS, SETTINGS)
    assert (run.last, run.found, run.total) == (9 * MINUTE, -1, 4)
