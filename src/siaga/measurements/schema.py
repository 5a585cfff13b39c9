"""The measurement record as Arrow columns: names and order as in `domain/records.py`, and both ways between.

One schema serves memory, store, Parquet and replay. Words from small vocabularies are dictionary-encoded,
moments are microseconds in UTC, UUIDs are 16 bytes with Arrow's and Parquet's UUID type.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import MISSING, fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pyarrow as pa

from siaga.domain.answers import Answer, Role, Session
from siaga.domain.failures import FORMER, Failure
from siaga.domain.records import Measurement

VERSION = "1"
"""Version of this schema, written into every Parquet file. Raise it when a field changes its meaning."""

WORD = pa.dictionary(pa.int32(), pa.string())
"""A text of which a file knows few."""
MOMENT = pa.timestamp("us", tz="UTC")

_TYPES: dict[str, pa.DataType] = {
    "id": pa.uuid(),
    "round": pa.uuid(),
    "position": pa.int32(),
    "at": MOMENT,
    "election": WORD,
    "platform": WORD,
    "surface": WORD,
    "vantage": WORD,
    "session": WORD,
    "subject": WORD,
    "role": WORD,
    "name": WORD,
    "answer": WORD,
    "failure": WORD,
    "status": pa.int32(),
    "final_url": pa.string(),
    "count": pa.int64(),
    "matching": pa.int64(),
    "newest_age_s": pa.float64(),
    "ordered": pa.bool_(),
    "dns_ms": pa.float64(),
    "connect_ms": pa.float64(),
    "tls_ms": pa.float64(),
    "first_byte_ms": pa.float64(),
    "total_ms": pa.float64(),
    "bytes": pa.int64(),
    "body_sha256": pa.string(),
    "reader": WORD,
    "agent": WORD,
}

FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Measurement))
"""The record's field names, in order."""
DEFAULTS: dict[str, Any] = {
    field.name: field.default for field in fields(Measurement) if field.default is not MISSING
} | {"session": Session.PUBLIC}
"""What a field is where an input leaves it out; the other fields are required."""
NOT_NULL: frozenset[str] = frozenset(name for name in FIELDS if DEFAULTS.get(name, "") is not None)
"""Fields that are never null in the record."""
VOCABULARIES: dict[str, frozenset[str]] = {
    "session": frozenset(Session),
    "role": frozenset(Role),
    "answer": frozenset(Answer),
    "failure": frozenset({*Failure, *FORMER}),
}
"""Fields whose words are a closed list."""
LEAST: dict[str, int] = dict.fromkeys(("position", "status", "count", "matching", "bytes"), 0)
"""Fields that count something, and so are never below this."""

SCHEMA = pa.schema(
    [pa.field(name, _TYPES[name], nullable=name not in NOT_NULL) for name in FIELDS],
    metadata={"siaga_schema": VERSION},
)
"""The record as Arrow columns."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def schema_of(columns: Sequence[str] | None) -> pa.Schema:
    """The part of SCHEMA with only these columns, in the record's order; all for None.

    Raises:
        KeyError: no such column.
    """
    if columns is None:
        return SCHEMA
    for name in columns:
        SCHEMA.field(name)
    chosen = set(columns)
    return pa.schema([field for field in SCHEMA if field.name in chosen], metadata=SCHEMA.metadata)


def to_batch(measurements: Sequence[Measurement]) -> pa.RecordBatch:
    """Measurements as one record batch in SCHEMA, in the order given."""
    arrays = [
        _array([getattr(measurement, field.name) for measurement in measurements], field.type)
        for field in SCHEMA
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    if kind == pa.uuid():
        return pa.array([value.bytes for value in values], pa.binary(16)).cast(kind)
    if kind == MOMENT:
        return pa.array([(value - _EPOCH) // _MICROSECOND for value in values], pa.int64()).cast(kind)
    if kind == WORD:
        return pa.array(values, pa.string()).dictionary_encode()
    return pa.array(values, kind)


def to_measurements(batch: pa.RecordBatch) -> Iterator[Measurement]:
    """The measurements of a batch that has at least SCHEMA's columns, in its order."""
    columns = [list(_values(batch.column(field.name), field)) for field in SCHEMA]
    for row in zip(*columns, strict=True):
        yield Measurement(*row)


def _values(array: pa.Array, field: pa.Field) -> Iterable[Any]:
    if field.type == pa.uuid():
        return [UUID(bytes=value) for value in array.storage.to_pylist()]
    if field.type == MOMENT:
        return [_EPOCH + timedelta(microseconds=value) for value in array.cast(pa.int64()).to_pylist()]
    if field.type == WORD:
        word = _WORDS.get(field.name, str)
        if not isinstance(array, pa.DictionaryArray):
            array = array.dictionary_encode()
        words = [None if text is None else word(text) for text in array.dictionary.to_pylist()]
        return [None if code is None else words[code] for code in array.indices.to_pylist()]
    return array.to_pylist()  # type: ignore[no-any-return]


_WORDS: dict[str, Callable[[str], str]] = {
    "session": Session,
    "role": Role,
    "answer": Answer,
    "failure": Failure,
}
