"""What a verdict brings about: the case that it opens, proves, restores or brings back, or nothing."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.cases.case_stories import AYU, ELECTION, NOW, WATCH, Book, command, said, verdict

from siaga.cases.case import Case, Stage
from siaga.cases.commands import Command
from siaga.cases.event import CaseEvent
from siaga.cases.events.case_graded import CaseGraded
from siaga.cases.events.case_measured import CaseMeasured
from siaga.cases.events.case_opened import NEXT_CASE, CaseOpened
from siaga.cases.events.case_relapsed import CaseRelapsed
from siaga.cases.events.case_restored import CaseRestored
from siaga.cases.events.case_verified import CaseVerified
from siaga.cases.guards import NotAllowed
from siaga.cases.policy import RELAPSE_WITHIN, follow
from siaga.cases.severity import Severity
from siaga.cases.verdict_json import verdict_to_json
from siaga.domain.verdicts import NEEDS_A_PLATFORM, State, Verdict
from siaga.election.model import Event, EventKind

LATER = NOW + timedelta(hours=1)


def brings(found: Verdict, cases: Iterable[Case], now: datetime = LATER) -> list[str]:
    return [event.kind for event in events(found, cases, now)]


def events(found: Verdict, cases: Iterable[Case], now: datetime = LATER) -> tuple[CaseEvent, ...]:
    return follow(found, verdict_to_json(found), cases, ELECTION, now)


@pytest.mark.parametrize("state", State)
def test_only_what_is_proven_and_a_platforms_to_mend_opens_a_case(state: State) -> None:
    assert brings(verdict(state), []) == (["case-opened"] if state in NEEDS_A_PLATFORM else [])


def test_the_case_that_it_opens_is_about_what_the_verdict_is_about() -> None:
    (opened,) = events(verdict(State.SUPPRESSED), [])
    assert isinstance(opened, CaseOpened)
    assert (opened.case, opened.platform, opened.subject, opened.surface) == (NEXT_CASE, "x", "mahfud", None)
    assert opened.verdict == said(State.SUPPRESSED)


def test_an_open_case_about_another_name_is_no_case_about_this_one() -> None:
    book = Book()
    book.proven()
    other = verdict(State.SUPPRESSED, subject="ganjar")
    assert brings(other, book.cases().values()) == ["case-opened"]


def test_what_reports_opened_is_proven_by_the_first_verdict_that_proves_it() -> None:
    book = Book()
    book.do(Command(CaseOpened("C-1", "x", "mahfud", None, Severity.MEDIUM, reports=("R-1",))), WATCH)
    assert brings(verdict(State.UNMEASURABLE, LATER), book.cases().values()) == ["case-measured"]
    assert brings(verdict(State.SUPPRESSED, LATER), book.cases().values()) == ["case-verified", "case-graded"]
    assert brings(verdict(State.FINDABLE, LATER), book.cases().values()) == ["case-measured"]


def test_a_proven_case_is_measured_anew_only_by_what_is_new() -> None:
    book = Book()
    book.proven()
    cases = book.cases().values()
    assert brings(verdict(State.SUPPRESSED, since=NOW), cases) == []
    assert brings(verdict(State.IMPAIRED, LATER), cases) == ["case-measured", "case-graded"]
    assert brings(verdict(State.SUPPRESSED, LATER), cases) == ["case-measured"]
    earlier = verdict(State.IMPAIRED, NOW - timedelta(seconds=1))
    assert brings(earlier, cases) == []


@pytest.mark.parametrize(
    ("after", "expected"),
    [(timedelta(), ["case-restored"]), (timedelta(seconds=-1), [])],
)
def test_a_restoration_is_one_from_the_moment_of_the_proof_on(after: timedelta, expected: list[str]) -> None:
    book = Book()
    book.proven()
    assert brings(verdict(State.FINDABLE, NOW + after), book.cases().values()) == expected


@pytest.mark.parametrize(
    ("after", "expected"),
    [(RELAPSE_WITHIN, "case-relapsed"), (RELAPSE_WITHIN + timedelta(seconds=1), "case-opened")],
)
def test_what_is_missing_again_within_a_week_is_the_same_case(after: timedelta, expected: str) -> None:
    book = Book()
    book.notified()
    book.restored()
    again = verdict(State.SUPPRESSED, NOW + after)
    assert brings(again, book.cases().values(), NOW + after) == [expected]


def test_what_people_have_withdrawn_opens_no_case_again_for_as_long_as_it_lasts() -> None:
    book = Book()
    book.proven()
    book.now = LATER
    book.do(command("case-withdrawn", "C-1", "Another person of that name."), AYU)
    cases = book.cases().values()
    assert brings(verdict(State.IMPAIRED, LATER + timedelta(hours=1), since=LATER), cases) == []
    since = LATER + timedelta(seconds=1)
    assert brings(verdict(State.IMPAIRED, since, since=since), cases) == ["case-opened"]


def test_severity_follows_what_is_measured_and_how_near_an_event_is() -> None:
    book = Book()
    book.proven()
    (case,) = book.cases().values()
    assert case.severity is Severity.HIGH
    reduced = verdict(State.IMPAIRED, LATER)
    assert CaseGraded("C-1", severity=Severity.MEDIUM) in events(reduced, [case])
    assert "case-graded" not in brings(verdict(State.UNMEASURABLE, LATER), [case])
    assert "case-graded" not in brings(verdict(State.FINDABLE, LATER), [case])
    debate = Event("debate", EventKind.DEBATE, "Debate", LATER, LATER + timedelta(hours=2))
    near = replace(ELECTION, events=(debate,))
    same = verdict(State.SUPPRESSED, since=NOW)
    assert follow(same, verdict_to_json(same), [case], near, LATER) == (
        CaseGraded("C-1", severity=Severity.CRITICAL),
    )
    graded = book.do(Command(CaseGraded("C-1", severity=Severity.CRITICAL)), WATCH)
    assert (graded.severity, graded.is_graded_by_hand) == (Severity.CRITICAL, False)


def test_a_severity_that_somebody_set_stays() -> None:
    book = Book()
    book.proven()
    book.do(command("case-graded", "C-1", "Few look there.", severity="low"), AYU)
    cases = book.cases().values()
    assert brings(verdict(State.SUPPRESSED, since=NOW), cases) == []
    with pytest.raises(NotAllowed):
        book.do(Command(CaseGraded("C-1", severity=Severity.HIGH)), WATCH)


def test_all_open_cases_about_the_same_are_followed() -> None:
    book = Book()
    book.proven()
    (first,) = book.cases().values()
    second = replace(first, id="C-2", stage=Stage.NOTIFIED)
    assert brings(verdict(State.FINDABLE, LATER), [first, second]) == ["case-restored"] * 2


def test_every_event_says_its_case_and_holds_the_verdict_that_brought_it_about() -> None:
    book = Book()
    book.do(Command(CaseOpened("C-1", "x", "mahfud", None, Severity.MEDIUM, reports=("R-1",))), WATCH)
    missing, found = verdict(State.SUPPRESSED, LATER), verdict(State.FINDABLE, LATER)
    unknown = verdict(State.UNMEASURABLE, LATER)
    reported = book.cases().values()
    assert events(missing, reported) == (
        CaseVerified("C-1", verdict=verdict_to_json(missing)),
        CaseGraded("C-1", severity=Severity.HIGH),
    )
    assert events(unknown, reported) == (CaseMeasured("C-1", verdict=verdict_to_json(unknown)),)
    book = Book()
    book.notified()
    assert events(found, book.cases().values()) == (CaseRestored("C-1", verdict=verdict_to_json(found)),)
    book.restored()
    assert events(missing, book.cases().values()) == (CaseRelapsed("C-1", verdict=verdict_to_json(missing)),)


def test_a_place_opens_a_case_of_its_surface_as_grave_as_it_is_now() -> None:
    place = replace(verdict(State.SURFACE_DOWN, subject=None), surface="people")
    (opened,) = events(place, [])
    assert isinstance(opened, CaseOpened)
    assert (opened.subject, opened.surface) == (None, "people")
    assert opened.severity is Severity.MEDIUM
    debate = Event("debate", EventKind.DEBATE, "Debate", LATER, LATER + timedelta(hours=2))
    near = replace(ELECTION, events=(debate,))
    (grave,) = follow(place, verdict_to_json(place), [], near, LATER)
    assert isinstance(grave, CaseOpened)
    assert grave.severity is Severity.HIGH


def test_another_state_of_the_same_moment_is_news() -> None:
    book = Book()
    book.proven()
    assert brings(verdict(State.IMPAIRED, NOW), book.cases().values()) == ["case-measured", "case-graded"]
