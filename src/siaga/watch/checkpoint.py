"""The watch's state on disk, so that a killed watch resumes where it was.

It holds nothing that cannot be recomputed: what it lacks, the stored measurements after its `seq` give.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from siaga.measurements.files import put_aside

VERSION: Final = 2
MAGIC: Final = b"siaga-state\n"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One moment of a watch."""

    seq: int
    """The store's sequence number of the last measurement that `detection` has taken."""
    detection: bytes
    plain: dict[str, Any]
    """The other parts' states as JSON values."""


def save(path: Path, saved: Checkpoint) -> None:
    """Replace the file at once and durably; a kill leaves the old one or the new one."""
    header = json.dumps({"version": VERSION, "seq": saved.seq, "plain": saved.plain}).encode()
    body = len(header).to_bytes(8, "big") + header + saved.detection
    temporary = path.with_suffix(".new")
    with temporary.open("wb") as file:
        file.write(MAGIC + hashlib.sha256(body).digest() + body)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def load(path: Path) -> Checkpoint | None:
    """What was saved; None where there is nothing, or nothing of this version.

    A file that is damaged is put aside: nothing in it is lost for good.
    """
    try:
        body = whole_body(path)
    except FileNotFoundError:
        return None
    if body is None:
        put_aside(path)
        return None
    length = int.from_bytes(body[:8], "big")
    header = json.loads(body[8 : 8 + length])
    if header["version"] != VERSION:
        return None
    return Checkpoint(header["seq"], body[8 + length :], header["plain"])


def whole_body(path: Path) -> bytes | None:
    """What was saved, in its encoded form; None where the file is damaged.

    Raises:
        FileNotFoundError: there is none.
    """
    data = path.read_bytes()
    digest, body = data[len(MAGIC) : len(MAGIC) + 32], data[len(MAGIC) + 32 :]
    return body if data.startswith(MAGIC) and hashlib.sha256(body).digest() == digest else None
