"""Results counted and graded: how many, how many carry the name, how old the newest, in order or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from siaga.domain.answers import Answer
from siaga.platforms.conversation import Reading
from siaga.platforms.times import newest_age_s, newest_first


@dataclass(frozen=True, slots=True)
class Found:
    """One result as a reader saw it."""

    carries: bool
    """Whether it really carries the name."""
    made: datetime | None = None
    """When it was made, where the surface says so."""


def graded(found: Sequence[Found], at: datetime, *, latest: bool = False, note: str = "") -> Reading:
    """The reading of a page of results; `latest` where newest-first was asked. Nothing found is `empty`."""
    if not found:
        return Reading(Answer.EMPTY, count=0, matching=0, note=note)
    times = [one.made for one in found]
    return Reading(
        Answer.RESULTS,
        count=len(found),
        matching=sum(one.carries for one in found),
        newest_age_s=newest_age_s(times, at),
        ordered=newest_first(times, at) if latest else None,
        note=note,
    )
