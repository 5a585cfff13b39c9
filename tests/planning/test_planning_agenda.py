"""The agenda: the earliest first, outdated entries passed over."""

from datetime import timedelta

from tests.planning.planning_stories import MINUTE, START, election, planner_of, platform

from siaga.planning.agenda import Agenda
from siaga.planning.stream_schedule import AllowanceQueue, StreamSchedule


def parts() -> tuple[Agenda, list[StreamSchedule], list[AllowanceQueue]]:
    surfaces = {"search-latest": MINUTE, "search-top": timedelta(minutes=3)}
    planner = planner_of(election(platform(surfaces=surfaces)), START)
    schedules, queues = planner._schedules, planner._all_queues
    return Agenda(schedules, queues), schedules, queues


def test_an_empty_agenda_has_no_next() -> None:
    agenda, _, _ = parts()
    assert agenda.next() is None
    assert list(agenda.due_by(1 << 62)) == []


def test_what_is_due_at_the_moment_itself_is_taken_oldest_first_and_once() -> None:
    agenda, (first, second), _ = parts()
    first.base_due, second.base_due = 200, 100
    agenda.put(first)
    agenda.put(second)
    assert agenda.next() == 100
    assert list(agenda.due_by(99)) == []
    assert list(agenda.due_by(200)) == [second, first]
    assert list(agenda.due_by(200)) == []


def test_what_moved_comes_at_its_new_time_alone() -> None:
    agenda, (first, _), _ = parts()
    first.base_due = 100
    agenda.put(first)
    first.base_due = 300
    agenda.put_again(first)
    assert agenda.next() == 300
    assert list(agenda.due_by(299)) == []


def test_a_queue_is_looked_at_when_it_was_last_told() -> None:
    agenda, _, (queue,) = parts()
    agenda.look_again(queue, 100)
    agenda.look_again(queue, 50)
    assert agenda.next() == 50
    assert list(agenda.due_by(100)) == [queue]
    assert agenda.next() is None


def test_rebuilt_it_holds_what_schedules_and_queues_say() -> None:
    agenda, (first, second), (queue,) = parts()
    first.due, second.due, queue.wake = 10, None, 5
    agenda.rebuild()
    assert list(agenda.due_by(10)) == [queue, first]
