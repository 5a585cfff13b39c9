"""Items of a list that stand on one line each and are written as JSON, as `- {"id": "a", "number": 1}`.

JSON is YAML, and is read a hundred times as fast. What stands here gives the same tree as the YAML parser, or
leaves the line to it: a list of ten thousand people is then read in a second.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from siaga.domain.errors import BadInput, Fault

FEWEST: Final = 8
"""Lines in a row; fewer are left to the YAML parser."""
MOST_ITEM_VALUES: Final = 600_000
DEEPEST_ITEM: Final = 8
LONGEST_KEY: Final = 100
MARK: Final = "items on lines of their own"
"""The text that stands for the items of a run while the rest of the file is parsed."""
_LINE: Final = re.compile(r"( *)- (\{.*\}) *")
_BREAK: Final = re.compile(r"(\r\n?|\n)")


class Bare(str):
    """A number, a yes or no or nothing, as it is written, without quotes."""

    __slots__ = ()


class _LeftToYaml(Exception):
    """The line says something that JSON and YAML might read in two ways."""


@dataclass(frozen=True, slots=True)
class ItemRun:
    """Items on neighbouring lines."""

    line: int
    """Of the first one; each further one stands in the next line."""
    items: tuple[dict[str, object], ...]


def without_item_lines(text: str, file: str) -> tuple[str, dict[int, ItemRun]]:
    """The text with a mark in place of each run of items, and with as many lines; the runs by first line.

    Raises:
        BadInput: the items hold more values than a file may.
    """
    parts = _BREAK.split(text)
    lines, breaks = parts[::2], [*parts[1::2], ""]
    runs: dict[int, ItemRun] = {}
    values = 0
    for first, indent, items in _runs(lines):
        values += sum(map(_count, items))
        if values > MOST_ITEM_VALUES:
            what = f"The file holds more than {MOST_ITEM_VALUES:,} values."
            raise BadInput(Fault(what, "Divide it.", file, first + 1))
        runs[first + 1] = ItemRun(first + 1, tuple(items))
        lines[first] = f'{indent}- "{MARK}"'
        lines[first + 1 : first + len(items)] = [""] * (len(items) - 1)
    if not runs:
        return text, runs
    return "".join(line + end for line, end in zip(lines, breaks, strict=True)), runs


def _runs(lines: list[str]) -> Iterator[tuple[int, str, list[dict[str, object]]]]:
    """Each run of items indented alike: the index of its first line, its indentation, its items."""
    first, indent, items = 0, "", list[dict[str, object]]()
    for index, line in enumerate(lines):
        match = _LINE.fullmatch(line)
        item = _item(match[2]) if match else None
        if items and (item is None or match is None or match[1] != indent):
            if len(items) >= FEWEST:
                yield first, indent, items
            items = []
        if match is not None and item is not None:
            if not items:
                first, indent = index, match[1]
            items.append(item)
    if len(items) >= FEWEST:
        yield first, indent, items


def _item(text: str) -> dict[str, object] | None:
    """What a line says; None where YAML's own parser must read it."""
    if "\\" in text or not text.isprintable():
        return None
    try:
        item: dict[str, object] = _DECODER.decode(text)
    except (ValueError, RecursionError, _LeftToYaml):
        return None
    return item if _depth(item) <= DEEPEST_ITEM else None


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs) or any(len(name) > LONGEST_KEY for name in fields):
        raise _LeftToYaml
    return fields


def _refuse(constant: str) -> object:
    raise _LeftToYaml(constant)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_int=Bare, parse_float=Bare, parse_constant=_refuse
)


def _depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


def _count(value: object) -> int:
    if isinstance(value, dict):
        return 1 + len(value) + sum(map(_count, value.values()))
    return 1 + sum(map(_count, value)) if isinstance(value, list) else 1
