"""A case from its finding to its end, and what may not happen on the way."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.cases.case_stories import (
    AYU,
    BIMA,
    CITRA,
    LIAISON,
    NOW,
    ROOM,
    WATCH,
    Book,
    draft,
    opening,
    said,
)

from siaga.cases.case import Stage
from siaga.cases.commands import Command
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_claim_refused import CaseClaimRefused
from siaga.cases.events.case_claimed import CaseClaimed
from siaga.cases.events.case_closed import CaseClosed
from siaga.cases.events.case_explained import CaseExplained, Cause
from siaga.cases.events.case_merged import CaseMerged
from siaga.cases.events.case_opened import CaseOpened
from siaga.cases.events.case_relapsed import CaseRelapsed
from siaga.cases.events.case_restored import CaseRestored
from siaga.cases.events.case_withdrawn import CaseWithdrawn
from siaga.cases.events.event_undone import EventUndone
from siaga.cases.events.notice_approved import NoticeApproved
from siaga.cases.guards import NotAllowed
from siaga.cases.severity import Severity
from siaga.domain.verdicts import State


def at(book: Book, hours: float) -> Book:
    book.now = NOW + timedelta(hours=hours)
    return book


def test_a_case_goes_from_its_finding_to_a_verified_restoration() -> None:
    book = Book()
    assert book.proven().stage is Stage.VERIFIED
    assert at(book, 0.2).release("C-1").stage is Stage.NOTIFIED
    assert at(book, 0.5).do(Command(CaseAcknowledged(case="C-1")), LIAISON).stage is Stage.ACKNOWLEDGED
    explained = at(book, 1).do(
        Command(CaseExplained(case="C-1", cause=Cause.SPAM_CLEANUP, text="A filter.")), LIAISON
    )
    assert explained.stage is Stage.ACKNOWLEDGED
    assert explained.explanation is not None
    assert at(book, 2).do(Command(CaseClaimed(case="C-1")), LIAISON).stage is Stage.CLAIMED
    refused = at(book, 3).do(
        Command(CaseClaimRefused(case="C-1", verdict=said(State.IMPAIRED, book.now))), WATCH
    )
    assert (refused.stage, refused.refused_claims) == (Stage.ACKNOWLEDGED, 1)
    at(book, 4).do(Command(CaseClaimed(case="C-1")), LIAISON)
    closed = at(book, 5).restored()
    assert (closed.stage, closed.closed_because) == (Stage.CLOSED, "restored")
    assert closed.reached[Stage.RESTORED] == NOW + timedelta(hours=5)


def test_what_was_restored_and_is_proven_again_is_the_same_case_in_another_episode() -> None:
    book = Book()
    book.notified()
    book.restored()
    relapsed = at(book, 9).do(
        Command(CaseRelapsed(case="C-1", verdict=said(State.SUPPRESSED, book.now))), WATCH
    )
    assert (relapsed.stage, relapsed.episodes) == (Stage.RELAPSED, 2)
    assert relapsed.reached == {Stage.RELAPSED: book.now}
    assert at(book, 10).release("C-1", "N-2").stage is Stage.NOTIFIED


def test_a_notice_is_released_by_as_many_people_as_the_room_asks_for_and_not_before() -> None:
    book = Book()
    book.proven()
    text = book.do(draft("C-1"), CITRA).notices["N-1"].text
    approval = Command(NoticeApproved(case="C-1", notice="N-1", text=text))
    once = book.do(approval, AYU)
    assert once.notices["N-1"].released_at is None
    with pytest.raises(NotAllowed, match="approved it already"):
        book.do(approval, AYU)
    with pytest.raises(NotAllowed, match="may not"):
        book.do(approval, CITRA)
    notice = book.do(approval, BIMA).notices["N-1"]
    assert notice.released_at == NOW
    assert [(one.id, one.contact, one.channel) for one in notice.deliveries] == [
        ("N-1.x-oncall.0", "x-oncall", "email")
    ]


def test_an_approval_is_of_the_very_text_and_a_new_draft_voids_it() -> None:
    book = Book()
    book.proven()
    old = book.do(draft("C-1"), CITRA).notices["N-1"].text
    book.do(Command(NoticeApproved(case="C-1", notice="N-1", text=old)), AYU)
    changed = book.do(draft("C-1", body="Please restore it today."), CITRA)
    assert changed.notices["N-1"].approvals == ()
    with pytest.raises(NotAllowed, match="changed meanwhile"):
        book.do(Command(NoticeApproved(case="C-1", notice="N-1", text=old)), BIMA)


def test_no_platform_is_asked_to_restore_what_measuring_has_not_proven() -> None:
    book = Book()
    book.do(opening("C-1", reports=["R-1"]), WATCH)
    with pytest.raises(NotAllowed, match="opened"):
        book.do(draft("C-1"), CITRA)


def test_only_measuring_says_that_it_is_restored() -> None:
    book = Book()
    book.notified()
    for actor in (AYU, LIAISON):
        with pytest.raises(NotAllowed, match="may not"):
            book.do(Command(CaseRestored(case="C-1", verdict=said(State.FINDABLE))), actor)
    with pytest.raises(NotAllowed, match="no restoration"):
        book.do(Command(CaseRestored(case="C-1", verdict=said(State.UNMEASURABLE))), WATCH)
    with pytest.raises(NotAllowed, match="proven case closes"):
        book.do(Command(CaseClosed(case="C-1", reason="done"), "We are done."), AYU)


def test_one_case_is_opened_for_one_cause() -> None:
    book = Book()
    book.proven()
    with pytest.raises(NotAllowed, match="C-1 is open about the same"):
        book.do(opening("C-2"), WATCH)
    book.restored()
    assert book.do(opening("C-2"), WATCH).id == "C-2"


def test_a_case_is_split_and_merged_again_and_the_merging_can_be_undone() -> None:
    book = Book()
    book.proven()
    split = CaseOpened("C-2", "x", "mahfud", "people", Severity.LOW, split_from="C-1")
    assert book.do(Command(split), CITRA).split_from == "C-1"
    merged = book.do(Command(CaseMerged(case="C-2", into="C-1")), CITRA)
    assert (merged.stage, merged.merged_into) == (Stage.MERGED, "C-1")
    assert book.cases()["C-1"].linked == ("C-2",)
    seq = book.events[-1].seq
    undo = Command(EventUndone(case="C-2", event=seq, also="C-1"), "It was the wrong one.")
    assert book.do(undo, CITRA).stage is Stage.OPENED
    assert book.cases()["C-1"].linked == ()


def test_an_undone_act_counts_no_longer_and_stays_in_the_history() -> None:
    book = Book()
    book.notified()
    book.do(Command(CaseAcknowledged(case="C-1")), CITRA)
    seq = book.events[-1].seq
    with pytest.raises(NotAllowed, match="reason"):
        book.do(Command(EventUndone(case="C-1", event=seq)), CITRA)
    undo = Command(EventUndone(case="C-1", event=seq), "They spoke of another case.")
    assert book.do(undo, CITRA).stage is Stage.NOTIFIED
    assert any(event.seq == seq for event in book.history("C-1"))
    with pytest.raises(NotAllowed, match="cannot be undone"):
        book.do(undo, CITRA)


def test_what_later_acts_rest_on_is_not_undone() -> None:
    book = Book()
    book.proven()
    book.do(draft("C-1"), CITRA)
    drafted = book.events[-1].seq
    case = book.cases()["C-1"]
    approval = {"case": "C-1", "notice": "N-1", "text": case.notices["N-1"].text}
    book.do(Command(NoticeApproved(**approval)), AYU)
    approved = book.events[-1].seq
    with pytest.raises(NotAllowed, match="Later entries depend"):
        book.do(Command(EventUndone(case="C-1", event=drafted), "A mistake."), CITRA)
    book.do(Command(EventUndone(case="C-1", event=approved), "Too early."), AYU)
    assert "N-1" not in book.do(Command(EventUndone(case="C-1", event=drafted), "A mistake."), CITRA).notices


def test_what_was_sent_or_measured_or_said_by_the_platform_cannot_be_undone() -> None:
    book = Book()
    book.notified()
    book.do(Command(CaseAcknowledged(case="C-1")), LIAISON)
    for event in list(book.events):
        with pytest.raises(NotAllowed):
            book.do(Command(EventUndone(case="C-1", event=event.seq), "Take it back."), AYU)


def test_a_wrong_finding_is_withdrawn_with_a_reason_by_somebody_who_may_approve() -> None:
    book = Book()
    book.notified()
    with pytest.raises(NotAllowed, match="may not"):
        book.do(Command(CaseWithdrawn(case="C-1"), "A control was gone."), CITRA)
    with pytest.raises(NotAllowed, match="reason"):
        book.do(Command(CaseWithdrawn(case="C-1")), AYU)
    assert book.do(Command(CaseWithdrawn(case="C-1"), "A control was gone."), AYU).stage is Stage.WITHDRAWN


def test_a_subject_line_cannot_smuggle_a_mail_header() -> None:
    book = Book()
    book.proven()
    smuggled = draft("C-1", subject="A\r\nBcc: all@example.org")
    with pytest.raises(NotAllowed, match="one line"):
        book.do(smuggled, CITRA)


def test_nobody_is_written_to_when_the_room_file_knows_no_way() -> None:
    book = Book(room=replace(ROOM, platforms=()))
    book.proven()
    text = book.do(draft("C-1"), CITRA).notices["N-1"].text
    approval = Command(NoticeApproved(case="C-1", notice="N-1", text=text))
    book.do(approval, AYU)
    before = len(book.events)
    with pytest.raises(NotAllowed, match="can be reached"):
        book.do(approval, BIMA)
    assert len(book.events) == before
