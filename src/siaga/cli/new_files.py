"""Writes a file that a command begins for people, and never over one that is there."""

from pathlib import Path

from siaga.domain.errors import BadInput, Fault


def write_new(file: Path, text: str) -> None:
    """Write `text` to a file that is not there yet.

    Raises:
        BadInput: it is there already, or cannot be written.
    """
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        what = "The file is there already; nothing was written."
        raise BadInput(Fault(what, "Choose another name.", str(file))) from None
    except OSError as error:
        what = f"The file cannot be written: {error.strerror}."
        raise BadInput(Fault(what, "Check its path.", str(file))) from None
