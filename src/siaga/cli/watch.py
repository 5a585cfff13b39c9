"""`siaga watch`: the main job."""

import logging
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from siaga.cases.room_file import RoomFile, Secret
from siaga.cli.election_files import read_election_file
from siaga.cli.journals import JournalUrl
from siaga.cli.room_files import room_of
from siaga.cli.serving import hosts_of, listener, serve, together
from siaga.composition.instances import instances
from siaga.composition.open_watch import open_watch
from siaga.composition.outbox import room_secrets
from siaga.composition.readers import readers_of
from siaga.domain.answers import Session
from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import SystemClock
from siaga.election.model import Election
from siaga.platforms.conversation import Instance, PlatformReader
from siaga.web.app import create_site
from siaga.web.static_site import StaticSite


def watch(
    election: Annotated[Path, typer.Argument(help="The election file.")],
    directory: Annotated[
        Path | None,
        typer.Option(help="Where measurements and the journal are kept. By default siaga-data/ELECTION."),
    ] = None,
    room: Annotated[
        Path | None,
        typer.Option(help="The room file: whom to write to at each platform, and by when."),
    ] = None,
    journal: JournalUrl = None,
    public: Annotated[
        Path | None,
        typer.Option(help="Keep the public pages in this directory as files, for a web server to serve."),
    ] = None,
    host: Annotated[str, typer.Option(help="Where the pages listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The pages' port; 0 for any.", min=0, max=65535)] = 8024,
) -> None:
    """Watch an election: measure, judge, show. Stop with Ctrl-C; a kill at any moment loses nothing."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    try:
        declared = read_election_file(election)
        written_to = room_of(room, declared)
        known = instances(declared, election.parent)
        readers = readers_of(declared, election.parent)
        secrets = room_secrets(written_to, room.parent) if room is not None else {}
        if public is not None:
            _make(public)
        where = listener(host, port)
        data = directory or Path("siaga-data") / declared.id
        uvloop.run(_watch(declared, written_to, secrets, data, journal, known, readers, where, public))
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None


def _make(directory: Path) -> None:
    """Make the directory of public pages.

    Raises:
        BadInput: it cannot be made.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"{directory} cannot be made: {error.strerror}."
        raise BadInput(Fault(what, "Name a directory that this user may write.", field="--public")) from None


async def _watch(
    declared: Election,
    room: RoomFile,
    secrets: Mapping[Secret, str],
    directory: Path,
    journal_url: str | None,
    known: Mapping[tuple[str, Session], Instance],
    readers: Mapping[str, PlatformReader],
    where: socket.socket,
    public: Path | None,
) -> None:
    async with open_watch(
        declared,
        directory,
        readers=readers,
        instance_of=lambda stream: known[stream.platform, stream.session],
        clock=SystemClock(),
        room=room,
        secrets=secrets,
        journal=journal_url,
    ) as opened:
        site = create_site(opened.site, hosts_of(room, where))
        works = [opened.run()]
        if public is not None:
            works.append(StaticSite(site, opened.view, public, "127.0.0.1").run())
        host, port = where.getsockname()[:2]
        typer.echo(f"Watching {declared.label}. Pages: http://{host}:{port}/  Ctrl-C stops.")
        await serve(site, where, together(*works))
