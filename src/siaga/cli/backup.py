"""`siaga backup`: a copy of a watch's directory."""

from pathlib import Path
from typing import Annotated

import typer

from siaga.cli.watch_directory import check_is_of_watch
from siaga.domain.errors import BadInput


def backup(
    data: Annotated[Path, typer.Argument(help="The watch's directory.")],
    to: Annotated[Path, typer.Argument(help="Where the copy is to be; nothing may be there yet.")],
) -> None:
    """Copy a watch's directory, whole or not at all; the watch may run meanwhile.

    Exit code 0, 2 on bad input, 3 where something is so damaged that a watch would not start with it.
    """
    try:
        check_is_of_watch(data)
        from siaga.cli.backing_up import make_backup  # noqa: PLC0415 - databases and arrays

        make_backup(data, to)
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
