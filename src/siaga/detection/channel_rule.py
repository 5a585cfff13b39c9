"""A rule about names: what it declares besides, and how it takes part in the judging of names."""

from collections.abc import Callable
from dataclasses import dataclass

from siaga.detection.channel_state import ChannelState
from siaga.detection.miss_run import MissRun
from siaga.detection.round_facts import RoundFacts
from siaga.detection.round_plan import RoundPlan
from siaga.detection.round_update import Flags, RoundUpdate
from siaga.detection.rule import Rule
from siaga.detection.settings import Settings
from siaga.detection.stream_state import StreamState
from siaga.domain.verdicts import State


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRule(Rule):
    """A rule that bets on rounds about names. Each has its own detectors, runs and stages on a platform."""

    channel: str
    """By what stored state and findings know the channel."""
    alarm: State
    """What a name is called when the evidence crosses the alarm and the run persists."""
    bet: Callable[[RoundUpdate, ChannelState], set[int]]
    """Bets a comparable round; returns the names whose stages should be looked at."""
    kind_of: Callable[[MissRun, set[str]], str]
    """What exactly is wrong, from a run and the surfaces that it hits: words of `kinds`."""
    marks: Callable[[StreamState, RoundPlan, RoundFacts, Settings], Flags | None] | None = None
    """Askings of `RoundPlan.names` that are wrong although they were found; None where there is none. A round
    without marks in which all is found only moves counts, so a rule that bets on found names needs this."""
    suspects: bool = False
    """Whether a name is called `suspected` before the alarm."""
    order_explains: bool = False
    """Whether a place late in the round may be the cause: a name that is mostly asked late is not judged."""
    slow_tier: Rule | None = None
    """The rule that bets on whole blocks of rounds for this channel."""
