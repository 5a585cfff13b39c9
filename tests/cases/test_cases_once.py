"""A key names one asking and what was asked by it."""

from hypothesis import given
from hypothesis import strategies as st

from siaga.cases.once import Once, once_of

TEXT = st.text(max_size=30)
ASKED = st.dictionaries(TEXT, TEXT | st.lists(TEXT, max_size=3), max_size=4)


@given(TEXT, TEXT, TEXT, ASKED)
def test_what_the_journal_holds_gives_the_asking_again(
    door: str, who: str, key: str, content: dict[str, object]
) -> None:
    once = Once.asked(door, who, key, content)
    assert once_of(once.key) == once
    assert len(once.key) <= 300


@given(TEXT, TEXT, TEXT, TEXT)
def test_parts_that_run_into_each_other_are_different_askings(
    door: str, who: str, key: str, more: str
) -> None:
    first, second = Once.asked(door, who, key, {}), Once.asked(door, who + "/" + more, key, {})
    assert first.name != second.name
    assert first.name == Once.asked(door, who, key, {"a": more}).name
    assert first.content != Once.asked(door, who, key, {"a": more}).content


def test_an_entry_of_the_watchs_own_came_by_no_asking() -> None:
    assert once_of(None) is None
    assert once_of("delivery/N-1.x-oncall.0/1") is None
