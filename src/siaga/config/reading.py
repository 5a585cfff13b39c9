"""One file while it is read: its tree, what is wrong with it so far, and which of its sections are sound."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final, NoReturn, TypeVar

from siaga.config.tree import Fields, Position, Tree
from siaga.config.wording import closest, quoted, use_one_of
from siaga.domain.errors import BadInput, Fault

_SECRET: Final = re.compile(r"token|secret|passw|api[-_]?key|bearer|private[-_]?key|^key$", re.IGNORECASE)
T = TypeVar("T")


@dataclass
class FileReading:
    """A file's tree with its faults; the models of `sections.py` add to it while they read."""

    root: Fields
    file: str
    faults: list[Fault]
    zone: tzinfo
    """The zone of times that are written without an offset."""
    sections: dict[str, object] = field(default_factory=dict)
    """Every section without a fault of its own, by its path, also where the file has others."""

    def wrong(self, at: Position, what: str, do: str) -> None:
        """Add a fault."""
        self.faults.append(Fault(what, do, self.file, at.line, at.path))

    def none_in(self, *names: str) -> bool:
        """Whether these top-level fields have no fault so far."""
        return not any(re.split(r"[.\[]", fault.field, maxsplit=1)[0] in names for fault in self.faults)

    def refuse(self) -> NoReturn:
        """End the reading with what was found.

        Raises:
            BadInput: always, with every fault in the order of lines.
        """
        raise BadInput(*sorted(self.faults, key=lambda fault: fault.line))

    def sound(self, kind: type[T], tree: Tree | None) -> T | None:
        """The section that was read from `tree`; None where it has a fault or is of another kind."""
        section = None if tree is None else self.sections.get(tree.position.path)
        return section if isinstance(section, kind) else None

    def all_sound(self, kind: type[T], trees: Iterable[Tree]) -> list[T]:
        """The sections without a fault of their own among `trees`."""
        return [section for tree in trees if (section := self.sound(kind, tree)) is not None]

    def known_fields(
        self, tree: Fields, known: Collection[str], required: Collection[str]
    ) -> dict[str, Tree]:
        """The fields of a section that may stand there; adds a fault for each unknown or missing one."""
        found: dict[str, Tree] = {}
        mistyped: set[str | None] = set()
        for name, value in tree.fields.items():
            if name in known:
                found[name] = value
                continue
            mistyped.add(closest(name, known))
            at = tree.position_of_key(name)
            if _SECRET.search(name):
                do = (
                    "Remove it, change it where it came from, and say where it is found: "
                    "`{environment: NAME}`, as a `credential`, `password` or `secret`."
                )
                self.wrong(at, "A secret must not stand in this file.", do)
            else:
                self.wrong(at, f"There is no field {quoted(name)} here.", use_one_of(name, known))
        for name in required:
            if name not in found and name not in mistyped:
                self.wrong(tree.position_of(name), f"`{name}` is missing.", f"Add `{name}:`.")
        return found
