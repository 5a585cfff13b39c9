"""What DuckDB needs to know to speak the record's schema."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from siaga.measurements.schema import MOMENT, WORD
from siaga.measurements.segments import ROW_GROUP, SEGMENT_SCHEMA, SegmentIndex

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {"memory_limit": "64MB", "threads": 2}
"""A page query over 50 million rows needs no more; what a query cannot hold goes to a temporary file."""
_TYPES: dict[pa.DataType, str] = {
    pa.uuid(): "UUID",
    MOMENT: "TIMESTAMPTZ",
    WORD: "VARCHAR",
    pa.string(): "VARCHAR",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
}

CREATE_COLUMNS = ", ".join(f'"{field.name}" {_TYPES[field.type]}' for field in SEGMENT_SCHEMA)
"""The columns of a numbered measurement; quoted, since `at` and `count` are words of SQL."""


def open_file(path: Path) -> duckdb.DuckDBPyConnection:
    """The database in a file, made if missing."""
    return prepared(duckdb.connect(str(path), config=_SETTINGS))


def open_memory() -> duckdb.DuckDBPyConnection:
    """A database that only reads other files."""
    return prepared(duckdb.connect(config=_SETTINGS))


def prepared(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A new connection or cursor, told to keep UUIDs as they are and moments in UTC."""
    connection.execute("SET arrow_lossless_conversion = true")
    connection.execute("SET TimeZone = 'UTC'")
    return connection


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A store as it is at one moment: its live tables, and the segments that belong to them."""

    connection: duckdb.DuckDBPyConnection
    index: SegmentIndex
    directory: Path

    @property
    def live(self) -> str:
        """The live measurements that no listed segment holds, as an SQL table."""
        return f"(SELECT * FROM live WHERE seq > {self.index.sealed_to})"  # noqa: S608 - a number only


def listed(paths: Sequence[str]) -> str:
    """Paths as an SQL list."""
    quoted = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    return f"[{quoted}]"


def record_batches(
    connection: duckdb.DuckDBPyConnection, query: str, values: dict[str, Any]
) -> Iterator[pa.RecordBatch]:
    """The numbered measurements that a query selects, in SEGMENT_SCHEMA, a row group at a time."""
    for batch in connection.sql(query, params=values).to_arrow_reader(ROW_GROUP):
        yield in_schema(batch)


def in_schema(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch as DuckDB gives it, in SEGMENT_SCHEMA."""
    arrays = []
    for field in SEGMENT_SCHEMA:
        column = batch.column(field.name)
        if field.type == WORD:
            arrays.append(column.cast(pa.string()).dictionary_encode())
        else:
            arrays.append(column if column.type == field.type else column.cast(field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=SEGMENT_SCHEMA)
