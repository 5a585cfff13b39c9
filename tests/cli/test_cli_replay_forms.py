"""`siaga replay` reads whatever Siaga gives out, and says of each the same."""

import gzip
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pyarrow as pa
import pytest
from typer.testing import CliRunner

from siaga.cli import app
from siaga.domain.records import Measurement
from siaga.domain.time import SimulatedClock, rfc3339
from siaga.measurements.export import in_batches, write_json_lines, write_ooni, write_parquet
from siaga.measurements.schema import SCHEMA
from siaga.measurements.store import Store
from siaga.simulation.streams import Streams


@pytest.fixture(scope="module")
def measured() -> list[Measurement]:
    streams = Streams(5, rounds=70, targets=("mahfud", "ganjar"), controls=6, canaries=1)
    streams.withhold("mahfud", 40, 70)
    return [measurement for asked in streams.rounds() for measurement in asked]


@pytest.fixture(scope="module")
def expected(measured: list[Measurement], tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("plain") / "a.jsonl"
    write_json_lines(file, in_batches(measured))
    said = replayed(file)
    assert '"suppressed"' in said
    return said


def replayed(*paths: Path) -> str:
    run = CliRunner().invoke(app, ["replay", *map(str, paths), "--json"])
    assert run.exit_code == 1, run.output
    return run.stdout


def as_api(measured: Iterable[Measurement]) -> bytes:
    """As `/api/v1/measurements` answers."""
    records = [{**json.loads(orjson.dumps(one)), "at": rfc3339(one.at)} for one in measured]
    return orjson.dumps(records)


def test_the_array_of_the_api_replays_newest_first(
    measured: list[Measurement], expected: str, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_bytes(as_api(measured[::-1]))
    assert replayed(tmp_path / "a.json") == expected
    (tmp_path / "b.json").write_bytes(b"[\n  " + as_api(measured)[1:])
    assert replayed(tmp_path / "b.json") == expected


def test_the_arrow_tail_and_an_arrow_file_replay(
    measured: list[Measurement], expected: str, tmp_path: Path
) -> None:
    with Store.open(tmp_path / "store", SimulatedClock(datetime(2030, 1, 1, tzinfo=UTC))) as store:
        store.append(measured)
        (tmp_path / "tail").write_bytes(store.tail(0))
    assert replayed(tmp_path / "tail") == expected
    table = pa.Table.from_batches(list(in_batches(measured)), SCHEMA)
    with pa.ipc.new_file(tmp_path / "a.arrow", SCHEMA) as file:
        file.write_table(table)
    assert replayed(tmp_path / "a.arrow") == expected


def test_exports_in_all_forms_replay(measured: list[Measurement], expected: str, tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", in_batches(measured))
    write_json_lines(tmp_path / "a.jsonl.gz", in_batches(measured))
    write_ooni(tmp_path / "a.ooni.jsonl", in_batches(measured))
    for name in ("a.parquet", "a.jsonl.gz", "a.ooni.jsonl"):
        assert replayed(tmp_path / name) == expected, name


def test_the_directory_of_a_stopped_watch_replays_with_what_is_not_sealed(
    measured: list[Measurement], expected: str, tmp_path: Path
) -> None:
    half = len(measured) // 2
    with Store.open(tmp_path / "measurements", SimulatedClock(measured[-1].at)) as store:
        store.append(measured[:half])
        store.seal()
        store.append(measured[half:])
    assert replayed(tmp_path) == expected
    assert replayed(tmp_path / "measurements") == expected


def test_a_watch_that_has_sealed_nothing_yet_replays(
    measured: list[Measurement], expected: str, tmp_path: Path
) -> None:
    with Store.open(tmp_path / "measurements", SimulatedClock(measured[-1].at)) as store:
        store.append(measured)
    assert replayed(tmp_path) == expected


def test_beside_a_running_watch_what_is_sealed_replays_and_that_is_said(
    measured: list[Measurement], expected: str, tmp_path: Path
) -> None:
    with Store.open(tmp_path / "measurements", SimulatedClock(measured[-1].at)) as store:
        store.append(measured)
        store.seal()
        run = CliRunner().invoke(app, ["replay", str(tmp_path), "--json"])
    assert run.stdout == expected
    assert "A watch is running" in run.stderr


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'[{"id": ', "The file is no JSON array"),
        (b'[{"id": "x"}, 5]', "Entry 2 of the array is no JSON object"),
        (b"\xff\xff\xff\xff and no more", "The Arrow file is damaged"),
        (b"ARROW1 and no more", "The Arrow file is damaged"),
        (gzip.compress(b"{}", mtime=0)[:10], "The gzip file is damaged"),
    ],
)
def test_what_cannot_be_read_is_one_error(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "a").write_bytes(content)
    run = CliRunner().invoke(app, ["replay", str(tmp_path / "a")])
    assert run.exit_code == 2
    assert says in run.output


def test_a_directory_without_measurements_says_what_to_give(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["replay", str(tmp_path)])
    assert run.exit_code == 2
    assert "Give the directory of a watch" in run.output
