"""The commands."""

import sys
import traceback
from typing import Final

import typer

from siaga.cli.check import check
from siaga.cli.demo import demo
from siaga.cli.election import app as election
from siaga.cli.replay import replay
from siaga.cli.watch import watch

OWN_FAULT: Final = 70
"""Exit code: an internal error, as in BSD's sysexits."""

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def siaga() -> None:
    """Watch whether people can find every contestant of an election on every social platform."""


app.command()(demo)
app.command()(check)
app.command()(watch)
app.command()(replay)
app.add_typer(election, name="election")


def main() -> None:
    """Run the command line. A fault of our own ends with code 70, so that it is never read as a finding."""
    try:
        app()
    except Exception:
        traceback.print_exc()
        sys.stderr.write("\nThis is a fault of Siaga itself; please report it with the lines above.\n")
        sys.exit(OWN_FAULT)
