"""Tells a fault of our own from what the machine does: a full disk, a place it refuses, a database damaged or
away."""

import errno
import sqlite3

import duckdb
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError

from siaga.domain.errors import NotRecorded

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED = frozenset(
    {
        errno.EACCES,
        errno.EPERM,
        errno.EROFS,
        errno.EEXIST,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.ENAMETOOLONG,
        errno.ELOOP,
        errno.EIO,
    }
)
"""What a path or its rights are wrong by. A file that is not there is none of them: it may be one of ours."""
_DAMAGED = ("malformed", "not a database", "no such table", "no such column")
_SAID = ("no space left", "disk is full", "disk quota exceeded", "file too large")


def is_database_away(error: BaseException) -> bool:
    """Whether the journal's database server cannot be reached, or ended the connection."""
    if isinstance(error, BaseExceptionGroup):
        return any(is_database_away(inner) for inner in error.exceptions)
    if isinstance(error, OperationalError | InterfaceError) and not isinstance(error.orig, sqlite3.Error):
        return True
    behind = error.__cause__ or error.__context__
    return behind is not None and is_database_away(behind)


def not_recorded(error: BaseException) -> str | None:
    """Why what was measured could not be recorded; None where that is not what the error says."""
    if isinstance(error, BaseExceptionGroup):
        return next((reason for inner in error.exceptions if (reason := not_recorded(inner))), None)
    if not isinstance(error, NotRecorded):
        return None
    return next(iter(str(error.__cause__ or "").splitlines()), "")[:200] or type(error.__cause__).__name__


def is_full_disk(error: BaseException) -> bool:
    """Whether a full disk (or quota, or file size limit) is behind the error."""
    if isinstance(error, BaseExceptionGroup):
        return any(is_full_disk(inner) for inner in error.exceptions)
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    if isinstance(error, sqlite3.Error | duckdb.Error) and any(said in str(error).lower() for said in _SAID):
        return True
    behind = getattr(error, "orig", None) or error.__cause__ or error.__context__
    return behind is not None and is_full_disk(behind)


def refused_place(error: BaseException) -> str | None:
    """What to say of a place that the machine refuses: a directory that may not be read or written, a file
    where a directory is needed, a disk that cannot be read. None where that is not what ended the command."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(refused_place, error.exceptions)), None)
    if isinstance(error, OSError) and error.errno in _REFUSED and error.filename is not None:
        return f"{error.filename}: {error.strerror}. Check the path, and who may read and write there.\n"
    if isinstance(error, OSError) and error.errno == errno.EIO:
        return "A file cannot be read: the disk or what stands in its place gives an error. Check the path.\n"
    return None


def damaged_database(error: BaseException) -> str | None:
    """What to say of a damaged database file of a watch; None where that is not what ended the command."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(damaged_database, error.exceptions)), None)
    said = str(error.orig) if isinstance(error, DatabaseError) else ""
    if any(word in said for word in _DAMAGED):
        return (
            f"A database file of the watch is damaged: {said}. Restore the watch's directory from a copy.\n"
        )
    return None
