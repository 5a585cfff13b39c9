"""Reads an election file from disk for a command."""

from pathlib import Path

from siaga.config.text_files import text_of_bytes
from siaga.config.tree import MOST_BYTES, MOST_BYTES_WITH_ITEM_LINES
from siaga.domain.errors import BadInput, Fault
from siaga.election.model import Election


def read_election_file(path: Path) -> Election:
    """The election that a file declares.

    Raises:
        BadInput: the file cannot be read, or has faults.
    """
    return election_of_text(text_of_file(path, "election file", MOST_BYTES_WITH_ITEM_LINES), path)


def election_of_text(text: str, path: Path) -> Election:
    """The election that a text declares, which stands at `path` or is to.

    Raises:
        BadInput: it has faults.
    """
    from siaga.composition.readers import page  # noqa: PLC0415 - models that take long to build
    from siaga.election.reading import read_election  # noqa: PLC0415 - the same
    from siaga.platforms.registry import platforms  # noqa: PLC0415 - every platform

    return read_election(text, platforms(), str(path), lambda recipe: page(path.parent, recipe))


def text_of_file(path: Path, what: str, most: int = MOST_BYTES) -> str:
    """The text of a file that people wrote; `what` says which, as in `election file`; `most` bytes at most.

    Raises:
        BadInput: it cannot be read, or is no text in UTF-8.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as error:
        raise BadInput(
            Fault(f"The {what} cannot be read: {error.strerror}.", "Check its path.", str(path))
        ) from None
    return text_of_bytes(raw, str(path), most)
