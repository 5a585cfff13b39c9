"""Out and in again: nothing is lost or changed, and files are there whole or not at all."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measurements.measurement_samples import START, measurements, plain_round

from siaga.domain.answers import Answer
from siaga.domain.errors import BadInput
from siaga.domain.failures import Failure
from siaga.domain.records import Measurement
from siaga.domain.time import SimulatedClock
from siaga.election.model import Vantage
from siaga.measurements.columns import open_columns
from siaga.measurements.export import (
    in_batches,
    json_line,
    write_json_lines,
    write_ooni,
    write_parquet,
)
from siaga.measurements.ooni import envelope, failed_operation, is_envelope, record_of
from siaga.measurements.reading import MeasurementFilter, SegmentReader
from siaga.measurements.schema import DEFAULTS, FIELDS, to_measurements
from siaga.measurements.store import Store


def read(path: Path) -> list[Measurement]:
    return [measured for batch in open_columns([path]) for measured in to_measurements(batch)]


@settings(max_examples=50, deadline=None)
@given(st.lists(measurements, max_size=5))
def test_every_measurement_comes_back_as_it_went_out(
    tmp_path_factory: pytest.TempPathFactory, measured: list[Measurement]
) -> None:
    directory = tmp_path_factory.mktemp("out")
    for path, write in (
        (directory / "a.jsonl", write_json_lines),
        (directory / "a.jsonl.gz", write_json_lines),
        (directory / "a.parquet", write_parquet),
        (directory / "a.ooni.jsonl", write_ooni),
    ):
        assert write(path, in_batches(measured)) == len(measured)
        assert read(path) == measured


def test_a_line_has_exactly_the_records_fields_in_order() -> None:
    one = replace(plain_round(0)[0], newest_age_s=None, ordered=None)
    line = json_line(one)
    assert line.endswith(b"}\n")
    record = orjson.loads(line)
    assert tuple(record) == FIELDS
    assert record["at"] == "2024-01-25T00:00:00.000000Z"
    assert record["id"] == str(one.id)
    assert (record["newest_age_s"], record["ordered"], record["failure"]) == (None, None, None)


def test_a_store_goes_out_in_order_by_owner_and_by_others(tmp_path: Path) -> None:
    measured = [one for number in range(4) for one in plain_round(number)]
    with Store.open(tmp_path / "store", SimulatedClock(START)) as store:
        store.append(measured[:20])
        store.seal()
        store.append(measured[20:])
        told: list[int] = []
        write_parquet(tmp_path / "all.parquet", store.batches(), told.append)
        assert told[-1] == 52
        others = SegmentReader(tmp_path / "store", store.tail)
        write_json_lines(tmp_path / "all.jsonl.gz", others.batches())
        one = MeasurementFilter(subject="mahfud", since=START + timedelta(minutes=2))
        write_json_lines(tmp_path / "some.jsonl", store.batches(one), told.append)
        assert told[-1] == 2
    assert read(tmp_path / "all.parquet") == measured
    assert read(tmp_path / "all.jsonl.gz") == measured
    assert [found.subject for found in read(tmp_path / "some.jsonl")] == ["mahfud"] * 2


def test_parquet_is_for_every_reader(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", in_batches(plain_round(0)))
    file = pq.ParquetFile(tmp_path / "a.parquet")
    assert file.schema_arrow.names == list(FIELDS)
    assert file.schema_arrow.metadata[b"siaga_schema"] == b"1"
    logical = {
        file.schema.column(place).name: str(file.schema.column(place).logical_type) for place in range(29)
    }
    assert logical["id"] == "UUID"
    assert logical["answer"] == "String"
    assert "isAdjustedToUTC=true" in logical["at"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.parquet"])
def test_an_export_that_fails_leaves_what_was_there(tmp_path: Path, name: str) -> None:
    def broken() -> Iterator[pa.RecordBatch]:
        yield from in_batches(plain_round(0))
        raise OSError(5, "Input/output error")

    path = tmp_path / name
    path.write_text("yesterday's")
    with pytest.raises(OSError, match="Input/output"):
        (write_parquet if name.endswith("parquet") else write_json_lines)(path, broken())
    assert path.read_text() == "yesterday's"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failing_step_is_told_in_oonis_envelope(tmp_path: Path) -> None:
    reset = replace(
        plain_round(0)[0],
        answer=Answer.UNREACHABLE,
        failure=Failure.TLS_HANDSHAKE,
        status=None,
        final_url=None,
        dns_ms=12.5,
        connect_ms=30.0,
        total_ms=250.0,
        first_byte_ms=None,
    )
    vantage = Vantage("jakarta", country="ID", network="AS7713")
    write_ooni(tmp_path / "a.jsonl.gz", in_batches([reset]), [vantage])
    shaped = orjson.loads(gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes()))
    assert shaped == orjson.loads(orjson.dumps(envelope(reset, vantage)))
    assert shaped["data_format_version"] == "0.2.0"
    assert shaped["measurement_start_time"] == "2024-01-25 00:00:00"
    assert (shaped["probe_asn"], shaped["probe_cc"], shaped["probe_ip"]) == ("AS7713", "ID", "127.0.0.1")
    assert (shaped["software_name"], shaped["software_version"]) == ("siaga", "0.1.0")
    assert shaped["test_runtime"] == 0.25
    keys = shaped["test_keys"]
    assert (keys["failure"], keys["failed_operation"]) == ("ssl_failed_handshake", "tls_handshake")
    assert (keys["resolve_ms"], keys["connect_ms"], keys["tls_handshake_ms"]) == (12.5, 30.0, None)


def test_what_is_not_known_of_a_vantage_is_not_said() -> None:
    shaped = envelope(plain_round(0)[0])
    assert (shaped["probe_asn"], shaped["probe_cc"]) == ("AS0", "ZZ")
    assert shaped["extensions"] == {}


def test_a_failure_that_fits_several_steps_names_none() -> None:
    named = {failure: failed_operation(failure) for failure in Failure}
    assert named[Failure.DNS_NXDOMAIN] == "resolve"
    assert named[Failure.CONNECTION_REFUSED] == "connect"
    assert named[Failure.TLS_UNKNOWN_AUTHORITY] == "tls_handshake"
    assert named[Failure.TIMED_OUT] is None
    assert named[Failure.CONNECTION_RESET] is None
    assert failed_operation(None) is None


PUBLISHED: dict[str, tuple[type, ...]] = {
    "input": (str, list, type(None)),
    "report_id": (str,),
    "measurement_start_time": (str,),
    "test_start_time": (str,),
    "probe_asn": (str,),
    "probe_cc": (str,),
    "test_name": (str,),
    "test_version": (str,),
    "test_runtime": (float,),
    "software_name": (str,),
    "software_version": (str,),
    "test_keys": (dict,),
    "probe_ip": (str, type(None)),
    "annotations": (dict, type(None)),
    "test_helpers": (dict, type(None)),
    "data_format_version": (str, type(None)),
}
"""What OONI's own reader takes for each field: of the required ones only `input` may be null."""


def test_an_entry_loads_in_oonis_published_model_whatever_the_record_lacks() -> None:
    whole = plain_round(0)[0]
    least = Measurement(
        **{name: getattr(whole, name) for name in FIELDS if name not in DEFAULTS or name == "session"}
    )
    portal = replace(least, answer=Answer.UNREACHABLE, failure=Failure.CAPTIVE_PORTAL)
    for measurement in (whole, least, portal):
        shaped = orjson.loads(orjson.dumps(envelope(measurement)))
        for field, kinds in PUBLISHED.items():
            assert isinstance(shaped[field], kinds), field
        assert all(isinstance(text, str) for text in shaped["annotations"].values())
        assert isinstance(shaped["test_keys"]["failure"], str | None)
    assert envelope(portal)["test_keys"]["failure"].startswith("unknown_failure")


@given(measurements)
def test_an_entry_says_the_whole_record(measurement: Measurement) -> None:
    entry = orjson.loads(orjson.dumps(envelope(measurement)))
    record = orjson.loads(json_line(measurement))
    assert is_envelope(entry)
    assert not is_envelope(record)
    assert record_of(entry) == record


@pytest.mark.parametrize("name", ["a.ooni.jsonl", "a.ooni.jsonl.gz"])
def test_an_export_in_oonis_envelope_is_read_back(tmp_path: Path, name: str) -> None:
    measured = [m for number in range(3) for m in plain_round(number)]
    write_ooni(tmp_path / name, in_batches(measured))
    assert read(tmp_path / name) == measured


def test_an_entry_that_lacks_something_is_named_by_line_and_field(tmp_path: Path) -> None:
    entry = envelope(plain_round(0)[0])
    entry["test_keys"]["role"] = 7
    (tmp_path / "a.jsonl").write_bytes(orjson.dumps(entry))
    with pytest.raises(BadInput, match="role"):
        read(tmp_path / "a.jsonl")
