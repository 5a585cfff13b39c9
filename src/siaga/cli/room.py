"""`siaga room`: check a room file, begin a new one, print the schema for editors."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from siaga.cases.room_file import RoomFile
from siaga.cli.election_files import read_election_file
from siaga.cli.new_files import write_new
from siaga.cli.room_files import room_of
from siaga.domain.errors import BadInput
from siaga.election.model import Election

app = typer.Typer(no_args_is_help=True, help="Create and check room files: contacts and deadlines.")

ElectionFile = Annotated[Path, typer.Argument(help="The election file that it stands beside.")]


@app.command()
def check(file: Annotated[Path, typer.Argument(help="The room file.")], election: ElectionFile) -> None:
    """Say every fault of a room file, a line each (exit code 2), or whom it writes to."""
    try:
        declared = read_election_file(election)
        room = room_of(file, declared)
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
    _show(file, room, declared)


def _show(file: Path, room: RoomFile, election: Election) -> None:
    needed = "1 approval" if room.approvals == 1 else f"{room.approvals} approvals"
    typer.echo(f"{file}: no errors. Notices need {needed}.")
    for platform in election.platforms:
        desk = room.desk(platform.id)
        if desk is None:
            typer.echo(f"{platform.label}: no contact. Notices cannot be sent to it.")
            continue
        rungs = " > ".join(_rung(room, id) for id in desk.ladder)
        typer.echo(f"{platform.label}, in {desk.language}: {rungs}")


def _rung(room: RoomFile, id: str) -> str:
    contact = room.contact(id)
    kinds = ", ".join(channel.kind for channel in contact.channels) if contact else ""
    return f"{id} ({kinds})"


@app.command()
def new(
    election: ElectionFile,
    file: Annotated[Path, typer.Argument(help="The file to write.")] = Path("room.yaml"),
) -> None:
    """Write a commented room file that passes `check` as it is. Never overwrites one."""
    try:
        platform = read_election_file(election).platforms[0].id
        start = files("siaga.cases").joinpath("room.yaml").read_text(encoding="utf-8")
        write_new(file, start.replace("PLATFORM", platform))
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
    typer.echo(f"Wrote {file}. Edit it, then: siaga room check {file} {election}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of room files, for editors."""
    from siaga.cases.room_schema import room_schema  # noqa: PLC0415 - models that take long to build
    from siaga.notifying.registry import FORMS  # noqa: PLC0415 - every channel, with its network

    typer.echo(json.dumps(room_schema(FORMS), indent=2, ensure_ascii=False))
