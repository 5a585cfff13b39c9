"""What somebody is still writing to a platform is kept as typed, each author's own."""

from datetime import timedelta

import pytest
from tests.people.house import House

from siaga.cases.case import NoticeType
from siaga.domain.errors import BadInput
from siaga.people.unsent_notices import KEPT, MOST_CHARACTERS

RESTORE, EXPLAIN = NoticeType.RESTORE, NoticeType.EXPLAIN


def texts(house: House, case: str = "C-1") -> list[tuple[str, str]]:
    return [(one.author, one.body) for one in house.accounts.unsent_notices.of_case(case)]


def test_each_author_has_one_text_for_each_type_of_notice_about_a_case(house: House) -> None:
    unsent = house.accounts.unsent_notices
    for author, type_, case, body in (
        ("ayu", RESTORE, "C-1", "first"),
        ("bima", RESTORE, "C-1", "another's"),
        ("ayu", EXPLAIN, "C-1", "another type"),
        ("ayu", RESTORE, "C-2", "another case"),
        ("ayu", RESTORE, "C-1", "  second\n"),
    ):
        unsent.save(case, type_, author, "Subject", body, ["x-oncall"])
        house.clock.advance(timedelta(seconds=1))
    assert texts(house) == [("bima", "another's"), ("ayu", "another type"), ("ayu", "  second\n")]
    unsent.discard("C-1", RESTORE, "ayu")
    assert texts(house) == [("bima", "another's"), ("ayu", "another type")]
    assert texts(house, "C-2") == [("ayu", "another case")]


def test_nothing_of_it_is_journalled(house: House) -> None:
    before = house.kinds()
    house.accounts.unsent_notices.save("C-1", RESTORE, "ayu", "Subject", "Words", [])
    assert house.kinds() == before


def test_a_text_that_is_too_long_leaves_the_one_before(house: House) -> None:
    unsent = house.accounts.unsent_notices
    unsent.save("C-1", RESTORE, "ayu", "Subject", "short", [])
    with pytest.raises(BadInput, match="too long"):
        unsent.save("C-1", RESTORE, "ayu", "", "x" * (MOST_CHARACTERS + 1), [])
    assert texts(house) == [("ayu", "short")]


def test_what_nobody_went_on_with_is_erased(house: House) -> None:
    unsent = house.accounts.unsent_notices
    unsent.save("C-1", RESTORE, "ayu", "Subject", "old", [])
    house.clock.advance(KEPT + timedelta(seconds=1))
    assert texts(house) == []
    unsent.save("C-2", RESTORE, "ayu", "Subject", "new", [])
    house.clock.advance(-KEPT)
    assert texts(house) == []
