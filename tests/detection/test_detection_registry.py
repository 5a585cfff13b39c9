"""What is derived from the rules: order, shares of the promise, the alarm, phrases."""

import pytest

from siaga.detection.registry import KINDS, RULES, WORST_FIRST, live_shares, proof_at, share_of
from siaga.detection.settings import Settings
from siaga.domain.verdicts import State


def test_the_promise_is_shared_whole() -> None:
    assert sum(share_of(rule) for rule in RULES) == pytest.approx(1)
    assert {rule.id: rule.parts for rule in RULES if rule.parts} == {
        "round-bet@3": 80,
        "graded@2": 10,
        "only-limited@3": 5,
    }


@pytest.mark.parametrize("graded", [True, False])
def test_what_cannot_be_looked_at_leaves_its_share_to_the_others(graded: bool) -> None:
    shares = live_shares(graded)
    assert sum(shares.values()) == pytest.approx(1)
    assert (shares["graded"] > 0) is graded


def test_a_name_has_the_worst_state_that_any_channel_gives_it() -> None:
    assert [(stage.state, stage.channel) for stage in WORST_FIRST] == [
        (State.SUPPRESSED, "missing"),
        (State.SUPPRESSED, "limited"),
        (State.IMPAIRED, "graded"),
        (State.SUSPECTED, "missing"),
        (State.SUSPECTED, "graded"),
        (State.SUSPECTED, "limited"),
        (State.INSUFFICIENT, "missing"),
    ]


def test_every_kind_has_one_rule() -> None:
    assert len(KINDS) == sum(len(rule.kinds) for rule in RULES)


def test_the_alarm_grows_with_the_names_that_share_the_promise() -> None:
    assert proof_at(100, Settings()) == 10 * proof_at(10, Settings()) == 100
