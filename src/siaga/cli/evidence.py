"""`siaga evidence`: the answers that were kept for a case, as an archive."""

from pathlib import Path
from typing import Annotated

import typer

from siaga.cli.election_files import read_election_file
from siaga.cli.journals import JournalUrl, known_journal
from siaga.cli.watch_directory import Directory
from siaga.domain.errors import BadInput


def evidence(
    election: Annotated[Path, typer.Argument(help="The election file.")],
    case: Annotated[str, typer.Argument(help="The case, such as C-1.")],
    file: Annotated[Path, typer.Argument(help="Where to write; nothing may be there yet.")],
    directory: Directory = None,
    journal: JournalUrl = None,
) -> None:
    """Write the answers that were kept for a case to a ZIP archive, with their digests.

    Each file in it is named by the SHA-256 of its content, as the measurements name it in `body_sha256`.
    """
    try:
        declared = read_election_file(election)
        data = directory or Path("siaga-data") / declared.id
        url = known_journal(data, journal)
        from siaga.cli.archiving import archive_evidence  # noqa: PLC0415 - databases

        bodies = archive_evidence(declared, data, url, case, file)
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
    typer.echo(f"{bodies:,} answers in {file}")
