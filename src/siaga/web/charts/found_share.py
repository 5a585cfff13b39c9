"""How much was found: the shares that charts draw and tables count."""

from collections.abc import Mapping
from dataclasses import dataclass

from siaga.domain.answers import NOT_MEASURED, Answer
from siaga.ports.watch import TimelineBucket


@dataclass(frozen=True, slots=True)
class FoundShare:
    """How many of the measured askings of one span found the name."""

    found: int
    measured: int
    asked: int


def share(answers: Mapping[Answer, int], unmatched: int) -> FoundShare:
    """The share found among what was measured; results of which none match are not found."""
    asked = sum(answers.values())
    measured = asked - sum(answers.get(answer, 0) for answer in NOT_MEASURED)
    return FoundShare(max(0, answers.get(Answer.RESULTS, 0) - unmatched), measured, asked)


def amount(answers: Mapping[Answer, int], matching: int) -> float | None:
    """How many results of an answer carry the name; None where no answer had any results."""
    results = answers.get(Answer.RESULTS, 0)
    return matching / results if results else None


def target_share(bucket: TimelineBucket) -> FoundShare:
    """What was found of the target."""
    return share(bucket.target, bucket.target_unmatched)


def controls_share(bucket: TimelineBucket) -> FoundShare:
    """What was found of the controls."""
    return share(bucket.controls, bucket.controls_unmatched)
