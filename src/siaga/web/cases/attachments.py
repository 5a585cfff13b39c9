"""Files that are attached to a case: kept as they came, handed out to the room alone, never shown."""

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from siaga.cases.case import Case
from siaga.cases.commands import Command
from siaga.cases.events.case_attached import CaseAttached, refuse_too_many
from siaga.journal.events import JournalEvent
from siaga.web.http.forms import Upload

MOST_BYTES: Final = 10 * 1024 * 1024
FOLDER: Final = "attachments"
LONGEST_NAME: Final = 100
_NO_NAME: Final = re.compile(r"[^\w. -]+")


class Attachments:
    """Files in a directory, by their digests."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory / FOLDER

    async def keep(self, case: Case, history: Sequence[JournalEvent], upload: Upload) -> Command:
        """Keep a file, durably; returns the command that attaches it.

        Raises:
            NotAllowed: the case has so many that no more is taken; nothing was written.
        """
        refuse_too_many(history)
        digest = hashlib.sha256(upload.data).hexdigest()
        await asyncio.to_thread(self._write, digest, upload.data)
        name = _NO_NAME.sub("_", upload.name.replace("\\", "/").rpartition("/")[2]).strip(" .")
        return Command(
            CaseAttached(
                case.id,
                name=name[-LONGEST_NAME:] or "file",
                media_type=upload.media_type[:LONGEST_NAME] or "application/octet-stream",
                bytes=len(upload.data),
                sha256=digest,
            )
        )

    def _write(self, digest: str, data: bytes) -> None:
        self._directory.mkdir(exist_ok=True)
        temporary = (
            self._directory / f"{digest}.{secrets.token_hex(6)}.new"
        )  # the same may come twice at once
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._directory / digest)

    def path(self, event: JournalEvent) -> Path:
        """Where the file of an event lies."""
        return self._directory / str(event.what["sha256"])
