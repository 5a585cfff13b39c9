"""What was measured of a name under a suspicion is left out of timelines."""

from datetime import UTC, datetime, timedelta

from siaga.domain.answers import Answer
from siaga.ports.watch import TimelineBucket
from siaga.web.charts.withheld import without_target

START = datetime(2024, 1, 25, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BUCKETS = [
    TimelineBucket(START + number * MINUTE, {Answer.EMPTY: 1}, 1, {Answer.RESULTS: 9}, 0, 4, 9)
    for number in range(4)
]


def test_spans_that_reach_beyond_the_moment_keep_only_the_comparison_names() -> None:
    shown = without_target(BUCKETS, START + 2.5 * MINUTE)
    assert list(shown[:2]) == BUCKETS[:2]
    for before, bucket in zip(BUCKETS[2:], shown[2:], strict=True):
        assert (bucket.target, bucket.target_unmatched, bucket.target_matching) == ({}, 0, 0)
        assert (bucket.at, bucket.controls, bucket.controls_matching) == (before.at, before.controls, 9)


def test_without_such_a_moment_all_is_shown() -> None:
    assert without_target(BUCKETS, None) is BUCKETS
    assert without_target([], START) == []
    assert without_target(BUCKETS[:1], START) == BUCKETS[:1]
