"""What is known of a case: what it is about, who was told of it, what approvals are bound to."""

import hashlib
from dataclasses import replace

import pytest
from tests.cases.case_stories import NOW

from siaga.cases.case import OPEN, PROVEN, Case, Delivery, Notice, NoticeType, Stage, digest_of
from siaga.domain.verdicts import FindingKey

CASE = Case("C-1", "x", "mahfud", "people", NOW)
NOTICE = Notice("N-1", NoticeType.RESTORE, "en", "Subject", "Body", ("a",), "person:ayu", NOW)


def delivery(id: str, contact: str) -> Delivery:
    return Delivery(id, contact, "email")


def test_a_case_about_a_name_is_about_it_on_all_surfaces_and_one_about_a_place_on_its_own() -> None:
    assert CASE.key == FindingKey("x", "mahfud")
    assert replace(CASE, subject=None).key == FindingKey("x", None, "people")


def test_the_contacts_who_were_told_are_each_named_once_in_their_order() -> None:
    waiting = replace(NOTICE, id="N-2", deliveries=(delivery("N-2.c.0", "c"),))
    sent = replace(NOTICE, released_at=NOW, deliveries=(delivery("N-1.b.0", "b"), delivery("N-1.a.0", "a")))
    messages = (delivery("M-1", "a"), delivery("M-2", "d"))
    case = replace(CASE, notices={"N-2": waiting, "N-1": sent}, messages=messages)
    assert case.contacted == ("b", "a", "d")
    assert CASE.contacted == ()


def test_one_delivery_is_changed_wherever_it_stands() -> None:
    sent = replace(NOTICE, deliveries=(delivery("D-1", "a"), delivery("D-2", "b")))
    case = replace(CASE, notices={"N-1": sent}, messages=(delivery("D-3", "c"),))
    for id in ("D-1", "D-2", "D-3"):
        changed = case.with_delivery(id, lambda each: replace(each, answer="250 OK"))
        deliveries = (*changed.notices["N-1"].deliveries, *changed.messages)
        assert [each.id for each in deliveries if each.answer] == [id]
    assert case.with_delivery("D-9", lambda each: replace(each, answer="250 OK")) == case


def test_what_is_approved_is_the_subject_and_the_body() -> None:
    assert NOTICE.text == digest_of("Subject", "Body") == hashlib.sha256(b"Subject\n\nBody").hexdigest()
    assert replace(NOTICE, body="Another").text != NOTICE.text


@pytest.mark.parametrize(
    ("released", "refused", "waits"), [(None, False, True), (None, True, False), (NOW, False, False)]
)
def test_a_notice_waits_until_it_is_released_or_refused(released: None, refused: bool, waits: bool) -> None:
    assert replace(NOTICE, released_at=released, refused=refused).waits is waits


def test_an_account_that_is_not_written_has_no_digest() -> None:
    case = replace(CASE, accounts={"en": "What happened."})
    assert case.account_digest("id") is None
    assert case.account_digest("en") == hashlib.sha256(b"What happened.").hexdigest()


def test_a_stage_keeps_the_moment_at_which_it_was_first_reached() -> None:
    later = NOW.replace(hour=3)
    case = CASE.to(Stage.VERIFIED, NOW).to(Stage.VERIFIED, later)
    assert case.reached[Stage.VERIFIED] == case.verified_at == NOW
    assert replace(CASE, reached={Stage.RELAPSED: later}).verified_at == later
    assert CASE.verified_at is None


def test_every_proven_stage_is_open_and_the_end_is_not() -> None:
    assert PROVEN < OPEN
    assert {Stage.OPENED} == OPEN - PROVEN
    ends = {Stage.RESTORED, Stage.CLOSED, Stage.WITHDRAWN, Stage.MERGED}
    assert {stage for stage in Stage if not stage.is_open} == ends
