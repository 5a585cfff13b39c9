"""`siaga export` as a researcher uses it."""

import gzip
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pyarrow.parquet as pq
import pytest
from tests.cli.recorded_watch import DAYS, measured, planned, record
from typer.testing import CliRunner

from siaga.cli import app
from siaga.domain.time import SystemClock
from siaga.measurements.store import Store

ELECTION = str(Path(__file__).parents[2] / "elections" / "indonesia-2024.yaml")


def exported(directory: Path, file: Path, *words: str, code: int = 0) -> str:
    run = CliRunner().invoke(app, ["export", ELECTION, str(file), "--directory", str(directory), *words])
    assert run.exit_code == code, run.output
    return run.output


def test_each_ending_gives_its_form_with_every_measurement(tmp_path: Path) -> None:
    record(tmp_path / "data")
    for name in ("a.jsonl", "a.jsonl.gz", "a.ooni.jsonl", "a.ooni.jsonl.gz", "a.parquet"):
        assert "100 measurements" in exported(tmp_path / "data", tmp_path / name)
    lines = (tmp_path / "a.jsonl").read_text().splitlines()
    assert gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes()).decode().splitlines() == lines
    table = pq.read_table(tmp_path / "a.parquet")
    assert [json.loads(line)["name"] for line in lines] == table.column("name").to_pylist()
    assert "seq" not in table.column_names
    assert (
        json.loads((tmp_path / "a.ooni.jsonl").read_text().splitlines()[0])["test_name"]
        == "siaga_findability"
    )


def test_what_is_exported_replays(tmp_path: Path) -> None:
    record(tmp_path / "data")
    said = []
    for name in ("a.parquet", "a.jsonl", "a.ooni.jsonl", "a.ooni.jsonl.gz"):
        exported(tmp_path / "data", tmp_path / name)
        run = CliRunner().invoke(app, ["replay", str(tmp_path / name), "--json"])
        assert run.exit_code == 0
        said.append(run.stdout)
    assert len(set(said)) == 1


def test_a_stretch_of_time_and_a_platform(tmp_path: Path) -> None:
    record(tmp_path / "data")
    words = ("--since", "2024-01-25T00:05:00Z", "--until", "2024-01-25T00:07:00Z", "--platform", "x")
    assert "10 measurements" in exported(tmp_path / "data", tmp_path / "a.jsonl", *words)
    assert "0 measurements" in exported(tmp_path / "data", tmp_path / "b.jsonl", "--platform", "bluesky")


@pytest.mark.parametrize(
    ("file", "words", "says"),
    [
        ("a.csv", (), "End it in .jsonl"),
        ("a.jsonl", ("--platform", "tiktak"), "The election has no platform"),
        ("a.jsonl", ("--since", "yesterday"), "Write a moment such as"),
        ("no/such/a.jsonl", (), "Name another file"),
        ("a.jsonl", ("--from", "localhost"), "Write http://HOST:PORT"),
    ],
)
def test_what_cannot_be_done_is_one_error_and_no_file(
    tmp_path: Path, file: str, words: tuple[str, ...], says: str
) -> None:
    record(tmp_path / "data")
    with Store.open(tmp_path / "data" / "measurements", SystemClock()):
        assert says in exported(tmp_path / "data", tmp_path / file, *words, code=2)
    assert [found.name for found in tmp_path.iterdir()] == ["data"]


@contextmanager
def pages_of(store: Store) -> Iterator[str]:
    """What a running watch serves under `/api/v1/tail`."""

    class Tail(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = store.tail(int(self.path.removeprefix("/api/v1/tail?after=")))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Tail)
    running = Thread(target=server.serve_forever, daemon=True)
    running.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    running.join()


def test_beside_a_running_watch_what_is_not_sealed_comes_from_its_pages(tmp_path: Path) -> None:
    record(tmp_path / "data")
    with Store.open(tmp_path / "data" / "measurements", SystemClock()) as store:
        round_ = planned(DAYS[1], 30)
        store.append(measured(round_), [round_])
        assert "100 measurements" in exported(tmp_path / "data", tmp_path / "sealed.jsonl")
        assert "Add --from" in exported(tmp_path / "data", tmp_path / "sealed.jsonl")
        with pages_of(store) as address:
            said = exported(tmp_path / "data", tmp_path / "whole.jsonl", "--from", address)
        assert "105 measurements" in said
        assert "Add --from" not in said


def test_pages_that_do_not_answer_are_one_error_and_no_file(tmp_path: Path) -> None:
    record(tmp_path / "data")
    with Store.open(tmp_path / "data" / "measurements", SystemClock()):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{free.getsockname()[1]}"
        said = exported(tmp_path / "data", tmp_path / "a.jsonl", "--from", address, code=2)
        assert "does not answer" in said
    assert not (tmp_path / "a.jsonl").exists()
