"""What measuring means for the cases: which one a verdict opens, proves, restores or brings back."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from siaga.cases.case import PROVEN, Case, Stage
from siaga.cases.guards import Act
from siaga.cases.severity import severity_of
from siaga.domain.time import parse_rfc3339
from siaga.domain.verdicts import NEEDS_A_PLATFORM, Verdict
from siaga.election.model import Election
from siaga.journal.kinds import Kind

RELAPSE_WITHIN: Final = timedelta(days=7)
"""What is there again within so long of its restoration is the same case."""
SETTLED: Final = frozenset({Stage.MERGED, Stage.WITHDRAWN})
"""Stages in which people have said that a finding is wrong, or followed elsewhere."""


def follow(
    verdict: Verdict, plain: Mapping[str, Any], cases: Iterable[Case], election: Election, now: datetime
) -> tuple[Act, ...]:
    """The acts that a verdict about a name or a place calls for, given the cases as they are.

    `plain` is the verdict as the journal holds it. Asked again with what is known already, it says nothing.
    """
    key = verdict.key.of_case
    every = [case for case in cases if case.key == key]
    alike = [case for case in every if case.stage not in SETTLED]
    open_ones = [case for case in alike if case.stage.is_open]
    if not open_ones:
        if verdict.state not in NEEDS_A_PLATFORM or any(_was_settled(case, verdict) for case in every):
            return ()
        return _begin(verdict, plain, alike, election, now)
    return tuple(act for case in open_ones for act in _go_on(verdict, plain, case))


def _was_settled(case: Case, verdict: Verdict) -> bool:
    """Whether people have withdrawn or merged what is still going on: it opens no case again."""
    settled = case.reached.get(case.stage)
    return case.stage in SETTLED and settled is not None and verdict.since <= settled


def _begin(
    verdict: Verdict, plain: Mapping[str, Any], past: list[Case], election: Election, now: datetime
) -> tuple[Act, ...]:
    for case in reversed(past):
        restored = case.reached.get(Stage.RESTORED)
        if restored is not None and now - restored <= RELAPSE_WITHIN:
            return (Act(Kind.CASE_RELAPSED, {"case": case.id, "verdict": plain}),)
    what = {
        "case": None,
        "platform": verdict.platform,
        "subject": verdict.subject,
        "surface": verdict.surface,
        "severity": severity_of(verdict, election, now).value,
        "verdict": plain,
    }
    return (Act(Kind.CASE_OPENED, what),)


def _go_on(verdict: Verdict, plain: Mapping[str, Any], case: Case) -> tuple[Act, ...]:
    what = {"case": case.id, "verdict": plain}
    if case.stage is Stage.OPENED and verdict.state in NEEDS_A_PLATFORM:
        return (Act(Kind.CASE_VERIFIED, what),)
    proven = case.verified_at
    if case.stage in PROVEN and verdict.state.is_fine and proven is not None and verdict.at >= proven:
        return (Act(Kind.CASE_RESTORED, what),)
    known = case.verdict
    if known is not None and (known["state"], known["since"]) == (plain["state"], plain["since"]):
        return ()
    if known is not None and parse_rfc3339(known["at"]) > verdict.at:
        return ()
    return (Act(Kind.CASE_MEASURED, what),)
