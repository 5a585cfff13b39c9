"""Where recorded measurements are; apart from what reads them, which takes long to import."""

from pathlib import Path
from typing import Final

from siaga.domain.errors import BadInput, Fault

_ENDINGS: Final = (".parquet", ".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".json", ".arrow", ".arrows")
_STORE: Final = ("segments", "live.duckdb")
"""What a store's directory has at least one of."""


def is_store(path: Path) -> bool:
    """Whether a directory is that of a store, which has measurements that are in no file yet."""
    return path.is_dir() and any((path / name).exists() for name in _STORE)


def files_of(path: Path) -> list[Path]:
    """The places that a path stands for: a file itself; of a watch's directory its store; of any other
    directory the files of measurements in it, in order.

    Raises:
        BadInput: no such path, or nothing in the directory.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        do = "Give a file that Siaga gave out, or the directory of a watch."
        raise BadInput(Fault("There is no such file.", do, str(path)))
    for directory in (path, path / "measurements"):
        if is_store(directory):
            return [directory]
    if (path / "index.json").is_file():
        return [path.parent]
    files = sorted(file for file in path.iterdir() if file.name.endswith(_ENDINGS))
    if not files:
        what = "The directory has no measurements."
        do = f"Give the directory of a watch, or one with files that end in {', '.join(_ENDINGS)}."
        raise BadInput(Fault(what, do, str(path)))
    return files
