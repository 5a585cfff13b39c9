"""When a finding is verified restored, on both sides of each boundary of `recovery@2`."""

from siaga.detection.rules.recovery import HitStream, is_verified
from siaga.detection.settings import RECOVERY_VERIFIED, Settings

SETTINGS = Settings()
LEAST = SETTINGS.recovery_least_us
BACK = [HitStream("people", "jakarta", 5), HitStream("people", "medan", 5)]


def _verified(
    hits: list[HitStream],
    vantages: int = 1,
    evidence: float = RECOVERY_VERIFIED,
    since_last_us: int = LEAST,
) -> bool:
    return is_verified(evidence, since_last_us, vantages, hits, SETTINGS)


def test_evidence_time_and_two_vantages_are_restored() -> None:
    assert _verified(BACK, vantages=2)


def test_without_evidence_nothing_is_restored() -> None:
    assert not _verified(BACK, evidence=RECOVERY_VERIFIED - 1)


def test_a_relapse_within_ten_minutes_holds_it_up() -> None:
    assert not _verified(BACK, since_last_us=LEAST - 1)


def test_one_hit_stream_in_ten_may_lag_behind() -> None:
    streams = [HitStream("people", "jakarta", 5)] * 9
    assert _verified([*streams, HitStream("people", "jakarta", 2)])
    assert not _verified([*streams[1:], HitStream("people", "jakarta", 2)])
    assert _verified([*streams[1:], HitStream("people", "jakarta", 3)])


def test_two_vantages_must_have_seen_it_where_the_finding_was_seen_from_several() -> None:
    lagging = [HitStream("people", "jakarta", 5), HitStream("people", "medan", 4)]
    assert not _verified(lagging, vantages=2)
    assert _verified(lagging)


def test_every_surface_that_was_hit_must_be_back() -> None:
    assert not _verified([*BACK, HitStream("suggest", "jakarta", 4)])
    assert _verified([*BACK, HitStream("suggest", "jakarta", 5)])
