"""What must be in a watch's directory: written while it runs, so that what is taken away later is noticed.

A journal or a store that lost its end still looks whole, and so does a database that lost its log. The
anchor lies beside them and says how far they went at least, and which files there were.
"""

import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import orjson

from siaga.domain.damage import ANCHOR, Damage
from siaga.domain.errors import Damaged
from siaga.measurements.files import whole_file

DIGESTED: Final = ("links.key",)
"""Files that never change once made."""
NAMED: Final = (*DIGESTED, "people.sqlite", "reports.sqlite", "followers.sqlite")
"""Files that are there for good once they are there."""


@dataclass(frozen=True, slots=True)
class RecordAnchor:
    """What was there at one moment; since then it can only have become more."""

    events: int
    """The journal's last event."""
    head: str
    """Its digest."""
    measurements: int
    """The store's last sequence number."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Each of NAMED that was there, with its SHA-256 where it never changes, else its mark."""

    def mark(self, name: str) -> int:
        """The mark that a database carried at least; 0 where an older version wrote none."""
        known = self.files.get(name, "")
        return int(known) if known.isdecimal() and name not in DIGESTED else 0


def read_anchor(directory: Path) -> RecordAnchor | None:
    """The anchor of a directory; None where there is none.

    Raises:
        Damaged: it cannot be read, or was changed.
    """
    path = directory / ANCHOR
    try:
        content = orjson.loads(path.read_bytes())
        digest = content.pop("sha256")
        if digest != _digest(content):
            raise ValueError(digest)
        return RecordAnchor(**content)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged(Damage.ANCHOR.at(path)) from None


def write_anchor(directory: Path, events: int, head: str, measurements: int) -> None:
    """Say what is there now: durable when it returns.

    Raises:
        OSError: it cannot be written; the one before stays.
    """
    try:
        since = (directory / ANCHOR).stat().st_mtime_ns
    except FileNotFoundError:
        since = 0
    files = {name: _content(directory / name, since) for name in NAMED if (directory / name).is_file()}
    content = asdict(RecordAnchor(events, head, measurements, files))
    with whole_file(directory / ANCHOR) as path:
        path.write_bytes(orjson.dumps(content | {"sha256": _digest(content)}, option=orjson.OPT_INDENT_2))


def check_stored(directory: Path, last_seq: int) -> None:
    """Refuse a store that ends before what it had.

    Raises:
        Damaged: it does; or the anchor is damaged.
    """
    anchor = read_anchor(directory)
    if anchor is not None and last_seq < anchor.measurements:
        detail = f"it ends with number {last_seq}; {anchor.measurements} had been stored"
        raise Damaged(Damage.ROWS_GONE.at(directory / "measurements", detail))


def mark_of(database: sqlite3.Connection) -> int:
    """The mark of a database: it is raised in the database first, then in the anchor."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _content(path: Path, since: int) -> str:
    if path.name in DIGESTED:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as database:
            return str(_raised(database, path, since))
    except sqlite3.Error:  # it is no database, or nobody may read it now
        return ""


def _raised(database: sqlite3.Connection, path: Path, since: int) -> int:
    """The mark, raised where the file was written to since the last anchor and nobody else writes now."""
    mark = mark_of(database)
    log = path.with_name(f"{path.name}-wal")
    if not any(file.exists() and file.stat().st_mtime_ns >= since for file in (path, log)):
        return mark
    try:
        database.execute(f"PRAGMA user_version = {mark + 1}")
    except sqlite3.OperationalError:
        return mark
    return mark + 1


def _digest(content: Mapping[str, object]) -> str:
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
