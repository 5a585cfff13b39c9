"""Makes backups and puts them back: what `siaga backup` and `siaga restore` do once their words are read."""

from pathlib import Path

import typer
from rich.console import Console

from siaga.domain.time import SystemClock
from siaga.services.backup import BackupFacts, back_up, restore


def make_backup(data: Path, to: Path) -> None:
    """Make a backup and say what it holds.

    Raises:
        BadInput: there is something at `to` already.
        Damaged: the watch's directory is damaged.
    """
    with Console(stderr=True).status("copying and checking"):
        facts = back_up(data, to, SystemClock())
    _say(facts, to)


def put_back(source: Path, data: Path) -> None:
    """Restore a backup and say what it holds.

    Raises:
        BadInput: it is none, or there is something at `data` already.
        Damaged: it is damaged.
    """
    with Console(stderr=True).status("copying and checking"):
        facts = restore(source, data)
    _say(facts, data)


def _say(facts: BackupFacts, place: Path) -> None:
    for note in facts.notes:
        typer.echo(str(note.fault), err=True)
    megabytes = facts.bytes / 1_000_000
    typer.echo(
        f"{place}: {facts.files:,} files, {megabytes:,.1f} MB, {facts.measurements:,} measurements numbered."
    )
    if facts.events is None:
        typer.echo(
            "The journal is not among them: it lies in a database server. Copy it by that server's means."
        )
    else:
        typer.echo(f"Journal: {facts.events:,} events. Head: {facts.head}")
