"""The replay feed: any form that a record comes in, the same columns; a bad record is named exactly."""

import gzip
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measurements.measurement_samples import measurements, plain_round

from siaga.domain.errors import BadInput, Fault
from siaga.domain.records import Measurement
from siaga.domain.time import rfc3339
from siaga.measurements import jsonlines
from siaga.measurements.columns import open_columns
from siaga.measurements.schema import FIELDS, SCHEMA, to_batch, to_measurements

ROUND = plain_round(0)


def record(measurement: Measurement) -> dict[str, Any]:
    values = {name: getattr(measurement, name) for name in FIELDS}
    return values | {
        "id": str(measurement.id),
        "round": str(measurement.round),
        "at": rfc3339(measurement.at),
    }


RECORD = record(ROUND[0])


def write_lines(path: Path, *records: object) -> Path:
    path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in records))
    return path


def write_parquet(path: Path, **changed: pa.Array) -> Path:
    table = pa.Table.from_batches([to_batch(ROUND)])
    for name, array in changed.items():
        table = table.set_column(table.schema.get_field_index(name), name, array)
    pq.write_table(table, path)
    return path


def read(*paths: Path) -> list[Measurement]:
    return [measured for batch in open_columns(paths) for measured in to_measurements(batch)]


def fault(path: Path) -> Fault:
    with pytest.raises(BadInput) as caught:
        list(open_columns([path]))
    return caught.value.faults[0]


@given(st.lists(measurements, max_size=5))
def test_a_batch_of_columns_holds_every_measurement_as_it_was(measured: list[Measurement]) -> None:
    batch = to_batch(measured)
    assert batch.schema == SCHEMA
    assert list(to_measurements(batch)) == measured


def test_json_lines_plain_and_gzip_and_parquet_read_alike(tmp_path: Path) -> None:
    plain = write_lines(tmp_path / "a.jsonl", *map(record, ROUND))
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    parquet = write_parquet(tmp_path / "a.parquet")
    for path in (plain, packed, parquet):
        assert read(path) == ROUND
        assert all(batch.schema == SCHEMA for batch in open_columns([path]))
    assert read(plain, packed, parquet) == ROUND * 3


def test_content_decides_and_not_the_name(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "misnamed.parquet", RECORD)
    assert read(path) == ROUND[:1]


def test_a_directory_reads_its_files_by_name(tmp_path: Path) -> None:
    write_lines(tmp_path / "2.jsonl", record(ROUND[1]))
    write_lines(tmp_path / "1.jsonl", record(ROUND[0]))
    (tmp_path / "notes.txt").write_text("not a measurement")
    assert read(tmp_path) == ROUND[:2]


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"at": "2024-01-25T07:00:00+07:00"}, {"at": "2024-01-25T00:00:00Z"}),
        ({"at": "2024-01-25T00:00:00.123456789Z"}, {"at": "2024-01-25T00:00:00.123456Z"}),
        ({"id": RECORD["id"].replace("-", "").upper()}, {}),
        ({"count": 20.0}, {}),
        ({"total_ms": 60}, {"total_ms": 60.0}),
        ({"of_another_version": {"nested": [1, None]}}, {}),
        ({"session": None}, {"session": "public"}),
    ],
)
def test_forms_that_mean_the_same_read_alike(
    tmp_path: Path, change: dict[str, Any], same: dict[str, Any]
) -> None:
    tolerant = write_lines(tmp_path / "tolerant.jsonl", RECORD | change)
    exact = write_lines(tmp_path / "exact.jsonl", RECORD | same)
    assert read(tolerant) == read(exact)


def test_optional_fields_may_be_left_out_and_blank_lines_stand(tmp_path: Path) -> None:
    required = {
        name: RECORD[name]
        for name in (
            *("id", "round", "position", "at", "election", "platform", "surface"),
            *("vantage", "subject", "role", "name", "answer"),
        )
    }
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + orjson.dumps(required) + b"\r\n\n" + orjson.dumps(required))
    first, second = read(path)
    assert first == second
    assert first.session == "public"
    assert (first.status, first.count, first.reader) == (None, None, "")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("answer", "resultz"),
        ("role", "bystander"),
        ("session", "borrowed"),
        ("failure", "ConnectionResetError"),
        ("id", "not-a-uuid"),
        ("id", None),
        ("at", "2024-01-25T00:00:00"),
        ("at", "yesterday"),
        ("at", 1706140800),
        ("name", None),
        ("name", ["mahfud"]),
        ("position", -1),
        ("position", 1.5),
        ("position", 2**40),
        ("count", "many"),
        ("count", True),
        ("count", 1e30),
        ("ordered", "yes"),
        ("total_ms", "12"),
    ],
)
def test_a_bad_value_in_json_lines_is_named_by_line_and_field(
    tmp_path: Path, field: str, value: object
) -> None:
    path = write_lines(tmp_path / "a.jsonl", RECORD, RECORD, RECORD | {field: value}, RECORD)
    found = fault(path)
    assert (found.file, found.line, found.field) == (str(path), 3, field)
    assert found.what
    assert found.do


def test_a_missing_required_field_is_named(tmp_path: Path) -> None:
    short = {name: value for name, value in RECORD.items() if name != "subject"}
    found = fault(write_lines(tmp_path / "a.jsonl", RECORD, short))
    assert (found.line, found.field) == (2, "subject")
    found = fault(write_lines(tmp_path / "b.jsonl", short))
    assert (found.line, found.field) == (1, "subject")


@pytest.mark.parametrize(
    "line", [b"null", b"5", b"[]", b"{", b"{} null {}", b"{}{}", b"\xff", b'{"id": "\xff"}']
)
def test_a_line_that_is_no_object_is_named_wherever_it_stands(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(line)
    assert fault(path).line == 1
    path.write_bytes(orjson.dumps(RECORD) + b"\n\n" + line + b"\n" + orjson.dumps(RECORD))
    assert fault(path).line == 3


def test_lines_are_counted_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonlines, "BLOCK", 1000)
    path = write_lines(tmp_path / "a.jsonl", *[RECORD] * 20, RECORD | {"answer": "?"})
    assert fault(path).line == 21


def test_an_endless_line_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonlines, "BLOCK", 1000)
    monkeypatch.setattr(jsonlines, "LONGEST_LINE", 5000)
    path = tmp_path / "a.jsonl"
    path.write_bytes(b" " * 100_000)
    assert "longer" in fault(path).what
    path.write_bytes(orjson.dumps(RECORD | {"name": "x" * 5500}))
    assert "longer" in fault(path).what


def test_parquet_by_other_writers_reads_alike(tmp_path: Path) -> None:
    size = len(ROUND)
    path = write_parquet(
        tmp_path / "a.parquet",
        id=pa.array([str(measured.id) for measured in ROUND]),
        round=pa.array([measured.round.bytes for measured in ROUND], pa.binary()),
        at=pa.array([measured.at for measured in ROUND], pa.timestamp("ns", tz="Asia/Jakarta")),
        subject=pa.array([measured.subject for measured in ROUND], pa.large_string()),
        count=pa.array([None if m.count is None else float(m.count) for m in ROUND], pa.float64()),
        dns_ms=pa.array([float("nan")] * size, pa.float32()),
        position=pa.array([measured.position for measured in ROUND], pa.uint8()),
        session=pa.array([None] * size, pa.null()),
    )
    assert read(path) == ROUND


@pytest.mark.parametrize(
    ("field", "array"),
    [
        ("answer", pa.array(["results"] * 11 + ["found", "results"])),
        ("at", pa.array(["2024-01-25T00:00:00Z"] * 11 + ["?", "2024-01-25T00:00:00Z"])),
        ("round", pa.array([bytes(16)] * 11 + [bytes(15), bytes(16)], pa.binary())),
        ("name", pa.array(["a"] * 11 + [None, "a"])),
        ("count", pa.array([1.0] * 11 + [1.5, 1.0])),
        ("matching", pa.array([1] * 11 + [-1, 1])),
        ("status", pa.array([1] * 11 + [2**40, 1])),
        ("total_ms", pa.array([1.0] * 11 + [float("inf"), 1.0])),
    ],
)
def test_a_bad_value_in_parquet_is_named_by_row_and_field(
    tmp_path: Path, field: str, array: pa.Array
) -> None:
    path = write_parquet(tmp_path / "a.parquet", **{field: array})
    found = fault(path)
    assert (found.file, found.line, found.field) == (str(path), 12, field)


@pytest.mark.parametrize("field", ["at", "name", "count", "ordered", "id"])
def test_a_parquet_column_of_the_wrong_type_is_named(tmp_path: Path, field: str) -> None:
    path = write_parquet(tmp_path / "a.parquet", **{field: pa.array([[1]] * len(ROUND))})
    assert fault(path).field == field


def test_a_cut_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet")
    path.write_bytes(path.read_bytes()[:-100])
    assert "damaged" in fault(path).what
    lines = tmp_path / "a.jsonl.gz"
    lines.write_bytes(gzip.compress(orjson.dumps(RECORD))[:-10])
    assert "damaged" in fault(lines).what


def test_a_missing_or_empty_place_is_said(tmp_path: Path) -> None:
    assert "no such" in fault(tmp_path / "nowhere.jsonl").what
    assert "no measurements" in fault(tmp_path).what


def test_progress_rises_to_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonlines, "BLOCK", 1000)
    told: list[float] = []
    plain = write_lines(tmp_path / "a.jsonl", *map(record, ROUND))
    parquet = write_parquet(tmp_path / "a.parquet")
    list(open_columns([plain, parquet], told.append))
    assert told == sorted(told)
    assert len(told) > 5
    assert told[-1] == 1.0


def test_codes_stay_the_same_from_batch_to_batch(tmp_path: Path) -> None:
    paths = [
        write_lines(
            tmp_path / f"{number}.jsonl", *map(record, reversed(plain_round(number, names=number + 2)))
        )
        for number in range(3)
    ]
    dictionaries = [batch.column("subject").dictionary.to_pylist() for batch in open_columns(paths)]
    for earlier, later in pairwise(dictionaries):
        assert later[: len(earlier)] == earlier


def test_only_the_columns_asked_for_are_read(tmp_path: Path) -> None:
    wanted = ("answer", "at")
    for path in (write_lines(tmp_path / "a.jsonl", RECORD), write_parquet(tmp_path / "a.parquet")):
        batch = next(open_columns([path], columns=wanted))
        assert batch.schema.names == ["at", "answer"]


@settings(max_examples=30)
@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_a_traceback(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    path = tmp_path_factory.mktemp("noise") / "a"
    for content in (noise, b"PAR1" + noise, b"\x1f\x8b" + noise, orjson.dumps(RECORD) + b"\n{" + noise):
        path.write_bytes(content)
        with suppress(BadInput):
            list(open_columns([path]))
