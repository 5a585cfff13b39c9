"""Refusals that several kinds of event share."""

from dataclasses import replace

import pytest
from tests.cases.case_stories import AYU, NOW

from siaga.cases.case import Case, Link, Notice, NoticeType, Stage
from siaga.cases.guards import LONGEST_TEXT, NotAllowed, Situation, refuse, usable_link, waiting_notice
from siaga.domain.verdicts import FindingKey

CASE = Case("C-1", "x", "mahfud", None, NOW)
SITUATION = Situation(CASE, (), AYU, "Because.", NOW, {}, frozenset(), lambda history: True)
NOTICE = Notice("N-1", NoticeType.RESTORE, "en", "Subject", "Body", ("a",), "person:ayu", NOW)


def test_a_refusal_says_what_is_wrong_what_to_do_and_where() -> None:
    with pytest.raises(NotAllowed) as refused:
        refuse("It was released.", "Draft a new notice.", "notice")
    (fault,) = refused.value.faults
    assert (fault.what, fault.do, fault.field) == ("It was released.", "Draft a new notice.", "notice")


@pytest.mark.parametrize("why", ["x", "x" * LONGEST_TEXT])
def test_a_reason_of_any_length_up_to_the_longest_is_taken(why: str) -> None:
    replace(SITUATION, why=why).require_reason()


@pytest.mark.parametrize("stage", Stage)
def test_only_an_open_case_about_the_same_stands_in_the_way(stage: Stage) -> None:
    other = replace(CASE, id="C-2", stage=stage)
    beside = replace(SITUATION, others={"C-2": other})
    beside.require_no_other_case(FindingKey("x", "ganjar"))
    if stage.is_open:
        with pytest.raises(NotAllowed, match="C-2 is open about the same"):
            beside.require_no_other_case(CASE.key)
    else:
        beside.require_no_other_case(CASE.key)


def test_a_notice_waits_only_while_it_is_neither_released_nor_refused() -> None:
    case = replace(CASE, notices={"N-1": NOTICE, "N-2": replace(NOTICE, id="N-2", refused=True)})
    assert waiting_notice(case, "N-1") == NOTICE
    for notice in ("N-2", "N-3"):
        with pytest.raises(NotAllowed, match="no longer waiting"):
            waiting_notice(case, notice)


def test_a_link_is_usable_until_it_is_revoked() -> None:
    link = Link("L-1", "x-oncall", NOW)
    case = replace(CASE, links={"L-1": link, "L-2": replace(link, id="L-2", revoked=True)})
    assert usable_link(case, "L-1") == link
    assert usable_link(case, "L-2") is None
    assert usable_link(case, "L-3") is None
