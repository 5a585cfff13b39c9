"""The election files that ship with Siaga pass their own check, and say what the commission says."""

from datetime import UTC, date, datetime

import pytest
from tests.election.election_samples import INDONESIA, READERS

from siaga.election.model import ControlKind, Election, EventKind
from siaga.election.reading import read_election


@pytest.fixture(scope="module")
def indonesia() -> Election:
    return read_election(INDONESIA.read_text(encoding="utf-8"), READERS, INDONESIA.name)


def test_three_tickets_stand_under_the_commissions_own_numbers(indonesia: Election) -> None:
    assert [(one.number, one.label) for one in indonesia.contestants] == [
        (1, "Anies Baswedan - Muhaimin Iskandar"),
        (2, "Prabowo Subianto - Gibran Rakabuming Raka"),
        (3, "Ganjar Pranowo - Mahfud MD"),
    ]


def test_each_running_mate_is_a_subject_of_their_own(indonesia: Election) -> None:
    people = [person.id for person in indonesia.people()]
    assert people == ["anies", "muhaimin", "prabowo", "gibran", "ganjar", "mahfud"]


def test_twelve_controls_of_three_kinds_stand_beside_them(indonesia: Election) -> None:
    assert len(indonesia.controls) >= 12
    assert {control.kind for control in indonesia.controls} == set(ControlKind)


def test_five_debates_begin_at_seven_in_the_evening_in_jakarta(indonesia: Election) -> None:
    starts = [event.starts for event in indonesia.events if event.kind is EventKind.DEBATE]
    days = [(2023, 12, 12), (2023, 12, 22), (2024, 1, 7), (2024, 1, 21), (2024, 2, 4)]
    assert starts == [datetime(*day, 12, tzinfo=UTC) for day in days]


def test_the_quiet_period_lasts_the_three_days_before_the_vote(indonesia: Election) -> None:
    quiet = next(event for event in indonesia.events if event.kind is EventKind.QUIET_PERIOD)
    assert indonesia.votes == date(2024, 2, 14)
    assert (quiet.starts, quiet.ends) == (
        datetime(2024, 2, 10, 17, tzinfo=UTC),
        datetime(2024, 2, 13, 17, tzinfo=UTC),
    )


def test_the_promise_is_one_false_alarm_in_thirty_days(indonesia: Election) -> None:
    assert (indonesia.promise.false_alarms, indonesia.promise.span.days) == (1.0, 30)
