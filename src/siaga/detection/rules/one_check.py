"""One check now, without a past: `one-check@2`. The round's bet, multiplied over the rounds of the check.

There is no watch here whose starts would have to be paid for: the question was asked before the first round,
so the product itself is the evidence.

A name that is found is also compared by how many results carry it: with fewer than half of what the least of
its controls has, round after round, it is `impaired`. That is a glance, not a proof: names differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from siaga.detection.bet import e_value
from siaga.detection.rule import Rule
from siaga.detection.rules.missing import FOUND, MISSING, code_of
from siaga.detection.settings import ONE_CHECK_FEWER_ONE_IN, ONE_CHECK_FROM, ONE_CHECK_ONE_IN, Settings
from siaga.domain.answers import Role
from siaga.domain.records import Measurement
from siaga.domain.verdicts import Counts, State

RULE = Rule(
    id="one-check@2",
    decides="What a single check says of a name, without a past.",
    states=frozenset(
        {
            State.FINDABLE,
            State.SUSPECTED,
            State.IMPAIRED,
            State.SURFACE_DOWN,
            State.UNMEASURABLE,
            State.INSUFFICIENT,
        }
    ),
)


@dataclass(frozen=True, slots=True)
class CheckVerdict:
    """What a check says of one name at one place."""

    state: State
    """`findable`, `suspected`, `impaired` (found, with fewer results than any control), `surface_down` (all
    names alike), `unmeasurable` or `insufficient`."""
    evidence: float
    """Betting odds against equal treatment."""
    counts: Counts
    usual: float | None = None
    """Results that carry the name, of a control in the middle; None where answers do not say."""
    rule: str = RULE.id


def check(rounds: Sequence[Sequence[Measurement]], subject: str, settings: Settings) -> CheckVerdict:
    """The verdict on `subject` from the rounds of one stream, oldest first."""
    products = [1.0] * len(settings.stakes)
    asked = missing = controls_asked = controls_missing = 0
    measured_controls = 0
    for measurements in rounds:
        codes = [code_of(m.answer, m.count, m.matching) for m in measurements if m.role is Role.CONTROL]
        target = [code_of(m.answer, m.count, m.matching) for m in measurements if m.subject == subject]
        good = [code for code in codes if code in (FOUND, MISSING)]
        measured_controls = max(measured_controls, len(good))
        seen = [code for code in target if code in (FOUND, MISSING)]
        controls_asked += len(good)
        controls_missing += good.count(MISSING)
        asked += len(seen)
        missing += seen.count(MISSING)
        if not seen or len(good) < settings.least_controls:
            continue
        gone = seen[0] == MISSING
        f = good.count(MISSING) + gone
        for j, stake in enumerate(settings.stakes):
            products[j] *= e_value(settings.psi, settings.psi * stake, len(good) + 1, f, gone)
    evidence = sum(weight * product for weight, product in zip(settings.weights, products, strict=True))
    state = _state(asked, missing, measured_controls, controls_asked, controls_missing, evidence, settings)
    if state is State.FINDABLE and _has_fewer(rounds, subject):
        state = State.IMPAIRED
    usual = [median(amounts) for round_ in rounds if (amounts := _amounts(round_))]
    return CheckVerdict(
        state,
        evidence,
        Counts(asked, missing, controls_asked, controls_missing),
        median(usual) if usual else None,
    )


def _has_fewer(rounds: Sequence[Sequence[Measurement]], subject: str) -> bool:
    """Whether the name, in all rounds that found it, has fewer than half of any control's results."""
    compared = [
        (m.matching, min(amounts))
        for round_ in rounds
        if (amounts := _amounts(round_))
        for m in round_
        if m.subject == subject and m.matching
    ]
    return bool(compared) and all(ONE_CHECK_FEWER_ONE_IN * own < least for own, least in compared)


def _amounts(measurements: Sequence[Measurement]) -> list[int]:
    """Of each control that was found, how many results carry its name."""
    return [m.matching for m in measurements if m.role is Role.CONTROL and m.matching]


def _state(
    asked: int,
    missing: int,
    measured_controls: int,
    controls_asked: int,
    controls_missing: int,
    evidence: float,
    settings: Settings,
) -> State:
    if not asked:
        return State.UNMEASURABLE
    if measured_controls < settings.least_controls:
        return State.INSUFFICIENT
    if ONE_CHECK_ONE_IN * controls_missing > controls_asked:
        return State.SURFACE_DOWN if missing == asked else State.INSUFFICIENT
    if evidence >= ONE_CHECK_FROM:
        return State.SUSPECTED
    return State.INSUFFICIENT if ONE_CHECK_ONE_IN * missing > asked else State.FINDABLE
