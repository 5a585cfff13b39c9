"""Tells a disk that takes no more from a fault of our own, whichever library met it."""

import errno
import sqlite3

import duckdb

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SAID = ("no space left", "disk is full", "disk quota exceeded", "file too large")


def is_full_disk(error: BaseException) -> bool:
    """Whether a full disk (or quota, or file size limit) is behind the error."""
    if isinstance(error, BaseExceptionGroup):
        return any(is_full_disk(one) for one in error.exceptions)
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    if isinstance(error, sqlite3.Error | duckdb.Error) and any(said in str(error).lower() for said in _SAID):
        return True
    behind = getattr(error, "orig", None) or error.__cause__ or error.__context__
    return behind is not None and is_full_disk(behind)
