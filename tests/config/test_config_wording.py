"""Words of a file are quoted on one line, and unknown ones get the nearest known one."""

from siaga.config.wording import Unreadable, closest, quoted, use_one_of


def test_a_quoted_text_is_on_one_line_and_not_too_long() -> None:
    assert quoted("a\nb") == r"'a\nb'"
    assert len(quoted("x" * 1000)) < 70


def test_the_nearest_known_word_is_proposed_first() -> None:
    assert closest("reeder", ("label", "reader")) == "reader"
    assert use_one_of("reeder", ("label", "reader")) == "Did you mean 'reader'? Use one of: label, reader."
    assert use_one_of("zzz", ("label", "reader")) == "Use one of: label, reader."


def test_an_unreadable_value_says_what_and_what_to_do() -> None:
    problem = Unreadable("This is no day.", "Write 2024-02-14.")
    assert (problem.what, problem.do) == ("This is no day.", "Write 2024-02-14.")
    assert str(problem) == "This is no day. Write 2024-02-14."
