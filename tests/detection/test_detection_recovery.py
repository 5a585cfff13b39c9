"""When a finding is verified restored, on both sides of each boundary of `recovery@1`."""

from siaga.detection.rules.recovery import HitStream, Recovery
from siaga.detection.settings import Settings

SETTINGS = Settings()
LEAST = SETTINGS.recovery_least_us
BACK = [HitStream(0, "jakarta", 5), HitStream(1, "medan", 5)]


def _proven() -> Recovery:
    recovery = Recovery()
    for minute in range(60):
        recovery.take("people", minute * 60_000_000, 0.0, SETTINGS)
    assert recovery.evidence() >= 1 / SETTINGS.recovery_false_a_day
    return recovery


def test_found_as_the_controls_for_an_hour_is_restored() -> None:
    assert _proven().is_verified(LEAST, 2, BACK, SETTINGS)


def test_without_evidence_nothing_is_restored() -> None:
    assert Recovery().evidence() == 0.0
    assert not Recovery().is_verified(LEAST, 2, BACK, SETTINGS)


def test_a_relapse_within_ten_minutes_holds_it_up() -> None:
    assert not _proven().is_verified(LEAST - 1, 2, BACK, SETTINGS)


def test_one_hit_stream_in_ten_may_lag_behind() -> None:
    streams = [HitStream(index, "jakarta", 5) for index in range(9)]
    assert _proven().is_verified(LEAST, 1, [*streams, HitStream(9, "jakarta", 2)], SETTINGS)
    assert not _proven().is_verified(LEAST, 1, [*streams[1:], HitStream(9, "jakarta", 2)], SETTINGS)
    assert _proven().is_verified(LEAST, 1, [*streams[1:], HitStream(9, "jakarta", 3)], SETTINGS)


def test_two_vantages_must_have_seen_it_where_the_finding_was_seen_from_several() -> None:
    one = [HitStream(0, "jakarta", 5), HitStream(1, "medan", 4)]
    assert not _proven().is_verified(LEAST, 2, one, SETTINGS)
    assert _proven().is_verified(LEAST, 1, one, SETTINGS)


def test_the_volume_must_be_back_too() -> None:
    recovery = _proven()
    recovery.note_volume(0, float("nan"), SETTINGS)
    assert recovery.volume_is_back(0, SETTINGS)
    recovery.note_volume(0, 0.79, SETTINGS)
    assert not recovery.is_verified(LEAST, 2, BACK, SETTINGS)
    for _ in range(SETTINGS.found_again):
        recovery.note_volume(0, 0.8, SETTINGS)
    assert len(recovery.volumes[0]) == SETTINGS.found_again
    assert recovery.is_verified(LEAST, 2, BACK, SETTINGS)


def test_a_name_that_is_still_missing_more_than_its_controls_gathers_no_evidence() -> None:
    recovery = Recovery()
    for minute in range(60):
        recovery.take("people", minute * 60_000_000, 0.5, SETTINGS)
    assert recovery.evidence() < 1
