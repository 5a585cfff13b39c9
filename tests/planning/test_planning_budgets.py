"""What one platform and vantage may still be asked: declared budgets, and a server's words."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.planning.planning_stories import MINUTE, SECOND, START

from siaga.domain.quota import Quota
from siaga.election.model import Budget
from siaga.planning.budgets import LONGEST_WAIT, SHORTEST_WAIT, BudgetShare, BudgetWindow, RequestAllowance
from siaga.planning.budgets import SECOND as MICROSECONDS

NOW = 1_700_000_000 * MICROSECONDS
MINUTE_US = 60 * MICROSECONDS


def allowance(*budgets: Budget) -> RequestAllowance:
    return RequestAllowance(tuple(BudgetWindow(budget) for budget in budgets or (Budget(100, MINUTE),)))


@given(st.lists(st.tuples(st.integers(0, 40 * MICROSECONDS), st.integers(1, 30)), max_size=60))
def test_what_a_bucket_lets_through_fits_any_window_and_wastes_little(
    asked: list[tuple[int, int]],
) -> None:
    bucket, now, charged = BudgetWindow(Budget(50, MINUTE)), NOW, list[tuple[int, int]]()
    for wait, requests in asked:
        now += wait
        recent = sum(n for at, n in charged if at >= now - MINUTE_US)
        surely_over = sum(n for at, n in charged if at >= now - MINUTE_US - MINUTE_US // 64)
        free = bucket.free(now, held=0)
        assert 50 - surely_over <= free <= 50 - recent
        if requests <= free:
            bucket.charge(now, requests, BudgetShare.BASE)
            charged.append((now, requests))


@given(
    st.lists(st.tuples(st.integers(0, 20 * MICROSECONDS), st.integers(1, 30)), max_size=40),
    st.integers(1, 50),
)
def test_a_bucket_says_exactly_when_requests_will_be_free(asked: list[tuple[int, int]], wanted: int) -> None:
    bucket, now = BudgetWindow(Budget(50, MINUTE)), NOW
    for wait, requests in asked:
        now += wait
        if requests <= bucket.free(now, held=0):
            bucket.charge(now, requests, BudgetShare.BASE)
    when = bucket.free_at(now, 0, wanted)
    assert when is not None
    if when > now:
        assert bucket.free(when - 1, held=0) < wanted
    assert bucket.free(when, held=0) >= wanted


def test_several_budgets_hold_at_once() -> None:
    both = allowance(Budget(10, MINUTE), Budget(15, timedelta(hours=1)))
    both.hold(10, BudgetShare.BASE)
    assert not both.carries(NOW, 1, BudgetShare.BASE)
    both.release(NOW, 10, 10, BudgetShare.BASE)
    later = NOW + 2 * MINUTE_US
    assert both.carries(later, 5, BudgetShare.BASE)
    assert not both.carries(later, 6, BudgetShare.BASE)
    assert both.most() == 10


def test_requests_in_flight_are_held_however_long_it_takes() -> None:
    one = allowance()
    one.hold(90, BudgetShare.BASE)
    assert not one.carries(NOW + 100 * MINUTE_US, 11, BudgetShare.BASE)
    assert one.free_at(NOW, 11) is None
    one.release(NOW + 100 * MINUTE_US, 90, 5, BudgetShare.BASE)
    assert one.carries(NOW + 100 * MINUTE_US, 95, BudgetShare.BASE)


def test_the_lowest_of_a_servers_words_in_one_window_counts_whatever_their_order() -> None:
    one = allowance()
    for remaining in (30, 28, 29):
        one.learn(NOW, Quota(remaining, 60, START + 10 * SECOND), START)
    assert one.carries(NOW, 28, BudgetShare.BASE)
    assert not one.carries(NOW, 29, BudgetShare.BASE)


def test_a_new_window_of_the_server_replaces_the_old() -> None:
    one = allowance()
    one.learn(NOW, Quota(0, 60, START + 10 * SECOND), START)
    assert not one.carries(NOW, 1, BudgetShare.BASE)
    one.learn(NOW, Quota(60, 60, START + 70 * SECOND), START)
    assert one.carries(NOW, 60, BudgetShare.BASE)
    assert not one.carries(NOW, 61, BudgetShare.BASE)


def test_requests_in_flight_are_taken_off_what_the_server_says_remains() -> None:
    one = allowance()
    one.hold(20, BudgetShare.BASE)
    one.learn(NOW, Quota(30, 60, START + 10 * SECOND), START)
    assert one.carries(NOW, 10, BudgetShare.BASE)
    assert not one.carries(NOW, 11, BudgetShare.BASE)


def test_a_word_lasts_until_its_reset() -> None:
    one = allowance()
    one.learn(NOW, Quota(0, 60, START + 10 * SECOND), START)
    assert one.free_at(NOW, 5) == NOW + 10 * MICROSECONDS
    assert one.carries(NOW + 10 * MICROSECONDS, 100, BudgetShare.BASE)


def test_nothing_remaining_without_a_reset_waits_for_the_shortest_budget() -> None:
    one = allowance(Budget(100, MINUTE), Budget(1000, timedelta(days=1)))
    one.learn(NOW, Quota(remaining=0), START)
    assert one.free_at(NOW, 5) == NOW + MINUTE_US


@pytest.mark.parametrize(
    ("quota", "wait"),
    [
        (Quota(wait_until=START + timedelta(days=3650)), LONGEST_WAIT),
        (Quota(remaining=0, resets_at=START + timedelta(days=3650)), LONGEST_WAIT),
        (Quota(wait_until=START - timedelta(days=3650)), SHORTEST_WAIT),
        (Quota(remaining=-5, resets_at=START - MINUTE), SHORTEST_WAIT),
        (Quota(remaining=0, resets_at=START - MINUTE), SHORTEST_WAIT),
        (Quota(remaining=-(10**30), limit=-1, resets_at=START + MINUTE), MINUTE_US),
        (Quota(remaining=5, resets_at=START - MINUTE), 0),
        (Quota(remaining=10**30, limit=10**30), 0),
        (Quota(), 0),
    ],
)
def test_hostile_words_are_brought_to_what_is_believable(quota: Quota, wait: int) -> None:
    one = allowance()
    one.learn(NOW, quota, START)
    assert one.free_at(NOW, 5) == NOW + wait
    assert not one.carries(NOW, 101, BudgetShare.BASE)


def test_a_cut_word_is_noted_and_a_plain_one_is_not() -> None:
    one = allowance()
    assert one.learn(NOW, Quota(5, 60, START + MINUTE, START + MINUTE), START) == ""
    note = one.learn(NOW, Quota(-1, 60, START + timedelta(days=400)), START)
    assert note == (
        "The server says -1 requests remain: taken as none. "
        "The server asks for the reset until 2025-02-28 09:00 UTC: taken as one day."
    )


def test_a_server_that_says_another_limit_each_time_fills_no_memory() -> None:
    one = allowance()
    for limit in range(1000):
        one.learn(NOW, Quota(50, limit, START + MINUTE), START)
    assert len(one.state()["words"]) == 8


@given(st.integers(), st.integers())
def test_no_word_of_a_server_outgrows_the_kept_state(remaining: int, limit: int) -> None:
    one = allowance()
    one.learn(NOW, Quota(remaining, limit, START + MINUTE), START)
    state = one.state()
    assert all(abs(number) <= 2**53 for word in state["words"] for number in word)
    again = allowance()
    again.restore(state, NOW)
    assert again.state() == state


def test_the_share_left_is_that_of_the_scarcest_budget() -> None:
    one = allowance(Budget(100, MINUTE), Budget(200, timedelta(days=1)))
    assert one.share_left(NOW) == 1.0
    one.hold(50, BudgetShare.BASE)
    assert one.share_left(NOW) == 0.5
    one.release(NOW, 50, 20, BudgetShare.BASE)
    assert one.share_left(NOW) == 0.8


def test_bursts_take_what_base_rounds_leave() -> None:
    one = allowance()
    one.buckets[0].spare(base_requests=60)
    assert one.carries(NOW, 40, BudgetShare.BURST)
    assert not one.carries(NOW, 41, BudgetShare.BURST)
    one.hold(40, BudgetShare.BURST)
    assert not one.carries(NOW, 1, BudgetShare.BURST)
    assert one.carries(NOW, 60, BudgetShare.BASE)
    one.buckets[0].spare(base_requests=1000)
    one.release(NOW, 40, 0, BudgetShare.BURST)
    assert one.carries(NOW, 25, BudgetShare.BURST)
    assert not one.carries(NOW, 26, BudgetShare.BURST)


def test_a_spent_credit_is_a_wait_that_somebody_has_to_end() -> None:
    hour = timedelta(hours=1)
    waiting = allowance()
    note = waiting.learn(NOW, Quota(wait_until=START + hour, spent=True), START)
    assert "credit is spent" in note
    assert not waiting.carries(NOW + 59 * MINUTE_US, 1, BudgetShare.BASE)
    assert waiting.carries(NOW + 60 * MINUTE_US, 1, BudgetShare.BASE)
    again = allowance()
    again.restore(waiting.state(), NOW)
    assert again.unpaid
    again.learn(NOW, Quota(wait_until=START + MINUTE), START)
    assert not again.unpaid
