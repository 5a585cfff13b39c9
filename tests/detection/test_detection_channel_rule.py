"""The rules that bet on names: each has its own channel, alarm and words."""

from siaga.detection.channel_rule import ChannelRule
from siaga.detection.miss_run import MissRun
from siaga.detection.names import FIRST_CHANNEL
from siaga.detection.registry import CHANNELS, RULES
from siaga.domain.verdicts import NAME_FINDINGS


def test_every_channel_has_one_rule() -> None:
    assert len(CHANNELS) == sum(isinstance(rule, ChannelRule) for rule in RULES)


def test_every_alarm_is_a_finding_about_names_that_its_rule_declares() -> None:
    for rule in CHANNELS.values():
        assert rule.alarm in rule.states & NAME_FINDINGS, rule.id


def test_names_are_suspected_and_blocks_are_bet_on_in_the_first_channel_alone() -> None:
    assert {channel for channel, rule in CHANNELS.items() if rule.suspects} == {FIRST_CHANNEL}
    assert {channel for channel, rule in CHANNELS.items() if rule.slow_tier} == {FIRST_CHANNEL}


def test_what_a_channel_calls_wrong_is_among_its_words() -> None:
    run = MissRun(ways={"fewer": 1})
    for rule in CHANNELS.values():
        for surface in ("search-latest", "suggest", "people", "profile"):
            assert rule.kind_of(run, {surface}) in rule.kinds, rule.id
