"""How much denser a watch is at any moment: by its events, to the very second."""

from datetime import timedelta

from tests.planning.planning_stories import MINUTE, SECOND, START

from siaga.election.demand import BEFORE_EVENT
from siaga.election.model import Event, EventKind
from siaga.planning.event_rate import EventRate


def event(begins: timedelta, ends: timedelta, denser: float) -> Event:
    return Event("e", EventKind.DEBATE, "E", START + begins, START + ends, denser)


def test_without_events_it_is_the_base_rate_for_ever() -> None:
    rate = EventRate(())
    assert rate.at(START) == 1.0
    assert rate.until > START + timedelta(days=3650)


def test_it_begins_before_the_event_and_ends_with_it_to_the_second() -> None:
    rate = EventRate([event(90 * MINUTE, 120 * MINUTE, 3.0)])
    begins, ends = START + 90 * MINUTE - BEFORE_EVENT, START + 120 * MINUTE
    assert (rate.at(begins - SECOND), rate.until) == (1.0, begins)
    assert (rate.at(begins), rate.until) == (3.0, ends)
    assert rate.at(ends - SECOND) == 3.0
    assert rate.at(ends) == 1.0


def test_where_events_overlap_the_largest_counts_and_none_thins_the_base_rate() -> None:
    rate = EventRate([event(MINUTE, 60 * MINUTE, 2.0), event(10 * MINUTE, 20 * MINUTE, 5.0)])
    assert rate.at(START + 15 * MINUTE) == 5.0
    assert rate.at(START + 30 * MINUTE) == 2.0
    assert EventRate([event(MINUTE, 60 * MINUTE, 0.5)]).at(START + 2 * MINUTE) == 1.0
