"""How long each part of a case took."""

from datetime import UTC, datetime, timedelta

from tests.cases.case_stories import said
from tests.cases.test_cases_publication import event, opened

from siaga.cases.durations import durations
from siaga.cases.fold import fold
from siaga.domain.verdicts import State
from siaga.journal.kinds import Kind

NOW = datetime(2024, 1, 25, tzinfo=UTC)


def test_durations_run_from_the_beginning_to_the_verified_restoration() -> None:
    proof, fine = said(State.SUPPRESSED, NOW), said(State.FINDABLE, NOW + timedelta(minutes=40))
    case = fold(
        [
            opened(),
            event(2, Kind.CASE_VERIFIED, verdict=proof),
            event(12, Kind.CASE_ACKNOWLEDGED, "person:ayu"),
            event(40, Kind.CASE_RESTORED, verdict=fine),
            event(40, Kind.CASE_CLOSED, reason="restored"),
        ]
    )
    assert case is not None
    took = durations(case)
    assert took.began == NOW
    assert took.undetected == timedelta(minutes=2)
    assert took.unacknowledged == timedelta(minutes=10)
    assert took.affected == timedelta(minutes=40)
