"""`siaga user`: the people of a room. The first is made here; pages make the others."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siaga.cli.election_files import read_election_file
from siaga.cli.journals import CHOSEN, JournalUrl, known_journal
from siaga.cli.watch_directory import Directory
from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import SystemClock
from siaga.journal.address import journal_of
from siaga.people.passwords import LONGEST
from siaga.people.roles import StaffRole

if TYPE_CHECKING:
    from siaga.people.accounts import Accounts

app = typer.Typer(no_args_is_help=True, help="Manage users and roles.")

BY = "command-line"
"""Whoever can write to the watch's directory: the record says so, and not a name that was not checked."""
ElectionFile = Annotated[Path, typer.Argument(help="The election file.")]
Id = Annotated[str, typer.Argument(help="The account's id, such as ayu.")]


@app.callback()
def user(journal: JournalUrl = None) -> None:
    """Manage users and roles."""
    CHOSEN.set(journal)


@contextmanager
def _accounts(file: Path, directory: Path | None, is_first: bool = False) -> "Iterator[Accounts]":
    """The accounts of a watch, running or not. Bad input ends the command with code 2.

    `is_first` is for the first account, which may come before the watch: its directory is made if missing.
    """
    try:
        election = read_election_file(file)
        from siaga.composition.accounts import accounts_in  # noqa: PLC0415 - databases
        from siaga.journal.journal import Journal  # noqa: PLC0415 - databases
        from siaga.journal.watched_election import check_journal_is_of  # noqa: PLC0415 - databases

        where = directory or Path("siaga-data") / election.id
        if is_first:
            where.mkdir(parents=True, exist_ok=True)
        url = (journal_of if is_first else known_journal)(where, CHOSEN.get())
        clock = SystemClock()
        with Journal.open(url, clock) as journal:
            check_journal_is_of(journal, election.id, str(where))
            with closing(accounts_in(where, journal, clock)) as accounts:
                yield accounts
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None


@app.command()
def add(
    election: ElectionFile,
    id: Id,
    role: Annotated[StaffRole, typer.Option(help="What they may do.")],
    label: Annotated[str, typer.Option(help="Their name, for the room.")] = "",
    directory: Directory = None,
) -> None:
    """Make an account. The password is asked for, or read from standard input; never an argument."""
    with _accounts(election, directory, is_first=True) as accounts:
        person = accounts.add(id, label or id, role, _password(), BY)
        typer.echo(f"{person.id} may sign in as {person.role}.")


@app.command("list")
def list_(election: ElectionFile, directory: Directory = None) -> None:
    """Everybody, with their role."""
    with _accounts(election, directory) as accounts:
        members = accounts.members()
        if not members:
            typer.echo(
                "No users yet. Create the first one: siaga user add ELECTION.yaml ID --role administrator"
            )
        for member in members:
            notes = ["disabled"] if member.disabled else []
            notes.append("two-step verification" if member.second_factor else "no two-step verification")
            typer.echo(f"{member.id}  {member.role}  {member.label}  ({', '.join(notes)})")


@app.command()
def role(
    election: ElectionFile,
    id: Id,
    to: Annotated[StaffRole, typer.Argument(help="The new role.")],
    directory: Directory = None,
) -> None:
    """Give somebody another role."""
    with _accounts(election, directory) as accounts:
        typer.echo(f"{id} is now {accounts.change(id, BY, role=to).role}.")


@app.command()
def disable(election: ElectionFile, id: Id, directory: Directory = None) -> None:
    """Let somebody in no more, and sign them out everywhere."""
    with _accounts(election, directory) as accounts:
        accounts.change(id, BY, disabled=True)
        typer.echo(f"{id} is disabled.")


@app.command()
def enable(election: ElectionFile, id: Id, directory: Directory = None) -> None:
    """Let somebody in again."""
    with _accounts(election, directory) as accounts:
        accounts.change(id, BY, disabled=False)
        typer.echo(f"{id} may sign in.")


@app.command()
def reset(election: ElectionFile, id: Id, directory: Directory = None) -> None:
    """Give somebody a new password and turn two-step verification off; they are signed out everywhere."""
    with _accounts(election, directory) as accounts:
        accounts.set_password(id, _password(), BY)
        accounts.remove_second_factor(id, BY)
        typer.echo(f"Password of {id} reset; two-step verification is off.")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline(LONGEST + 2).rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise BadInput(Fault("The passwords do not match.", "Nothing was changed."))
    return first
