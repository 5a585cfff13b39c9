"""Time that never runs backwards, whatever the clock does."""

from datetime import timedelta

from tests.planning.planning_stories import SECOND, START

from siaga.planning.monotonic_clock import JITTER, MICROSECOND, NAP, MonotonicClock


def test_it_grows_with_the_clock_and_gives_its_time_back() -> None:
    clock = MonotonicClock(START)
    before = clock.latest
    moment = clock.reach(START + SECOND)
    assert moment == before + 1_000_000
    assert clock.wall_time(moment) == START + SECOND


def test_a_clock_set_back_stands_still_then_goes_on_from_there() -> None:
    clock = MonotonicClock(START)
    latest = clock.reach(START + 60 * SECOND)
    assert clock.reach(START) == latest
    assert clock.reach(START + SECOND) == latest + 1_000_000
    assert clock.wall_time(clock.latest) == START + SECOND


def test_a_moment_told_a_little_late_changes_nothing() -> None:
    clock = MonotonicClock(START)
    latest = clock.latest
    assert clock.reach(START - JITTER * MICROSECOND) == latest
    assert clock.offset == 0
    clock.reach(START - (JITTER + 1) * MICROSECOND)
    assert clock.offset == JITTER + 1


def test_a_sleep_of_the_machine_counts_as_a_nap_awake_and_whole_as_time() -> None:
    clock = MonotonicClock(START)
    before = clock.latest
    clock.reach(START + timedelta(hours=3))
    assert clock.latest - before == 3 * 3600 * 1_000_000
    assert clock.awake == NAP
