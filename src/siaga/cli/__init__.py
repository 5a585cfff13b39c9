"""The commands."""

import typer

from siaga.cli.replay import replay

app = typer.Typer(no_args_is_help=True)


@app.callback()
def siaga() -> None:
    """Watch whether people can find every contestant of an election on every social platform."""


app.command()(replay)


def main() -> None:
    """Run the command line."""
    app()
