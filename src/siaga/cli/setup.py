"""`siaga setup`: from an empty directory to a running watch, in the browser."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from siaga.domain.errors import BadInput, Fault


def setup(
    directory: Annotated[
        Path, typer.Argument(help="Where the files are written; made if it is not there.")
    ] = Path(),
    host: Annotated[str, typer.Option(help="Where the pages listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The pages' port; 0 for any.", min=0, max=65535)] = 8024,
) -> None:
    """Set a watch up in the browser: prints a link that opens once, writes the files, starts it."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    try:
        _make(directory)
        from siaga.cli.setting_up import set_up  # noqa: PLC0415 - every room; a wrong path comes first

        set_up(directory, (host, port))
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None


def _make(directory: Path) -> None:
    """Make a directory, but none above it: a path with a slip in it is more likely than one that is meant so.

    Raises:
        BadInput: it cannot be made.
    """
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        what = f"The directory cannot be made: {error.strerror}."
        raise BadInput(Fault(what, "Name one whose parent is there.", str(directory))) from None
