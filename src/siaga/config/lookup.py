"""Looks into a file's tree for what rules across sections need, also where a section has faults."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from siaga.config.scalars import plain_text
from siaga.config.tree import Fields, Items, Tree
from siaga.config.wording import Unreadable

T = TypeVar("T")


def field_of(tree: Tree, name: str) -> Tree | None:
    """The value of a section's field; None where there is none."""
    return tree.fields.get(name) if isinstance(tree, Fields) else None


def items_of(tree: Tree, name: str) -> Iterator[Tree]:
    """The items of a section's field; none where it is no list."""
    value = field_of(tree, name)
    yield from value.items if isinstance(value, Items) else ()


def read_text(tree: Tree | None, parse: Callable[[str], T]) -> T | None:
    """A node as `parse` reads its text; None where there is none, or it does not read."""
    if tree is None:
        return None
    try:
        return parse(plain_text(tree))
    except Unreadable:
        return None


def text_of(tree: Tree, name: str, parse: Callable[[str], T]) -> T | None:
    """A section's field as `parse` reads its text; None where it is missing or does not read."""
    return read_text(field_of(tree, name), parse)
