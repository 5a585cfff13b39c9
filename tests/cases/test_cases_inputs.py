"""Which values a field of a command takes, and how it is described."""

import pytest

from siaga.cases.inputs import LONGEST_NUMBER, InputField, WrongInput
from siaga.cases.severity import Severity

TEXT = InputField("What it is about.", least=1, longest=5)


@pytest.mark.parametrize("text", ["a", "abcde", "  a  "])
def test_a_text_of_the_right_length_is_taken(text: str) -> None:
    assert TEXT.problem("text", text) is None


@pytest.mark.parametrize("value", ["", "   ", "abcdef", None, 5])
def test_a_text_that_is_too_short_or_too_long_or_no_text_says_what_to_write(value: object) -> None:
    problem = TEXT.problem("text", value)
    assert problem is not None
    assert (problem.field, problem.what) == ("text", "`text` must be a text of 1 to 5 characters.")


def test_a_text_without_a_limit_is_taken_as_it_is_and_ends_as_the_field_says() -> None:
    assert InputField().read("text", "x" * 9_000) == "x" * 9_000
    assert InputField().problem("text", "x" * 9_000) is None
    assert InputField(end="\n").read("text", "Words.") == "Words.\n"


def test_a_choice_is_one_of_the_list_in_its_own_type() -> None:
    field = InputField(choices=tuple(Severity))
    assert field.read("severity", "high") is Severity.HIGH
    assert field.problem("severity", Severity.HIGH) is None
    with pytest.raises(WrongInput, match="Choose one of: low, medium, high, critical"):
        field.read("severity", "highest")
    problem = field.problem("severity", "highest")
    assert problem is not None
    assert problem.what == "`severity` is not on the list."


def test_a_number_is_digits_and_not_more_than_an_event_can_have() -> None:
    field = InputField(is_number=True)
    assert field.read("event", "9" * LONGEST_NUMBER) == int("9" * LONGEST_NUMBER)
    for text in ("", "-1", "1.5", "١", "9" * (LONGEST_NUMBER + 1)):
        with pytest.raises(WrongInput):
            field.read("event", text)


def test_a_field_is_described_for_programs() -> None:
    assert TEXT.schema() == {"type": "string", "maxLength": 5, "description": "What it is about."}
    assert InputField().schema() == {"type": "string"}
    assert InputField(choices=tuple(Severity)).schema() == {"enum": ["low", "medium", "high", "critical"]}
