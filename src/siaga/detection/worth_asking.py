"""What a further round would tell of a platform: who is not settled there, and where asking brings most."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from siaga.detection.channel_state import ChannelState
from siaga.detection.names import FIRST_CHANNEL, Names
from siaga.detection.settings import Settings
from siaga.detection.stream_state import StreamState
from siaga.domain.verdicts import State


def worth_by_place(
    channel: ChannelState, names: Names, streams: Sequence[StreamState], newest: int, settings: Settings
) -> dict[tuple[str, str], float]:
    """By surface and vantage: the evidence, as a logarithm, that a further round is expected to bring.

    For the suspicion that is nearest to being settled; without one, for the recovery of findings. A round
    in which a name is missing alone brings `log(1 + m / psi)` at most; one in which all are found, nothing.
    """
    to_settle = _to_settle(channel, names, newest, settings)
    worth: dict[tuple[str, str], float] = {}
    for stream in streams:
        index = stream.site.index
        history = channel.histories.get(index)
        controls = stream.controls_asked / max(history.count, 1) if history else 0.0
        chance = max((channel.promising(who, stream, settings) for who in to_settle), default=0.0)
        key = stream.site.surface, stream.site.vantage
        worth[key] = max(worth.get(key, 0.0), chance * float(np.log1p(controls / settings.psi)))
    return worth


def _to_settle(channel: ChannelState, names: Names, newest: int, settings: Settings) -> Iterable[int]:
    findings = [who for who in channel.open if channel.is_proven(who)]
    live = [who for who in channel.missed_lately(newest, settings) if who not in findings]
    if not live:
        return findings
    cohort = names.cohort_of
    return [max(live, key=lambda who: (channel.evidence.of(who, cohort[who]), -who))]


def unsettled(
    channels: Mapping[str, ChannelState], names: Names, newest: int, settings: Settings
) -> list[int]:
    """Names that are suspected or called, or were missing of late; those with most evidence first."""
    first, cohort = channels[FIRST_CHANNEL], names.cohort_of
    found = {
        who
        for channel in channels.values()
        for who, run in channel.open.items()
        if run.stage is not State.INSUFFICIENT
    }
    found.update(first.missed_lately(newest, settings))
    return sorted(found, key=lambda who: (-first.evidence.of(who, cohort[who]), who))
