"""Errors that say what is wrong, where, and what to do."""

import pytest

from siaga.domain.errors import BadInput, Fault, Sentence, said_in


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault("It is empty.", "Write a name."), "It is empty. Write a name."),
        (Fault("It is empty.", "Write a name.", "e.yaml"), "e.yaml: It is empty. Write a name."),
        (Fault("It is empty.", "Write a name.", field="id"), "id: It is empty. Write a name."),
        (
            Fault("It is empty.", "Write a name.", "e.yaml", 7, "names[0]"),
            "e.yaml:7:names[0]: It is empty. Write a name.",
        ),
    ],
)
def test_a_fault_names_the_place_as_far_as_it_is_known(fault: Fault, text: str) -> None:
    assert str(fault) == text


def test_bad_input_says_every_fault_on_its_line() -> None:
    first, second = Fault("No id.", "Write one.", line=3), Fault("No name.", "Write one.", line=4)
    error = BadInput(first, second)
    assert error.faults == (first, second)
    assert str(error).splitlines() == ["3: No id. Write one.", "4: No name. Write one."]


def test_a_sentence_with_fields_is_said_in_another_language_with_them() -> None:
    words = {"{case} is {stage}.": "{case} kini {stage}.", "restored": "pulih", "Wait.": "Tunggu."}
    sentence = Sentence("{case} is {stage}.", case="C-{1}", stage=Sentence("restored"))
    assert sentence == "C-{1} is restored."
    assert said_in(sentence, words.__getitem__) == "C-{1} kini pulih."
    assert said_in("Wait.", words.__getitem__) == "Tunggu."
