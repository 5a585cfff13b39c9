"""`siaga setup`: from an empty directory to a running watch, in the browser."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from siaga.domain.errors import BadInput


def setup(
    directory: Annotated[
        Path, typer.Argument(help="Where the files are written; made if it is not there.")
    ] = Path(),
    host: Annotated[str, typer.Option(help="Where the pages listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The pages' port; 0 for any.", min=0, max=65535)] = 8024,
) -> None:
    """Set a watch up in the browser: prints a link that opens once, writes the files, starts it."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    from siaga.cli.setting_up import set_up  # noqa: PLC0415 - every room; the help text comes first

    try:
        set_up(directory, (host, port))
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
