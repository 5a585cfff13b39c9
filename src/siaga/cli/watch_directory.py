"""What a command is told of a watch's directory, and where the measurements in it are."""

from pathlib import Path
from typing import Annotated

import typer

from siaga.domain.damage import ANCHOR
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


def check_is_of_watch(directory: Path) -> None:
    """Refuse a directory in which no watch has ever been.

    Raises:
        BadInput: it holds neither a journal nor measurements, nor says that it should.
    """
    if not any((directory / name).exists() for name in ("journal.sqlite", "measurements", ANCHOR)):
        do = "Start `siaga watch` once, or say its --directory."
        raise BadInput(Fault("There is no record of a watch.", do, str(directory)))


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
