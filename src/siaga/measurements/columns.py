"""Recorded measurements as a stream of columns, whatever file they come in: the feed of a replay."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from siaga.domain.errors import BadInput, Fault
from siaga.measurements import jsonlines
from siaga.measurements.normalising import Normaliser
from siaga.measurements.recorded_files import files_of
from siaga.measurements.schema import WORD, schema_of

ROWS = 1 << 16
"""Rows of a batch read from Parquet."""

Progress = Callable[[float], None]
"""Told how much is done, from 0 to 1."""


def open_columns(
    paths: Sequence[Path], progress: Progress | None = None, columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Recorded measurements as record batches in `schema.SCHEMA`: rows in file order, files in the given one.

    A path is a JSON Lines file (plain or gzip), a Parquet file, or a directory of either, such as a store
    (what is sealed of it); content decides, not the name. `columns` reads only some of the record's columns.
    Dictionary codes stay the same from batch to batch: each dictionary begins with the one before it.
    Fields that the record does not have are left out; `session` is `public` where it is missing.

    Raises:
        BadInput: no such file, or a record that cannot be used; names file, line (JSON Lines) or row
            (Parquet, from 1), and field. Raised when the stream gets there.
    """
    files = [file for path in paths for file in files_of(Path(path))]
    normaliser = Normaliser(schema_of(columns))
    total = sum(file.stat().st_size for file in files) or 1
    done = 0
    for file in files:
        with file.open("rb") as raw:
            size = file.stat().st_size
            for share, batch in _batches(file, raw, size, normaliser):
                yield batch
                if progress is not None:
                    progress((done + share * size) / total)
        done += size
    if progress is not None:
        progress(1.0)


def _batches(
    file: Path, raw: BinaryIO, size: int, normaliser: Normaliser
) -> Iterator[tuple[float, pa.RecordBatch]]:
    """The file's batches, each with the share of the file that is read by then."""
    magic = raw.read(4)
    raw.seek(0)
    if magic == b"PAR1":
        yield from _parquet(file, raw, normaliser)
        return
    name = str(file)
    for loose, lines in jsonlines.read(file, raw, normaliser.schema):
        if len(loose):
            yield raw.tell() / size, normaliser.batch(loose, lambda row, at=lines: (name, int(at[row])))  # type: ignore[misc]


def _parquet(file: Path, raw: BinaryIO, normaliser: Normaliser) -> Iterator[tuple[float, pa.RecordBatch]]:
    name = str(file)
    try:
        metadata = pq.read_metadata(raw)
        held = metadata.schema.to_arrow_schema()
        present = [field for field in normaliser.schema if field.name in held.names]
        words = [field.name for field in present if field.type == WORD and _is_text(held.field(field.name))]
        source = pq.ParquetFile(raw, metadata=metadata, read_dictionary=words)
        rows, done = metadata.num_rows or 1, 0
        columns = [field.name for field in present]
        for loose in source.iter_batches(batch_size=ROWS, columns=columns, use_threads=False):
            start = done
            done += len(loose)
            yield done / rows, normaliser.batch(loose, lambda row, at=start: (name, at + row + 1))  # type: ignore[misc]
    except (pa.ArrowException, OSError) as error:
        what = f"The Parquet file is damaged ({str(error).splitlines()[0][:200]})."
        raise BadInput(Fault(what, "Give the whole file.", name)) from None


def _is_text(field: pa.Field) -> bool:
    return bool(pa.types.is_string(field.type) or pa.types.is_dictionary(field.type))
