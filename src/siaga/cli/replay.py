"""`siaga replay`: verdicts again from recorded measurements."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from siaga.cli.election_files import read_election_file
from siaga.cli.moments import moment_of
from siaga.domain.errors import BadInput, Fault
from siaga.measurements.recorded_files import files_of

FILES: Final = "Files that Siaga gave out, in any form, or the directory of a watch."
UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def promise_of(text: str) -> tuple[float, timedelta]:
    """`1/30d`: so many false alarms in such a span (hours `h`, days `d`, weeks `w`)."""
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,9})?)/(\d{1,6}(?:\.\d{1,9})?)([hdw])", text.strip())
    if match is None or not float(match[1]) or not float(match[2]):
        what = f"The promise {text!r} is not understood."
        raise BadInput(
            Fault(what, "Write false alarms per span, such as 1/30d, 2/1w or 0.5/24h.", "--promise")
        )
    return float(match[1]), float(match[2]) * UNITS[match[3]]


def replay(
    files: Annotated[list[Path], typer.Argument(help=FILES)],
    election: Annotated[
        Path | None,
        typer.Option(help="Take promise, targets and controls from this file, not from the records."),
    ] = None,
    promise: Annotated[str | None, typer.Option(help="False alarms per span, such as 1/30d.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Show only changes from this moment on (RFC 3339).")
    ] = None,
    platform: Annotated[list[str] | None, typer.Option(help="Only this platform; may be repeated.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each change.")] = False,
) -> None:
    """Recompute verdicts from recorded measurements. Exit code 1 if there is a finding, 2 on bad input."""
    try:
        declared = read_election_file(election) if election else None
        promised = promise_of(promise) if promise is not None else None
        start = moment_of(since, "--since")
        recorded = [file for path in files for file in files_of(path)]
        from siaga.cli.replaying import replay_files  # noqa: PLC0415 - arrays

        platforms = frozenset(platform or ())
        has_finding = replay_files(recorded, declared, promised, start, platforms, as_json)
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
    raise typer.Exit(1 if has_finding else 0)
