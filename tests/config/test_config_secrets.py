"""A secret is named in exactly one way, and never stands in the file."""

import pytest

from siaga.config.kinds import ROOM_FILE
from siaga.config.secrets import SecretSource
from siaga.config.sections import Section, read_sections


class Keyring(Section):
    """Something with a secret."""

    room: SecretSource
    """Where it is found."""


def faults(secret: str) -> list[str]:
    reading, _ = read_sections(Keyring, ROOM_FILE, f"room: {secret}\n")
    assert "hunter2" not in repr(reading.faults)
    return [fault.what for fault in reading.faults]


def test_a_variable_or_a_file_is_one_place() -> None:
    assert faults("{environment: SIAGA_KEY}") == []
    assert faults("{file: key.txt}") == []


@pytest.mark.parametrize(
    ("secret", "what"),
    [
        ("{}", "one place"),
        ("{environment: A, file: b}", "one place"),
        ("{environment: hunter2-hunter2}", "no name of an environment variable"),
        ("{environment: 9A}", "no name of an environment variable"),
        ("{file: [hunter2]}", "A text is expected"),
        ("hunter2", "Fields are expected"),
        ("{token: hunter2}", "A secret must not stand"),
    ],
)
def test_anything_else_is_refused_without_repeating_it(secret: str, what: str) -> None:
    assert any(what in fault for fault in faults(secret))
