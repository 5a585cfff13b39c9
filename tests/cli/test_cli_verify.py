"""`siaga verify` as a stranger uses it: what holds, and each thing that does not."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.recorded_watch import record
from typer.testing import CliRunner

from siaga.cli import app
from siaga.domain.time import SystemClock
from siaga.measurements.store import Store

ELECTION = str(Path(__file__).parents[2] / "elections" / "indonesia-2024.yaml")


def verified(directory: Path, code: int) -> list[dict[str, Any]]:
    run = CliRunner().invoke(app, ["verify", ELECTION, "--directory", str(directory), "--json"])
    assert run.exit_code == code, run.output
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_a_record_that_nobody_touched_holds(tmp_path: Path) -> None:
    recorded = record(tmp_path)
    files, journal, first, second = verified(tmp_path, 0)
    assert journal["events"] == 3
    assert files["problems"] == []
    assert first["rounds"] + second["rounds"] == recorded.rounds
    assert (first["revealed"], first["wrong"], first["skipped"]) == (True, [], 0)
    assert second["revealed"] is False
    run = CliRunner().invoke(app, ["verify", ELECTION, "--directory", str(tmp_path)])
    assert run.exit_code == 0
    assert "Rounds of 2024-01-25: all 10 in the order fixed beforehand." in run.output
    assert journal["head"] in run.output


def test_an_event_that_was_changed_breaks_the_chain_where_it_stands(tmp_path: Path) -> None:
    record(tmp_path)
    with closing(sqlite3.connect(tmp_path / "journal.sqlite")) as database, database:
        database.execute("UPDATE journal_events SET why = 'another' WHERE seq = 2")
    (problem,) = verified(tmp_path, 3)[0]["problems"]
    assert problem["damage"] == "journal-broken"
    assert "event 2: Its content does not give its digest" in problem["problem"]


def test_a_sealed_file_that_was_changed_or_taken_away_is_named(tmp_path: Path) -> None:
    record(tmp_path)
    first, second = sorted((tmp_path / "measurements" / "segments").glob("*.parquet"))
    content = bytearray(first.read_bytes())
    content[200] ^= 1
    first.write_bytes(content)
    run = CliRunner().invoke(app, ["verify", ELECTION, "--directory", str(tmp_path)])
    assert run.exit_code == 3
    assert f"{first.name}: A sealed file was changed: it is not what was sealed." in run.output
    second.unlink()
    run = CliRunner().invoke(app, ["verify", ELECTION, "--directory", str(tmp_path)])
    assert run.exit_code == 3
    assert f"{second.name}: A sealed file is missing." in run.output


def test_a_round_in_another_order_is_named_and_one_left_out_leaves_a_gap(tmp_path: Path) -> None:
    record(tmp_path, swapped=3, left_out=5)
    first = verified(tmp_path, 1)[2]
    assert [found["order"] for found in first["wrong"]] == ["other-order"]
    assert (first["rounds"], first["skipped"]) == (9, 1)
    run = CliRunner().invoke(app, ["verify", ELECTION, "--directory", str(tmp_path)])
    assert "1 of 9 NOT in the order fixed beforehand; 1 planned rounds are not in the record." in run.output
    assert "asked in another order than the day's key gives" in run.output


def test_a_round_that_a_limit_cut_short_is_not_accused(tmp_path: Path) -> None:
    record(tmp_path, cut=4)
    first = verified(tmp_path, 0)[2]
    assert (first["wrong"], first["cut_short"], first["skipped"]) == ([], 1, 0)


@pytest.mark.parametrize("changed", ["cut", "swapped"])
def test_while_the_watch_runs_what_only_the_plan_tells_apart_is_said_to_be_unclear(
    tmp_path: Path, changed: str
) -> None:
    record(tmp_path, **{changed: 4})  # type: ignore[arg-type]
    with Store.open(tmp_path / "measurements", SystemClock()):
        first = verified(tmp_path, 0)[2]
    assert (first["cut_short"], first["unclear"]) == ((1, 0) if changed == "cut" else (0, 1))


def test_a_key_committed_to_after_the_first_round_proves_nothing_beforehand(tmp_path: Path) -> None:
    record(tmp_path, commit_after=timedelta(minutes=2))
    assert verified(tmp_path, 1)[2]["committed_late"] is True


def test_where_no_watch_was_it_says_what_to_do(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["verify", ELECTION, "--directory", str(tmp_path)])
    assert run.exit_code == 2
    assert "Start `siaga watch` once" in run.output
    assert list(tmp_path.iterdir()) == []
