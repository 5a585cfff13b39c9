"""`siaga plan`: what a watch can promise, before it starts."""

from pathlib import Path
from typing import Annotated, Final

import typer

from siaga.cli.election_files import read_election_file
from siaga.domain.errors import BadInput, Fault

MOST_MISSING: Final = 0.3


def plan(
    election: Annotated[Path, typer.Argument(help="The election file.")],
    missing: Annotated[
        float,
        typer.Option(help="Assumed share of checks that come back empty by chance.", min=0.0),
    ] = 0.01,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show what monitoring would cost and how fast it would prove that a name is missing."""
    try:
        if missing > MOST_MISSING:
            what = f"If {missing:g} of all checks come back empty by chance, nothing can be compared."
            raise BadInput(Fault(what, f"Give at most {MOST_MISSING}.", field="--missing"))
        declared = read_election_file(election)
        from siaga.cli.forecasting import forecast_watch  # noqa: PLC0415 - arrays

        forecast_watch(declared, election.parent, missing, as_json)
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
