"""`siaga export`: a watch's measurements as a file."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import pyarrow as pa
import typer
from rich.console import Console

from siaga.cli.election_files import read_election_file
from siaga.cli.stores import Directory, Running, opened_store
from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import parse_rfc3339
from siaga.election.model import Election
from siaga.measurements.export import write_json_lines, write_ooni, write_parquet
from siaga.measurements.reading import MeasurementFilter, SegmentReader
from siaga.measurements.schema import FIELDS

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
        wanted = MeasurementFilter(platform=_known(platform, declared), since=_moment(since, "--since"),
                        until=_moment(until, "--until"))  # fmt: skip
        name = file.name.removesuffix(".gz")
        if not name.endswith((".jsonl", ".parquet")) or file.name.endswith(".parquet.gz"):
            do = f"End it in {ENDINGS}."
            raise BadInput(Fault(f"{file.name!r} does not say in which form to write.", do, str(file)))
        with opened_store(directory or Path("siaga-data") / declared.id, running) as store:
            sealed_only = isinstance(store, SegmentReader) and running is None
            rows = _write(file, name, store.batches(wanted), declared)
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


def _write(file: Path, name: str, batches: Iterable[pa.RecordBatch], declared: Election) -> int:
    console = Console(stderr=True)
    with console.status("exporting") as status:

        def written(rows: int) -> None:
            status.update(f"exporting: {rows:,} measurements")

        facts = _facts(batches)
        if name.endswith(".parquet"):
            return write_parquet(file, facts, written)
        if name.endswith(".ooni.jsonl"):
            return write_ooni(file, facts, declared.vantages, written)
        return write_json_lines(file, facts, written)


def _facts(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The record's own columns, without the store's numbers."""
    return (batch.select(FIELDS) for batch in batches)


def _known(platform: str | None, declared: Election) -> str | None:
    known = [known_platform.id for known_platform in declared.platforms]
    if platform is not None and platform not in known:
        raise BadInput(
            Fault(f"The election has no platform {platform!r}.", f"It has: {', '.join(known)}.", "--platform")
        )
    return platform


def _moment(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_rfc3339(text)
    except ValueError as problem:
        do = "Write a moment such as 2024-01-25T00:00:00Z."
        raise BadInput(Fault(f"{problem}.", do, option)) from None
