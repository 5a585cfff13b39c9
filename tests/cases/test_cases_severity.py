"""How grave a case is, by what was found, where, and how near an event is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.cases.case_stories import ELECTION, NOW, verdict

from siaga.cases.severity import NEAR, Severity, severity_of
from siaga.domain.verdicts import State
from siaga.election.model import Event, EventKind


def severity(
    state: State, surfaces: str = "", surface: str | None = None, starts_in: timedelta | None = None
) -> Severity:
    found = replace(verdict(state), surface=surface, detail={"surfaces": surfaces} if surfaces else {})
    events: tuple[Event, ...] = ()
    if starts_in is not None:
        starts = NOW + starts_in
        events = (Event("debate", EventKind.DEBATE, "Debate", starts, starts + timedelta(hours=3)),)
    return severity_of(found, replace(ELECTION, events=events), NOW)


@pytest.mark.parametrize(
    ("state", "surfaces", "expected"),
    [
        (State.SUPPRESSED, "search-latest, replies", Severity.HIGH),
        (State.SUPPRESSED, "people", Severity.HIGH),
        (State.SUPPRESSED, "replies", Severity.MEDIUM),
        (State.IMPAIRED, "search-latest", Severity.MEDIUM),
        (State.SURFACE_DOWN, "search-latest", Severity.MEDIUM),
        (State.PLATFORM_DOWN, "", Severity.HIGH),
        (State.VANTAGE_BLOCKED, "search-latest", Severity.LOW),
    ],
)
def test_the_wider_it_reaches_the_graver_it_is(state: State, surfaces: str, expected: Severity) -> None:
    assert severity(state, surfaces) is expected


def test_a_verdict_without_a_list_of_surfaces_is_about_its_own() -> None:
    assert severity(State.SUPPRESSED, surface="search-top") is Severity.HIGH
    assert severity(State.SUPPRESSED, surface=None) is Severity.MEDIUM


@pytest.mark.parametrize(
    ("starts_in", "expected"),
    [
        (NEAR, Severity.CRITICAL),
        (NEAR + timedelta(seconds=1), Severity.HIGH),
        (timedelta(hours=-3), Severity.CRITICAL),
        (timedelta(hours=-3, seconds=-1), Severity.HIGH),
    ],
)
def test_an_event_that_is_near_or_under_way_makes_it_one_step_graver(
    starts_in: timedelta, expected: Severity
) -> None:
    assert severity(State.PLATFORM_DOWN, starts_in=starts_in) is expected


def test_there_is_nothing_graver_than_critical_and_only_the_grave_wake_people() -> None:
    assert severity(State.VANTAGE_BLOCKED, starts_in=NEAR) is Severity.MEDIUM
    assert {each for each in Severity if each.overrides_quiet_hours} == {Severity.HIGH, Severity.CRITICAL}
