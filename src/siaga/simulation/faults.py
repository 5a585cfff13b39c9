"""What can be made to go wrong, for whom, and what exactly it changes. Pure: values in, values out."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import TypeVar

from siaga.domain.matching import folded
from siaga.simulation.posts import words

Item = TypeVar("Item")


class FaultKind(StrEnum):
    """One way for an answer to be spoilt."""

    EMPTY = "empty"
    """Nothing found, in the platform's own form for it."""
    THIN = "thin"
    """At most `most` results."""
    FEW = "few"
    """None to `most` results, another number each time."""
    AGE = "age"
    """Only results older than `older_than`."""
    SHUFFLE = "shuffle"
    """The results of the page in random order."""
    IRRELEVANT = "irrelevant"
    """As many results, none of which carries the name."""
    REFUSE = "refuse"
    """This query is refused, by the platform's document for it."""
    ERROR = "error"
    """HTTP 5xx."""
    WRONG = "wrong"
    """A 200 that says that something went wrong, where the contract has such a form."""
    HIDDEN = "hidden"
    """An explicit notice in the place of results, where the contract has such a form."""
    LIMIT = "limit"
    """Too many requests, as this platform says it."""
    WALL = "wall"
    """Sign in first."""
    CHALLENGE = "challenge"
    """A bot wall's HTML page."""
    DELAY = "delay"
    """The answer comes `seconds` later."""
    RESET = "reset"
    """The connection is reset instead of an answer."""


CONTENT = (
    FaultKind.EMPTY,
    FaultKind.THIN,
    FaultKind.FEW,
    FaultKind.AGE,
    FaultKind.SHUFFLE,
    FaultKind.IRRELEVANT,
)
"""Kinds that change which results are in an answer."""
WHOLE = (
    FaultKind.CHALLENGE,
    FaultKind.WALL,
    FaultKind.LIMIT,
    FaultKind.ERROR,
    FaultKind.REFUSE,
    FaultKind.HIDDEN,
    FaultKind.WRONG,
)
"""Kinds that put another answer in place; of several at once the first in this order is given."""


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """One thing that goes wrong. Fields that are None do not restrict whom it hits."""

    kind: FaultKind
    platform: str | None = None
    surfaces: tuple[str, ...] = ()
    """Empty for all surfaces."""
    names: tuple[str, ...] = ()
    """Empty for all names. A name hits what is asked with all of its words, so its variants too."""
    exact: bool = False
    """Whether only the very names are hit, case and accents aside, and no variants."""
    vantages: tuple[str, ...] = ()
    """Empty for all vantages."""
    share: float = 1.0
    """How many of the askings are hit, drawn for each."""
    most: int = 0
    """For `thin` and `few`."""
    older_than: timedelta = timedelta()
    """For `age`."""
    seconds: float = 0.0
    """For `delay`, real seconds."""


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One asking, as far as faults look at it."""

    platform: str
    vantage: str
    surface: str
    name: str
    at: datetime
    number: int = 0
    """Which asking of this platform and vantage it is; chance is drawn from it."""


def concerns(fault: InjectedFault, asking: Circumstance) -> bool:
    """Whether a fault is about this asking, its share aside."""
    return (
        fault.platform in (None, asking.platform)
        and (not fault.surfaces or asking.surface in fault.surfaces)
        and (not fault.vantages or asking.vantage in fault.vantages)
        and (not fault.names or any(_names(name, asking.name, fault.exact) for name in fault.names))
    )


def struck(faults: Sequence[InjectedFault], asking: Circumstance, seed: str) -> tuple[InjectedFault, ...]:
    """The faults that hit this asking. The same asking and seed are always hit alike."""
    return tuple(
        fault
        for place, fault in enumerate(faults)
        if concerns(fault, asking)
        and (fault.share >= 1 or _chance(seed, place, asking).random() < fault.share)
    )


def whole(faults: Sequence[InjectedFault]) -> FaultKind | None:
    """The answer that stands in for all content, if one of the faults gives one."""
    kinds = {fault.kind for fault in faults}
    return next((kind for kind in WHOLE if kind in kinds), None)


def youngest(faults: Sequence[InjectedFault], at: datetime) -> datetime:
    """The moment after which nothing is shown."""
    return at - max(
        (fault.older_than for fault in faults if fault.kind is FaultKind.AGE), default=timedelta()
    )


def left(
    items: Sequence[Item],
    faults: Sequence[InjectedFault],
    asking: Circumstance,
    seed: str,
    written: Callable[[Item], datetime | None] | None = None,
) -> list[Item]:
    """Which items are left, in which order. `irrelevant` is the caller's, who knows other items.

    With `written`, items younger than an `age` fault allows go too; without it the caller has seen to it.
    """
    kept = list(items)
    if written is not None and any(fault.kind is FaultKind.AGE for fault in faults):
        bound = youngest(faults, asking.at)
        kept = [item for item in kept if (moment := written(item)) is None or moment <= bound]
    for place, fault in enumerate(faults):
        match fault.kind:
            case FaultKind.EMPTY:
                kept = []
            case FaultKind.THIN:
                kept = kept[: fault.most]
            case FaultKind.FEW:
                kept = kept[: _chance(seed, place, asking, "few").randint(0, fault.most)]
            case FaultKind.SHUFFLE:
                _chance(seed, place, asking, "shuffle").shuffle(kept)
    return kept


def _names(name: str, asked: str, exact: bool) -> bool:
    if exact:
        return folded(name) == folded(asked)
    return words(name) <= words(asked)


def _chance(seed: str, place: int, asking: Circumstance, purpose: str = "share") -> random.Random:
    parts = (
        seed,
        purpose,
        place,
        asking.platform,
        asking.vantage,
        asking.surface,
        folded(asking.name),
        asking.at.timestamp(),
        asking.number,
    )
    digest = blake2b("|".join(map(str, parts)).encode(), digest_size=8).digest()
    return random.Random(int.from_bytes(digest))  # noqa: S311
