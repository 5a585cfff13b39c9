"""`siaga controls`: which names would be good controls, from what was recorded."""

from pathlib import Path
from typing import Annotated

import typer

from siaga.cli.election_files import read_election_file
from siaga.domain.errors import BadInput
from siaga.measurements.recorded_files import files_of

app = typer.Typer(no_args_is_help=True, help="Check which comparison names are suitable.")


@app.callback()
def controls() -> None:
    """Check which comparison names are suitable."""


@app.command()
def suggest(
    files: Annotated[
        list[Path],
        typer.Argument(help="Files that Siaga gave out, in any form, or the directory of a watch."),
    ],
    election: Annotated[
        Path | None,
        typer.Option(help="Its controls are those in use; other recorded controls are candidates."),
    ] = None,
    platform: Annotated[list[str] | None, typer.Option(help="Only this platform; may be repeated.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, an object a platform.")] = False,
) -> None:
    """Rank controls by how alike they behave to the contestants, and say what each does to the proof.

    To try a name, write it as a control into an election file of its own and watch with that for some days.
    """
    try:
        declared = read_election_file(election) if election else None
        recorded = [file for path in files for file in files_of(path)]
        from siaga.cli.suggesting import suggest_controls  # noqa: PLC0415 - arrays

        suggest_controls(recorded, declared, frozenset(platform or ()), as_json)
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
