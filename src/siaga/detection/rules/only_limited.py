"""Whether one name alone is not measured, by limits, bot checks, time-outs: `only-limited@3`.

A platform could withhold a name this way for nothing. The bet is on the name's place in the committed order
of the round (`committed_order.py`), one line for any such answer and one for each kind. Controls that
persistently are not measured either are left out, by rounds before: of the others the order is as random.
"""

from collections.abc import Collection
from functools import lru_cache
from math import sqrt

import numpy as np
import numpy.typing as npt

from siaga.detection.channel_rule import ChannelRule
from siaga.detection.channel_state import ChannelState
from siaga.detection.committed_order import order_factors
from siaga.detection.comparable import compares
from siaga.detection.open_run import OpenRun
from siaga.detection.round_update import Factors, RoundUpdate, went_on
from siaga.detection.rules.missing import LAYOUT, LIMITS, NETWORK, are_kept_back
from siaga.detection.settings import HISTORY_ROUNDS_SELDOM, ORDER_PLACE_ERRORS, Settings
from siaga.domain.verdicts import State
from siaga.i18n.speech import N_

Index = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
LIMITED, SILENT, UNKNOWN = (
    "only this name is limited",
    "only this name gets no answer",
    "only this name gets an unknown answer",
)
KINDS = (LIMITS, NETWORK, LAYOUT)
KIND_SHARES = (0.4, 0.2, 0.2, 0.2)
"""How the mass is shared by the line of any kind and those of each kind."""


def compares_order(round_: RoundUpdate) -> bool:
    """Whether a round compares here: enough controls in its order, at most a third of them not measured."""
    plan = round_.plan
    _, controls = round_.stream.roster(len(round_.facts.codes), len(plan.controls))
    controls -= int(np.count_nonzero(round_.stream.answered.out))
    lost = int(np.count_nonzero(are_kept_back(round_.facts.codes[_compared(round_)])))
    return controls >= round_.settings.least_controls and compares(controls, lost)


def _compared(round_: RoundUpdate) -> Index:
    """The askings of the controls that a name is compared with here."""
    out = round_.stream.unanswered
    if not out:
        return round_.plan.controls
    kept = [who not in out for who in round_.plan.control_subjects]
    return round_.plan.controls[np.array(kept, np.bool_)]


def judge_controls(round_: RoundUpdate, measured: Collection[int]) -> None:
    """Judge the controls by whether they could be measured, after the round's bets; those that were not
    asked, as the round had ended, are not judged."""
    stream, asked = round_.stream, sorted(set(round_.plan.control_subjects))
    lost = np.array([who not in measured for who in asked], np.bool_)
    if not lost.any() and not stream.answered.out.any():
        stream.answered.all_found()
        return
    stream.answered.judge(stream.control_numbers(asked), lost, round_.settings.least_controls)


def _bet(round_: RoundUpdate, channel: ChannelState) -> set[int]:
    """A bet on "not measured", so that a wall that meets one name only cannot hide it."""
    settings, plan, facts, stream = round_.settings, round_.plan, round_.facts, round_.stream
    lost = are_kept_back(facts.codes)
    if not lost.any():
        return _nobody(round_, channel)
    share, _ = round_.of_texts(lost, np.ones(len(lost), np.bool_))
    x = share >= 1  # limited only where none of its texts was measured
    kept = _compared(round_)
    controls = int(np.count_nonzero(lost[kept]))
    gone = plan.subjects[x]
    kind = _worst_kinds(round_, gone)
    # Of the controls and the name: other targets' answers are not held for or against this one.
    lines = [controls, *(int(np.count_nonzero(facts.codes[kept] == of)) for of in KINDS)]
    asked, compared = stream.rosters[0][:2]
    compared -= int(np.count_nonzero(stream.answered.out))  # one that is not asked any more costs a trifle
    size = compared + 1

    def factors(psi: float, who: Index) -> Factors:
        found = np.concatenate([_order(settings, size, f, 0) for f in lines])
        rows = np.tile(found, (len(who), 1))
        for place, subject in enumerate(who.tolist()):
            for line, f in enumerate(lines):
                if line == 0 or KINDS[line - 1] == kind[subject]:
                    stakes = len(settings.stakes)
                    rows[place, line * stakes : (line + 1) * stakes] = _order(settings, size, f + 1, 1)
        return Factors(found, np.log(found), rows)

    weights = np.outer(KIND_SHARES, settings.weights).ravel() * round_.shares[RULE.channel]
    hot = round_.book(channel.evidence, weights, factors, gone, plan.subjects[:0], sparse=True)
    comparison = round_.compared(plan.subjects, gone, plan.subjects[:0], (compared, controls), lost)
    channel.note(comparison, round_.names)
    for subject in gone.tolist():
        places = round_.names.places.setdefault(subject, [0.0, 0.0])
        places[0] += 1
        places[1] += (_place(round_, subject) - (asked - 1) / 2) / sqrt(max(asked * asked - 1, 1) / 12)
    return went_on(channel, comparison, hot, settings)


def note_uncompared(round_: RoundUpdate, channel: ChannelState) -> None:
    """A round that compares nothing, as too many controls were not measured, still helps to say since when,
    unless most were not."""
    plan, lost = round_.plan, round_.facts.codes >= LIMITS
    controls, gone = round_.stream.rosters[0][1], int(np.count_nonzero(lost[plan.controls]))
    share, _ = round_.of_texts(lost, np.ones(len(lost), np.bool_))
    if 2 * gone > controls or not (share >= 1).any():
        return
    comparison = round_.compared(
        plan.subjects, plan.subjects[share >= 1], plan.subjects[:0], (controls, gone), lost
    )
    comparison.compares = False
    channel.note(comparison, round_.names)


def _nobody(round_: RoundUpdate, channel: ChannelState) -> set[int]:
    """A round in which everybody was measured: only what is known already goes on."""
    if not channel.open and round_.stream.site.index not in channel.histories:
        return set()
    plan = round_.plan
    nobody = plan.subjects[:0]
    marked = np.zeros(len(round_.facts.codes), np.bool_)
    comparison = round_.compared(plan.subjects, nobody, nobody, (round_.stream.rosters[0][1], 0), marked)
    channel.note(comparison, round_.names)
    return went_on(channel, comparison, set(), round_.settings)


@lru_cache(maxsize=4096)
def _order(settings: Settings, n: int, f: int, x: int) -> Floats:
    """The factors of a name in a round of `n` names of which `f` ended so, by stake."""
    if f > n:
        return np.ones(len(settings.stakes))
    return np.ascontiguousarray(order_factors(settings, n)[:, 2 * f + x])


def _worst_kinds(round_: RoundUpdate, gone: Index) -> dict[int, int]:
    codes = round_.facts.codes
    return {subject: int(max(codes[item] for item in round_.items(subject))) for subject in gone.tolist()}


def _place(round_: RoundUpdate, subject: int) -> int:
    """The subject's place in the round's order, from 0."""
    return max(int(round_.facts.position[item]) for item in round_.items(subject))


def order_explains(places: list[float] | None) -> bool:
    """Whether a name was mostly asked early, or late, when it was not measured: that may be the cause."""
    return places is not None and abs(places[1]) >= ORDER_PLACE_ERRORS * sqrt(places[0])


def _kind_of(run: OpenRun, surfaces: set[str]) -> str:
    answers = set(run.answers)
    if answers <= {"limited", "challenged", "walled"}:
        return LIMITED
    return UNKNOWN if "unreadable" in answers else SILENT


RULE = ChannelRule(
    id="only-limited@3",
    decides="Whether one name alone is not measured, by limits, bot checks, time-outs or unknown answers: "
    "unmeasurable, suspected, suppressed.",
    states=frozenset({State.UNMEASURABLE, State.SUSPECTED, State.SUPPRESSED}),
    parts=5,
    kinds={
        LIMITED: N_("a limit, sign-in page or bot check for this name, while others could be measured"),
        SILENT: N_("no answer for this name, while others could be measured"),
        UNKNOWN: N_("an answer that the reader does not know for this name, while others could be measured"),
        "not measured": N_("this name could not be measured, others could"),
    },
    channel="limited",
    alarm=State.SUPPRESSED,
    bet=_bet,
    kind_of=_kind_of,
    lines=16,
    keeps=HISTORY_ROUNDS_SELDOM,
)
