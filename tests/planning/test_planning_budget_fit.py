"""Rounds that no budget carries are refused with the arithmetic; bursts get what base rounds leave."""

from datetime import timedelta

import pytest
from tests.planning.planning_stories import MINUTE, election, planner_of, platform

from siaga.domain.errors import BadInput
from siaga.election.model import Budget

NAMES = 9
"""Three targets, five controls, a canary; each asked once and once more at most."""


def test_a_round_just_as_large_as_the_budget_is_carried_and_one_request_more_is_refused() -> None:
    planner_of(election(platform(budgets=(Budget(2 * NAMES, MINUTE),))))
    with pytest.raises(BadInput, match="takes 18 requests") as refused:
        planner_of(election(platform(budgets=(Budget(2 * NAMES - 1, MINUTE),))))
    (fault,) = refused.value.faults
    assert fault.field == "platforms.x.budgets"
    assert "Allow 18 requests" in fault.do


def test_every_surface_that_cannot_be_asked_is_named_once() -> None:
    surfaces = {"search-latest": MINUTE, "search-top": MINUTE}
    with pytest.raises(BadInput) as refused:
        planner_of(election(platform(surfaces=surfaces, budgets=(Budget(5, MINUTE),)), vantages=3))
    assert len(refused.value.faults) == 2


def test_bursts_get_what_base_rounds_leave_and_a_quarter_at_least() -> None:
    def left_for_bursts(requests: int) -> int:
        budget = Budget(requests, timedelta(minutes=15))
        (schedule,) = planner_of(election(platform(budgets=(budget,))))._schedules
        (window,) = schedule.queue.allowance.buckets
        return window.burst_most

    assert left_for_bursts(1000) == 1000 - 15 * NAMES
    assert left_for_bursts(140) == 35
