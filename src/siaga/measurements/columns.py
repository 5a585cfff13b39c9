"""Recorded measurements as a stream of columns, whatever file they come in: the feed of a replay."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import SystemClock
from siaga.measurements import jsonlines
from siaga.measurements.normalising import Normaliser
from siaga.measurements.recorded_files import files_of, is_store
from siaga.measurements.schema import WORD, schema_of
from siaga.measurements.segments import read_index
from siaga.measurements.store import Store, StoreInUse

ROWS = 1 << 16
"""Rows of a batch read from Parquet."""

Progress = Callable[[float], None]
"""Told how much is done, from 0 to 1."""

_ARROW_STREAM: Final = b"\xff\xff\xff\xff"
"""How an Arrow stream begins, as `/api/v1/tail` gives it."""
_ARROW_FILE: Final = b"ARRO"


def open_columns(
    paths: Sequence[Path], progress: Progress | None = None, columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Recorded measurements as record batches in `schema.SCHEMA`: rows in file order, files in the given one.

    A path is a file in any form that Siaga gives out (JSON Lines, plain or gzip; a JSON array; Parquet;
    Arrow), a directory of such files, or that of a watch or its store: all that is in it, or only what is
    sealed where a watch is running there. Content decides, not the name. `columns` reads only some of the
    record's columns.
    Dictionary codes stay the same from batch to batch: each dictionary begins with the one before it.
    Fields that the record does not have are left out; `session` is `public` where it is missing.

    Raises:
        BadInput: no such file, or a record that cannot be used; names file, line (JSON Lines) or row
            (any other form, from 1), and field. Raised when the stream gets there.
        Damaged: a store whose files are damaged.
    """
    files = [file for path in paths for file in files_of(Path(path))]
    normaliser = Normaliser(schema_of(columns))
    sizes = [_size(file) for file in files]
    total = sum(sizes) or 1
    done = 0
    for file, size in zip(files, sizes, strict=True):
        for share, batch in _store(file, normaliser) if is_store(file) else _file(file, size, normaliser):
            yield batch
            if progress is not None:
                progress((done + share * size) / total)
        done += size
    if progress is not None:
        progress(1.0)


def _size(file: Path) -> int:
    """Bytes of a file, or of a store's files."""
    if file.is_file():
        return file.stat().st_size
    return sum(inner.stat().st_size for inner in file.rglob("*") if inner.is_file())


def _store(directory: Path, normaliser: Normaliser) -> Iterator[tuple[float, pa.RecordBatch]]:
    """A store's batches, each with the share that is read by then. It is owned meanwhile, so that what is not
    sealed can be read as well; where a watch owns it, what is sealed."""
    try:
        with Store.open(directory, SystemClock()) as store:
            yield from _sealed(directory, normaliser)
            after = read_index(directory / "segments").sealed_to
            while len(table := store.after(after)):
                for loose in table.to_batches():
                    yield 1.0, normaliser.batch(loose, lambda row: (str(directory), row + 1))
                after = table.column("seq")[-1].as_py()
    except StoreInUse:
        yield from _sealed(directory, normaliser)


def _sealed(directory: Path, normaliser: Normaliser) -> Iterator[tuple[float, pa.RecordBatch]]:
    segments = read_index(directory / "segments").segments
    for number, segment in enumerate(segments):
        file = directory / "segments" / segment.file
        for share, batch in _file(file, file.stat().st_size, normaliser):
            yield (number + share) / len(segments), batch


def _file(file: Path, size: int, normaliser: Normaliser) -> Iterator[tuple[float, pa.RecordBatch]]:
    """The file's batches, each with the share of the file that is read by then."""
    name = str(file)
    with file.open("rb") as raw:
        magic = raw.read(4)
        raw.seek(0)
        if magic == b"PAR1":
            yield from _parquet(file, raw, normaliser)
        elif magic in {_ARROW_STREAM, _ARROW_FILE}:
            yield from _arrow(file, raw, normaliser)
        else:
            for loose, lines in jsonlines.read(file, raw, normaliser.schema):
                if len(loose):
                    batch = normaliser.batch(loose, lambda row, at=lines: (name, int(at[row])))  # type: ignore[misc]
                    yield min(raw.tell() / size, 1.0), batch


def _arrow(file: Path, raw: BinaryIO, normaliser: Normaliser) -> Iterator[tuple[float, pa.RecordBatch]]:
    name, done = str(file), 0
    try:
        is_file = raw.read(4) == _ARROW_FILE
        raw.seek(0)
        batches = _of_file(pa.ipc.open_file(raw)) if is_file else pa.ipc.open_stream(raw)
        for loose in batches:
            start = done
            done += len(loose)
            yield 1.0, normaliser.batch(loose, lambda row, at=start: (name, at + row + 1))  # type: ignore[misc]
    except (pa.ArrowException, OSError) as error:
        what = f"The Arrow file is damaged ({str(error).splitlines()[0][:200]})."
        raise BadInput(Fault(what, "Give the whole file.", name)) from None


def _of_file(reader: pa.RecordBatchFileReader) -> Iterator[pa.RecordBatch]:
    return (reader.get_batch(number) for number in range(reader.num_record_batches))


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
