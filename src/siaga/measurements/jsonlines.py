"""JSON Lines as columns: whole blocks at once by Arrow's parser; line by line where a block is unusual.
JSON arrays, as the API answers them, are read whole.

Arrow's parser is fast but cannot say which line is wrong, so what it refuses is read again by the exact
reader, which either understands it or names line and field.
"""

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.json as pa_json

from siaga.domain.errors import BadInput, Fault
from siaga.measurements.ooni import TEST_NAME, is_envelope, record_of
from siaga.measurements.schema import MOMENT, WORD

BLOCK = 4 << 20
"""Bytes read at a time."""
_OONI = f'"{TEST_NAME}"'.encode()
"""What a block holds that may have a line in OONI's envelope."""
LONGEST_LINE = 1 << 20
"""A longer line is refused: no record comes near it."""
LARGEST_ARRAY = 64 << 20
"""Bytes of a JSON array, which is read whole: over a hundred thousand records."""

Lines = tuple[pa.RecordBatch, np.ndarray]
"""Loosely typed columns, and the line that each row stood on."""


def read(path: Path, raw: BinaryIO, schema: pa.Schema) -> Iterator[Lines]:
    """The file's records in blocks, plain or gzip, the columns of `schema` only, loosely typed.

    Raises:
        BadInput: a line that is no JSON object, or a field of the wrong type.
    """
    loose = pa.schema([pa.field(field.name, _loose(field.type)) for field in schema])
    if _is_array(raw):
        yield _array(path, raw, loose)
        return
    line = 1
    for block in _blocks(path, raw):
        starts = _starts(block)
        lines = np.arange(line, line + len(starts))
        line += len(starts)
        table = _fast(block, starts, loose)
        yield (table, lines) if table is not None else _exact(path, block, lines, loose)


def _loose(kind: pa.DataType) -> pa.DataType:
    if kind in (WORD, MOMENT, pa.uuid()):
        return pa.string()
    return pa.int64() if pa.types.is_integer(kind) else kind


def _is_array(raw: BinaryIO) -> bool:
    """Whether the file is one JSON array of records, as the API answers."""
    start = raw.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    raw.seek(0)
    return start[:1] == b"[" and start[1:].lstrip()[:1] == b"{"


def _array(path: Path, raw: BinaryIO, loose: pa.Schema) -> Lines:
    """The records of a JSON array, each with its place from 1 on for a line."""
    text = raw.read(LARGEST_ARRAY + 1)
    if len(text) > LARGEST_ARRAY:
        what = f"The JSON array is larger than {LARGEST_ARRAY >> 20} MiB."
        raise BadInput(Fault(what, "Give JSON Lines: one record a line.", str(path)))
    try:
        records = orjson.loads(text.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        what = f"The file is no JSON array ({error.msg})."
        do = "Give the whole answer of the API, or JSON Lines: one record a line."
        raise BadInput(Fault(what, do, str(path), error.lineno)) from None
    columns: dict[str, list[Any]] = {name: [] for name in loose.names}
    for place, record in enumerate(records, 1):
        if not isinstance(record, dict):
            what = f"Entry {place} of the array is no JSON object."
            raise BadInput(Fault(what, "Give an array of records.", str(path), place))
        kept = record_of(record) if is_envelope(record) else record
        for field in loose:
            columns[field.name].append(_value(path, place, field, kept.get(field.name)))
    arrays = [pa.array(columns[field.name], field.type) for field in loose]
    return pa.RecordBatch.from_arrays(arrays, schema=loose), np.arange(1, len(records) + 1)


def _blocks(path: Path, raw: BinaryIO) -> Iterator[bytes]:
    """Whole lines, about BLOCK bytes at a time; the last line may lack its newline."""
    packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    source = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
    rest, seen = b"", 0
    while True:
        try:
            chunk = source.read(BLOCK)
        except (OSError, EOFError, zlib.error):
            what = "The gzip file is damaged or cut short."
            raise BadInput(Fault(what, "Give the whole file.", str(path))) from None
        if not seen:
            chunk = chunk.removeprefix(b"\xef\xbb\xbf")
        seen += len(chunk)
        if not chunk:
            break
        cut = chunk.rfind(b"\n") + 1
        if cut:
            yield rest + chunk[:cut]
            rest = chunk[cut:]
        else:
            rest += chunk
            if len(rest) > LONGEST_LINE + BLOCK:
                what = f"A line is longer than {LONGEST_LINE} bytes."
                raise BadInput(Fault(what, "Give JSON Lines: one record a line.", str(path)))
    if rest:
        yield rest


def _starts(block: bytes) -> np.ndarray:
    """Where each line of the block starts."""
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) + 1
    starts = np.concatenate(([0], ends))
    return starts[:-1] if starts[-1] == len(block) else starts


def _fast(block: bytes, starts: np.ndarray, loose: pa.Schema) -> pa.RecordBatch | None:
    """The block by Arrow's parser; None where that cannot be trusted to read it line for line.

    Only blocks whose every line begins with a brace are given to it: it crashes on some others.
    """
    if (np.frombuffer(block, np.uint8)[starts] != ord("{")).any() or not _is_utf8(block):
        return None
    if _OONI in block:  # nested: read line by line
        return None
    reading = pa_json.ReadOptions(use_threads=False, block_size=len(block) + 1)
    parsing = pa_json.ParseOptions(explicit_schema=loose, unexpected_field_behavior="ignore")
    try:
        table = pa_json.read_json(io.BytesIO(block), read_options=reading, parse_options=parsing)
    except pa.ArrowInvalid:
        return None
    if len(table) != len(starts):
        return None
    return table.combine_chunks().to_batches()[0]


def _is_utf8(block: bytes) -> bool:
    try:
        return block.isascii() or bool(block.decode())
    except UnicodeDecodeError:
        return False


def _exact(path: Path, block: bytes, lines: np.ndarray, loose: pa.Schema) -> Lines:
    """The block line by line; blank lines are passed over."""
    columns: dict[str, list[Any]] = {name: [] for name in loose.names}
    kept: list[int] = []
    for line, text in zip(lines.tolist(), block.split(b"\n"), strict=False):
        if not text.strip():
            continue
        record = _record(path, line, text)
        for field in loose:
            columns[field.name].append(_value(path, line, field, record.get(field.name)))
        kept.append(line)
    arrays = [pa.array(columns[field.name], field.type) for field in loose]
    return pa.RecordBatch.from_arrays(arrays, schema=loose), np.array(kept, dtype=np.int64)


def _record(path: Path, line: int, text: bytes) -> dict[str, Any]:
    if len(text) > LONGEST_LINE:
        what = f"The line is longer than {LONGEST_LINE} bytes."
        raise BadInput(Fault(what, "Give JSON Lines: one record a line.", str(path), line))
    try:
        record = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        what = f"The line is not JSON ({error.msg})."
        raise BadInput(Fault(what, "Write one JSON object a line.", str(path), line)) from None
    if not isinstance(record, dict):
        raise BadInput(Fault("The line is no JSON object.", "Write one record a line.", str(path), line))
    return record_of(record) if is_envelope(record) else record


def _value(path: Path, line: int, field: pa.Field, value: Any) -> Any:
    """The value in the field's loose type."""
    if value is None:
        return None
    kind = field.type
    if kind == pa.string():
        fits, word = isinstance(value, str), "a text"
    elif kind == pa.bool_():
        fits, word = isinstance(value, bool), "true or false"
    elif kind == pa.float64():
        fits, word = isinstance(value, int | float) and not isinstance(value, bool), "a number"
    else:
        whole = isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53
        value = int(value) if whole else value
        fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63
        word = "a whole number"
    if not fits:
        what = f"{word.capitalize()} is expected, and this is {orjson.dumps(value).decode()[:80]}."
        raise BadInput(Fault(what, f"Write {word}.", str(path), line, field.name))
    return value
