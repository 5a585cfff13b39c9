"""All rules. Each is one module in `rules/`; adding a rule adds its file there and its page in the docs."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from siaga.detection import rules
from siaga.detection.channel_rule import ChannelRule
from siaga.detection.channel_state import Thresholds
from siaga.detection.names import FIRST_CHANNEL
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
    for state in (State.SUPPRESSED, State.IMPAIRED, State.SUSPECTED)
    for rule in CHANNELS.values()
    if state in rule.states
)
"""Which of several channels' states a name has: the first of these."""


def share_of(rule: Rule) -> float:
    """The share of the promise that a rule may spend."""
    return rule.parts / ALL_PARTS


@lru_cache(maxsize=512)
def thresholds_of(names: int, settings: Settings) -> Mapping[str, Thresholds]:
    """By channel, the evidence at which it calls one of `names` names."""
    never = float("inf")
    return {
        channel: Thresholds(
            notice=settings.notice if rule.suspects else never,
            alarm=settings.alarm(names, share_of(rule)),
            slow=never if rule.slow_tier is None else settings.alarm(names, share_of(rule.slow_tier)),
        )
        for channel, rule in CHANNELS.items()
    }


def proof_at(names: int, settings: Settings) -> float:
    """The evidence at which one of `names` names is proven missing."""
    return settings.alarm(names, share_of(CHANNELS[FIRST_CHANNEL]))
