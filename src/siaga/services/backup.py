"""Copies a watch's directory, beside a watch that runs or not, and puts a copy back: whole or not at all.

The copy is what a kill at one moment would have left: what the journal says rests on measurements that are
in it, and what is anchored was copied before what it anchors. It is checked before it gets its name.
"""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from siaga import __version__
from siaga.domain.damage import ANCHOR, Damage, FoundDamage
from siaga.domain.errors import BadInput, Damaged, Fault
from siaga.domain.time import Clock, SystemClock, rfc3339
from siaga.journal.address import journal_of
from siaga.journal.anchor import check_stored
from siaga.journal.journal import Journal
from siaga.measurements.files import UNFINISHED, sync, whole_file
from siaga.measurements.live_file import FILE as LIVE
from siaga.measurements.live_file import last_seq, log_of, open_live
from siaga.services.inspection import inspect

MANIFEST: Final = "backup.json"
"""What a backup holds: each file with its SHA-256. A copy without it was not finished."""
JOURNAL: Final = "journal.sqlite"
SEGMENTS: Final = "segments"
FIRST: Final = (ANCHOR, "state", "plan.json")
"""What says how far others went is copied before them."""
ATTEMPTS: Final = 50
"""How often the live file is copied anew because it was written to meanwhile."""
_PASSED_OVER: Final = (UNFINISHED, ".new", "-wal", "-shm", "-journal", "owner.lock", ".tmp")
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """What a copy holds."""

    files: int
    bytes: int
    measurements: int
    """The last one's sequence number."""
    events: int | None
    """Of the journal; None where it lies in a database server."""
    head: str | None
    """The digest of its last event."""
    notes: tuple[FoundDamage, ...] = ()
    """What is damaged in it, and can be lived with."""


def back_up(data: Path, to: Path, clock: Clock) -> BackupFacts:
    """Copy a watch's directory to a place that is not there yet; durable when it returns.

    Raises:
        BadInput: there is something at `to`, or the live file was written to all the time.
        Damaged: what was copied is damaged; there is no backup then.
        OSError: a file cannot be read or written.
    """
    with _appearing(to) as partial:
        measurements = _copy_all(data, partial)
        notes = _checked(partial, measurements)
        events, head = _journal_head(partial)
        files = {path: _sha256(partial / path) for path in _files(partial)}
        size = sum((partial / path).stat().st_size for path in files)
        facts = BackupFacts(len(files), size, measurements, events, head, notes)
        content = {
            "made_at": rfc3339(clock.now()),
            "software": __version__,
            "measurements": measurements,
            "journal": None if events is None else {"events": events, "head": head},
            "files": files,
        }
        _write(partial / MANIFEST, orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    return facts


def restore(source: Path, data: Path) -> BackupFacts:
    """Put a backup back to a place that is not there yet, check it, and say what it holds.

    Raises:
        BadInput: `source` is no finished backup, or there is something at `data`.
        Damaged: a file of the backup is missing or was changed; nothing was restored.
        OSError: a file cannot be read or written.
    """
    listed = _manifest(source)
    with _appearing(data) as partial:
        for path, digest in sorted(listed.items()):
            if not (source / path).is_file():
                raise Damaged(Damage.BACKUP.at(source / path))
            _copy(source / path, partial / path)
            if _sha256(partial / path) != digest:
                raise Damaged(Damage.BACKUP.at(source / path))
        connection, _ = open_live(partial / "measurements" / LIVE)
        with closing(connection):
            measurements = last_seq(connection, partial / "measurements" / SEGMENTS)
        notes = _checked(partial, measurements)
        events, head = _journal_head(partial)
        size = sum((partial / path).stat().st_size for path in listed)
    return BackupFacts(len(listed), size, measurements, events, head, notes)


def _manifest(source: Path) -> dict[str, str]:
    try:
        files = orjson.loads((source / MANIFEST).read_bytes())["files"]
        listed = {str(path): str(digest) for path, digest in files.items()}
    except (FileNotFoundError, NotADirectoryError):
        what = f"{source} is no backup, or one that was not finished."
        raise BadInput(Fault(what, "Name a directory that `siaga backup` has made.")) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged(Damage.BACKUP.at(source / MANIFEST)) from None
    if any(Path(path).is_absolute() or ".." in Path(path).parts for path in listed):
        raise Damaged(Damage.BACKUP.at(source / MANIFEST))
    return listed


@contextmanager
def _appearing(place: Path) -> Iterator[Path]:
    """A directory to fill; on leaving it is on the disk as `place`, on an error nothing is. What a kill left
    of an earlier attempt is removed."""
    if place.exists() and not (place.is_dir() and not any(place.iterdir())):
        raise BadInput(Fault(f"{place} is there already; nothing was written.", "Name another directory."))
    partial = place.with_name(f".{place.name}{UNFINISHED}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700, parents=True)
    try:
        yield partial
        for folder in sorted({partial, *(path for path in partial.rglob("*") if path.is_dir())}):
            sync(folder)
        if place.exists():
            place.rmdir()
        partial.rename(place)
        sync(place.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _copy_all(data: Path, partial: Path) -> int:
    """Copy every file, each in its own way; returns the last measurement's number."""
    for name in FIRST:
        _copy(data / name, partial / name)
    _copy_keys(data, partial)
    for path in sorted(data.glob("*.sqlite")):
        if path.name != JOURNAL:
            _copy_database(path, partial / path.name)
    measurements = _copy_record(data, partial)
    for name in _files(data):
        own = name in FIRST or name.endswith(".sqlite") or name.startswith("measurements/")
        if not own and not (partial / name).exists():
            _copy(data / name, partial / name)
    return measurements


def _copy_record(data: Path, partial: Path) -> int:
    """Copy the journal, then the measurements that it rests on; returns the last one's number. What is sealed
    between the two would not be in the copied journal: then both are copied anew."""
    index, copied = data / "measurements" / SEGMENTS / "index.json", partial / "measurements"
    for _ in range(ATTEMPTS):
        listed = index.read_bytes() if index.exists() else b""
        if (data / JOURNAL).exists():
            _copy_database(data / JOURNAL, partial / JOURNAL)
            _copy_keys(data, partial)  # those that it commits to since
        number = _copy_measurements(data / "measurements", copied)
        if (copied / SEGMENTS / "index.json").exists() == bool(listed) and (
            not listed or (copied / SEGMENTS / "index.json").read_bytes() == listed
        ):
            return number
        shutil.rmtree(copied)
        (partial / JOURNAL).unlink(missing_ok=True)
    what = f"{index} was written to all the time."
    raise BadInput(Fault(what, "Try again in a minute, or stop the watch meanwhile."))


def _files(directory: Path) -> list[str]:
    """Every file below a directory that belongs to the record, by its path from there."""
    return [
        path.relative_to(directory).as_posix()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and not path.name.endswith(_PASSED_OVER) and path.name != MANIFEST
    ]


def _copy_keys(data: Path, partial: Path) -> None:
    for path in sorted((data / "keys").glob("*.key")):
        _copy(path, partial / "keys" / path.name)


def _copy_database(source: Path, target: Path) -> None:
    """Copy an SQLite file by SQLite's own means, beside whoever writes to it.

    Raises:
        Damaged: it is none, or is damaged.
    """
    try:
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as reading,
            closing(sqlite3.connect(target)) as writing,
        ):
            reading.backup(writing)
    except sqlite3.DatabaseError as error:
        damage = Damage.JOURNAL_DAMAGED if source.name == JOURNAL else Damage.DATABASE
        raise Damaged(damage.at(source, str(error))) from None
    target.chmod(0o600)
    sync(target)


def _copy_measurements(source: Path, target: Path) -> int:
    """Copy a store: the live file before the index, so that what is sealed meanwhile is in one at least."""
    for _ in range(ATTEMPTS):
        if (number := _copy_live(source / LIVE, target / LIVE)) is not None:
            break
    else:
        what = f"{source / LIVE} was written to all the time."
        raise BadInput(Fault(what, "Try again in a minute, or stop the watch meanwhile."))
    segments = source / SEGMENTS
    while True:
        index = (segments / "index.json").read_bytes() if (segments / "index.json").exists() else b""
        for path in sorted(segments.glob("*.parquet")):
            if not (target / SEGMENTS / path.name).exists():
                _copy(path, target / SEGMENTS / path.name)
        now = (segments / "index.json").read_bytes() if (segments / "index.json").exists() else b""
        if now == index:
            break
    if index:
        _write(target / SEGMENTS / "index.json", index)
    connection, _ = open_live(target / LIVE)
    with closing(connection):
        return max(number, last_seq(connection, target / SEGMENTS))


def _copy_live(source: Path, target: Path) -> int | None:
    """Copy the live file with its log, and take the log in; None where it changed meanwhile. Between two
    checkpoints only the log grows, so both together are what a kill would have left."""
    before = _state_of(source)
    target.unlink(missing_ok=True)
    log_of(target).unlink(missing_ok=True)
    _copy(source, target)
    _copy(log_of(source), log_of(target))
    if _state_of(source) != before or not target.exists():
        return None
    try:
        connection, gave_up = open_live(target)
    except Damaged:
        if _state_of(source) != before:
            return None
        raise
    with closing(connection):
        number = last_seq(connection, source.parent / SEGMENTS)
    for aside in target.parent.glob("*.damaged-*"):
        aside.unlink()
    return None if gave_up and log_of(source).exists() else number


def _state_of(file: Path) -> tuple[int, int, int]:
    try:
        stat = file.stat()
    except FileNotFoundError:
        return 0, 0, 0
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def _copy(source: Path, target: Path) -> None:
    """Copy a file durably; one that is gone meanwhile is passed over."""
    try:
        with source.open("rb") as reading:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with target.open("wb") as writing:
                shutil.copyfileobj(reading, writing, _CHUNK)
                writing.flush()
                os.fsync(writing.fileno())
            moment = os.fstat(reading.fileno()).st_mtime_ns  # pictures and evidence go by their time
    except FileNotFoundError:
        return
    target.chmod(0o600)
    os.utime(target, ns=(moment, moment))


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with whole_file(target) as unfinished:
        unfinished.write_bytes(content)
        unfinished.chmod(0o600)


def _checked(directory: Path, measurements: int) -> tuple[FoundDamage, ...]:
    """What is damaged and can be lived with in a copy.

    Raises:
        Damaged: something with which a watch would not start.
    """
    check_stored(directory, measurements)
    elsewhere = {Damage.JOURNAL_GONE} if not (directory / JOURNAL).exists() else set()
    found = [damage for damage in inspect(directory, journal_of(directory)) if damage.damage not in elsewhere]
    if faults := [damage.fault for damage in found if damage.stops]:
        raise Damaged(*faults)
    return tuple(found)


def _journal_head(directory: Path) -> tuple[int | None, str | None]:
    if not (directory / JOURNAL).exists():
        return None, None
    with closing(Journal.open_to_read(journal_of(directory), SystemClock())) as journal:
        return journal.head()


def _sha256(path: Path) -> str:
    with path.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()
