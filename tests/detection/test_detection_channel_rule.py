"""The rules that bet on names: each has its own channel, alarm and words."""

from siaga.detection.channel_rule import ChannelRule
from siaga.detection.names import FIRST_CHANNEL
from siaga.detection.open_run import OpenRun
from siaga.detection.registry import CHANNELS, RULES
from siaga.domain.verdicts import NAME_FINDINGS, State


def test_every_channel_has_one_rule() -> None:
    assert len(CHANNELS) == sum(isinstance(rule, ChannelRule) for rule in RULES)


def test_every_alarm_is_a_finding_about_names_that_its_rule_declares() -> None:
    for rule in CHANNELS.values():
        assert rule.alarm in rule.states & NAME_FINDINGS, rule.id


def test_that_a_name_went_missing_needs_a_change_and_in_the_first_channel_alone() -> None:
    assert {channel for channel, rule in CHANNELS.items() if rule.needs_change} == {FIRST_CHANNEL}


def test_what_a_channel_calls_wrong_is_among_its_words() -> None:
    for stage in (State.SUSPECTED, State.INSUFFICIENT):
        run = OpenRun(stage, (0, 1), 0, answers={"fewer": 1})
        for rule in CHANNELS.values():
            for surface in ("search-latest", "suggest", "people", "profile"):
                assert rule.kind_of(run, {surface}) in rule.kinds, rule.id
