"""Finished rounds are judged in order of completion, however they are handed over."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.domain.answers import Answer, Role, Session
from siaga.domain.records import Asking, Round, Stream
from siaga.platforms.conversation import Reading
from siaga.probing.failures.curl import Phases
from siaga.probing.record import ConversationResult, measurement
from siaga.probing.rounds import RoundResult
from siaga.watch import reorder_buffer
from siaga.watch.reorder_buffer import SETTLING_S, FinishedRound, ReorderBuffer

START = datetime(2024, 1, 25, tzinfo=UTC)
STREAM = Stream("x", "search-latest", "here", Session.PUBLIC)


def finished(completed_s: float, handed_over: float, number: int = 0) -> FinishedRound:
    asking = Asking(0, "mahfud", Role.TARGET, "mahfud")
    round_ = Round(UUID(int=number), START, STREAM, bytes(32), (asking,))
    asked = ConversationResult(Reading(Answer.RESULTS), Phases(total_ms=completed_s * 1000), None, None, 1)
    return FinishedRound(
        round_, RoundResult((measurement(round_, asking, asked, START, "e", "r"),)), handed_over
    )


def test_a_round_is_held_until_it_has_settled() -> None:
    held = ReorderBuffer()
    held.add(finished(1.0, handed_over=10.0))
    assert not held.settled(10.0 + SETTLING_S / 2)
    assert len(held.settled(10.0 + SETTLING_S * 1.01)) == 1


def test_a_round_has_settled_at_the_very_moment_that_its_time_is_over() -> None:
    held = ReorderBuffer()
    held.add(finished(1.0, handed_over=0.0))
    assert len(held.settled(SETTLING_S)) == 1


def test_before_a_moment_is_not_at_it() -> None:
    held = ReorderBuffer()
    held.add(finished(1.0, handed_over=0.0))
    (only,) = held.all()
    assert held.before(only.completed) == []
    assert held.before(only.completed + 1) == [only]


def test_with_the_most_that_may_be_held_it_is_full_and_with_one_less_it_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reorder_buffer, "MOST_HELD", 2)
    held = ReorderBuffer()
    held.add(finished(1.0, 0.0, 1))
    assert not held.is_full
    held.add(finished(1.0, 0.0, 2))
    assert held.is_full


def test_a_round_that_belongs_before_a_settled_one_goes_before_it() -> None:
    held = ReorderBuffer()
    held.add(finished(2.0, handed_over=10.0, number=2))
    held.add(finished(1.0, handed_over=10.0 + SETTLING_S * 0.9, number=1))
    held.add(finished(3.0, handed_over=10.0 + SETTLING_S * 0.9, number=3))
    assert [round_.round.id.int for round_ in held.settled(10.0 + SETTLING_S * 1.01)] == [1, 2]


def test_rounds_complete_at_the_same_moment_go_by_their_ids() -> None:
    held = ReorderBuffer()
    for number in (3, 1, 2):
        held.add(finished(1.0, 0.0, number))
    assert [round_.round.id.int for round_ in held.all()] == [1, 2, 3]


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, SETTLING_S * 0.9)), min_size=1, max_size=60))
def test_handed_over_late_by_less_than_the_settling_they_still_come_in_order(
    rounds: list[tuple[float, float]],
) -> None:
    coming = sorted(
        (finished(done, done + late, number) for number, (done, late) in enumerate(rounds)),
        key=lambda round_: round_.handed_over,
    )
    held, judged = ReorderBuffer(), list[FinishedRound]()

    def take(now: float) -> None:
        for settled in list(held.settled(now)):
            held.remove(settled)
            judged.append(settled)

    for round_ in coming:
        take(round_.handed_over - 1e-9)
        held.add(round_)
    take(coming[-1].handed_over + timedelta(seconds=1).total_seconds())
    assert len(judged) == len(rounds)
    assert [round_.order for round_ in judged] == sorted(round_.order for round_ in judged)
