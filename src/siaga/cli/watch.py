"""`siaga watch`: the main job."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from siaga.cli.election_files import read_election_file
from siaga.cli.journals import JournalUrl
from siaga.cli.room_files import room_of
from siaga.domain.errors import BadInput


def watch(
    election: Annotated[Path, typer.Argument(help="The election file.")],
    directory: Annotated[
        Path | None,
        typer.Option(help="Where measurements and the journal are kept. By default siaga-data/ELECTION."),
    ] = None,
    room: Annotated[
        Path | None,
        typer.Option(help="The room file: whom to write to at each platform, and by when."),
    ] = None,
    journal: JournalUrl = None,
    public: Annotated[
        Path | None,
        typer.Option(help="Keep the public pages in this directory as files, for a web server to serve."),
    ] = None,
    host: Annotated[str, typer.Option(help="Where the pages listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The pages' port; 0 for any.", min=0, max=65535)] = 8024,
) -> None:
    """Watch an election: measure, judge, show. Stop with Ctrl-C; a kill at any moment loses nothing."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    try:
        declared = read_election_file(election)
        written_to = room_of(room, declared)
        from siaga.cli.watching import keep_watching  # noqa: PLC0415 - every room; files' faults come first

        data = directory or Path("siaga-data") / declared.id
        secrets_beside = None if room is None else room.parent
        keep_watching(
            declared, election.parent, written_to, secrets_beside, data, journal, (host, port), public
        )
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
