"""One next step for a case, by who looks at it."""

from dataclasses import replace

import pytest
from tests.cases.case_stories import AYU, BIMA, CITRA, NOW, ROOM, WATCH, Book, draft

from siaga.cases.case import Case, NoticeType, Published, Stage
from siaga.cases.commands import Command
from siaga.cases.events.case_assigned import CaseAssigned
from siaga.cases.events.notice_approved import NoticeApproved
from siaga.cases.guards import Actor
from siaga.cases.next_step import Step, next_step

DEWI = Actor("person:dewi", frozenset())


def now(book: Book) -> Case:
    """The case as it then is."""
    case = book.case("C-1")
    assert case is not None
    return case


def taken(case: Case) -> Case:
    return replace(case, owner=CITRA.who)


@pytest.mark.parametrize(
    ("stage", "step"),
    [
        (Stage.OPENED, Step.AWAIT_PROOF),
        (Stage.VERIFIED, Step.DRAFT),
        (Stage.RELAPSED, Step.DRAFT),
        (Stage.NOTIFIED, Step.RECORD_REPLY),
        (Stage.ACKNOWLEDGED, Step.RECORD_FIX),
        (Stage.CLAIMED, Step.AWAIT_MEASURING),
        (Stage.MERGED, Step.NONE),
    ],
)
def test_each_stage_of_a_case_that_somebody_has_waits_for_one_thing(stage: Stage, step: Step) -> None:
    case = replace(taken(Book().proven()), stage=stage)
    assert next_step(case, ROOM, CITRA).step is step
    assert not next_step(case, ROOM, DEWI).can_act


def test_a_case_that_nobody_has_is_to_be_taken_first() -> None:
    case = Book().proven()
    assert next_step(case, ROOM, CITRA) == replace(next_step(case, ROOM, DEWI), can_act=True)
    assert next_step(case, ROOM, CITRA).step is Step.TAKE


def test_where_nobody_can_be_written_to_the_room_file_is_mended() -> None:
    without = replace(ROOM, platforms=())
    assert next_step(taken(Book().proven()), without, CITRA).step is Step.ADD_CONTACT


def test_a_notice_waits_for_those_who_have_not_approved_it_yet() -> None:
    book = Book()
    case = book.proven()
    book.do(Command(CaseAssigned(case.id, to=CITRA.who)), CITRA)
    book.do(draft(case.id), CITRA)
    case = now(book)
    assert next_step(case, ROOM, CITRA).step is Step.AWAIT_APPROVAL
    assert next_step(case, ROOM, AYU).step is Step.APPROVE
    notice = case.notices["N-1"]
    book.do(Command(NoticeApproved(case=case.id, notice="N-1", text=notice.text)), AYU)
    book.do(draft(case.id, "N-2", NoticeType.EXPLAIN), CITRA)
    case = now(book)
    assert [next_step(case, ROOM, who).notice for who in (AYU, BIMA)] == [
        case.notices["N-2"],
        case.notices["N-1"],
    ]


def test_what_is_late_is_said_with_the_step() -> None:
    case = taken(Book().notified())
    step = next_step(case, ROOM, CITRA)
    assert step.due is not None
    assert not step.overdue(step.due.at)
    assert step.overdue(step.due.at.replace(year=2025))


def test_a_case_that_is_over_lacks_its_summary_in_each_language() -> None:
    case = replace(taken(Book().proven()), stage=Stage.CLOSED)
    assert (next_step(case, ROOM, CITRA).step, next_step(case, ROOM, CITRA).language) == (
        Step.WRITE_SUMMARY,
        "id",
    )
    case = replace(case, accounts={"id": "Ringkas"})
    assert (next_step(case, ROOM, CITRA).can_act, next_step(case, ROOM, AYU).can_act) == (False, True)
    assert next_step(case, ROOM, AYU).step is Step.PUBLISH_SUMMARY
    case = replace(case, published={"id": Published(NOW, "Ringkas")})
    assert next_step(case, ROOM, AYU).language == "en"
    case = replace(case, accounts={"id": "Ringkas", "en": "Short"})
    case = replace(case, published={**case.published, "en": Published(NOW, "Short")})
    assert next_step(case, ROOM, WATCH).step is Step.NONE
