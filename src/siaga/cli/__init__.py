"""The commands."""

import sys
import traceback
from typing import Final

import typer

from siaga.cli.cases import app as case
from siaga.cli.check import check
from siaga.cli.controls import app as controls
from siaga.cli.demo import demo
from siaga.cli.election import app as election
from siaga.cli.outside_faults import is_database_away, is_full_disk
from siaga.cli.plan import plan
from siaga.cli.replay import replay
from siaga.cli.room import app as room
from siaga.cli.user import app as user
from siaga.cli.watch import watch

OWN_FAULT: Final = 70
"""Exit code: an internal error, as in BSD's sysexits."""
COULD_NOT: Final = 3
FULL_DISK: Final = (
    "The disk takes no more: it is full, or a quota or a file size limit is reached. What was acknowledged "
    "is kept. Make room and start the command again; it goes on where it was.\n"
)

DATABASE_AWAY: Final = (
    "The journal's database cannot be reached any more. What was acknowledged is kept. Start the command "
    "again once it is back; it goes on where it was.\n"
)

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def siaga() -> None:
    """Watch whether people can find every contestant of an election on every social platform."""


app.command()(demo)
app.command()(check)
app.command()(plan)
app.command()(watch)
app.command()(replay)
app.add_typer(election, name="election")
app.add_typer(controls, name="controls")
app.add_typer(room, name="room")
app.add_typer(case, name="case")
app.add_typer(user, name="user")


def main() -> None:
    """Run the command line. A fault of our own ends with code 70, so that it is never read as a finding."""
    try:
        app()
    except Exception as error:
        if is_full_disk(error):
            sys.stderr.write(FULL_DISK)
            sys.exit(COULD_NOT)
        if is_database_away(error):
            sys.stderr.write(DATABASE_AWAY)
            sys.exit(COULD_NOT)
        traceback.print_exc()
        sys.stderr.write("\nThis is a fault of Siaga itself; please report it with the lines above.\n")
        sys.exit(OWN_FAULT)
