"""The keys that rounds' orders follow from: one a UTC day, its digest journalled before its first round.

After the day the key itself is journalled, so that anyone can recompute every order of that day and see that
nobody chose it. Until then it stands in a file that only the watch's user can read.
"""

import hashlib
import os
import secrets
from datetime import date
from pathlib import Path
from typing import Final

from siaga.domain.damage import Damage
from siaga.domain.errors import Damaged
from siaga.measurements.files import sync

LENGTH: Final = 32


def key_of(directory: Path, day: date) -> bytes:
    """The day's key; made, durably, when first asked for.

    Raises:
        Damaged: its file holds no key.
    """
    try:
        return read_seed_key(_path(directory, day))
    except FileNotFoundError:
        key = secrets.token_bytes(LENGTH)
    keep(directory, day, key)
    return key


def keep(directory: Path, day: date, key: bytes) -> None:
    """Write a day's key down, durably. A watch that plays a story is given its keys so."""
    path = _path(directory, day)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex())
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync(directory)


def read_seed_key(path: Path) -> bytes:
    """The key in a file.

    Raises:
        Damaged: it holds no key.
        FileNotFoundError: there is none.
    """
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError:
        key = b""
    if len(key) != LENGTH:
        raise Damaged(Damage.SEED_KEY.at(path))
    return key


def digest(key: bytes) -> str:
    """What is journalled before the day: SHA-256, hexadecimal."""
    return hashlib.sha256(key).hexdigest()


def past_days(directory: Path, today: date) -> list[date]:
    """The days before `today` whose keys are here, oldest first."""
    if not directory.is_dir():
        return []
    days = sorted(date.fromisoformat(path.stem) for path in directory.glob("????-??-??.key"))
    return [day for day in days if day < today]


def forget(directory: Path, day: date) -> None:
    """Remove the key of a day once the journal has it."""
    _path(directory, day).unlink(missing_ok=True)


def _path(directory: Path, day: date) -> Path:
    return directory / f"{day.isoformat()}.key"
