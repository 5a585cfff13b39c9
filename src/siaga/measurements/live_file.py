"""The live file of a store: opened, checked, and its log taken in as far as it is whole."""

import hashlib
import logging
import os
import re
from pathlib import Path
from typing import Final

import duckdb

from siaga.domain.damage import Damage
from siaga.domain.errors import Damaged
from siaga.measurements import planned_rounds, rollups
from siaga.measurements.files import whole_file
from siaga.measurements.segments import read_index
from siaga.measurements.sql import CREATE_COLUMNS, open_file

FILE: Final = "live.duckdb"
TABLES: Final = ("live", "rounds", "hours")
_BROKEN_AT: Final = re.compile(r"byte position (\d+)")
_HEADER: Final = b"\x64\x00\x62"
"""What a log of DuckDB begins with: an entry of its version, which ends with two bytes 255."""
_PREFIX: Final = 16
"""Bytes before an entry: its length and its checksum, 8 each."""

_log = logging.getLogger(__name__)


def log_of(file: Path) -> Path:
    """Where DuckDB keeps the log of a database: what was committed since its last checkpoint."""
    return file.with_name(f"{file.name}.wal")


def open_live(file: Path) -> tuple[duckdb.DuckDBPyConnection, bool]:
    """The live database, made if there is none, of which every row was read once; and whether its log was
    taken in only in part.

    A log that is damaged is taken in up to the damage, and kept whole under another name: that is logged.

    Raises:
        Damaged: the file is missing though its log is here, is empty, or is damaged.
    """
    log, gave_up = log_of(file), False
    if not file.exists():
        if log.exists():
            raise Damaged(Damage.LIVE_GONE.at(file))
    elif not file.stat().st_size:
        raise Damaged(Damage.LIVE_EMPTY.at(file))
    elif (end := _whole_to(log)) is not None:
        _say_cut(log, _put_aside(log), end)
        gave_up = end > 0  # of a file that is no log nothing is taken in: the right one may still be found
    try:
        try:
            connection = open_file(file)
        except duckdb.Error as error:
            connection, gave_up = _without_damage(file, error), True
        _check(connection)
    except duckdb.Error as error:
        raise Damaged(Damage.LIVE_DAMAGED.at(file, _first_line(error))) from None
    return connection, gave_up


def last_seq(connection: duckdb.DuckDBPyConnection, segments: Path) -> int:
    """The number of the newest measurement in a live database and in the segments beside it; 0 for none."""
    newest = connection.sql("SELECT max(seq) FROM live").fetchall()[0][0]
    return max(newest or 0, read_index(segments).sealed_to)


def _check(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables, and read every row: DuckDB compares a block's checksum when it reads it."""
    connection.execute(f"CREATE TABLE IF NOT EXISTS live ({CREATE_COLUMNS})")
    connection.execute(planned_rounds.CREATE)
    connection.execute(rollups.CREATE_HOURS)
    connection.execute(rollups.NEW_COUNTS)
    for table in TABLES:
        connection.sql(f"SELECT bit_xor(hash({table})) FROM {table}").fetchall()  # noqa: S608 - names of ours


def _without_damage(file: Path, error: duckdb.Error) -> duckdb.DuckDBPyConnection:
    """The database with its log cut where DuckDB says that it is damaged.

    Raises:
        duckdb.Error: it is not the log, or that does not help; the log is as it was.
    """
    broken = _BROKEN_AT.search(str(error))
    if broken is None or "WAL" not in str(error):
        raise error
    log, end = log_of(file), int(broken[1])
    content = log.read_bytes()
    kept = _put_aside(log)
    _write(log, content[:end])
    try:
        connection = open_file(file)
    except duckdb.Error:
        _write(log, content)
        kept.unlink()
        raise
    _say_cut(log, kept, end)
    return connection


def _whole_to(log: Path) -> int | None:
    """Where a log ends in an entry that is not whole: a kill may leave that, a damaged length looks the same,
    and DuckDB passes over it in silence, as it does over a file that is no log. None where the log ends with
    an entry, or is in a form not known."""
    content = log.read_bytes() if log.exists() else b""
    if content and not _HEADER.startswith(content[: len(_HEADER)]):
        return 0
    place = content.find(b"\xff\xff") + 2
    if len(content) < len(_HEADER) or place < len(_HEADER):
        return None
    while place < len(content):
        length = int.from_bytes(content[place : place + 8], "little")
        if place + _PREFIX + length > len(content):
            return place
        place += _PREFIX + length
    return None


def _put_aside(log: Path) -> Path:
    """A copy of the log under a name of its own, which no start overwrites."""
    content = log.read_bytes()
    kept = log.with_name(f"{log.name}.damaged-{hashlib.sha256(content).hexdigest()[:8]}")
    _write(kept, content)
    return kept


def _write(path: Path, content: bytes) -> None:
    with whole_file(path) as unfinished:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)


def _say_cut(log: Path, kept: Path, end: int) -> None:
    detail = f"whole up to byte {end} of {kept.stat().st_size}; kept as {kept.name}"
    _log.warning("%s", Damage.LOG_CUT.at(log, detail))


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "")[:200].rstrip(".!")
