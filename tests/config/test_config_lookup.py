"""What rules need of a tree is found where it is, and nothing where it is not."""

from siaga.config.lookup import field_of, items_of, read_text, text_of
from siaga.config.scalars import parse_id
from siaga.config.tree import Fields, Items, Tree, read_tree


def tree(text: str) -> Tree:
    found, _ = read_tree(text)
    assert found is not None
    return found


def test_fields_and_items_are_found_only_in_what_has_them() -> None:
    root = tree("a: [1, {b: 2}]\nc: word\n")
    assert isinstance(field_of(root, "a"), Items)
    assert field_of(root, "d") is None
    assert isinstance(list(items_of(root, "a"))[1], Fields)
    assert list(items_of(root, "c")) == list(items_of(root, "d")) == []
    assert field_of(tree("word"), "a") is None


def test_a_text_is_read_or_left_out() -> None:
    root = tree("a: good-id\nb: Bad Id\nc: [x]\nd: 7\n")
    assert [text_of(root, name, parse_id) for name in "abcde"] == ["good-id", None, None, None, None]
    assert read_text(None, str) is None
