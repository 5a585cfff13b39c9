"""A section says every fault of its fields with its place, in words of our own."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import pytest
from pydantic import Field

from siaga.config.kinds import ROOM_FILE
from siaga.config.reading import FileReading
from siaga.config.scalars import Id, Moment, Text, whole
from siaga.config.sections import KeyedBy, ListOf, Section, read_sections
from siaga.config.tree import Position
from siaga.domain.errors import BadInput


class Shelf(Section):
    """A shelf."""

    id: Id
    """Its id."""
    max_books: Annotated[int, whole(1, 9)] = 3
    """So many at most."""

    def check(self, reading: FileReading) -> None:
        if self.id == "broken":
            reading.wrong(self.position_of("id"), "It is broken.", "Mend it.")


class Library(Section):
    """A library."""

    room: Id
    """Its id."""
    opened: Moment | None = None
    """Since when."""
    shelves: Annotated[tuple[Shelf, ...], ListOf(2)] = ()
    """Its shelves."""
    tags: Annotated[tuple[Text, ...], ListOf(9, unique=True)] = ()
    """Words for it."""
    floors: Annotated[dict[str, Shelf], KeyedBy(("ground", "first"))] = Field({})
    """A shelf a floor."""


def read(text: str) -> tuple[FileReading, Library | None]:
    return read_sections(Library, ROOM_FILE, text, "l.yaml", lambda root: ZoneInfo("Asia/Jakarta"))


def faults(text: str) -> list[tuple[int, str, str]]:
    reading, section = read(text)
    assert section is None
    assert all(fault.do and fault.file == "l.yaml" for fault in reading.faults)
    with pytest.raises(BadInput) as refused:
        reading.refuse()
    return [(fault.line, fault.field, fault.what) for fault in refused.value.faults]


def test_a_sound_file_gives_values_that_know_where_they_stand() -> None:
    reading, library = read("room: a\nopened: 2024-01-01T07:00\nshelves:\n  - {id: b, max-books: 5}\n")
    assert reading.faults == []
    assert library is not None
    assert library.opened == datetime(2024, 1, 1, tzinfo=ZoneInfo("UTC"))
    assert library.shelves[0].max_books == 5
    assert library.shelves[0].position == Position("shelves[0]", 4)
    assert library.shelves[0].position_of("max-books") == Position("shelves[0].max-books", 4)


def test_every_fault_is_said_in_the_order_of_lines() -> None:
    text = """room: A Room
shelves:
  - {id: b, max-books: many}
  - {max-boks: 4}
  - {id: c}
tags: [x, y, x, 7]
floors:
  first: shelf
  attic: {id: d}
"""
    assert faults(text) == [
        (1, "room", "'A Room' is no id."),
        (3, "shelves", "The list has 3 items."),
        (3, "shelves[0].max-books", "A number is expected here."),
        (4, "shelves[1].max-boks", "There is no field 'max-boks' here."),
        (4, "shelves[1].id", "`id` is missing."),
        (6, "tags[2]", "'x' stands here twice."),
        (6, "tags[3]", "This reads as a number, a yes or no, or nothing."),
        (8, "floors.first", "Fields are expected here."),
        (9, "floors.attic", "There is no field 'attic' here."),
    ]


def test_a_mistyped_field_is_not_said_to_be_missing_as_well() -> None:
    assert faults("rooms: a\n") == [(1, "rooms", "There is no field 'rooms' here.")]


def test_what_a_section_checks_itself_is_said_beside_the_forms_of_others() -> None:
    assert faults("room: A\nshelves: [{id: broken}]\n") == [
        (1, "room", "'A' is no id."),
        (2, "shelves[0].id", "It is broken."),
    ]


def test_sound_sections_can_be_looked_at_where_others_have_faults() -> None:
    reading, library = read("room: A\nshelves: [{id: b}, {id: broken}]\n")
    assert library is None
    assert isinstance(reading.sections["shelves[0]"], Shelf)
    assert "shelves[1]" not in reading.sections


def test_a_secret_is_refused_and_not_repeated() -> None:
    reading, _ = read("room: a\napi-key: hunter2\n")
    assert [fault.what for fault in reading.faults] == ["A secret must not stand in this file."]
    assert "hunter2" not in repr(reading.faults)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "The file is empty"),
        ("- a", "Fields are expected here"),
        ("word", "Fields are expected here"),
        ("election: a", "This is an election file; a room file is wanted here"),
    ],
)
def test_what_is_no_such_file_at_all_ends_the_reading(text: str, what: str) -> None:
    with pytest.raises(BadInput, match=what):
        read(text)


@pytest.mark.parametrize("value", ["[]", "{}", "x", "[[]]", "[{}]", "~", "{ground: {}}"])
@pytest.mark.parametrize("field", ["room", "opened", "shelves", "tags", "floors"])
def test_no_value_under_any_field_is_a_traceback(field: str, value: str) -> None:
    read(f"{field}: {value}\n")
