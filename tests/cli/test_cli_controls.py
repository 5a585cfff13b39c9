"""`siaga controls suggest`, on recorded measurements."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from tests.cli.test_cli_plan import SMALL, written
from typer.testing import CliRunner

from siaga.cli import app
from siaga.simulation.streams import Streams

RUN = CliRunner()


def recorded(directory: Path, rounds: int = 400) -> str:
    streams = Streams(seed=4, rounds=rounds, targets=("mahfud", "ganjar"), controls=6, facts=True)
    streams.own_odds("control-1", 40)
    path = directory / "recorded.parquet"
    pq.write_table(pa.Table.from_batches([streams.table()]), path)
    return str(path)


def test_a_person_reads_the_most_alike_first_and_what_each_does_to_the_proof(tmp_path: Path) -> None:
    told = RUN.invoke(app, ["controls", "suggest", recorded(tmp_path)], env={"COLUMNS": "200"})
    assert told.exit_code == 0, told.output
    assert "with 6 controls" in told.output
    lines = [line.split()[0] for line in told.output.splitlines() if line.strip().startswith("control-")]
    assert lines[-1] == "control-1"
    assert "without it" in told.output


def test_a_program_reads_the_same_and_the_election_file_says_which_are_in_use(tmp_path: Path) -> None:
    election = written(tmp_path, SMALL.replace("id: c1", "id: control-0").replace("id: c2", "id: control-2"))
    told = RUN.invoke(app, ["controls", "suggest", recorded(tmp_path), "--election", election, "--json"])
    assert told.exit_code == 0, told.output
    (x,) = json.loads(told.output)
    assert {one["subject"] for one in x["controls"]} == {"control-0", "control-2"}
    assert {one["subject"] for one in x["candidates"]} == {
        "ganjar",
        "control-1",
        "control-3",
        "control-4",
        "control-5",
    }
    assert x["rounds"] is None, "two controls prove nothing"
    assert all(one["rounds_changed"] is not None for one in x["candidates"])


def test_too_little_to_say_is_one_clear_error(tmp_path: Path) -> None:
    for file in (recorded(tmp_path, rounds=50), str(tmp_path / "nowhere.jsonl")):
        told = RUN.invoke(app, ["controls", "suggest", file])
        assert told.exit_code == 2
        assert "Traceback" not in told.output
