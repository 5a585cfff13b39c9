"""Which files recorded measurements are in; apart from what reads them, which takes long to import."""

from pathlib import Path
from typing import Final

from siaga.domain.errors import BadInput, Fault

_ENDINGS: Final = (".parquet", ".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")


def files_of(path: Path) -> list[Path]:
    """The files that a path stands for: itself, or a directory's measurements in order.

    Raises:
        BadInput: no such path, or nothing in the directory.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise BadInput(Fault("There is no such file.", "Give a JSON Lines or Parquet file.", str(path)))
    directory = path / "segments" if (path / "segments").is_dir() else path
    if (directory / "index.json").is_file():
        from siaga.measurements.segments import read_index  # noqa: PLC0415 - Arrow; a lone file needs none

        files = [directory / segment.file for segment in read_index(directory).segments]
    else:
        files = sorted(file for file in directory.iterdir() if file.name.endswith(_ENDINGS))
    if not files:
        what = "The directory has no measurements."
        raise BadInput(Fault(what, "Give one with .jsonl, .jsonl.gz or .parquet files.", str(path)))
    return files
