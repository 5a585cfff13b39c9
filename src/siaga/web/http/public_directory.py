"""Directories that a web server serves files from."""

from pathlib import Path


def make_public(directory: Path) -> None:
    """Make a directory that a web server may read, whatever the watch keeps from others."""
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        path.chmod(0o755)
