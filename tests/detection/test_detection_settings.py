"""Every number of the rules: what holds between them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from siaga.detection.settings import Settings

SETTINGS = Settings()


def test_the_bet_is_spread_whole_over_the_stakes() -> None:
    assert sum(SETTINGS.weights) == pytest.approx(1)
    assert len(SETTINGS.weights) == len(SETTINGS.stakes) == len(SETTINGS.calm_stakes)
    assert list(SETTINGS.stakes) == sorted(set(SETTINGS.stakes))
    assert min(SETTINGS.stakes) > 1, "a stake of one bets on nothing"


def test_lengths_of_time_are_at_hand_in_microseconds() -> None:
    changed = replace(
        SETTINGS,
        longest_gap=timedelta(seconds=1),
        differs_after=timedelta(seconds=3),
        recovery_least=timedelta(seconds=4),
    )
    assert changed.longest_gap_us == 1_000_000
    assert (changed.differs_after_us, changed.recovery_least_us) == (3_000_000, 4_000_000)


def test_a_hundredth_of_the_span_is_kept_back_for_first_rounds() -> None:
    assert replace(SETTINGS, span=timedelta(days=1)).span_us == pytest.approx(86_400_000_000 * 1.01)


def test_the_alarm_rises_with_the_names_and_falls_with_the_false_alarms_allowed() -> None:
    assert SETTINGS.alarm(130) == pytest.approx(130)
    assert replace(SETTINGS, false_alarms=2.0).alarm(130) == pytest.approx(65)


def test_equal_settings_are_one_key_and_other_settings_another() -> None:
    assert Settings() == SETTINGS
    assert hash(SETTINGS) == hash(Settings())
    assert replace(SETTINGS, psi=2.5) != SETTINGS
