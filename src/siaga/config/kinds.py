"""The kinds of files that people write, told apart by the field that names what they declare."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from siaga.domain.errors import BadInput, Fault


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file."""

    name: str
    """With its article: `an election file`."""
    marker: str
    """The top-level field that only files of this kind have: their id."""
    begin: str
    """How to begin one, for an empty file."""
    use: str
    """Which command takes one, for a file that was given in another's place."""


ELECTION_FILE: Final = FileKind(
    "an election file",
    "election",
    "Begin with `siaga election new`.",
    "Check an election file with `siaga election check FILE`; `siaga watch` takes it first, before `--room`.",
)
ROOM_FILE: Final = FileKind(
    "a room file",
    "room",
    "Begin with `siaga room new`.",
    "Check a room file with `siaga room check ROOM ELECTION`; `siaga watch` takes it as `--room ROOM`.",
)
RECIPE_FILE: Final = FileKind(
    "a recipe",
    "recipe",
    "Begin with `recipe: an-id`.",
    "An election file names a recipe at its platform: `recipe: FILE`.",
)
SCENARIO_FILE: Final = FileKind(
    "a scenario",
    "scenario",
    "Begin with `scenario: an-id`.",
    "`python -m siaga.simulation` takes a scenario as `--scenario FILE`.",
)
KINDS: Final = (ELECTION_FILE, ROOM_FILE, RECIPE_FILE, SCENARIO_FILE)


def refuse_other_kind(names: Collection[str], wanted: FileKind, file: str) -> None:
    """Refuse a file that names itself as one of another kind; `names` are its top-level fields.

    Raises:
        BadInput: it does; the fault says what the file is, what is wanted and what to do.
    """
    found = [kind for kind in KINDS if kind.marker in names]
    if wanted not in found and len(found) == 1:
        what = f"This is {found[0].name}; {wanted.name} is wanted here."
        raise BadInput(Fault(what, found[0].use, file))
