"""Whether a limit or wall meets one name only: `only-limited@1`."""

import numpy as np

from siaga.detection.channel_rule import ChannelRule
from siaga.detection.channel_state import ChannelState
from siaga.detection.comparable import compares
from siaga.detection.round_update import RoundUpdate, follow_open
from siaga.detection.rules.missing import LIMITS
from siaga.domain.verdicts import State
from siaga.i18n.speech import N_

KIND = "only this name is limited"


def _bet(round_: RoundUpdate, channel: ChannelState) -> set[int]:
    """A bet on "not measured", so that a wall that meets one name only cannot hide it."""
    settings, parts = round_.settings, round_.parts
    plan, facts, stream = round_.plan, round_.facts, round_.stream
    lost = facts.codes >= LIMITS
    if not channel.stage and not lost.any():
        return channel.pass_over(stream, plan)
    controls, missing = len(plan.controls), int(np.count_nonzero(lost[plan.controls]))
    mine = lost[plan.targets]
    if plan.once:
        subjects, x = plan.target_subjects, mine.astype(np.intp)
    else:
        # Limited only where none of its texts was measured.
        begin = np.flatnonzero(np.diff(plan.target_subjects, prepend=-1))
        subjects, x = plan.subjects, np.logical_and.reduceat(mine, begin).astype(np.intp)
    if controls < settings.least_controls or not compares(controls, missing):
        return set()
    gone = subjects[x == 1]
    if len(gone):
        channel.evidence.bet_fading(settings, parts, stream.rows, gone, controls + 1, missing)
    comparison = round_.compared(facts.at, subjects, gone, (controls, missing), lost)
    channel.count(comparison, parts, settings)
    return follow_open(channel, comparison, settings) | set(gone.tolist())


RULE = ChannelRule(
    id="only-limited@1",
    decides="Whether a limit or wall meets one name only: suspected.",
    states=frozenset({State.SUSPECTED}),
    parts=5,
    kinds={KIND: N_("only this name meets a limit or a wall")},
    channel="limited",
    alarm=State.SUSPECTED,
    bet=_bet,
    kind_of=lambda run, surfaces: KIND,
    order_explains=True,
)
