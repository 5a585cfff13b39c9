"""What a command is told of a watch's directory, and where the measurements in it are."""

from pathlib import Path
from typing import Annotated

import typer

from siaga.domain.errors import BadInput, Fault

Directory = Annotated[
    Path | None, typer.Option(help="The watch's directory. By default siaga-data/ELECTION.")
]
Running = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="URL",
        help="Pages of the running watch, such as http://127.0.0.1:8024: for what is not sealed yet.",
    ),
]


def measurements_in(directory: Path) -> Path:
    """Where a watch's directory has its measurements.

    Raises:
        BadInput: there are none.
    """
    measurements = directory / "measurements"
    if not measurements.is_dir():
        do = "Start `siaga watch` once, or say its --directory."
        raise BadInput(Fault("There are no measurements of a watch.", do, str(measurements)))
    return measurements
