"""Tells a disk that takes no more, and a database that is away, from a fault of our own."""

import errno
import sqlite3

import duckdb
from sqlalchemy.exc import InterfaceError, OperationalError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SAID = ("no space left", "disk is full", "disk quota exceeded", "file too large")


def is_database_away(error: BaseException) -> bool:
    """Whether the journal's database server cannot be reached, or ended the connection."""
    if isinstance(error, BaseExceptionGroup):
        return any(is_database_away(inner) for inner in error.exceptions)
    if isinstance(error, OperationalError | InterfaceError) and not isinstance(error.orig, sqlite3.Error):
        return True
    behind = error.__cause__ or error.__context__
    return behind is not None and is_database_away(behind)


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
