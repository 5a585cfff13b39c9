"""Typed access to a file's fields that collects every fault with its line, and never stops at the first."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final, TypeVar

from siaga.domain.errors import Fault
from siaga.election.moments import Unreadable
from siaga.election.tree import Fields, Items, Scalar, Tree, path_part

ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
LONGEST_ID: Final = 48
LONGEST_TEXT: Final = 200
_SECRET = re.compile(r"token|secret|passw|api[-_]?key|bearer|private[-_]?key|^key$", re.IGNORECASE)
_DECIMAL = re.compile(r"-?\d{1,9}(\.\d{1,9})?", re.ASCII)
T = TypeVar("T")


def meant_by(word: str, known: Collection[str]) -> str | None:
    """The known word that is most like `word`, if any is."""
    return next(iter(get_close_matches(word[:100], known, n=1, cutoff=0.6)), None)


def one_of(word: str, known: Collection[str]) -> str:
    """What to write instead of an unknown word: the most like it first."""
    return _choose(meant_by(word, known), known)


def _choose(meant: str | None, known: Collection[str]) -> str:
    return f"{'' if meant is None else f'Did you mean {meant!r}? '}Use one of: {', '.join(known)}."


def shown(text: str) -> str:
    """A text of the file as a fault quotes it."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


@dataclass
class Faults:
    """What is wrong with one file, gathered while it is read."""

    file: str
    found: list[Fault] = field(default_factory=list)

    def wrong(self, line: int, path: str, what: str, do: str) -> None:
        """Add a fault."""
        self.found.append(Fault(what, do, self.file, line, path))

    def none_in(self, *sections: str) -> bool:
        """Whether these top-level fields were read without a fault so far."""
        return not any(re.split(r"[.\[]", fault.field, maxsplit=1)[0] in sections for fault in self.found)


@dataclass(frozen=True)
class Section:
    """One mapping of the file, with only known fields."""

    faults: Faults
    fields: dict[str, Tree]
    path: str
    line: int

    def at(self, name: str) -> str:
        """The path of one of its fields."""
        return f"{self.path}.{name}".lstrip(".")

    def line_of(self, name: str) -> int:
        """The line of one of its fields; its own where the field is missing."""
        return self.fields[name].line if name in self.fields else self.line

    def wrong(self, name: str, what: str, do: str) -> None:
        """Add a fault about one of its fields."""
        self.faults.wrong(self.line_of(name), self.at(name), what, do)

    def text(self, name: str, longest: int = LONGEST_TEXT) -> str | None:
        """The field as a text; None where it is missing or wrong."""
        if name not in self.fields:
            return None
        return text_of(self.faults, self.fields[name], self.at(name), longest)

    def id(self, name: str) -> str | None:
        """The field as an id: lower-case words joined by hyphens."""
        text = self.text(name)
        if text is None:
            return None
        if len(text) > LONGEST_ID or ID.fullmatch(text) is None:
            do = f"Write lower-case letters, digits and single hyphens, at most {LONGEST_ID}: {_as_id(text)}."
            self.wrong(name, f"{shown(text)} is no id.", do)
            return None
        return text

    def choice(self, name: str, known: Collection[str]) -> str | None:
        """The field as one of the known words."""
        text = self.text(name)
        if text is not None and text not in known:
            self.wrong(name, f"{shown(text)} is not known here.", one_of(text, known))
            return None
        return text

    def parsed(self, name: str, parse: Callable[[str], T]) -> T | None:
        """The field as `parse` reads it."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return parse(text)
        except Unreadable as problem:
            self.wrong(name, f"{shown(text)}: {problem.what}", problem.do)
            return None

    def number(self, name: str, least: float, most: float) -> float | None:
        """The field as a number within bounds."""
        return self._number(name, least, most, f"Write a number from {least:g} to {most:g}.")

    def integer(self, name: str, least: int, most: int) -> int | None:
        """The field as a whole number within bounds."""
        do = f"Write a whole number from {least} to {most}."
        number = self._number(name, least, most, do)
        if number is not None and not number.is_integer():
            self.wrong(name, f"{number:g} is no whole number.", do)
            return None
        return None if number is None else int(number)

    def _number(self, name: str, least: float, most: float, do: str) -> float | None:
        if name not in self.fields:
            return None
        tree = self.fields[name]
        if not isinstance(tree, Scalar) or tree.quoted or _DECIMAL.fullmatch(tree.text) is None:
            self.wrong(name, "A number is expected here.", do)
            return None
        if not least <= float(tree.text) <= most:
            self.wrong(name, f"{tree.text} is out of range.", do)
            return None
        return float(tree.text)

    def items(self, name: str, most: int, least: int = 1) -> Iterator[tuple[Tree, str]]:
        """The field's items, each with its path."""
        tree = self.fields.get(name)
        if tree is None:
            return
        if not isinstance(tree, Items):
            self.wrong(name, "A list is expected here.", "Write `- ` before each item, a line each.")
            return
        if not least <= len(tree.items) <= most:
            do = f"Write {least} to {most} items."
            self.wrong(name, f"The list has {len(tree.items)} items.", do)
        for place, item in enumerate(tree.items[:most]):
            yield item, f"{self.at(name)}[{place}]"

    def sections(
        self, name: str, known: Collection[str], required: Collection[str], most: int, least: int = 1
    ) -> Iterator["Section"]:
        """The field's items as sections; those that are none are said and left out."""
        for item, path in self.items(name, most, least):
            section = section_of(self.faults, item, path, known, required)
            if section is not None:
                yield section

    def section(self, name: str, known: Collection[str], required: Collection[str] = ()) -> "Section | None":
        """The field as a section of its own."""
        if name not in self.fields:
            return None
        return section_of(self.faults, self.fields[name], self.at(name), known, required)


def section_of(
    faults: Faults, tree: Tree, path: str, known: Collection[str], required: Collection[str] = ()
) -> Section | None:
    """`tree` as a section; unknown and missing fields are said."""
    if not isinstance(tree, Fields):
        do = f"Write fields, such as {', '.join(f'`{name}:`' for name in (required or known))}."
        faults.wrong(tree.line, path, "Fields are expected here.", do)
        return None
    fields: dict[str, Tree] = {}
    mistyped: set[str | None] = set()
    for name, value in tree.fields.items():
        if name in known:
            fields[name] = value
            continue
        meant = meant_by(name, known)
        mistyped.add(meant)
        where = f"{path}.{path_part(name)}".lstrip(".")
        if _SECRET.search(name):
            what = "A secret must not stand in this file."
            do = (
                "Remove it, change it where it came from, and say where it is found: `{environment: NAME}`, "
                "as a `credential`, `password` or `secret`."
            )
        else:
            what, do = f"There is no field {shown(name)} here.", _choose(meant, known)
        faults.wrong(tree.key_lines[name], where, what, do)
    section = Section(faults, fields, path, tree.line)
    for name in required:
        if name not in fields and name not in mistyped:
            section.wrong(name, f"`{name}` is missing.", f"Add `{name}:`.")
    return section


def text_of(faults: Faults, tree: Tree, path: str, longest: int = LONGEST_TEXT) -> str | None:
    """`tree` as a text of 1 to `longest` characters on one line; None where it is none."""
    if not isinstance(tree, Scalar):
        faults.wrong(tree.line, path, "A text is expected here.", "Write one text.")
    elif not tree.text.strip():
        faults.wrong(tree.line, path, "Nothing stands here.", "Write a text, or remove the field.")
    elif tree.is_ambiguous:
        what = "This reads as a number, a yes or no, or nothing."
        faults.wrong(tree.line, path, what, 'Write it in quotes, such as "2024".')
    elif len(tree.text) > longest:
        faults.wrong(
            tree.line, path, f"The text has {len(tree.text)} characters.", f"Write at most {longest}."
        )
    elif not _is_plain(tree.text):
        what = "Line breaks, control characters or outer spaces stand in the text."
        faults.wrong(tree.line, path, what, "Remove them.")
    else:
        return tree.text
    return None


def _is_plain(text: str) -> bool:
    """Whether a text prints on one line; joiners are letters' business in several scripts."""
    return text.replace("\u200c", "").replace("\u200d", "").isprintable() and text == text.strip()


def _as_id(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", text[:LONGEST_ID].lower())) or "some-words"
