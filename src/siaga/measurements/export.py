"""Exports measurements: JSON Lines and Parquet with the record's own fields, and OONI's envelope.

Files appear whole or not at all.
"""

import gzip
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from siaga.domain.records import Measurement
from siaga.domain.time import rfc3339
from siaga.election.model import Vantage
from siaga.measurements.files import whole_file
from siaga.measurements.judged_by import FIELD, METADATA, JudgedBy
from siaga.measurements.ooni import envelope
from siaga.measurements.schema import FIELDS, SCHEMA, to_batch, to_measurements
from siaga.measurements.segments import ROW_GROUP, joined

Written = Callable[[int], None]
"""Told now and then how many measurements are written."""


def in_batches(measurements: Iterable[Measurement]) -> Iterator[pa.RecordBatch]:
    """Measurements as batches in SCHEMA, for the writers below."""
    stream = iter(measurements)
    while some := list(islice(stream, ROW_GROUP)):
        yield to_batch(some)


def json_line(measurement: Measurement) -> bytes:
    """The record as one line of JSON: every field, in order, nulls present, `at` in UTC with a `Z`."""
    return orjson.dumps(measurement, rfc3339, orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_APPEND_NEWLINE)


def write_json_lines(
    path: Path,
    batches: Iterable[pa.RecordBatch],
    written: Written | None = None,
    judged_by: JudgedBy | None = None,
) -> int:
    """Write JSON Lines, gzip-compressed if the name ends in `.gz`. Returns how many records.

    With `judged_by`, the first record has it as one more field.
    """
    first = judged_by

    def line(measurement: Measurement) -> bytes:
        nonlocal first
        if first is None:
            return json_line(measurement)
        added, first = orjson.dumps({FIELD: first.to_json()}), None
        return json_line(measurement)[:-2] + b"," + added[1:] + b"\n"

    return _write_lines(path, batches, line, written)


def write_ooni(
    path: Path,
    batches: Iterable[pa.RecordBatch],
    vantages: Iterable[Vantage] = (),
    written: Written | None = None,
) -> int:
    """Write OONI-shaped JSON Lines, gzip-compressed if the name ends in `.gz`. Returns how many records.

    `vantages` lends country and network to the measurements that carry its ids.
    """
    places = {vantage.id: vantage for vantage in vantages}

    def line(measurement: Measurement) -> bytes:
        shaped = envelope(measurement, places.get(measurement.vantage))
        return orjson.dumps(shaped, option=orjson.OPT_APPEND_NEWLINE)

    return _write_lines(path, batches, line, written)


def write_parquet(
    path: Path,
    batches: Iterable[pa.RecordBatch],
    written: Written | None = None,
    judged_by: JudgedBy | None = None,
) -> int:
    """Write one zstd-compressed Parquet file in SCHEMA. Returns how many records.

    With `judged_by`, the file's metadata has it.
    """
    rows, kept = 0, {} if judged_by is None else {METADATA: orjson.dumps(judged_by.to_json())}
    with whole_file(path) as unfinished, pq.ParquetWriter(unfinished, SCHEMA, compression="zstd") as writer:
        if kept:
            writer.add_key_value_metadata(kept)
        for batch in batches:
            writer.write_table(joined([batch.select(FIELDS)]))
            rows += len(batch)
            if written is not None:
                written(rows)
    return rows


def _write_lines(
    path: Path,
    batches: Iterable[pa.RecordBatch],
    line: Callable[[Measurement], bytes],
    written: Written | None,
) -> int:
    rows = 0
    with whole_file(path) as unfinished, _opened(unfinished, path.suffix == ".gz") as raw:
        for batch in batches:
            raw.writelines(line(measurement) for measurement in to_measurements(batch))
            rows += len(batch)
            if written is not None:
                written(rows)
    return rows


@contextmanager
def _opened(path: Path, packed: bool) -> Iterator[IO[bytes]]:
    with path.open("wb") as raw:
        if packed:
            with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) as squeezed:
                yield squeezed  # type: ignore[misc]
        else:
            yield raw
