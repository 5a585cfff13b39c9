"""How often each contestant was missing on a platform, as a sentence and as bars that begin at zero."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from siaga.domain.answers import Role
from siaga.i18n.speech import Speech
from siaga.measurements.missing_counts import MissingCount

MOST_SHOWN: Final = 30
"""Contestants that a platform's bars show: those that were missing most."""
NAMED: Final = 3
"""Contestants that the sentence names."""
EVEN: Final = 0.98
"""Who was checked at least so often as the most checked was checked as often, for the sentence."""


@dataclass(frozen=True, slots=True)
class CountBar:
    """One contestant's bar; also that of the controls' average."""

    name: str
    missing: float
    checks: float
    percent: float
    """Of the longest bar there could be, 0 to 100."""


@dataclass(frozen=True, slots=True)
class PlatformCounts:
    """The counts of one platform in a stretch of time."""

    platform: str
    label: str
    bars: Sequence[CountBar]
    """Who was missing most first; then in the election file's order."""
    more: int
    """Contestants that had no room; none of them was missing more often than those shown."""
    controls: CountBar | None
    """The controls' average."""
    controls_number: int
    least: int
    most: int
    """Checks of the contestant that was checked least, and most."""

    @property
    def is_missing(self) -> bool:
        """Whether a contestant was missing at all."""
        return any(bar.missing for bar in self.bars)

    @property
    def is_even(self) -> bool:
        """Whether all contestants were checked equally often, about."""
        return self.least >= EVEN * self.most


def platform_counts(
    platform: str, label: str, counted: Sequence[MissingCount], names: Mapping[str, str]
) -> PlatformCounts | None:
    """The counts of one platform; None where no contestant was checked.

    `names` has every contestant's subject, in the election file's order.
    """
    by_subject = {each.subject: each for each in counted if each.role == Role.TARGET}
    of_contestants = [by_subject[subject] for subject in names if subject in by_subject]
    if not of_contestants:
        return None
    controls = [each for each in counted if each.role == Role.CONTROL]
    average = (
        (
            sum(each.missing for each in controls) / len(controls),
            sum(c.checks for c in controls) / len(controls),
        )
        if controls
        else None
    )
    longest = max([1.0, *(each.missing for each in of_contestants), average[0] if average else 0.0])
    ranked = sorted(of_contestants, key=lambda each: -each.missing)
    return PlatformCounts(
        platform,
        label,
        [
            CountBar(names[each.subject], each.missing, each.checks, 100 * each.missing / longest)
            for each in ranked[:MOST_SHOWN]
        ],
        max(0, len(ranked) - MOST_SHOWN),
        None if average is None else CountBar("", *average, 100 * average[0] / longest),
        len(controls),
        min(each.checks for each in of_contestants),
        max(each.checks for each in of_contestants),
    )


def counts_sentence(speech: Speech, counts: PlatformCounts) -> str:
    """`On X, A was missing in 373 of 2,361 checks, B in 119 of 2,361, and the other 4 in none`."""
    missing = [bar for bar in counts.bars if bar.missing]
    if not missing:
        return speech.say("On {platform}, no contestant was missing in any check", platform=counts.label)
    first, *others = missing[:NAMED]
    parts = [
        speech.say(
            "{name} was missing in {missing} of {checks} checks",
            name=first.name,
            missing=speech.number(first.missing),
            checks=speech.number(first.checks),
        ),
        *(
            speech.say(
                "{name} in {missing} of {checks}",
                name=bar.name,
                missing=speech.number(bar.missing),
                checks=speech.number(bar.checks),
            )
            for bar in others
        ),
    ]
    rest = len(counts.bars) + counts.more - len(missing[:NAMED])
    if rest and len(missing) > NAMED:
        parts.append(
            speech.count(
                "{n} other in at most {missing}",
                "the other {n} in at most {missing} each",
                rest,
                missing=speech.number(missing[NAMED].missing),
            )
        )
    elif rest:
        parts.append(speech.count("the other {n} in none", "the other {n} in none", rest))
    return speech.say("On {platform}, {list}", platform=counts.label, list=speech.listed(parts))
