"""YAML as a tree of values that know where they stand; whatever could grow or surprise is refused.

Built from the parser's events, without recursion and without resolving types: the field decides how its
text reads, so that the country `NO` is no boolean. Refused: anchors, aliases, tags, several documents, keys
that are no text, and files too large, too deep or too full.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from siaga.config.item_lines import MARK, Bare, ItemRun, without_item_lines
from siaga.config.text_files import refuse_typed_otherwise
from siaga.domain.errors import BadInput, Fault

MOST_BYTES: Final = 1024 * 1024
MOST_BYTES_WITH_ITEM_LINES: Final = 8 * MOST_BYTES
"""Of a file most of which are items on lines of their own (`item_lines.py`)."""
LONGEST_LINE: Final = 2000
"""Characters. The parser's time grows with the square of some lines' length."""
DEEPEST: Final = 12
MOST_VALUES: Final = 20_000

_OTHER_TYPES = re.compile(
    r"~|null|true|false|yes|no|on|off|[-+]?(\.\d+|\d[\d_]*(\.\d*)?)(e[-+]?\d+)?|[-+]?\.(inf|nan)|0[xob][\da-f_]+",
    re.IGNORECASE,
)
"""Plain texts that some YAML tool takes for a number, a boolean or nothing."""
_BREAK = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Position:
    """Where something stands in a file."""

    path: str
    """Such as `contestants[2].names[0]`; empty for the file as a whole."""
    line: int
    """Counted from 1; 0 where no line applies."""

    def under(self, path: str) -> "Position":
        """The same line, for a field of it that is not there."""
        return Position(f"{self.path}.{path}".lstrip("."), self.line)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as it stands in the file."""

    text: str
    position: Position
    quoted: bool = False

    @property
    def is_ambiguous(self) -> bool:
        """Whether a YAML tool may take it for something other than text."""
        return not self.quoted and _OTHER_TYPES.fullmatch(self.text) is not None


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: "list[Tree]"
    position: Position


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping, with the line of each key."""

    fields: "dict[str, Tree]"
    key_lines: dict[str, int]
    position: Position

    def position_of(self, name: str) -> Position:
        """Where a field's value stands; the mapping's own line where the field is missing."""
        if name in self.fields:
            return self.fields[name].position
        return self.position.under(path_part(name))

    def position_of_key(self, name: str) -> Position:
        """Where the name of a field stands."""
        return Position(self.position.under(path_part(name)).path, self.key_lines[name])


Tree = Scalar | Items | Fields


@dataclass
class _Unfinished:
    """A list or mapping that is still being read."""

    tree: Items | Fields
    key: Scalar | None = None
    twice: bool = False
    """Whether the coming value belongs to a key that stands there already."""


class _Lines:
    """Numbers lines as editors do; the parser's marks also count breaks that editors do not show."""

    def __init__(self, text: str) -> None:
        self._ends = [match.end() for match in _BREAK.finditer(text)]

    def of(self, mark: StreamMark) -> int:
        """The line of a mark, from 1."""
        return bisect_right(self._ends, mark.index) + 1


@dataclass
class _Builder:
    file: str
    lines: _Lines
    runs: dict[int, ItemRun]
    """Items on lines of their own that are not in the tree yet, by their first line."""
    faults: list[Fault] = field(default_factory=list)
    opened: list[_Unfinished] = field(default_factory=list)
    root: Tree | None = None
    values: int = 0
    documents: int = 0

    def wrong(self, at: Position, what: str, do: str) -> None:
        self.faults.append(Fault(what, do, self.file, at.line, at.path))

    def take(self, event: object) -> None:
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                line = self.lines.of(event.start_mark)
                self.stop(line, "A second document begins here.", "Keep one document.")
        elif isinstance(event, SequenceEndEvent | MappingEndEvent):
            self.opened.pop()
        elif isinstance(event, NodeEvent):
            self.node(event, self.lines.of(event.start_mark))

    def node(self, event: NodeEvent, line: int) -> None:
        self.values += 1
        if self.values > MOST_VALUES:
            self.stop(line, f"The file holds more than {MOST_VALUES} values.", "Remove what is not needed.")
        at = Position(self.path(), line)
        if isinstance(event, AliasEvent):
            self.wrong(at, "An alias (`*name`) stands here.", "Write the value out.")
            self.put(Scalar("", at, quoted=True))
            return
        if event.anchor is not None:
            self.wrong(at, "An anchor (`&name`) stands here.", "Remove it, and write values out.")
        if getattr(event, "tag", None) not in {None, "!"}:
            self.wrong(at, "A tag (`!name`) stands here.", "Remove it.")
        if isinstance(event, ScalarEvent):
            if event.value == MARK and self.put_run(line):
                return
            self.put(Scalar(event.value, at, quoted=event.style in {"'", '"', "|", ">"}))
            return
        assert isinstance(event, SequenceStartEvent | MappingStartEvent)
        tree = Items([], at) if isinstance(event, SequenceStartEvent) else Fields({}, {}, at)
        self.put(tree)
        self.opened.append(_Unfinished(tree))
        if len(self.opened) > DEEPEST:
            self.stop(
                line, f"Values are nested more than {DEEPEST} deep.", "Write it as the documentation shows."
            )

    def put_run(self, line: int) -> bool:
        """Put the items in that a mark stands for; whether it is such a mark."""
        items = self.opened[-1].tree if self.opened else None
        if line not in self.runs or not isinstance(items, Items):
            return False
        for index, item in enumerate(self.runs.pop(line).items):
            path = f"{items.position.path}[{len(items.items)}]"
            items.items.append(_tree_of(item, path, line + index))
        return True

    def stop(self, line: int, what: str, do: str) -> None:
        self.wrong(Position("", line), what, do)
        raise BadInput(*self.faults)

    def path(self) -> str:
        """Where the coming value stands."""
        if not self.opened:
            return ""
        here = self.opened[-1]
        above = here.tree.position
        if isinstance(here.tree, Items):
            return f"{above.path}[{len(here.tree.items)}]"
        return above.under(path_part(here.key.text) if here.key else "").path.strip(".")

    def put(self, tree: Tree) -> None:
        if not self.opened:
            self.root = tree
            return
        here = self.opened[-1]
        if isinstance(here.tree, Items):
            here.tree.items.append(tree)
        elif here.key is None:
            self.put_key(here, tree)
        else:
            if not here.twice:
                here.tree.fields[here.key.text] = tree
            here.key = None

    def put_key(self, here: _Unfinished, tree: Tree) -> None:
        if not isinstance(tree, Scalar):
            self.stop(tree.position.line, "A field's name must be a text.", "Write `name: value`.")
            return
        assert isinstance(here.tree, Fields)
        here.key = tree
        here.twice = tree.text in here.tree.key_lines
        if here.twice:
            first = here.tree.key_lines[tree.text]
            what = f"This field stands here twice; first in line {first}."
            self.wrong(Position(self.path(), tree.position.line), what, "Keep one of them.")
        else:
            here.tree.key_lines[tree.text] = tree.position.line


def path_part(name: str) -> str:
    """A field's name as paths in faults show it: on one line, not too long."""
    return name if len(name) <= 60 and name.isprintable() else f"{name[:50]!a}..."


def read_tree(text: str, file: str = "") -> tuple[Tree | None, list[Fault]]:
    """The tree of a YAML text (None for an empty one), and the faults that leave the rest readable.

    Raises:
        BadInput: the text cannot be read on: too large, too deep, no YAML, or typed with other signs.
    """
    text = text.removeprefix("\ufeff")
    _refuse_large(text, file)
    refuse_typed_otherwise(text, file)
    shorter, runs = without_item_lines(text, file)
    builder = _built(shorter, file, runs)
    if builder.runs:  # within a text over several lines, where they are no items
        builder = _built(text, file, {})
    return builder.root, builder.faults


def _built(text: str, file: str, runs: dict[int, ItemRun]) -> _Builder:
    """The tree of a text in which marks stand for `runs`.

    Raises:
        BadInput: it cannot be read on.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        do = "Shorten it, or write long lists with one item a line, as the documentation shows."
        raise BadInput(Fault("The file is larger than 1 MiB.", do, file))
    lines = _Lines(text)
    builder = _Builder(file, lines, runs)
    try:
        for event in _events(text):
            builder.take(event)
    except MarkedYAMLError as error:
        line = lines.of(error.problem_mark) if error.problem_mark else 0
        problem = " ".join((error.problem or "it cannot be parsed").split())
        what = f"This is no YAML: {problem}."
        builder.faults.append(Fault(what, "Check this line and the one before it.", file, line))
        raise BadInput(*builder.faults) from None
    except YAMLError as error:
        bad = getattr(error, "character", None)
        what = "This is no YAML."
        if isinstance(bad, int):
            what = f"The character U+{bad:04X} may not stand in YAML."
        builder.faults.append(Fault(what, "Save the file as plain UTF-8 text.", file, _line_of(text, error)))
        raise BadInput(*builder.faults) from None
    return builder


def _tree_of(value: object, path: str, line: int) -> Tree:
    """What stands in one line as the tree that YAML's parser makes of it."""
    at = Position(path, line)
    if isinstance(value, dict):
        fields = {name: _tree_of(inner, f"{path}.{path_part(name)}", line) for name, inner in value.items()}
        return Fields(fields, dict.fromkeys(fields, line), at)
    if isinstance(value, list):
        return Items([_tree_of(inner, f"{path}[{index}]", line) for index, inner in enumerate(value)], at)
    if isinstance(value, str):
        return Scalar(str(value), at, quoted=not isinstance(value, Bare))
    return Scalar(json.dumps(value), at)  # true, false, null


def _events(text: str) -> Iterator[object]:
    """The parser's events. It has no other errors than its own, except on some broken escapes and numbers."""
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except (ValueError, OverflowError, AttributeError, IndexError, AssertionError, TypeError):
        raise YAMLError from None


def _refuse_large(text: str, file: str) -> None:
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES_WITH_ITEM_LINES:
        most = MOST_BYTES_WITH_ITEM_LINES >> 20
        raise BadInput(Fault(f"The file is larger than {most} MiB.", "Shorten it.", file))
    for number, line in enumerate(_BREAK.split(text), 1):
        if len(line) > LONGEST_LINE:
            what = f"The line is longer than {LONGEST_LINE} characters."
            raise BadInput(Fault(what, "Write one value a line.", file, number))


def _line_of(text: str, error: YAMLError) -> int:
    position = getattr(error, "position", None)
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else 0
