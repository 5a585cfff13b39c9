"""Runs a watch with its pages until somebody stops it: what `siaga watch` does once its files are read."""

import logging
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import typer
import uvloop

from siaga.cases.room_file import RoomFile, Secret
from siaga.cli.serving import hosts_of, listener, serve, together
from siaga.composition.instances import KnownInstances, instances
from siaga.composition.open_watch import open_watch
from siaga.composition.outbox import room_secrets
from siaga.composition.readers import readers_of
from siaga.composition.secrets import place_of, what_to_do
from siaga.composition.unset_secrets import unset_secrets
from siaga.domain.credentials import MissingCredential
from siaga.domain.errors import BadInput, Fault
from siaga.domain.label import label_in
from siaga.domain.time import SystemClock
from siaga.election.model import Election
from siaga.i18n.credential_phrases import missing_sentence, unset_sentence
from siaga.i18n.speech import SOURCE_LANGUAGE, Speech
from siaga.platforms.conversation import PlatformReader
from siaga.ports.supervision import WatchPart
from siaga.web.app import create_site
from siaga.web.data.public_files import PublicDataFiles
from siaga.web.http.public_directory import make_public
from siaga.web.http.server import most_connections
from siaga.web.static_site import StaticSite

_log = logging.getLogger(__name__)

PRIVATE: Final = 0o077
"""What is taken from the rights of every file that the watch makes: others may neither read nor write it."""


def keep_watching(
    declared: Election,
    files_beside: Path,
    room: RoomFile,
    secrets_beside: Path | None,
    directory: Path,
    journal: str | None,
    address: tuple[str, int],
    public: Path | None,
) -> None:
    """Watch until a signal.

    Args:
        files_beside: where the election file is; credentials and recipes are looked for from there.
        secrets_beside: where the room file is; None without one.
        directory: the watch's own.
        journal: the URL of a journal elsewhere.
        address: host and port of the pages.
        public: where to keep the public pages as files.

    Raises:
        BadInput: a secret of the room, the port or a directory cannot be had.
    """
    os.umask(PRIVATE)
    known = instances(declared, files_beside)
    for credential in known.missing:
        platform = next(p for p in declared.platforms if p.id == credential.platform)
        _log.warning("%s", _missing_words(credential, platform.label))
    readers = readers_of(declared, files_beside)
    secrets = {} if secrets_beside is None else room_secrets(room, secrets_beside)
    for unset in unset_secrets(room, secrets):
        _log.warning("%s", unset_sentence(Speech(SOURCE_LANGUAGE, "UTC"), unset))
    if public is not None:
        if public.resolve().is_relative_to(directory.resolve()):
            what = "The watch's own directory is closed to all others, and so would be its public pages."
            raise BadInput(Fault(what, "Name a directory outside of it.", field="--public"))
        _make(public)
    with listener(*address) as where:
        uvloop.run(_watch(declared, room, secrets, directory, journal, known, readers, where, public))


def _missing_words(credential: MissingCredential, platform: str) -> str:
    """What the log says of a credential that is not there; the whole path of a file stands here alone."""
    sentence = missing_sentence(Speech(SOURCE_LANGUAGE, "UTC"), credential, platform)
    place = place_of(credential.environment, credential.file)
    do = what_to_do(credential.environment)
    return f"{sentence} It belongs in {place}. Get one at {credential.get_at}. {do}"


def _make(directory: Path) -> None:
    """Make the directory of public pages.

    Raises:
        BadInput: it cannot be made.
    """
    try:
        make_public(directory)
    except OSError as error:
        what = f"{directory} cannot be made: {error.strerror}."
        raise BadInput(Fault(what, "Name a directory that this user may write.", field="--public")) from None


async def _watch(
    declared: Election,
    room: RoomFile,
    secrets: Mapping[Secret, str],
    directory: Path,
    journal_url: str | None,
    known: KnownInstances,
    readers: Mapping[str, PlatformReader],
    where: socket.socket,
    public: Path | None,
) -> None:
    async with open_watch(
        declared,
        directory,
        readers=readers,
        instance_of=lambda stream: known.instances[stream.platform, stream.session],
        clock=SystemClock(),
        room=room,
        secrets=secrets,
        journal=journal_url,
        missing=known.missing,
    ) as opened:
        site = create_site(opened.site, hosts_of(room, where), most_streams=most_connections() // 2)
        works = [opened.run()]
        if public is not None:
            files = StaticSite(site, opened.view, public, "127.0.0.1")
            works.append(opened.supervisor.keep(WatchPart.PUBLIC_FILES, files.run))
            if opened.site.open_data is not None:
                data = PublicDataFiles(opened.view, opened.site.open_data, public)
                works.append(opened.supervisor.keep(WatchPart.PUBLIC_DATA, data.run))
        host, port = where.getsockname()[:2]
        label = label_in("en", declared.label)
        typer.echo(f"Monitoring {label}. Pages: http://{host}:{port}/ Press Ctrl-C to stop.")
        await serve(site, where, together(*works), opened.supervisor)
