"""Writes a file whole or not at all."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNFINISHED = ".unfinished"
"""What the name of a file ends with while it is being written."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A place to write to; on leaving it is on the disk under `path`, on an error nothing is."""
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        yield unfinished
        sync(unfinished)
        unfinished.replace(path)
        sync(path.parent)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def put_aside(path: Path) -> Path:
    """Give a damaged file a name of its own, which nothing overwrites; returns where it is then."""
    aside = path.with_name(f"{path.name}.damaged-{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}")
    path.replace(aside)
    return aside


def sync(path: Path) -> None:
    """Have the disk hold what was written to a file or a directory."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
