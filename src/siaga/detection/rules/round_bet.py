"""Whether a name is missing more than its controls in the same rounds: `round-bet@1`."""

import numpy as np
import numpy.typing as npt

from siaga.detection.channel_rule import ChannelRule
from siaga.detection.channel_state import ChannelState
from siaga.detection.comparable import informative, informs
from siaga.detection.miss_run import MissRun
from siaga.detection.names import FIRST_CHANNEL
from siaga.detection.round_update import RoundUpdate, follow_open
from siaga.detection.rules import slow_tier
from siaga.detection.rules.missing import LIMITS, MISSING
from siaga.domain.surfaces import TRAITS, SurfaceTraits
from siaga.domain.verdicts import State
from siaga.i18n.speech import N_

Index = npt.NDArray[np.intp]
ANY = SurfaceTraits()
"""Several surfaces, or one that recorded data has and we do not."""


def _kind_of(run: MissRun, surfaces: set[str]) -> str:
    """What is wrong: one surface alone may have its own words, several have none of theirs."""
    traits = TRAITS.get(next(iter(surfaces)), ANY) if len(surfaces) == 1 else ANY
    return traits.missing


def _bet(round_: RoundUpdate, channel: ChannelState) -> set[int]:
    """Bet on every target against the controls, as if they were asked alone."""
    settings, parts, names, controls = round_.settings, round_.parts, round_.names, round_.controls
    plan, facts, stream = round_.plan, round_.facts, round_.stream
    codes = facts.codes[plan.targets]
    measured = codes < LIMITS
    subjects = plan.target_subjects[measured]
    x = codes[measured].astype(np.intp)
    count, missing = controls
    n = count + 1
    quiet = stream.level < max(settings.learning_quiet, settings.learning_usual * stream.usual)
    hot: set[int] = set()
    f = missing + x
    known = informative(n, f)
    if known.any():
        whose, outcome = subjects[known], x[known]
        shares = None if plan.once else _shares(whose)
        worth = channel.evidence.bet(
            settings, parts, stream.rows, whose, n, f[known], outcome, shares, quiet, names.doubtful
        )
        alone = whose if shares is None else np.unique(whose)
        hot.update(alone[worth.max(axis=0) >= settings.notice].tolist())
        if quiet:
            # What may be the beginning of a withholding is not how the name is from the start.
            calm = np.array([not channel.in_run(subject, parts) for subject in whose.tolist()], bool)
            names.learn(whose[calm], outcome[calm], count, missing, settings)
    asked = subjects if plan.once else np.unique(subjects)
    gone = subjects[x == MISSING] if plan.once else np.unique(subjects[x == MISSING])
    comparison = round_.compared(facts.at, asked, gone, controls, facts.codes == MISSING)
    channel.count(comparison, parts, settings)
    if len(gone):
        channel.evidence.missed(parts, stream.rows, gone)
        names.compare(asked, gone)
    _audit(round_, channel, quiet)
    kept = np.array(list(round_.outcome), np.intp)
    lost = np.array([who for who, code in round_.outcome.items() if code == MISSING], np.intp)
    stream.block.add(np.concatenate([asked, kept]), np.concatenate([gone, lost]))
    return follow_open(channel, comparison, settings) | hot


def _audit(round_: RoundUpdate, channel: ChannelState, quiet: bool) -> None:
    """Every control as if it were a target, against the others: the live check of what the bet assumes."""
    settings, parts, names = round_.settings, round_.parts, round_.names
    m, missing = round_.controls
    if not informs(m, missing) or m <= settings.least_controls:
        return
    who = sorted(round_.outcome)
    x = np.array([round_.outcome[control] for control in who], np.intp)
    subjects, rows = np.array(who, np.intp), round_.stream.rows[:1]
    f = np.full(len(who), missing)
    worth = channel.evidence.bet(settings, parts, rows, subjects, m, f, x, None, quiet, names.doubtful)[0]
    channel.evidence.missed(parts, rows, subjects[x == MISSING])
    for control in subjects[worth >= round_.thresholds[FIRST_CHANNEL].alarm].tolist():
        names.control_alarms[control] = names.control_alarms.get(control, 0) + 1
        channel.evidence.begin(0, control, parts.clock[0])


def _shares(subjects: Index) -> npt.NDArray[np.float64]:
    """Each asking's share of its name's bet, where names are asked by several texts. `subjects` is sorted."""
    _, inverse, counts = np.unique(subjects, return_inverse=True, return_counts=True)
    return 1.0 / counts[inverse]


RULE = ChannelRule(
    id="round-bet@1",
    decides="Whether a name is missing more than its controls in the same rounds: findable, suspected, "
    "suppressed.",
    states=frozenset({State.FINDABLE, State.INSUFFICIENT, State.SUSPECTED, State.SUPPRESSED}),
    parts=65,
    kinds={
        "missing": N_("missing from the results"),
        "suggestion missing": N_("missing from the suggestions"),
        "own account missing": N_("its own account is missing"),
        "profile missing": N_("its profile is missing"),
    },
    channel=FIRST_CHANNEL,
    alarm=State.SUPPRESSED,
    bet=_bet,
    kind_of=_kind_of,
    suspects=True,
    slow_tier=slow_tier.RULE,
)
