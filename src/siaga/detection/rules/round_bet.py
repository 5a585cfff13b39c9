"""Whether a name is missing more than its controls in the same rounds: `round-bet@3`.

Two lines, from the same rounds. The *free* line assumes nothing of the platform's past; the *calm* line adds
a bonus for a name that is missing alone in a round that looks calm, and halves the delay (`calm.py`).
"""

from bisect import bisect_left
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from siaga.detection.calm import line_factors
from siaga.detection.channel_rule import ChannelRule
from siaga.detection.channel_state import ChannelState
from siaga.detection.comparable import informs
from siaga.detection.evidence import Detectors
from siaga.detection.names import CONTROLS_COHORT, FIRST_CHANNEL
from siaga.detection.open_run import OpenRun
from siaga.detection.round_update import Factors, RoundUpdate, went_on
from siaga.detection.rules.missing import LIMITS, MISSING
from siaga.detection.settings import CALM_CEILINGS, FIRST_ROUND_US, HISTORY_ROUNDS, Settings
from siaga.domain.answers import Surface
from siaga.domain.verdicts import State
from siaga.i18n.speech import N_

Index = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
CEILINGS = np.geomspace(*CALM_CEILINGS).tolist()
"""A ceiling of the controls' odds counts as the next of these above: safe, and a table serves."""
OF_SURFACES: dict[str, str] = {
    Surface.SUGGEST: "suggestion missing",
    Surface.PEOPLE: "own account missing",
    Surface.PROFILE: "profile missing",
}
"""What is wrong where one such surface alone is hit."""


def _kind_of(run: OpenRun, surfaces: set[str]) -> str:
    if run.stage is State.INSUFFICIENT:
        counts = run.own_counts()
        return "never found here" if counts.asked == counts.missing else "found less often"
    return OF_SURFACES.get(next(iter(surfaces)), "missing") if len(surfaces) == 1 else "missing"


@lru_cache(maxsize=8192)
def _factors(
    settings: Settings, psi: float, controls: int, missing: int, step: int
) -> tuple[Floats, Floats, Floats]:
    """What a round says of a name found, its logarithm, and of a name missing, by line and stake.

    `step` is the place of the controls' ceiling in `CEILINGS`; -1 where the round does not look calm.
    """
    ceiling = CEILINGS[min(step, len(CEILINGS) - 1)] if step >= 0 else None
    lines = line_factors(settings, psi, controls, missing, ceiling).reshape(-1, 2)
    found = np.ascontiguousarray(lines[:, 0])
    return found, np.log(found), np.ascontiguousarray(lines[:, 1])


def weights(settings: Settings, shares: dict[str, float]) -> Floats:
    """The mass by line and stake: half on the free line, half on the calm one."""
    half = shares[FIRST_CHANNEL] / 2 * np.array(settings.weights)
    return np.concatenate([half, half])


def calm_step(round_: RoundUpdate, controls: int) -> int:
    """The step of the ceiling for a round of so many controls; -1 where it does not look calm."""
    past = round_.stream.past
    return bisect_left(CEILINGS, past.odds) if past.looks_calm(controls) else -1


def _bet(round_: RoundUpdate, channel: ChannelState) -> set[int]:
    """Bet on every target against the controls, as if they were asked alone."""
    settings, names, stream = round_.settings, round_.names, round_.stream
    plan, facts = round_.plan, round_.facts
    controls, missing = round_.controls
    marked = facts.codes == MISSING
    share, measured = round_.of_texts(marked, facts.codes < LIMITS)
    gone = plan.subjects[(share > 0) & measured]
    lost = plan.subjects[~measured]
    asked = plan.subjects[measured] if len(lost) else plan.subjects
    step = calm_step(round_, controls)

    def factors(psi: float, who: Index) -> Factors:
        found, log_found, missed = _factors(settings, psi, controls, missing, step)
        part = share[np.searchsorted(plan.subjects, who)][:, None]
        return Factors(found, log_found, part * missed + (1 - part) * found)

    hot = round_.book(channel.evidence, weights(settings, round_.shares), factors, gone, lost)
    comparison = round_.compared(asked, gone, lost, (controls, missing), marked)
    if round_.cohorts and any(len(cohort.absent) for cohort in round_.cohorts):
        comparison.lost = np.concatenate([lost, *(cohort.absent for cohort in round_.cohorts)])
    comparison.odds = stream.steady.odds
    comparison.usual = stream.steady.is_usual(*round_.steady)
    channel.note(comparison, names)
    if comparison.usual:
        _learn_odds(round_, channel, gone, comparison.lost)
    stream.asked[asked] += 1
    if len(gone):
        stream.missing[gone] += 1
        names.compare(asked, gone)
    stream.controls_asked += controls
    stream.controls_missing += missing
    return went_on(channel, comparison, hot, settings)


def _learn_odds(round_: RoundUpdate, channel: ChannelState, gone: Index, lost: Index) -> None:
    """What a usual round says of names' own odds; nothing of those that may be missing only now."""
    under = [subject for subject, run in channel.open.items() if run.stage is not State.INSUFFICIENT]
    if under:
        gone = gone[~np.isin(gone, under)]
        lost = np.concatenate([lost, np.array(under, np.intp)])
    round_.names.learn_odds(*round_.controls, gone, lost)


def note_uncompared(round_: RoundUpdate, channel: ChannelState) -> None:
    """A round that compares nothing, as too many controls are missing, still helps to say since when."""
    marked = round_.facts.codes == MISSING
    share, measured = round_.of_texts(marked, round_.facts.codes < LIMITS)
    gone, lost = round_.plan.subjects[(share > 0) & measured], round_.plan.subjects[~measured]
    comparison = round_.compared(round_.plan.subjects[measured], gone, lost, round_.controls, marked)
    comparison.compares = False
    channel.note(comparison, round_.names)


def pass_quiet(round_: RoundUpdate, channel: ChannelState, audited: Detectors) -> None:
    """A round in which every name was found: the same in a few steps."""
    settings, stream, plan, at = round_.settings, round_.stream, round_.plan, round_.facts.at
    controls, past = len(plan.controls), stream.past
    share = round_.shares[FIRST_CHANNEL] / 2 / settings.span_us
    rows, gap = stream.parts, settings.longest_gap_us
    masses = [mass * share for mass in round_.parts.masses(rows)]
    calm = past.looks_calm(controls)
    for cohort in round_.cohorts:
        lanes = channel.evidence.lanes_of(rows, cohort.number)
        channel.evidence.pass_over(lanes, masses, at, gap, FIRST_ROUND_US, calm)
    if controls > settings.least_controls:
        lanes = audited.lanes_of(rows[:1], CONTROLS_COHORT)
        audited.pass_over(lanes, [share], at, gap, FIRST_ROUND_US, past.looks_calm(controls - 1))
    steady = stream.steady
    channel.history(stream).add(at, round_.sets, controls, 0, steady.odds, steady.is_usual(controls, 0))
    stream.asked[plan.subjects] += 1
    stream.controls_asked += controls


def audit(round_: RoundUpdate, evidence: Detectors) -> None:
    """Every control as if it were a target, against the others: the live check of what the bet assumes.

    Only the platform whole is looked at. A control that is not measured loses its bet of the round.
    """
    settings, names = round_.settings, round_.names
    m, missing = round_.controls
    others = m - 1
    if others < settings.least_controls or not (missing == 0 or informs(m, missing)):
        return
    step = calm_step(round_, others)
    found, log_found, _ = _factors(settings, settings.psi, others, missing, step)
    gone = np.array(sorted(who for who, code in round_.outcome.items() if code == MISSING), np.intp)
    rows = round_.stream.parts[:1]
    (lane,) = evidence.lanes_of(rows, CONTROLS_COHORT)
    passed = lane.passed(round_.facts.at, settings.longest_gap_us, FIRST_ROUND_US)
    grants = (passed / settings.span_us * weights(settings, round_.shares))[None]
    evidence.slots(gone, 1)
    own = np.zeros((0, evidence.lines))
    if len(gone):
        missed = _factors(settings, settings.psi, others, missing - 1, step)[2]
        own = np.repeat(missed[None], len(gone), axis=0)
    worth = evidence.step(rows, CONTROLS_COHORT, grants, (found, log_found), gone, own, settings.evidence_cap)
    for control in gone[worth.sum(axis=0) >= round_.alarm].tolist():
        names.control_alarms[control] = names.control_alarms.get(control, 0) + 1
        evidence.begin(control)


RULE = ChannelRule(
    id="round-bet@3",
    decides="Whether a name is missing more than its controls in the same rounds, and was not always so: "
    "findable, suspected, suppressed.",
    states=frozenset({State.FINDABLE, State.INSUFFICIENT, State.SUSPECTED, State.SUPPRESSED}),
    parts=80,
    kinds={
        "missing": N_("missing from the results"),
        "suggestion missing": N_("missing from search suggestions"),
        "own account missing": N_("the contestant's own account is missing"),
        "profile missing": N_("profile missing"),
        "never found here": N_("never found here since the watch began"),
        "found less often": N_("found less often than the comparison names since the watch began"),
    },
    channel=FIRST_CHANNEL,
    alarm=State.SUPPRESSED,
    bet=_bet,
    kind_of=_kind_of,
    lines=8,
    keeps=HISTORY_ROUNDS,
    needs_change=True,
)
