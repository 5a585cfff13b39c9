"""One stream's own moments, its bursts, and its state."""

import json

from tests.planning.planning_stories import MINUTE, START, election, planner_of, platform

from siaga.planning.budgets import SECOND
from siaga.planning.stream_schedule import BURST_GAP, BURST_ROUNDS, HEAD_START, StreamSchedule


def schedule() -> StreamSchedule:
    (only,) = planner_of(election(platform(surfaces={"search-latest": MINUTE})), START)._schedules
    return only


def test_the_next_of_its_moments_is_always_later_and_at_its_phase() -> None:
    stream, interval = schedule(), 60 * SECOND
    first = stream.next_base(0, interval)
    assert stream.next_base(first, interval) == first + interval
    assert stream.next_base(first - 1, interval) == first


def test_a_denser_interval_is_never_shorter_than_a_second() -> None:
    assert schedule().interval(2.0) == 30 * SECOND
    assert schedule().interval(1e9) == SECOND


def test_the_gap_doubles_after_so_many_rounds_until_the_burst_is_no_denser_than_the_base_rate() -> None:
    stream = schedule()
    stream.begin_burst(0, suspected=True)
    stream.attempt = BURST_ROUNDS - 1
    assert stream.burst_gap() == BURST_GAP
    stream.attempt = BURST_ROUNDS
    assert stream.burst_gap() == 2 * BURST_GAP
    stream.pace_burst(0, 2 * BURST_GAP + 1)
    assert stream.attempt == BURST_ROUNDS
    stream.pace_burst(0, 2 * BURST_GAP)
    assert stream.attempt is None


def test_the_suspected_surface_has_a_head_start() -> None:
    stream = schedule()
    stream.begin_burst(0, suspected=True)
    suspected = stream.burst_due
    stream.begin_burst(0, suspected=False)
    assert stream.burst_due - suspected == HEAD_START


def test_its_state_is_json_and_comes_back() -> None:
    stream, other = schedule(), schedule()
    stream.begin_burst(5, suspected=True)
    stream.number, stream.sweep = 7, 3
    other.restore(json.loads(json.dumps(stream.state())), same_election=True)
    assert other.state() == stream.state()


def test_another_election_file_begins_a_new_sweep_where_one_was_begun() -> None:
    stream, other = schedule(), schedule()
    stream.sweep, stream.group = 3, 1
    other.restore(stream.state(), same_election=False)
    assert (other.sweep, other.group) == (4, 0)


def test_queue_state_names_the_streams_that_wait() -> None:
    stream = schedule()
    stream.queue.waiting = [(1, 0)]
    state = json.loads(json.dumps(stream.queue.state([stream])))
    assert state["waiting"] == [[1, "x\nsearch-latest\nv0\npublic"]]
    stream.queue.restore(state, {stream.name: 0}, 2)
    assert stream.queue.waiting == [(1, 0)]
    stream.queue.restore(state, {}, 2)
    assert stream.queue.waiting == []
