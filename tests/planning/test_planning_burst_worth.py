"""Bursts go to streams whose requests bring evidence; those worth little end."""

from tests.planning.planning_stories import MINUTE, START, election, planner_of, platform

from siaga.planning.burst_worth import WORTHWHILE, value_bursts
from siaga.planning.stream_schedule import StreamSchedule


def two_streams() -> tuple[StreamSchedule, StreamSchedule]:
    planner = planner_of(election(platform(surfaces={"search-latest": MINUTE, "search-top": MINUTE})))
    planner.suspect("x", START)
    latest, top = planner._schedules
    return latest, top


def test_where_nothing_is_known_all_are_worth_the_same() -> None:
    streams = two_streams()
    assert value_bursts(streams, {}) == []
    assert [stream.worth for stream in streams] == [1.0, 1.0]


def test_a_share_of_just_the_least_goes_on_and_less_ends() -> None:
    latest, top = two_streams()
    worth = {("search-latest", "v0"): 1.0, ("search-top", "v0"): WORTHWHILE}
    assert value_bursts([latest, top], worth) == []
    assert (latest.worth, top.worth) == (1.0, WORTHWHILE)
    worth["search-top", "v0"] = WORTHWHILE * 0.99
    assert value_bursts([latest, top], worth) == [top]
    assert (top.worth, top.attempt) == (0.0, None)
    assert value_bursts([latest, top], worth) == [], "what has ended does not end again"
