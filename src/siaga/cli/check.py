"""`siaga check`: can these names be found now, as others can?"""

from pathlib import Path
from typing import Annotated, Final

import typer

from siaga.cli.election_files import read_election_file
from siaga.domain.errors import BadInput
from siaga.domain.verdicts import State

FINDING: Final = 1
UNMEASURED: Final = 3


def check(
    names: Annotated[list[str], typer.Argument(help="What people type: a name, @handle or #hashtag.")],
    on: Annotated[
        str, typer.Option(help="Platforms, separated by commas. By default those that need no credential.")
    ] = "",
    election: Annotated[
        Path | None, typer.Option(help="An election file to take platforms, controls and credentials from.")
    ] = None,
    address: Annotated[
        list[str] | None, typer.Option(help="PLATFORM=ADDRESS, to ask elsewhere; may be repeated.")
    ] = None,
    control: Annotated[
        list[str] | None, typer.Option(help="A name to compare with, instead of the usual; may be repeated.")
    ] = None,
    rounds: Annotated[int, typer.Option(help="Maximum rounds per feature.", min=1, max=30)] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a name and surface.")] = False,
) -> None:
    """Check whether names can be found right now.

    Exit code 0: found everywhere. 1: missing, or fewer results, while others are found. 2: bad input.
    3: something could not be measured, or is not clear.
    """
    try:
        declared = read_election_file(election) if election else None
        from siaga.cli.checking import check_names  # noqa: PLC0415 - the network and arrays

        beside = election.parent if election else Path()
        states = check_names(names, on, declared, beside, address or [], control or [], rounds, as_json)
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
    if {State.SUSPECTED, State.IMPAIRED} & set(states):
        raise typer.Exit(FINDING)
    if set(states) != {State.FINDABLE}:
        raise typer.Exit(UNMEASURED)
