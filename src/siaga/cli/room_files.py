"""Reads a room file from disk for a command."""

from pathlib import Path

from siaga.cases.room_file import RoomFile
from siaga.cli.election_files import text_of_file
from siaga.election.model import Election


def room_of(path: Path | None, election: Election) -> RoomFile:
    """The room that a file declares; without one, a room that writes to nobody.

    Raises:
        BadInput: the file cannot be read, or has faults.
    """
    if path is None:
        return RoomFile(election.id, election.label, "", election.languages)
    text = text_of_file(path, "room file")
    from siaga.cases.room_reading import read_room  # noqa: PLC0415 - models that take long to build
    from siaga.notifying.registry import FORMS  # noqa: PLC0415 - every channel, with its network

    return read_room(text, election, FORMS, str(path))
