"""Which streams a burst is worth asking, by the evidence that a request is expected to bring."""

from collections.abc import Mapping, Sequence
from typing import Final

from siaga.planning.stream_schedule import StreamSchedule

WORTHWHILE: Final = 0.2
"""A stream's burst goes on while a request of it is worth at least this share of the best one's."""


def value_bursts(
    schedules: Sequence[StreamSchedule], worth: Mapping[tuple[str, str], float]
) -> list[StreamSchedule]:
    """Set what bursts are worth; end those that are worth too little, and return them.

    `worth`: the evidence that a round is expected to bring, by surface and vantage. Where nothing is known to
    be worth anything, all are worth the same.
    """
    by_request = {
        schedule.index: worth.get((schedule.stream.surface, schedule.stream.vantage), 0.0)
        / max(schedule.composition.shape.burst_size * schedule.cost, 1)
        for schedule in schedules
    }
    best = max(by_request.values(), default=0.0)
    ended = []
    for schedule in schedules:
        share = by_request[schedule.index] / best if best > 0 else 1.0
        if share < WORTHWHILE and schedule.attempt is not None:
            schedule.end_burst()
            ended.append(schedule)
        schedule.worth = share if share >= WORTHWHILE else 0.0
    return ended
