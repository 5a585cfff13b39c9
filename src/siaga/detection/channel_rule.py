"""A rule about names: what it declares besides, and how it takes part in the judging of names."""

from collections.abc import Callable
from dataclasses import dataclass

from siaga.detection.channel_state import ChannelState
from siaga.detection.open_run import OpenRun
from siaga.detection.round_update import RoundUpdate
from siaga.detection.rule import Rule
from siaga.domain.verdicts import State


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRule(Rule):
    """A rule that bets on rounds about names. Each has its own evidence, histories and open runs."""

    channel: str
    """By what stored state and findings know the channel."""
    alarm: State
    """What a name is called when the evidence crosses the alarm and the run persists."""
    bet: Callable[[RoundUpdate, ChannelState], set[int]]
    """Bets a comparable round; returns the names whose stages should be looked at."""
    kind_of: Callable[[OpenRun, set[str]], str]
    """What exactly is wrong, from a run and the surfaces that it hits: words of `kinds`."""
    lines: int
    """How many sums a name has in each part."""
    keeps: int
    """Rounds that a stream's history keeps one by one."""
    needs_change: bool = False
    """Whether a claim needs evidence of a change besides that of a difference."""
