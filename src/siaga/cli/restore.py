"""`siaga restore`: a watch's directory from a backup."""

from pathlib import Path
from typing import Annotated

import typer

from siaga.domain.errors import BadInput, Fault


def restore(
    source: Annotated[Path, typer.Argument(metavar="FROM", help="What `siaga backup` has made.")],
    data: Annotated[Path, typer.Argument(help="Where the watch's directory is to be; nothing may be there.")],
) -> None:
    """Put a watch's directory back from a backup, whole or not at all, and check it.

    Exit code 0, 2 on bad input, 3 where a file of the backup is missing or was changed.
    """
    try:
        if not source.is_dir():
            raise BadInput(
                Fault("There is no such directory.", "Name one made by `siaga backup`.", str(source))
            )
        from siaga.cli.backing_up import put_back  # noqa: PLC0415 - databases and arrays

        put_back(source, data)
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
