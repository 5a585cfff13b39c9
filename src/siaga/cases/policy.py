"""What measuring means for the cases: which one a verdict opens, proves, restores or brings back."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from siaga.cases.case import PROVEN, Case, Stage
from siaga.cases.event import CaseEvent
from siaga.cases.events.case_graded import CaseGraded
from siaga.cases.events.case_measured import CaseMeasured
from siaga.cases.events.case_opened import NEXT_CASE, CaseOpened
from siaga.cases.events.case_relapsed import CaseRelapsed
from siaga.cases.events.case_restored import CaseRestored
from siaga.cases.events.case_verified import CaseVerified
from siaga.cases.severity import severity_of
from siaga.domain.time import parse_rfc3339
from siaga.domain.verdicts import NEEDS_A_PLATFORM, Verdict
from siaga.election.model import Election

RELAPSE_WITHIN: Final = timedelta(days=7)
"""What is there again within so long of its restoration is the same case."""
SETTLED: Final = frozenset({Stage.MERGED, Stage.WITHDRAWN})
"""Stages in which people have said that a finding is wrong, or followed elsewhere."""


def follow(
    verdict: Verdict, stored: Mapping[str, Any], cases: Iterable[Case], election: Election, now: datetime
) -> tuple[CaseEvent, ...]:
    """What a verdict about a name or a place brings about, given the cases as they are.

    `stored` is the verdict as the journal holds it. Asked again with what is known already, it is nothing.
    """
    key = verdict.key.of_case
    same_key = [case for case in cases if case.key == key]
    unsettled = [case for case in same_key if case.stage not in SETTLED]
    open_cases = [case for case in unsettled if case.stage.is_open]
    if not open_cases:
        if verdict.state not in NEEDS_A_PLATFORM or any(_was_settled(case, verdict) for case in same_key):
            return ()
        return (_begin(verdict, stored, unsettled, election, now),)
    events = [event for case in open_cases if (event := _go_on(verdict, stored, case)) is not None]
    return (*events, *(event for case in open_cases for event in _graded(verdict, case, election, now)))


def _graded(verdict: Verdict, case: Case, election: Election, now: datetime) -> tuple[CaseEvent, ...]:
    """The severity as what is measured, and how near an event is, have it by now: deadlines and quiet hours
    follow it. What people have set stays; what is not proven now changes nothing."""
    is_old = case.verdict is not None and parse_rfc3339(case.verdict["at"]) > verdict.at
    if case.is_graded_by_hand or is_old or verdict.state not in NEEDS_A_PLATFORM:
        return ()
    severity = severity_of(verdict, election, now)
    return () if severity == case.severity else (CaseGraded(case.id, severity=severity),)


def _was_settled(case: Case, verdict: Verdict) -> bool:
    """Whether people have withdrawn or merged what is still going on: it opens no case again."""
    settled = case.reached.get(case.stage)
    return case.stage in SETTLED and settled is not None and verdict.since <= settled


def _begin(
    verdict: Verdict, stored: Mapping[str, Any], past: list[Case], election: Election, now: datetime
) -> CaseEvent:
    for case in reversed(past):
        restored = case.reached.get(Stage.RESTORED)
        if restored is not None and now - restored <= RELAPSE_WITHIN:
            return CaseRelapsed(case.id, verdict=stored)
    return CaseOpened(
        NEXT_CASE,
        platform=verdict.platform,
        subject=verdict.subject,
        surface=verdict.surface,
        severity=severity_of(verdict, election, now),
        verdict=stored,
    )


def _go_on(verdict: Verdict, stored: Mapping[str, Any], case: Case) -> CaseEvent | None:
    if case.stage is Stage.OPENED and verdict.state in NEEDS_A_PLATFORM:
        return CaseVerified(case.id, verdict=stored)
    proven = case.verified_at
    if case.stage in PROVEN and verdict.state.is_fine and proven is not None and verdict.at >= proven:
        return CaseRestored(case.id, verdict=stored)
    known = case.verdict
    if known is not None and (known["state"], known["since"]) == (stored["state"], stored["since"]):
        return None
    if known is not None and parse_rfc3339(known["at"]) > verdict.at:
        return None
    return CaseMeasured(case.id, verdict=stored)
