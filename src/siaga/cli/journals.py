"""Where a command finds the journal of a watch."""

from contextvars import ContextVar
from pathlib import Path
from typing import Annotated, Final

import typer

from siaga.domain.errors import BadInput, Fault
from siaga.journal.address import journal_of

JournalUrl = Annotated[
    str | None,
    typer.Option(
        "--journal",
        envvar="SIAGA_JOURNAL",
        help="The journal's address, such as postgresql+psycopg://siaga@db.example/siaga. "
        "By default a file in the watch's directory.",
        show_envvar=True,
    ),
]

CHOSEN: Final[ContextVar[str | None]] = ContextVar("journal", default=None)
"""What a group of commands was told before the command's own words."""


def known_journal(directory: Path, url: str | None) -> str:
    """The address of a journal that is there.

    Raises:
        BadInput: the directory holds none.
    """
    if url is None and not (directory / "journal.sqlite").exists():
        what = f"No data in {directory}: no watch has run there."
        raise BadInput(Fault(what, "Give its directory with --directory, or its --journal."))
    return journal_of(directory, url)
