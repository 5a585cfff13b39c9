"""Where a watch's journal is; apart from what opens it, which takes long to import."""

from pathlib import Path


def journal_of(directory: Path, url: str | None = None) -> str:
    """The address of a watch's journal: in the watch's directory, or at `url` where it is elsewhere."""
    return url or f"sqlite:///{directory / 'journal.sqlite'}"
