"""What is derived from the rules: order, shares of the promise, thresholds, phrases."""

import pytest

from siaga.detection.registry import KINDS, RULES, WORST_FIRST, proof_at, share_of, thresholds_of
from siaga.detection.settings import Settings
from siaga.domain.verdicts import State


def test_the_promise_is_shared_whole() -> None:
    assert sum(share_of(rule) for rule in RULES) == pytest.approx(1)
    assert {rule.id: share_of(rule) for rule in RULES if rule.parts} == {
        "round-bet@1": 0.65,
        "graded@1": 0.2,
        "slow-tier@1": 0.1,
        "only-limited@1": 0.05,
    }


def test_a_name_has_the_worst_state_that_any_channel_gives_it() -> None:
    assert [(stage.state, stage.channel) for stage in WORST_FIRST] == [
        (State.SUPPRESSED, "missing"),
        (State.IMPAIRED, "graded"),
        (State.SUSPECTED, "missing"),
        (State.SUSPECTED, "limited"),
    ]


def test_every_kind_has_one_rule() -> None:
    assert len(KINDS) == sum(len(rule.kinds) for rule in RULES)


def test_thresholds_grow_with_the_names_that_share_the_promise() -> None:
    settings = Settings()
    few, many = (thresholds_of(names, settings)["missing"] for names in (10, 100))
    assert (few.notice, few.alarm, few.slow) == (1.0, 10 / 0.65, 10 / 0.1)
    assert many.alarm == proof_at(100, settings) == 100 / 0.65
    graded = thresholds_of(10, settings)["graded"]
    assert (graded.notice, graded.alarm, graded.slow) == (float("inf"), 50.0, float("inf"))
