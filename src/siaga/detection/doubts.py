"""What a round says of its own reader: what was measured, and what is doubted."""

from collections.abc import Sequence

from siaga.detection.round_update import RoundUpdate
from siaga.detection.rules.missing import FOUND, LIMITS, MISSING
from siaga.detection.settings import (
    LOPSIDED_MOST,
    LOPSIDED_ROUNDS,
    LOPSIDED_TARGETS,
    LOST,
    LOST_ASKED,
    LOST_BACK,
    LOST_MOST,
    LOST_UNASKED,
)
from siaga.detection.stream_state import StreamState


def controls_of(round_: RoundUpdate) -> dict[int, int]:
    """Measured controls, found or missing: of each the first measured asking."""
    plan, facts = round_.plan, round_.facts
    outcome: dict[int, int] = {}
    codes = facts.codes[plan.controls].tolist()
    asked = zip(facts.position[plan.controls].tolist(), plan.control_subjects, codes, strict=True)
    for _, who, code in asked if plan.controls_once else sorted(asked):
        if code < LIMITS:
            outcome.setdefault(who, code)
    return outcome


def note_canaries(round_: RoundUpdate) -> None:
    """Whether canaries were found; those not measured count as nothing."""
    facts, canaries = round_.facts, round_.plan.canaries
    codes = facts.codes[canaries]
    if len(canaries) and (codes < LIMITS).any():
        round_.stream.canaries.take([facts.name_of(item) for item in canaries[codes == FOUND].tolist()])


def note_lopsided(round_: RoundUpdate) -> None:
    """Whether all contestants are missing while every control is found."""
    stream, plan = round_.stream, round_.plan
    codes = round_.facts.codes[plan.targets]
    measured, missing = round_.controls
    all_gone = (
        len(plan.subjects) >= LOPSIDED_TARGETS
        and bool((codes == MISSING).all())
        and measured >= round_.settings.least_controls
        and missing == 0
    )
    if all_gone:
        stream.lopsided = min(stream.lopsided + 1, LOPSIDED_MOST)
    elif stream.lopsided and (codes < LIMITS).any():
        stream.lopsided = max(stream.lopsided - LOPSIDED_ROUNDS, 0)


def instrument_doubted(stream: StreamState, streams: Sequence[StreamState]) -> bool:
    """Whether the stream's instrument may be why all contestants are missing there: no other sees it."""
    return stream.lopsided > 0 and not any(
        other.lopsided and other.instrument != stream.instrument for other in streams
    )


def note_lost(round_: RoundUpdate) -> set[int]:
    """Which targets were not measured while others were; returns those that this makes unmeasurable, or
    measurable again."""
    stream, plan = round_.stream, round_.plan
    said = round_.facts.codes[plan.targets] < LIMITS
    absent = any(len(cohort.absent) for cohort in round_.cohorts)
    if said.all() and not absent and not stream.lost:
        return set()
    measured = set(plan.target_subjects[said].tolist())
    silent = dict.fromkeys(sorted(plan.members - measured), LOST_ASKED)
    silent.update((who, LOST_UNASKED) for cohort in round_.cohorts for who in cohort.absent.tolist())
    changed = set()
    for who in measured & stream.lost.keys():
        stream.lost[who] -= LOST_BACK
        if stream.lost[who] <= 0:
            del stream.lost[who]
            changed.add(who)
    for who, weight in silent.items():
        before = stream.lost.get(who, 0)
        stream.lost[who] = min(before + weight, LOST_MOST)
        if before < LOST <= before + weight:
            changed.add(who)
    return changed
