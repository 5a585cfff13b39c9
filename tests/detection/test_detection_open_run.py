"""What is open about a name: its counts are those of its streams, and a lone miss is no relapse."""

from siaga.detection.open_run import OpenRun
from siaga.domain.verdicts import Counts, State


def _run() -> OpenRun:
    run = OpenRun(State.SUPPRESSED, (0, 1), 0, hits={0})
    run.counts = {0: [5, 5, 60, 1], 1: [5, 0, 60, 2]}
    return run


def test_counts_are_those_of_the_streams_that_are_part_of_it() -> None:
    run = _run()
    run.count(1, False, (12, 0), 10)
    run.count(0, True, (12, 3), 11)
    assert run.own_counts() == Counts(6, 6, 72, 4)


def test_a_recovery_counts_from_the_first_round_that_found_the_name() -> None:
    run = _run()
    run.find(20)
    run.count(0, False, (12, 1), 20)
    run.count(1, False, (12, 1), 21)
    assert run.counts_since_found() == Counts(1, 0, 12, 1)


def test_two_misses_in_a_row_are_a_relapse_and_a_lone_one_is_not() -> None:
    run = _run()
    run.find(20)
    run.count(0, False, (12, 0), 20)
    run.miss(0, 8, 30)
    assert (run.found, run.last) == (20, 0)
    run.miss(0, 10, 50)
    assert (run.found, run.last) == (20, 0)
    run.miss(0, 11, 60)
    assert (run.found, run.last) == (-1, 60)
    assert run.counts_since_found() == Counts()
    run.find(70)
    assert run.found == 70
