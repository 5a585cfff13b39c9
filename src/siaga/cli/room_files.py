"""Reads a room file from disk for a command."""

from pathlib import Path

from siaga.cases.room_file import RoomFile
from siaga.cases.room_reading import read_room
from siaga.cli.election_files import text_of_file
from siaga.election.model import Election
from siaga.notifying.registry import FORMS


def room_of(path: Path | None, election: Election) -> RoomFile:
    """The room that a file declares; without one, a room that writes to nobody.

    Raises:
        BadInput: the file cannot be read, or has faults.
    """
    if path is None:
        return RoomFile(election.id, election.label, "", election.languages)
    return read_room(text_of_file(path, "room file"), election, FORMS, str(path))
