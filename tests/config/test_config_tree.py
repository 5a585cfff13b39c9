"""A tree knows where each value stands, and keeps texts as they are written."""

import pytest

from siaga.config.tree import Fields, Items, Position, Scalar, path_part, read_tree
from siaga.domain.errors import BadInput

TEXT = """country: NO
names:
  - full: "A: b"
  - [one, 2]
"""


def test_every_value_has_its_path_and_line() -> None:
    tree, faults = read_tree(TEXT)
    assert faults == []
    assert isinstance(tree, Fields)
    names = tree.fields["names"]
    assert isinstance(names, Items)
    inner, second = names.items
    assert isinstance(inner, Fields)
    assert isinstance(second, Items)
    assert inner.fields["full"] == Scalar("A: b", Position("names[0].full", 3), quoted=True)
    assert second.items[1] == Scalar("2", Position("names[1][1]", 4))
    assert tree.fields["country"] == Scalar("NO", Position("country", 1))


def test_a_missing_field_stands_where_its_section_does() -> None:
    tree, _ = read_tree("a:\n  b: 1\n")
    assert isinstance(tree, Fields)
    section = tree.fields["a"]
    assert isinstance(section, Fields)
    assert section.position_of("c") == Position("a.c", 2)
    assert section.position_of("b") == Position("a.b", 2)
    assert tree.position_of_key("a") == Position("a", 1)


@pytest.mark.parametrize("text", ["NO", "yes", "~", "1_000", "0x1F", ".nan", "-1.5e3", "null"])
def test_what_other_tools_read_otherwise_is_ambiguous_unless_quoted(text: str) -> None:
    plain, _ = read_tree(text)
    quoted, _ = read_tree(f'"{text}"')
    assert isinstance(plain, Scalar)
    assert isinstance(quoted, Scalar)
    assert (plain.is_ambiguous, quoted.is_ambiguous) == (True, False)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a: &x 1\n", "anchor"),
        ("a: !!str 1\n", "tag"),
        ("a: 1\na: 2\n", "twice; first in line 1"),
        ("a: *x\n", "alias"),
    ],
)
def test_what_leaves_the_rest_readable_is_said_beside_the_tree(text: str, what: str) -> None:
    tree, faults = read_tree(text, "f.yaml")
    assert isinstance(tree, Fields)
    assert [(what in fault.what, fault.field, fault.file) for fault in faults] == [(True, "a", "f.yaml")]


@pytest.mark.parametrize(
    "text", ["a: [", "a: b: c", "a: 1\n---\nb: 2", "[[[[[[[[[[[[[1]]]]]]]]]]]]]", "? [a]\n: b", "\x07"]
)
def test_what_cannot_be_read_on_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read_tree(text)


def test_a_strange_name_is_shown_on_one_line() -> None:
    assert path_part("plain") == "plain"
    assert path_part("a\nb").isprintable()
    assert len(path_part("x" * 1000)) < 70
