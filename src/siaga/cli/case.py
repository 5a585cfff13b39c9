"""`siaga case`: the cases of a watch, and what people do to them from the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siaga.cases.case import NoticeType
from siaga.cases.event import CaseEvent
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_claimed import CaseClaimed
from siaga.cases.events.case_commented import CaseCommented
from siaga.cases.events.case_explained import CaseExplained, Cause
from siaga.cases.events.case_withdrawn import CaseWithdrawn
from siaga.cases.events.event_undone import EventUndone
from siaga.cli.election_files import read_election_file
from siaga.cli.journals import CHOSEN, JournalUrl, known_journal
from siaga.cli.watch_directory import Directory
from siaga.domain.errors import BadInput

if TYPE_CHECKING:
    from siaga.cli.casework import Casework

app = typer.Typer(no_args_is_help=True, help="List and work on cases.")

ElectionFile = Annotated[Path, typer.Argument(help="The election file.")]
CaseId = Annotated[str, typer.Argument(help="The case, such as C-1.")]
Who = Annotated[
    str | None, typer.Option("--as", help="Who you are, for the record. By default the user's name here.")
]


@app.callback()
def cases(journal: JournalUrl = None) -> None:
    """List and work on cases."""
    CHOSEN.set(journal)


@contextmanager
def _cases(file: Path, directory: Path | None) -> "Iterator[Casework]":
    """The cases of a watch, running or not. Bad input ends the command with code 2."""
    try:
        election = read_election_file(file)
        url = known_journal(directory or Path("siaga-data") / election.id, CHOSEN.get())
        from siaga.cli.casework import Casework  # noqa: PLC0415 - the journal's database

        with Casework.open(election, url) as casework:
            yield casework
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None


def _record(file: Path, directory: Path | None, who: str | None, event: CaseEvent, why: str = "") -> None:
    with _cases(file, directory) as casework:
        casework.record(event, who, why)


@app.command("list")
def list_(
    election: ElectionFile,
    directory: Directory = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each case.")] = False,
) -> None:
    """All cases, the newest last."""
    with _cases(election, directory) as casework:
        casework.print_list(as_json)


@app.command()
def show(election: ElectionFile, case: CaseId, directory: Directory = None) -> None:
    """Everything that happened to a case, with the number by which `undo` knows each event."""
    with _cases(election, directory) as casework:
        casework.print_history(case)


@app.command()
def notice(
    election: ElectionFile,
    case: CaseId,
    type_: Annotated[NoticeType, typer.Option("--type", help="What is asked.")] = NoticeType.RESTORE,
    language: Annotated[str, typer.Option(help="In which language.")] = "en",
    directory: Directory = None,
) -> None:
    """Print what to write to the platform: what is wrong, the evidence, how to see it, what is asked."""
    with _cases(election, directory) as casework:
        casework.print_notice(case, type_, language)


@app.command()
def acknowledge(election: ElectionFile, case: CaseId, directory: Directory = None, who: Who = None) -> None:
    """Record that the platform has said it has the case: by telephone, by mail."""
    _record(election, directory, who, CaseAcknowledged(case))


@app.command()
def explain(
    election: ElectionFile,
    case: CaseId,
    cause: Annotated[Cause, typer.Option(help=f"One of {', '.join(Cause)}.")],
    text: Annotated[str, typer.Option(help="In the platform's own words; public.")] = "",
    directory: Directory = None,
    who: Who = None,
) -> None:
    """Record the cause that the platform gives. It is public."""
    _record(election, directory, who, CaseExplained(case, cause=cause, text=text))


@app.command()
def claim(election: ElectionFile, case: CaseId, directory: Directory = None, who: Who = None) -> None:
    """Record that the platform says it is restored. Measuring decides: within half an hour it says so too,
    or the claim is refused."""
    _record(election, directory, who, CaseClaimed(case))


@app.command()
def comment(
    election: ElectionFile,
    case: CaseId,
    text: Annotated[str, typer.Argument(help="For the room alone; it is not on the pages.")],
    directory: Directory = None,
    who: Who = None,
) -> None:
    """Write a word for the room."""
    _record(election, directory, who, CaseCommented(case, text=text))


@app.command()
def withdraw(
    election: ElectionFile,
    case: CaseId,
    why: Annotated[str, typer.Option(help="What was wrong; public.")],
    directory: Directory = None,
    who: Who = None,
) -> None:
    """Say that the finding was wrong. It stays in the record, with the reason."""
    _record(election, directory, who, CaseWithdrawn(case), why)


@app.command()
def undo(
    election: ElectionFile,
    case: CaseId,
    event: Annotated[int, typer.Argument(help="The event's number, as `show` gives it.")],
    why: Annotated[str, typer.Option(help="Why; for the record.")],
    directory: Directory = None,
    who: Who = None,
) -> None:
    """Take back what a person recorded by mistake. Both stay in the record."""
    _record(election, directory, who, EventUndone(case, event=event), why)
