"""Leaves out of timelines what was measured of a name while it is under a suspicion that is not public."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from siaga.ports.watch import TimelineBucket


def without_target(buckets: Sequence[TimelineBucket], since: datetime | None) -> Sequence[TimelineBucket]:
    """The buckets, without the target's answers in those that reach beyond `since`; None leaves all in."""
    if since is None or not buckets:
        return buckets
    length = buckets[1].at - buckets[0].at if len(buckets) > 1 else timedelta()
    return [
        bucket
        if bucket.at + length <= since
        else replace(bucket, target={}, target_unmatched=0, target_matching=0)
        for bucket in buckets
    ]
