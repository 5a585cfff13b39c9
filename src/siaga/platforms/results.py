"""Results counted and graded: how many, how many carry the name, how old the newest, in order or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from siaga.domain.answers import Answer
from siaga.domain.quota import Quota
from siaga.platforms.conversation import Reading
from siaga.platforms.times import newest_age_s, newest_first


@dataclass(frozen=True, slots=True)
class Result:
    """One result as a reader saw it."""

    carries: bool
    """Whether it really carries the name."""
    made: datetime | None = None
    """When it was made, where the surface says so."""


def graded(results: Sequence[Result], at: datetime, *, latest: bool = False, note: str = "") -> Reading:
    """The reading of a page of results; `latest` where newest-first was asked. No results are `empty`."""
    if not results:
        return without_results(Answer.EMPTY, note)
    times = [result.made for result in results]
    return Reading(
        Answer.RESULTS,
        count=len(results),
        matching=sum(result.carries for result in results),
        newest_age_s=newest_age_s(times, at),
        ordered=newest_first(times, at) if latest else None,
        note=note,
    )


def without_results(answer: Answer, note: str = "", quota: Quota | None = None) -> Reading:
    """A reading that has no results; an `empty` one counts 0."""
    count = 0 if answer is Answer.EMPTY else None
    return Reading(answer, count=count, matching=count, quota=quota, note=note)


def most_replied(replies: Mapping[str, int]) -> str | None:
    """The id of the post that has most replies, of posts with their counts; None where none has any."""
    return max(replies, key=lambda post: replies[post]) if any(replies.values()) else None
