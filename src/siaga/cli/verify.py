"""`siaga verify`: whether a watch's record holds together."""

from pathlib import Path
from typing import Annotated, Final

import typer

from siaga.cli.election_files import read_election_file
from siaga.cli.journals import JournalUrl, known_journal
from siaga.cli.watch_directory import Directory, measurements_in
from siaga.domain.errors import BadInput

BROKEN: Final = 1


def verify(
    election: Annotated[Path, typer.Argument(help="The election file.")],
    directory: Directory = None,
    journal: JournalUrl = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each thing checked.")] = False,
) -> None:
    """Check a watch's record: the journal's chain, the sealed files, the order of past rounds.

    Exit code 0 if all holds, 1 if something does not, 2 on bad input. The watch may run meanwhile.
    """
    try:
        declared = read_election_file(election)
        data = directory or Path("siaga-data") / declared.id
        url, measurements = known_journal(data, journal), measurements_in(data)
        from siaga.cli.verifying import verify_record  # noqa: PLC0415 - databases and arrays

        holds = verify_record(measurements, url, as_json)
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
    if not holds:
        raise typer.Exit(BROKEN)
