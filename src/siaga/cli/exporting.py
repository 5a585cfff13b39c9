"""Writes a watch's measurements to a file: what `siaga export` does once its words are read."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from rich.console import Console

from siaga.cli.stores import check_store_is_of, opened_store
from siaga.election.model import Election
from siaga.measurements.export import write_json_lines, write_ooni, write_parquet
from siaga.measurements.reading import MeasurementFilter, SegmentReader
from siaga.measurements.schema import FIELDS


def export_measurements(
    declared: Election,
    measurements: Path,
    file: Path,
    platform: str | None,
    moments: tuple[datetime | None, datetime | None],
    running: str | None,
) -> tuple[int, bool]:
    """Write the measurements in a form that the file's ending says.

    Args:
        measurements: the directory of the store.
        platform: only this one; None for all.
        moments: asked from the first on and before the second; None for no limit.
        running: the address of the running watch's pages, for what is not sealed yet.

    Returns:
        How many measurements, and whether only sealed ones, because the watch runs.

    Raises:
        BadInput: the store cannot be opened, is of another election, or the pages do not answer.
        OSError: the file cannot be written.
    """
    since, until = moments
    wanted = MeasurementFilter(platform=platform, since=since, until=until)
    with opened_store(measurements, running) as store:
        check_store_is_of(store, declared.id, str(measurements))
        rows = _write(file, store.batches(wanted), declared)
        return rows, isinstance(store, SegmentReader) and running is None


def _write(file: Path, batches: Iterable[pa.RecordBatch], declared: Election) -> int:
    name = file.name.removesuffix(".gz")
    console = Console(stderr=True)
    with console.status("exporting") as status:

        def written(rows: int) -> None:
            status.update(f"exporting: {rows:,} measurements")

        facts = _facts(batches)
        if name.endswith(".parquet"):
            return write_parquet(file, facts, written)
        if name.endswith(".ooni.jsonl"):
            return write_ooni(file, facts, declared.vantages, written)
        return write_json_lines(file, facts, written)


def _facts(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The record's own columns, without the store's numbers."""
    return (batch.select(FIELDS) for batch in batches)
