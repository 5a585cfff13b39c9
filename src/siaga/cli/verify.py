"""`siaga verify`: whether a watch's record holds together."""

from pathlib import Path
from typing import Annotated

import typer

from siaga.cli.election_files import read_election_file
from siaga.cli.journals import JournalUrl
from siaga.cli.watch_directory import Directory, check_is_of_watch
from siaga.domain.errors import BadInput
from siaga.journal.address import journal_of


def verify(
    election: Annotated[Path, typer.Argument(help="The election file.")],
    directory: Directory = None,
    journal: JournalUrl = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each thing checked.")] = False,
) -> None:
    """Check a watch's record: its files, the journal's chain, the order of past rounds.

    Exit code 0 if all holds, 1 if a round was not asked as fixed beforehand, 2 on bad input, 3 if a file is
    missing, damaged or changed. The watch may run meanwhile.
    """
    try:
        declared = read_election_file(election)
        data = directory or Path("siaga-data") / declared.id
        check_is_of_watch(data)
        from siaga.cli.verifying import verify_record  # noqa: PLC0415 - databases and arrays

        code = verify_record(declared.id, data, journal_of(data, journal), as_json)
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
    if code:
        raise typer.Exit(code)
