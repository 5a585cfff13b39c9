"""`siaga case`: the cases of a watch, and what people do to them from the command line."""

import getpass
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from siaga.cases.case import Case, NoticeType
from siaga.cases.commands import Command
from siaga.cases.durations import durations
from siaga.cases.event import CaseEvent
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_claimed import CaseClaimed
from siaga.cases.events.case_commented import CaseCommented
from siaga.cases.events.case_explained import CaseExplained, Cause
from siaga.cases.events.case_withdrawn import CaseWithdrawn
from siaga.cases.events.event_undone import EventUndone
from siaga.cases.guards import Actor
from siaga.cases.labels import about
from siaga.cases.notices.compose import compose
from siaga.cases.rights import Right
from siaga.cases.room_file import RoomFile
from siaga.cases.verdict_json import verdict_from_json
from siaga.cli.election_files import read_election_file
from siaga.cli.journals import CHOSEN, JournalUrl, known_journal
from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import SystemClock, rfc3339
from siaga.election.model import Election
from siaga.i18n.speech import Speech, languages
from siaga.journal.journal import Journal
from siaga.services.cases import CaseDesk

PERSON: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,47}", re.ASCII)
RIGHTS: Final = frozenset({Right.WORK, Right.APPROVE})
"""Whoever can write to the watch's directory can write to its journal; the command adds nothing to that."""

app = typer.Typer(no_args_is_help=True, help="Cases: what became of each finding, and what people did.")

ElectionFile = Annotated[Path, typer.Argument(help="The election file.")]
CaseId = Annotated[str, typer.Argument(help="The case, such as C-1.")]
Directory = Annotated[
    Path | None, typer.Option(help="The watch's directory. By default siaga-data/ELECTION.")
]
Who = Annotated[
    str | None, typer.Option("--as", help="Who you are, for the record. By default the user's name here.")
]


@app.callback()
def cases(journal: JournalUrl = None) -> None:
    """Cases: what became of each finding, and what people did."""
    CHOSEN.set(journal)


@dataclass(frozen=True, slots=True)
class _Room:
    election: Election
    casework: CaseDesk


@contextmanager
def _room(file: Path, directory: Path | None) -> Iterator[_Room]:
    """The cases of a watch, running or not. Bad input ends the command with code 2."""
    try:
        election = read_election_file(file)
        url = known_journal(directory or Path("siaga-data") / election.id, CHOSEN.get())
        clock = SystemClock()
        with Journal.open(url, clock) as journal:
            room = RoomFile(election.id, election.label, "", election.languages)
            yield _Room(election, CaseDesk(election, room, journal, clock))
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None


def _case(room: _Room, id: str) -> Case:
    case = room.casework.cases.get(id)
    if case is None:
        known = ", ".join(room.casework.cases) or "none yet"
        raise BadInput(Fault(f"There is no case {id}.", f"The cases: {known}."))
    return case


def _do(file: Path, directory: Path | None, who: str | None, event: CaseEvent, why: str = "") -> None:
    with _room(file, directory) as room:
        name = (who if who is not None else _user()).lower()
        if PERSON.fullmatch(name) is None:
            what_is_wrong = f"{name!r} is no person's id."
            raise BadInput(Fault(what_is_wrong, "Write small letters, digits, dots and hyphens.", "--as"))
        _case(room, event.cases()[0])
        case = room.casework.do(Command(event, why), Actor(f"person:{name}", RIGHTS))
        typer.echo(f"{case.id}: {case.stage}")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container without a name for its user
        raise BadInput(Fault("This machine has no name for you.", "Say who you are: --as NAME.")) from None


@app.command("list")
def list_(
    election: ElectionFile,
    directory: Directory = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each case.")] = False,
) -> None:
    """All cases, the newest last."""
    with _room(election, directory) as room:
        cases = list(room.casework.cases.values())
        if as_json:
            for case in cases:
                typer.echo(orjson.dumps(_document(case)).decode())
            return
        if not cases:
            typer.echo("No case yet: nothing was proven that a platform could do something about.")
            return
        table = Table(box=None, header_style="bold")
        for heading in ("case", "about", "platform", "stage", "severity", "began", "affected"):
            table.add_column(heading, overflow="fold")
        speech = Speech("en", room.election.timezone)
        for case in cases:
            took = durations(case)
            table.add_row(
                case.id,
                escape(about(case, room.election, speech)),
                case.platform,
                case.stage,
                case.severity,
                f"{speech.clock(took.began)} {speech.zone_name(took.began)}" if took.began else "-",
                speech.span(took.affected) if took.affected else "-",
            )
        Console(highlight=False).print(table)


def _document(case: Case) -> dict[str, object]:
    took = durations(case)
    moments = {
        name: rfc3339(at) if (at := getattr(took, name)) else None
        for name in ("began", "proven", "notified", "acknowledged", "explained", "restored")
    }
    return {
        "case": case.id,
        "platform": case.platform,
        "subject": case.subject,
        "surface": case.surface,
        "stage": case.stage,
        "severity": case.severity,
        "episodes": case.episodes,
        "claims_refused": case.refused_claims,
        **moments,
    }


@app.command()
def show(election: ElectionFile, case: CaseId, directory: Directory = None) -> None:
    """Everything that happened to a case, with the number by which `undo` knows each event."""
    with _room(election, directory) as room:
        found = _case(room, case)
        typer.echo(f"{found.id}: {found.stage}, {found.severity}")
        for event in room.casework.history(case):
            said = event.what.get("text") or event.what.get("cause") or event.why or ""
            line = f"{event.seq:>6}  {rfc3339(event.at)}  {event.who}  {event.kind}  {said}"
            typer.echo(line.rstrip())


@app.command()
def notice(
    election: ElectionFile,
    case: CaseId,
    type_: Annotated[NoticeType, typer.Option("--type", help="What is asked.")] = NoticeType.RESTORE,
    language: Annotated[str, typer.Option(help="In which language.")] = "en",
    directory: Directory = None,
) -> None:
    """Print what to write to the platform: what is wrong, the evidence, how to see it, what is asked."""
    with _room(election, directory) as room:
        found = _case(room, case)
        if language not in languages():
            what = f"There are no texts in {language!r}."
            raise BadInput(Fault(what, f"Write {' or '.join(languages())}.", "--language"))
        if found.proof is None:
            raise BadInput(Fault(f"{case} is not proven.", "Wait for the evidence."))
        speech = Speech(language, room.election.timezone)
        now = SystemClock().now()
        text = compose(type_, verdict_from_json(found.proof), found.id, room.election, speech, now)
        typer.echo(f"{text.subject}\n\n{text.body}", nl=False)


@app.command()
def acknowledge(election: ElectionFile, case: CaseId, directory: Directory = None, who: Who = None) -> None:
    """Record that the platform has said it has the case: by telephone, by mail."""
    _do(election, directory, who, CaseAcknowledged(case))


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
    _do(election, directory, who, CaseExplained(case, cause=cause, text=text))


@app.command()
def claim(election: ElectionFile, case: CaseId, directory: Directory = None, who: Who = None) -> None:
    """Record that the platform says it is restored. Measuring decides: within half an hour it says so too,
    or the claim is refused."""
    _do(election, directory, who, CaseClaimed(case))


@app.command()
def comment(
    election: ElectionFile,
    case: CaseId,
    text: Annotated[str, typer.Argument(help="For the room alone; it is not on the pages.")],
    directory: Directory = None,
    who: Who = None,
) -> None:
    """Write a word for the room."""
    _do(election, directory, who, CaseCommented(case, text=text))


@app.command()
def withdraw(
    election: ElectionFile,
    case: CaseId,
    why: Annotated[str, typer.Option(help="What was wrong; public.")],
    directory: Directory = None,
    who: Who = None,
) -> None:
    """Say that the finding was wrong. It stays in the record, with the reason."""
    _do(election, directory, who, CaseWithdrawn(case), why)


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
    _do(election, directory, who, EventUndone(case, event=event), why)
