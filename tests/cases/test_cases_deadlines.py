"""Deadlines by severity, reminders, the ladder, and quiet hours."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from tests.cases.case_stories import CITRA, LIAISON, NOW, QUIET, ROOM, WATCH, Book

from siaga.cases.case import Case
from siaga.cases.commands import Command
from siaga.cases.deadlines import CLAIM_CHECK, Deadline, calls, claim_is_over, deadlines, next_due
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_claimed import CaseClaimed
from siaga.cases.events.case_escalated import CaseEscalated
from siaga.cases.events.case_explained import CaseExplained, Cause
from siaga.cases.events.case_graded import CaseGraded
from siaga.cases.events.case_reminded import CaseReminded
from siaga.cases.room_file import QuietHours, RoomFile
from siaga.cases.severity import Severity

ZONE = "Asia/Jakarta"
MINUTE = timedelta(minutes=1)


def kinds(case: Case, minutes: float, room: RoomFile = ROOM) -> list[tuple[str, str]]:
    called = [(event.kind, event.stored()) for event in calls(case, room, ZONE, NOW + minutes * MINUTE)]
    return [(kind, what.get("contact") or what["deadline"]) for kind, what in called]


def test_nothing_is_due_before_a_notice_was_released() -> None:
    book = Book()
    case = book.proven()
    assert deadlines(case, ROOM) == ()
    assert kinds(case, 10_000) == []


def test_deadlines_run_from_the_release_by_severity() -> None:
    case = Book().notified()
    assert [(due.deadline, due.at - NOW) for due in deadlines(case, ROOM)] == [
        (Deadline.ACKNOWLEDGE, timedelta(hours=1)),
        (Deadline.RESTORE, timedelta(hours=4)),
        (Deadline.EXPLAIN, timedelta(hours=8)),
    ]
    grave = replace(case, severity=Severity.CRITICAL)
    assert deadlines(grave, ROOM)[0].at == NOW + timedelta(minutes=30)


def test_a_deadline_that_comes_near_is_reminded_of_once() -> None:
    book = Book()
    case = book.notified()
    assert kinds(case, 44) == []
    assert kinds(case, 45) == [(CaseReminded.kind, "acknowledge")]
    book.now = NOW + 45 * MINUTE
    case = book.do(Command(CaseReminded(case="C-1", deadline="acknowledge")), WATCH)
    assert kinds(case, 46) == []


def test_a_missed_deadline_calls_the_next_on_the_ladder_and_the_ladder_ends() -> None:
    book = Book()
    case = book.notified()
    assert kinds(case, 60) == [(CaseEscalated.kind, "x-region")]
    book.now = NOW + 60 * MINUTE
    case = book.do(Command(CaseEscalated("C-1", "acknowledge", rung=1, contact="x-region")), WATCH)
    assert kinds(case, 1_000) == []


def test_an_acknowledgement_in_time_stops_the_first_call_and_the_restoration_is_still_owed() -> None:
    book = Book()
    book.notified()
    book.now = NOW + 20 * MINUTE
    case = book.do(Command(CaseAcknowledged(case="C-1")), LIAISON)
    assert kinds(case, 90) == []
    due = next_due(case, ROOM)
    assert due is not None
    assert due.deadline is Deadline.RESTORE
    assert kinds(case, 240) == [(CaseEscalated.kind, "x-region")]


def test_while_a_claim_is_checked_nobody_is_called_for_the_restoration() -> None:
    book = Book()
    book.notified()
    book.now = NOW + 235 * MINUTE
    case = book.do(Command(CaseClaimed(case="C-1")), LIAISON)
    assert (CaseEscalated.kind, "x-region") not in kinds(case, 245)


def test_a_claim_has_its_time() -> None:
    book = Book()
    book.notified()
    case = book.do(Command(CaseClaimed(case="C-1")), LIAISON)
    assert not claim_is_over(case, NOW + CLAIM_CHECK - MINUTE)
    assert claim_is_over(case, NOW + CLAIM_CHECK)


@pytest.mark.parametrize(
    ("severity", "called"), [(Severity.LOW, False), (Severity.MEDIUM, False), (Severity.HIGH, True)]
)
def test_quiet_hours_hold_back_calls_that_are_not_grave(severity: Severity, called: bool) -> None:
    book = Book(now=NOW)
    case = replace(book.notified(), severity=severity)
    at_night = 17 * 60  # 00:00 in Jakarta
    assert bool(calls(case, QUIET, ZONE, NOW + at_night * MINUTE)) is called
    in_the_morning = 23 * 60  # 06:00
    assert calls(case, QUIET, ZONE, NOW + in_the_morning * MINUTE)


def test_a_closed_case_calls_nobody() -> None:
    book = Book()
    book.notified()
    case = book.restored()
    assert kinds(case, 10_000) == []
    assert next_due(case, ROOM) is not None  # the explanation is owed still


def test_grading_a_case_moves_its_deadlines() -> None:
    book = Book()
    book.notified()
    case = book.do(Command(CaseGraded(case="C-1", severity=Severity.LOW), "A rare surface."), CITRA)
    assert deadlines(case, ROOM)[0].at == NOW + timedelta(hours=12)


SECOND = timedelta(seconds=1)


def test_a_deadline_is_missed_only_after_its_moment() -> None:
    due = deadlines(Book().notified(), ROOM)[0]
    assert not due.missed(due.at)
    assert due.missed(due.at + SECOND)
    assert not replace(due, met_at=due.at).missed(due.at + MINUTE)
    assert replace(due, met_at=due.at + SECOND).missed(due.at + MINUTE)


def test_the_reminder_comes_at_three_quarters_and_the_call_at_the_deadline_itself() -> None:
    case = Book().notified()
    assert kinds(case, 45 - 1 / 60) == []
    assert kinds(case, 45) == [(CaseReminded.kind, "acknowledge")]
    assert kinds(case, 60 - 1 / 60) == [(CaseReminded.kind, "acknowledge")]
    assert kinds(case, 60) == [(CaseEscalated.kind, "x-region")]


def test_the_next_rung_is_called_when_an_acknowledgements_time_has_passed_again() -> None:
    longer = replace(ROOM.platforms[0], ladder=("x-oncall", "x-region", "x-oncall"))
    room = replace(ROOM, platforms=(longer,))
    book = Book()
    book.notified()
    book.now = NOW + 60 * MINUTE
    case = book.do(Command(CaseEscalated("C-1", "acknowledge", rung=1, contact="x-region")), WATCH)
    assert kinds(case, 120 - 1 / 60, room) == []
    assert kinds(case, 120, room) == [(CaseEscalated.kind, "x-oncall")]


def test_a_platform_that_the_room_file_does_not_have_is_not_called() -> None:
    assert kinds(Book().notified(), 60, replace(ROOM, platforms=())) == []


def test_a_claim_has_its_time_to_the_second() -> None:
    book = Book()
    book.notified()
    case = book.do(Command(CaseClaimed("C-1")), LIAISON)
    assert not claim_is_over(case, NOW + CLAIM_CHECK - SECOND)
    assert claim_is_over(case, NOW + CLAIM_CHECK)


@pytest.mark.parametrize(
    ("begins", "ends", "quiet"),
    [
        (time(22), time(6), {time(22), time(23, 59), time(0), time(5, 59)}),
        (time(1), time(5), {time(1), time(4, 59)}),
    ],
)
def test_quiet_hours_begin_with_their_first_minute_and_end_before_their_last(
    begins: time, ends: time, quiet: set[time]
) -> None:
    hours = QuietHours(begins, ends)
    for at in quiet:
        assert hours.covers(at), at
    for at in (ends, time(12), (datetime.combine(NOW, begins) - MINUTE).time()):
        assert not hours.covers(at), at


EXPLANATION = CaseExplained("C-1", Cause.TECHNICAL_FAULT, "A shard was lost.")


def met(case: Case) -> dict[Deadline, timedelta | None]:
    return {due.deadline: due.met_at - NOW if due.met_at else None for due in deadlines(case, ROOM)}


def test_the_first_answer_of_any_kind_acknowledges_and_each_deadline_is_met_by_its_own() -> None:
    book = Book()
    book.notified()
    book.now = NOW + 10 * MINUTE
    case = book.do(Command(EXPLANATION), LIAISON)
    explained = {Deadline.ACKNOWLEDGE: 10 * MINUTE, Deadline.EXPLAIN: 10 * MINUTE, Deadline.RESTORE: None}
    assert met(case) == explained
    book.now = NOW + 20 * MINUTE
    book.do(Command(CaseClaimed("C-1")), LIAISON)
    book.now = NOW + 30 * MINUTE
    case = book.restored()
    assert met(case) == explained | {Deadline.RESTORE: 30 * MINUTE}
    assert next_due(case, ROOM) is None, "all that was owed was done"


def test_a_restoration_without_a_word_is_an_acknowledgement_too() -> None:
    book = Book()
    book.notified()
    book.now = NOW + 30 * MINUTE
    restored = {Deadline.ACKNOWLEDGE: 30 * MINUTE, Deadline.EXPLAIN: None, Deadline.RESTORE: 30 * MINUTE}
    assert met(book.restored()) == restored


def test_a_claim_does_not_put_off_the_explanation() -> None:
    book = Book()
    book.notified()
    book.now = NOW + 475 * MINUTE
    case = book.do(Command(CaseClaimed("C-1")), LIAISON)
    assert kinds(case, 480) == [(CaseEscalated.kind, "x-region")]


def test_a_call_says_which_case_which_deadline_and_which_rung() -> None:
    case = Book().notified()
    assert calls(case, ROOM, ZONE, NOW + 45 * MINUTE) == (CaseReminded("C-1", "acknowledge"),)
    escalated = CaseEscalated("C-1", "acknowledge", rung=1, contact="x-region")
    assert calls(case, ROOM, ZONE, NOW + 60 * MINUTE) == (escalated,)
