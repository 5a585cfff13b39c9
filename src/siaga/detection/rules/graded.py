"""Whether a name is found, but fewer, older or unordered against its own past: `graded@2`.

Flags stand on a ladder of levels (`attention.py`), for numbers and for the newest result's age; a flag more
says that results are out of order (`result_order.py`). Each is a bet of its own (`flag_bet.py`) against the
controls that are judged at the same level.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from siaga.detection.attention import Rung, freshness
from siaga.detection.channel_rule import ChannelRule
from siaga.detection.channel_state import ChannelState
from siaga.detection.flag_bet import flag_factors
from siaga.detection.open_run import OpenRun
from siaga.detection.round_facts import RoundFacts
from siaga.detection.round_plan import RoundPlan
from siaga.detection.round_update import Factors, RoundUpdate, went_on
from siaga.detection.rules.missing import FOUND
from siaga.detection.settings import (
    HISTORY_ROUNDS_SELDOM,
    TEXTS_ONE_IN,
    UNORDERED_BELOW,
    WAYS_ONE_IN,
    Settings,
)
from siaga.detection.stream_state import StreamState
from siaga.domain.verdicts import State
from siaga.i18n.speech import N_

Index = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
WAYS = ("fewer", "older", "unordered")
OF_WAY = [0] * len(Rung) + [1] * len(Rung) + [2]
"""The way that each flag shows."""
LINES = len(OF_WAY)
WEAK = (int(Rung.HALF_OF_LAST_HOUR), len(Rung) + int(Rung.HALF_OF_LAST_HOUR))
"""Flags that are not bet on: below half of the last hour alone, attention that drifts may do it."""
SHARES = np.array([0.25, 0.25, 0.25, 0.0, 0.05, 0.05, 0.05, 0.0, 0.1])
"""How the mass is shared by the flags."""


def flags_of(stream: StreamState, plan: RoundPlan, facts: RoundFacts) -> Flags | None:
    """Which askings of `plan.names` are flagged, by line; None where none is."""
    if not facts.graded or not _may_flag(stream, plan, facts):
        return None
    who, items = plan.name_subjects, plan.names
    flagged = np.zeros((LINES, len(items)), np.bool_)
    if stream.volume.names:
        flagged[: len(Rung)] = stream.volume.flags(who, facts.matching[items])
    if stream.freshness.names:
        flagged[len(Rung) : 2 * len(Rung)] = stream.freshness.flags(who, freshness(facts.age[items]))
    if len(stream.order.bits):
        flagged[2 * len(Rung)] = stream.order.flags(who, facts.ordered[items])
    flagged[list(WEAK)] = False
    return flagged if flagged.any() else None


def _may_flag(stream: StreamState, plan: RoundPlan, facts: RoundFacts) -> bool:
    """A quick look that most rounds do not pass: whether any value is below any bar."""
    who, items = plan.name_subjects, plan.names
    for past, values in ((stream.volume, facts.matching), (stream.freshness, facts.age)):
        if past.names:
            past.hold(int(who.max()) + 1)
            bars = past.highest[who]
            if past is stream.freshness:
                if (freshness(values[items]) < bars).any():
                    return True
            elif (values[items] < bars).any():
                return True
    if len(stream.order.bits):
        stream.order.hold(int(who.max()) + 1)
        return bool((facts.ordered[items] < UNORDERED_BELOW).any())
    return False


def judged_of(stream: StreamState, who: Index) -> Flags:
    """At which flags these names are judged, by line."""
    judged = np.zeros((LINES, len(who)), np.bool_)
    if stream.volume.names:
        judged[: len(Rung)] = stream.volume.judged(who)
    if stream.freshness.names:
        judged[len(Rung) : 2 * len(Rung)] = stream.freshness.judged(who)
    if len(stream.order.bits):
        judged[2 * len(Rung)] = stream.order.judged(who)
    return judged


def learn(stream: StreamState, plan: RoundPlan, facts: RoundFacts) -> None:
    """Note a comparable round in the past of its names, after it was judged."""
    if not facts.graded:
        return
    who, items = plan.name_subjects, plan.names
    size = int(who.max()) + 1
    for past, values in (
        (stream.volume, facts.matching[items]),
        (stream.freshness, freshness(facts.age[items])),
    ):
        if past.names or not np.isnan(values).all():
            past.hold(size)
            past.note(facts.at, who, values)
    ordered = facts.ordered[items]
    if len(stream.order.bits) or not np.isnan(ordered).all():
        stream.order.hold(size)
        stream.order.note(who, ordered)


def keep(stream: StreamState, subject: int, impaired: bool) -> None:
    """A finding about the name is proven and open; `impaired`, that it has less than was usual before it."""
    who = np.array([subject])
    for past in (stream.volume, stream.freshness):
        if past.names > subject:
            past.keep(who, impaired)
    if len(stream.order.bits) > subject:
        (stream.order.keep if impaired else stream.order.release)(who)


def release(stream: StreamState, subject: int) -> None:
    """No finding about the name is open any more."""
    who = np.array([subject])
    for past in (stream.volume, stream.freshness):
        if past.names > subject:
            past.release(who)
    if len(stream.order.bits) > subject:
        stream.order.release(who)


@lru_cache(maxsize=4096)
def _line(settings: Settings, m: int, c: int, x: int) -> Floats:
    """The factors of one flag, by stake; 1 where too few controls are judged."""
    if m < settings.least_controls:
        return np.ones(len(settings.stakes))
    return np.ascontiguousarray(flag_factors(settings, m)[:, 2 * c + x])


def _factors(
    settings: Settings,
    plan: RoundPlan,
    controls: tuple[list[int], list[int]],
    mine: Flags,
    known: Flags,
    who: Index,
) -> Factors:
    """What a round says of names that are flagged, and of those that are not.

    Args:
        controls: judged and flagged, by line.
        mine: by line and target's asking, whether it is flagged.
        known: whether it is judged.
    """
    m, c = controls
    usual = np.concatenate([_line(settings, m[line], c[line], 0) for line in range(LINES)])
    rows = np.zeros((len(who), len(usual)))
    stakes = len(settings.stakes)
    for row, subject in enumerate(who.tolist()):
        texts = np.flatnonzero(plan.target_subjects == subject)
        for line in range(LINES):
            here = texts[known[line, texts]]
            wins = int(np.count_nonzero(mine[line, here]))
            part = slice(line * stakes, (line + 1) * stakes)
            if not len(here):
                rows[row, part] = 1.0
                continue
            win, fade = _line(settings, m[line], c[line], 1), usual[part]
            rows[row, part] = (wins * win + (len(here) - wins) * fade) / len(here)
    return Factors(usual, np.log(usual), rows)


def _bet(round_: RoundUpdate, channel: ChannelState) -> set[int]:
    """Names that were found, but fewer, older or unordered against their own past."""
    settings, plan, facts, stream = round_.settings, round_.plan, round_.facts, round_.stream
    flagged = round_.flagged
    if not facts.graded:
        return set()
    if flagged is None and not channel.evidence.slot_of:
        return set()  # nobody was ever flagged: what is given up is a trifle
    if flagged is None and not facts.odd and plan.members.isdisjoint(channel.open):
        _pass_over(round_, channel)
        return set()
    found = facts.codes[plan.names] == FOUND
    judged = judged_of(stream, plan.name_subjects)
    if not judged.any():
        return set()
    place = np.full(len(facts.codes), -1)
    place[plan.names] = np.arange(len(plan.names))
    controls = place[plan.controls]
    kept = np.array([who in round_.outcome for who in plan.control_subjects], bool)
    controls = controls[kept & found[controls]]
    m = np.count_nonzero(judged[:, controls], axis=1).tolist()
    marks = np.zeros((LINES, len(plan.names)), np.bool_) if flagged is None else flagged & judged & found
    c = np.count_nonzero(marks[:, controls], axis=1).tolist()
    targets = place[plan.targets]
    mine, known = marks[:, targets], judged[:, targets] & found[targets]
    marked = np.zeros(len(facts.codes), np.bool_)
    marked[plan.names] = marks.any(axis=0)
    said = np.zeros(len(facts.codes), np.bool_)
    said[plan.names] = found & judged.any(axis=0)
    share, measured = round_.of_texts(marked, said)
    gone = plan.subjects[(TEXTS_ONE_IN * share >= 1) & measured]
    flagged_who = np.unique(plan.target_subjects[mine.any(axis=0)])
    lost = plan.subjects[~measured]

    def factors(psi: float, who: Index) -> Factors:
        return _factors(settings, plan, (m, c), mine, known, who)

    weights = np.outer(SHARES, settings.weights).ravel() * round_.shares[RULE.channel]
    hot = round_.book(channel.evidence, weights, factors, flagged_who, lost, sparse=True)
    of = len(controls), int(np.count_nonzero(marks[:, controls].any(axis=0)))
    comparison = round_.compared(plan.subjects[measured], gone, lost, of, marked)
    comparison.texts = lambda subject: [
        (facts.name_of(int(plan.targets[text])), WAYS[way])
        for text in np.flatnonzero(plan.target_subjects == subject).tolist()
        for way in sorted({OF_WAY[line] for line in np.flatnonzero(mine[:, text]).tolist()})
    ]
    if len(gone) or channel.open or stream.site.index in channel.histories:
        channel.note(comparison, round_.names)
    return went_on(channel, comparison, hot & set(gone.tolist()), settings)


def _pass_over(round_: RoundUpdate, channel: ChannelState) -> None:
    """A round in which every name was found and nobody is flagged: the evidence of all fades alike."""
    settings, plan, stream = round_.settings, round_.plan, round_.stream
    judged = judged_of(stream, plan.name_subjects[np.searchsorted(plan.names, plan.controls)])
    m = tuple(np.count_nonzero(judged, axis=1).tolist())
    if not any(m):
        return
    usual, log_usual = _usual(settings, m)
    nobody = plan.subjects[:0]
    weights = np.outer(SHARES, settings.weights).ravel() * round_.shares[RULE.channel]
    said = Factors(usual, log_usual, np.zeros((0, len(usual))))
    round_.book(channel.evidence, weights, lambda psi, who: said, nobody, nobody, sparse=True)
    if stream.site.index in channel.histories:
        channel.histories[stream.site.index].add(round_.facts.at, round_.sets, len(plan.controls), 0)


@lru_cache(maxsize=4096)
def _usual(settings: Settings, m: tuple[int, ...]) -> tuple[Floats, Floats]:
    """The factors of a name where nobody is flagged, by line and stake, and their logarithms."""
    usual = np.concatenate([_line(settings, judged, 0, 0) for judged in m])
    return usual, np.log(usual)


def _kind_of(run: OpenRun, surfaces: set[str]) -> str:
    """The ways that were met at least half as often as the most frequent."""
    ways = sorted(run.answers.items(), key=lambda met: (-met[1], met[0]))
    return ", ".join(way for way, times in ways if WAYS_ONE_IN * times >= ways[0][1])


RULE = ChannelRule(
    id="graded@2",
    decides="Whether a name's results are fewer, older or unordered against its own past and its controls: "
    "suspected, impaired.",
    states=frozenset({State.SUSPECTED, State.IMPAIRED}),
    parts=10,
    kinds={
        "fewer": N_("fewer results"),
        "older": N_("only old results"),
        "unordered": N_("results out of order"),
    },
    channel="graded",
    alarm=State.IMPAIRED,
    bet=_bet,
    kind_of=_kind_of,
    lines=LINES * 4,
    keeps=HISTORY_ROUNDS_SELDOM,
)
