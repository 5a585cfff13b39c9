"""`siaga export`: a watch's measurements as a file."""

from pathlib import Path
from typing import Annotated, Final

import typer

from siaga.cli.election_files import read_election_file
from siaga.cli.moments import moment_of
from siaga.cli.watch_directory import Directory, Running, measurements_in
from siaga.domain.errors import BadInput, Fault
from siaga.election.model import Election

ENDINGS: Final = ".jsonl, .jsonl.gz, .ooni.jsonl, .ooni.jsonl.gz or .parquet"


def export(
    election: Annotated[Path, typer.Argument(help="The election file.")],
    file: Annotated[Path, typer.Argument(help=f"Where to write. Its ending says the form: {ENDINGS}.")],
    directory: Directory = None,
    since: Annotated[str | None, typer.Option(help="Asked at this moment or later (RFC 3339).")] = None,
    until: Annotated[str | None, typer.Option(help="Asked before this moment (RFC 3339).")] = None,
    platform: Annotated[str | None, typer.Option(help="Only this platform.")] = None,
    running: Running = None,
) -> None:
    """Write a watch's measurements to a file: JSON Lines, Parquet, or JSON Lines in OONI's shape.

    The file appears whole or not at all.
    """
    try:
        declared = read_election_file(election)
        _check_ending(file)
        only = _known(platform, declared)
        moments = moment_of(since, "--since"), moment_of(until, "--until")
        measurements = measurements_in(directory or Path("siaga-data") / declared.id)
        from siaga.cli.exporting import export_measurements  # noqa: PLC0415 - databases and arrays

        rows, sealed_only = export_measurements(declared, measurements, file, only, moments, running)
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
    except OSError as error:
        if error.filename is None or not str(error.filename).startswith(str(file.parent)):
            raise
        typer.echo(str(BadInput(Fault(f"{file} cannot be written: {error.strerror}.", "Name another file."))),
                   err=True)  # fmt: skip
        raise typer.Exit(2) from None
    typer.echo(f"{rows:,} measurements in {file}")
    if sealed_only:
        typer.echo(
            "A watch is running there: what it has measured since its last hourly file is not in it. "
            "Add --from with the address of its pages to have that too.",
            err=True,
        )


def _check_ending(file: Path) -> None:
    if not file.name.removesuffix(".gz").endswith((".jsonl", ".parquet")) or file.name.endswith(
        ".parquet.gz"
    ):
        do = f"End it in {ENDINGS}."
        raise BadInput(Fault(f"{file.name!r} does not say in which form to write.", do, str(file)))


def _known(platform: str | None, declared: Election) -> str | None:
    known = [known_platform.id for known_platform in declared.platforms]
    if platform is not None and platform not in known:
        raise BadInput(
            Fault(f"The election has no platform {platform!r}.", f"It has: {', '.join(known)}.", "--platform")
        )
    return platform
