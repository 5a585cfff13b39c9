"""A reading gathers faults, and knows which parts of a file are sound."""

from datetime import UTC

import pytest

from siaga.config.reading import FileReading
from siaga.config.tree import Fields, Position, read_tree
from siaga.domain.errors import BadInput


def reading_of(text: str) -> FileReading:
    tree, faults = read_tree(text, "f.yaml")
    assert isinstance(tree, Fields)
    return FileReading(tree, "f.yaml", faults, UTC)


def test_faults_come_out_in_the_order_of_lines() -> None:
    reading = reading_of("a: 1\nb: 2\n")
    reading.wrong(Position("b", 2), "Second.", "Do.")
    reading.wrong(Position("a", 1), "First.", "Do.")
    with pytest.raises(BadInput) as refused:
        reading.refuse()
    assert [fault.what for fault in refused.value.faults] == ["First.", "Second."]


def test_a_top_level_field_is_faulty_where_anything_under_it_is() -> None:
    reading = reading_of("a: 1\n")
    reading.wrong(Position("controls[2].id", 1), "Wrong.", "Do.")
    reading.wrong(Position("events.first", 1), "Wrong.", "Do.")
    assert reading.none_in("control", "event", "a")
    assert not reading.none_in("controls")
    assert not reading.none_in("a", "events")


def test_a_section_is_sound_only_as_what_it_was_read_as() -> None:
    reading = reading_of("a: {b: 1}\n")
    section = reading.root.fields["a"]
    reading.sections["a"] = 7
    assert reading.sound(int, section) == 7
    assert reading.sound(str, section) is None
    assert reading.sound(int, None) is None
    assert reading.all_sound(int, [section, reading.root]) == [7]


def test_known_fields_are_handed_on_and_the_others_said() -> None:
    reading = reading_of("reader: x\nlabl: y\nbearer: z\n")
    found = reading.known_fields(reading.root, ("reader", "label", "every"), ("reader", "label", "every"))
    assert list(found) == ["reader"]
    assert [(fault.field, fault.line) for fault in reading.faults] == [
        ("labl", 2),
        ("bearer", 3),
        ("every", 1),
    ]
