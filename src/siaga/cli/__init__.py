"""The commands."""

import typer

from siaga.cli.check import check
from siaga.cli.demo import demo
from siaga.cli.election import app as election
from siaga.cli.replay import replay
from siaga.cli.watch import watch

app = typer.Typer(no_args_is_help=True)


@app.callback()
def siaga() -> None:
    """Watch whether people can find every contestant of an election on every social platform."""


app.command()(demo)
app.command()(check)
app.command()(watch)
app.command()(replay)
app.add_typer(election, name="election")


def main() -> None:
    """Run the command line."""
    app()
