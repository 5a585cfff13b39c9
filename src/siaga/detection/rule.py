"""What a rule declares of itself. Registry, thresholds, phrases and docs are derived from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from siaga.domain.verdicts import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule and what it decides. Raise the version in `id` when its outcome can change."""

    id: str
    """Name and version, as in `Verdict.rule`. Its module in `rules/` has its name."""
    decides: str
    states: frozenset[State] = frozenset()
    """The states that its verdicts can give; empty where it gives no verdict of its own."""
    parts: int = 0
    """Its part of the promise. The false alarms that are allowed are shared in proportion to the parts."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """The words of `detail["kind"]` that its verdicts use, each with the message that people read."""
