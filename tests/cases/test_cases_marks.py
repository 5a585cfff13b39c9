"""Marks of a notice: what is known only when it is sent."""

import pytest

from siaga.cases.notices.marks import NoticeMark, filled, repeated


def test_each_mark_is_replaced_and_nothing_else() -> None:
    words = {NoticeMark.FINDING: "It is missing", NoticeMark.RESTORE_BY: "by noon"}
    assert filled("[[finding]]. Restore it [[restore-by]]. [[link]]", words) == (
        "It is missing. Restore it by noon. [[link]]"
    )
    assert filled("[[restore-by]]", {}) == "[[restore-by]]"


@pytest.mark.parametrize("mark", NoticeMark)
def test_a_mark_that_stands_there_twice_is_found(mark: NoticeMark) -> None:
    assert repeated(f"{mark} and {mark}") is mark
    assert repeated(f"{mark}") is None
