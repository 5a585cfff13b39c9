"""All rules. Each is one module in `rules/`; adding a rule adds its file there and its page in the docs."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from siaga.detection import rules
from siaga.detection.channel_rule import ChannelRule
from siaga.detection.rule import Rule
from siaga.detection.settings import Settings
from siaga.domain.verdicts import State


def _found() -> tuple[Rule, ...]:
    found: list[Rule] = [
        import_module(f"{rules.__name__}.{module.name}").RULE for module in iter_modules(rules.__path__)
    ]
    return tuple(sorted(found, key=lambda rule: (-rule.parts, rule.id)))


RULES: Final = _found()
"""Those with the greatest part of the promise first."""
CHANNELS: Final[Mapping[str, ChannelRule]] = {
    rule.channel: rule for rule in RULES if isinstance(rule, ChannelRule)
}
"""The rules about names by channel, in the order in which they are judged."""
ALL_PARTS: Final = sum(rule.parts for rule in RULES)
KINDS: Final[Mapping[str, str]] = {kind: message for rule in RULES for kind, message in rule.kinds.items()}
"""What exactly is wrong, by the words of a verdict's `detail["kind"]`."""


@dataclass(frozen=True, slots=True)
class NameStage:
    """One state that one channel may give to a name."""

    state: State
    channel: str


WORST_FIRST: Final = tuple(
    NameStage(state, rule.channel)
    for state in (State.SUPPRESSED, State.IMPAIRED, State.SUSPECTED, State.INSUFFICIENT)
    for rule in CHANNELS.values()
    if state in rule.states
)
"""Which of several channels' states a name has: the first of these."""


def share_of(rule: Rule) -> float:
    """The share of a name's mass that a rule has where all rules have something to look at."""
    return rule.parts / ALL_PARTS


@lru_cache(maxsize=16)
def live_shares(graded: bool) -> Mapping[str, float]:
    """The mass of a name by channel: what cannot be looked at leaves its share to the others.

    `graded` says whether the platform's answers say how many results there are, how old, in what order.
    """
    parts = {channel: rule.parts for channel, rule in CHANNELS.items() if graded or channel != "graded"}
    whole = sum(parts.values())
    return {"graded": 0.0, **{channel: part / whole for channel, part in parts.items()}}


def proof_at(names: int, settings: Settings) -> float:
    """The evidence at which one of `names` names is an alarm."""
    return settings.alarm(names)
