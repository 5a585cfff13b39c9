"""The commands: their list, and how one is run.

A command's module is imported when the command is called, so that `siaga --help` imports none of them.
"""

import sys
import traceback
from importlib import import_module
from io import TextIOWrapper
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

OWN_FAULT: Final = 70
"""Exit code: an internal error, as in BSD's sysexits."""
BAD_INPUT: Final = 2
COULD_NOT: Final = 3
FULL_DISK: Final = (
    "The disk takes no more: it is full, or a quota or a file size limit is reached. What was acknowledged "
    "is kept. Make room and start the command again; it goes on where it was.\n"
)

DATABASE_AWAY: Final = (
    "The journal's database cannot be reached any more. What was acknowledged is kept. Start the command "
    "again once it is back; it goes on where it was.\n"
)

NOT_RECORDED: Final = (
    "What was measured cannot be recorded, and what is not kept must not be judged: {reason}. What was "
    "acknowledged is kept. Look at the disk and at the journal's database, and start the command again; it "
    "goes on where it was.\n"
)

COMMANDS: Final = {
    "demo": "Play January 2024 on simulated platforms: a name goes missing on X, and Siaga proves it in "
    "minutes.",
    "setup": "Set a watch up in the browser: prints a link that opens once, writes the files, starts it.",
    "check": "Check whether names can be found right now.",
    "plan": "Show what monitoring would cost and how fast it would prove that a name is missing.",
    "watch": "Watch an election: measure, judge, show. Stop with Ctrl-C; a kill at any moment loses nothing.",
    "replay": "Recompute verdicts from recorded measurements. Exit code 1 if there is a finding, 2 on bad "
    "input.",
    "export": "Write a watch's measurements to a file: JSON Lines, Parquet, or JSON Lines in OONI's shape.",
    "verify": "Check a watch's record: its files, the journal's chain, the order of past rounds.",
    "evidence": "Write the answers that were kept for a case to a ZIP archive, with their digests.",
    "backup": "Copy a watch's directory, whole or not at all; the watch may run meanwhile.",
    "restore": "Put a watch's directory back from a backup, whole or not at all, and check it.",
    "network": "The network from here: which step of a connection fails.",
    "election": "Create and check election files.",
    "controls": "Check which comparison names are suitable.",
    "room": "Create and check room files: contacts and deadlines.",
    "case": "List and work on cases.",
    "user": "Manage users and roles.",
}
"""Each command with its line in the list. A command stands in the module of its name, as a function of that
name, or as `app` where it has commands of its own."""


def command(name: str) -> Any:
    """A command as Typer runs it, imported now."""
    module = import_module(f"siaga.cli.{name}")
    if hasattr(module, "app"):
        return get_command(module.app)
    alone = typer.Typer(add_completion=False)
    alone.command(name)(getattr(module, name))
    return get_command(alone)


class CommandList(TyperGroup):
    """The list of commands; only the one that is called is imported."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, line in COMMANDS.items():
            self.add_command(TyperCommand(name=name, help=line))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first word names, imported, and the words after it."""
        if args and args[0] in COMMANDS:
            self.add_command(command(args[0]), args[0])
        return super().resolve_command(ctx, args)


app = typer.Typer(cls=CommandList, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def siaga() -> None:
    """Monitor whether people can find every contestant of an election on every social platform."""


def main() -> None:
    """Run the command line. A fault of our own ends with code 70, so that it is never read as a finding."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a file's name may hold what no text can: it is shown escaped
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except Exception as error:
        from siaga.cli.outside_faults import (  # noqa: PLC0415 - imports databases
            damaged_database,
            is_database_away,
            is_full_disk,
            not_recorded,
            refused_place,
        )
        from siaga.domain.errors import Damaged  # noqa: PLC0415 - the list of commands imports no room

        if isinstance(error, Damaged):
            sys.stderr.write(f"{error}\n")
            sys.exit(COULD_NOT)
        if is_full_disk(error):
            sys.stderr.write(FULL_DISK)
            sys.exit(COULD_NOT)
        if is_database_away(error):
            sys.stderr.write(DATABASE_AWAY)
            sys.exit(COULD_NOT)
        if (reason := not_recorded(error)) is not None:
            sys.stderr.write(NOT_RECORDED.format(reason=reason))
            sys.exit(COULD_NOT)
        if (said := refused_place(error) or damaged_database(error)) is not None:
            sys.stderr.write(said)
            sys.exit(BAD_INPUT)
        traceback.print_exc()
        sys.stderr.write("\nThis is a fault of Siaga itself; please report it with the lines above.\n")
        sys.exit(OWN_FAULT)
