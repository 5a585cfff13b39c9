"""What a list of results comes to: how many, how many carry the name, how old, in order or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from siaga.platforms.conversation import Query, Reading, Response
from siaga.words.answers import Answer
from siaga.words.matching import folded
from siaga.words.quota import Quota


@dataclass(frozen=True, slots=True)
class Item:
    """One result as far as it matters: the texts that may carry the name, and when it was made."""

    texts: tuple[str, ...]
    at: datetime | None = None
    whole: bool = False
    """Whether a text must be the name as a whole (a handle, a tag) rather than contain it."""


def carries(item: Item, name: str) -> bool:
    """Whether the item really carries the name: all its words, or its letters in one piece (`#MahfudMD`)."""
    wanted = folded(name)
    return bool(wanted) and _carries(item, wanted, wanted.split())


def _carries(item: Item, wanted: str, words: list[str]) -> bool:
    joined = "".join(words)
    for text in item.texts:
        found = folded(text)
        if item.whole:
            if found == wanted:
                return True
        elif all(word in found for word in words) or (len(words) > 1 and joined in found.replace(" ", "")):
            return True
    return False


def reading_of(
    items: Sequence[Item], query: Query, *, newest_first: bool, quota: Quota | None = None
) -> Reading:
    """The reading of a list of results; an empty list is the documented "nothing found"."""
    if not items:
        return Reading(Answer.EMPTY, count=0, matching=0, quota=quota)
    wanted = folded(query.name)
    words = wanted.split()
    times = [item.at for item in items if item.at is not None]
    age = (query.at - max(times)).total_seconds() if times else None
    ordered = all(a >= b for a, b in pairwise(times)) if newest_first and len(times) >= 2 else None
    return Reading(
        Answer.RESULTS,
        count=len(items),
        matching=sum(_carries(item, wanted, words) for item in items) if words else 0,
        newest_age_s=max(0.0, age) if age is not None else None,
        ordered=ordered,
        quota=quota,
    )


def is_bot_wall(response: Response) -> bool:
    """Whether an HTML answer is a recognisable wall against robots."""
    start = response.body[:20_000].lower()
    return "cf-mitigated" in response.headers or any(mark in start for mark in _BOT_MARKS)


_BOT_MARKS = (b"challenge-platform", b"just a moment...", b"g-recaptcha", b"h-captcha", b"captcha-delivery")
