"""Errors that say what is wrong, where, and what to do."""

import pytest

from siaga.domain.errors import BadInput, Fault


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
