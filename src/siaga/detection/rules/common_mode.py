"""Trouble that meets all names alike at a place: `common-mode@2`. It is never evidence about one name.

Each stream counts its rounds in trouble; a run of them trips it. What is tripped together is one cause, named
by the widest place that it fills: the platform, a surface, a vantage, a single stream.
"""

import numpy as np

from siaga.detection.comparable import compares
from siaga.detection.round_update import RoundUpdate
from siaga.detection.rule import Rule
from siaga.detection.rules.missing import LAYOUT, LIMITS, MISSING, NETWORK, WITHDRAWN, are_kept_back
from siaga.detection.settings import NOT_MEASURED_ONE_IN, Settings
from siaga.domain.verdicts import State
from siaga.i18n.speech import N_

DOWN, LIMITED, OFFLINE, UNREADABLE, CANARY, FEW, SOME, NEVER, INSTRUMENT = (
    "down",
    "limits",
    "network",
    "layout",
    "canary found",
    "too few controls",
    "many controls missing",
    "never worked",
    "instrument",
)
"""Kinds of trouble. Only the first says something about the platform; `network` may."""

RULE = Rule(
    id="common-mode@2",
    decides="Whether all names fail alike at a place: surface_down, platform_down, vantage_blocked, "
    "unmeasurable.",
    states=frozenset(
        {
            State.FINDABLE,
            State.SURFACE_DOWN,
            State.PLATFORM_DOWN,
            State.VANTAGE_BLOCKED,
            State.UNMEASURABLE,
            State.INSUFFICIENT,
        }
    ),
    kinds={
        DOWN: N_("comparison names missing too"),
        LIMITED: N_("rate limit, quota, sign-in page or bot check"),
        OFFLINE: N_("no network connection"),
        UNREADABLE: N_("answers that the reader does not recognise"),
        CANARY: N_("a random test text was found, so results here cannot be trusted"),
        FEW: N_("too few comparison names could be measured"),
        SOME: N_("more than a third of the comparison names are missing as well"),
        NEVER: N_("this has never worked here"),
        INSTRUMENT: N_(
            "all contestants missing, all comparison names found: our account or query is doubted"
        ),
    },
)
NOT_MEASURED = {LIMITS: LIMITED, NETWORK: OFFLINE, LAYOUT: UNREADABLE}
"""The kind of trouble by what most of the askings that were not measured count as."""


def trouble_of(round_: RoundUpdate, instrument_doubted: bool, settings: Settings) -> tuple[str | None, str]:
    """The kind of trouble that a round is in, if any, and the answer, step or names that show it."""
    plan, facts, stream = round_.plan, round_.facts, round_.stream
    measured, missing = round_.controls
    if stream.canaries.doubted:
        return CANARY, ", ".join(sorted(stream.canaries.found))
    names, who = plan.names, plan.name_subjects
    if out := stream.unanswered:  # those that could not be measured for long say nothing of this round
        kept = np.array([subject not in out for subject in who.tolist()], np.bool_)
        names, who = names[kept], who[kept]
    stand = facts.codes[names] != WITHDRAWN
    names, who = names[stand], who[stand]
    codes = facts.codes[names]
    lost = are_kept_back(codes)
    silent = set(who[lost].tolist())
    # One name alone that ended the round is no trouble of the place.
    alone = len(silent) == 1 and not silent & set(plan.control_subjects)
    if NOT_MEASURED_ONE_IN * int(np.count_nonzero(lost)) >= len(codes) > 0 and not alone:
        counts = np.bincount(codes[lost], minlength=LAYOUT + 1)
        worst = max(NOT_MEASURED, key=lambda code: int(counts[code]))
        return NOT_MEASURED[worst], facts.failure_of(int(names[np.flatnonzero(codes == worst)[0]]))
    if measured < settings.least_controls:
        return FEW, ""
    gone = plan.controls[facts.codes[plan.controls] == MISSING]
    if missing >= settings.trouble_share * measured:
        never = stream.site.trouble.last_good < 0
        return (NEVER if never else DOWN), facts.failure_of(int(gone[0]))
    if not compares(measured, missing):
        return SOME, ", ".join(sorted({facts.name_of(int(item)) for item in gone}))
    return (INSTRUMENT, "") if instrument_doubted else (None, "")
