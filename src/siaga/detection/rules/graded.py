"""Whether a name is found, but fewer, older or unordered against its own past: `graded@1`."""

import numpy as np
import numpy.typing as npt

from siaga.detection.channel_rule import ChannelRule
from siaga.detection.channel_state import ChannelState
from siaga.detection.comparable import compares
from siaga.detection.miss_run import MissRun
from siaga.detection.round_facts import RoundFacts
from siaga.detection.round_plan import RoundPlan
from siaga.detection.round_update import RoundUpdate, follow_open
from siaga.detection.rules.missing import FOUND
from siaga.detection.settings import TEXTS_ONE_IN, WAYS_ONE_IN, Settings
from siaga.detection.stream_state import StreamState
from siaga.domain.verdicts import State
from siaga.i18n.speech import N_


def _marks(
    stream: StreamState, plan: RoundPlan, facts: RoundFacts, settings: Settings
) -> npt.NDArray[np.bool_] | None:
    """Askings that are worse than their own past."""
    if not facts.graded or stream.past.blocks < settings.past_least:
        return None
    items = plan.names
    marked = stream.past.flags(
        plan.name_subjects, facts.matching[items], facts.age[items], facts.ordered[items]
    )
    return marked if marked.any() else None


def _bet(round_: RoundUpdate, channel: ChannelState) -> set[int]:
    """Names that were found, but fewer, older or unordered against their own past."""
    settings, parts = round_.settings, round_.parts
    plan, facts, stream = round_.plan, round_.facts, round_.stream
    if not facts.graded or stream.past.blocks < settings.past_least:
        return set()
    if RULE.channel not in round_.marks and not channel.stage:
        return channel.pass_over(stream, plan)
    marked = np.zeros(len(facts.codes), bool)
    if RULE.channel in round_.marks:
        marked[plan.names] = round_.marks[RULE.channel]
    known = (facts.codes == FOUND) & ~np.isnan(_usual(round_))
    controls = plan.controls[known[plan.controls]]
    flagged = int(np.count_nonzero(marked[controls]))
    if len(controls) < settings.least_controls or not compares(len(controls), flagged):
        return set()
    items = known[plan.targets]
    subjects, mine = plan.target_subjects[items], marked[plan.targets[items]]
    if plan.once:
        asked, gone = subjects, subjects[mine]
    else:
        asked = np.unique(subjects)
        gone = np.array(
            [who for who in asked.tolist() if TEXTS_ONE_IN * mine[subjects == who].mean() >= 1], np.intp
        )
    comparison = round_.compared(facts.at, asked, gone, (len(controls), flagged), marked)
    if len(gone):
        channel.evidence.bet_fading(settings, parts, stream.rows, gone, len(controls) + 1, flagged)
    channel.count(comparison, parts, settings)
    for subject in gone.tolist():
        for item in round_.items(subject):
            facts_of = (float(facts.matching[item]), float(facts.age[item]), float(facts.ordered[item]))
            for kind in stream.past.kinds(subject, *facts_of):
                ways = channel.runs[subject].ways
                ways[kind] = ways.get(kind, 0) + 1
    return follow_open(channel, comparison, settings) | set(gone.tolist())


def _usual(round_: RoundUpdate) -> npt.NDArray[np.float64]:
    usual = np.full(len(round_.facts.codes), np.nan)
    past, who = round_.stream.past, round_.plan.name_subjects
    known = ~np.isnan(past.usual[who]) | (past.old[who] < np.inf) | (past.loose[who] > -np.inf)
    usual[round_.plan.names] = np.where(known, 1.0, np.nan)
    return usual


def _kind_of(run: MissRun, surfaces: set[str]) -> str:
    """The ways that were met at least half as often as the most frequent."""
    ways = sorted(run.ways.items(), key=lambda met: (-met[1], met[0]))
    return ", ".join(way for way, times in ways if WAYS_ONE_IN * times >= ways[0][1])


RULE = ChannelRule(
    id="graded@1",
    decides="Whether a name's results are fewer, older or unordered against its own past and its controls: "
    "impaired.",
    states=frozenset({State.IMPAIRED}),
    parts=20,
    kinds={
        "fewer": N_("fewer results"),
        "older": N_("older results"),
        "unordered": N_("results out of order"),
    },
    channel="graded",
    alarm=State.IMPAIRED,
    bet=_bet,
    kind_of=_kind_of,
    marks=_marks,
)
