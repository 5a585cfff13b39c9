"""Keeps a watch's files to the user that it runs as: reports, pictures and keys are for nobody else."""

import stat
from pathlib import Path
from typing import Final

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def close_to_others(directory: Path) -> int:
    """Take the group's and all others' rights from a directory and what is in it; returns from how many.

    Links are not followed.

    Raises:
        OSError: a file belongs to another user.
    """
    closed = 0
    for path in (directory, *sorted(directory.rglob("*"))) if directory.is_dir() else ():
        try:
            mode = path.lstat().st_mode
        except FileNotFoundError:  # one that came and went
            continue
        if mode & OTHERS and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~OTHERS)
            closed += 1
    return closed
