"""Replay equals live, bit for bit; a snapshot changes nothing; nor does the order of streams in a file."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from siaga.cli import app
from siaga.cli.replaying import line_of, replayed
from siaga.detection.settings import Settings
from siaga.detection.watch import Detection
from siaga.domain.time import rfc3339
from siaga.domain.verdicts import State, Verdict
from siaga.measurements.export import json_line, write_json_lines
from siaga.simulation.streams import Streams


def mixed(seed: int, rounds: int = 240) -> Streams:
    """Withholding, an outage, limits, a dead vantage, canaries and graded facts, all in four hours."""
    streams = Streams(
        seed,
        rounds,
        targets=("anies", "ganjar", "mahfud"),
        controls=6,
        canaries=1,
        surfaces=("search-latest", "people"),
        vantages=("jakarta", "medan"),
        missing=0.02,
        facts=True,
    )
    streams.withhold("mahfud", 60, 100)
    streams.withhold("ganjar", 130, 170, share=0.5, surfaces=("people",))
    streams.thin("anies", 150, 230, 2)
    streams.outage(180, 192)
    streams.outage(200, 210, answer=streams_answer("unreachable"), vantages=("medan",))
    streams.cut(110, 125, after=5)
    return streams


def streams_answer(word: str):  # type: ignore[no-untyped-def]
    from siaga.domain.answers import Answer

    return Answer(word)


def live(streams: Streams) -> tuple[Detection, list[Verdict]]:
    detection = Detection()
    changes = [change for measurements in streams.rounds() for change in detection.take(measurements)]
    return detection, changes


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Detection, list[Verdict]]:
    path = tmp_path_factory.mktemp("recorded") / "month.parquet"
    streams = mixed(3)
    pq.write_table(pa.Table.from_batches([streams.table()]), path)
    return path, *live(streams)


def test_replay_equals_live_bit_for_bit(recorded: tuple[Path, Detection, list[Verdict]]) -> None:
    path, detection, changes = recorded
    again, replayed_changes = replayed([path], Settings())
    assert replayed_changes == changes
    assert again.snapshot() == detection.snapshot()
    assert again.verdicts() == detection.verdicts()
    assert {State.SUPPRESSED, State.PLATFORM_DOWN, State.UNMEASURABLE} <= {one.state for one in changes}


def test_the_order_of_rows_in_a_file_changes_nothing(
    recorded: tuple[Path, Detection, list[Verdict]], tmp_path: Path
) -> None:
    path, detection, changes = recorded
    table = pq.read_table(path)
    shuffled = table.take(np.random.default_rng(1).permutation(len(table)))
    pq.write_table(shuffled, tmp_path / "shuffled.parquet")
    again, replayed_changes = replayed([tmp_path / "shuffled.parquet"], Settings())
    assert replayed_changes == changes
    assert again.snapshot() == detection.snapshot()


@pytest.mark.parametrize("hours", [-2, 3])
@pytest.mark.parametrize("begin", [260, 330])
def test_a_clock_that_was_set_for_half_an_hour_makes_no_second_finding(
    hours: int, begin: int, tmp_path: Path
) -> None:
    streams = Streams(5, 600, targets=("anies", "mahfud"), vantages=("jakarta", "medan"))
    streams.withhold("mahfud", 250, 420)
    streams.clock_jump(begin, begin + 30, timedelta(hours=hours))
    path = tmp_path / "set.jsonl"
    write_json_lines(path, [streams.table()])
    _, changes = replayed([path], Settings())
    in_time = sorted(streams.rounds(), key=lambda asked: asked[0].round.int & (1 << 62) - 1)
    as_live = Detection()
    assert changes == [change for asked in in_time for change in as_live.take(asked)]
    called = [change for change in changes if change.state is State.SUPPRESSED]
    assert [change.subject for change in called] == ["mahfud"]
    last = [change for change in changes if change.subject == "mahfud"][-1]
    assert (last.state, last.rule) == (State.FINDABLE, "recovery@2")


def test_rounds_recorded_twice_are_the_same_rounds(tmp_path: Path) -> None:
    streams = Streams(5, 400, targets=("anies", "mahfud"))
    streams.withhold("mahfud", 250, 400)
    table = pa.Table.from_batches([streams.table()])
    again = table.slice(260 * len(streams.subjects), 60 * len(streams.subjects))
    pq.write_table(pa.concat_tables([table, again]), tmp_path / "twice.parquet")
    pq.write_table(table, tmp_path / "once.parquet")
    once, twice = (replayed([tmp_path / f"{name}.parquet"], Settings())[1] for name in ("once", "twice"))
    assert twice == once


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 1000), cut=st.integers(1, 239))
def test_snapshot_and_restore_at_any_round_change_nothing(seed: int, cut: int) -> None:
    def halves() -> Iterator[list[Verdict]]:
        detection = Detection()
        for number, measurements in enumerate(mixed(seed).rounds()):
            if number == cut * 4:
                detection = Detection.restore(detection.snapshot())
            yield detection.take(measurements)
        ends.append(detection.snapshot())

    ends: list[bytes] = []
    broken = [change for changes in halves() for change in changes]
    detection, whole = live(mixed(seed))
    assert broken == whole
    assert ends == [detection.snapshot()]


def test_json_lines_have_the_fixed_form(recorded: tuple[Path, Detection, list[Verdict]]) -> None:
    path, _, changes = recorded
    result = CliRunner().invoke(app, ["replay", str(path), "--json", "--promise", "1/30d"])
    assert result.exit_code == 1
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(lines) == len(changes)
    keys = ["at", "platform", "surface", "vantage", "subject", "state", "since", "evidence", "rule"]
    beside = ["counts", "onset", "kind", "psi", "places", "line", "free", "change", "claim"]
    assert all(list(line) == keys + beside for line in lines)
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)


def test_a_line_tells_what_proves_it_and_all_from_several(
    recorded: tuple[Path, Detection, list[Verdict]],
) -> None:
    _, _, changes = recorded
    finding = next(change for change in changes if change.state is State.SUPPRESSED)
    line = json.loads(line_of(finding))
    assert line["counts"]["asked"] >= line["counts"]["missing"] > 0
    assert line["onset"] == [rfc3339(at) for at in finding.onset or ()]
    assert (line["kind"], line["psi"]) == (finding.detail["kind"], float(finding.detail["psi"]))
    several = replace(finding, detail={"surfaces": "people, search-top", "surfaces_found": "profile"})
    places = json.loads(line_of(several))["places"]
    assert places == {"surfaces": ["people", "search-top"], "surfaces_found": ["profile"]}
    assert json.loads(line_of(replace(finding, onset=None, detail={})))["places"] is None


def test_a_quiet_recording_exits_0_and_a_bad_promise_2(tmp_path: Path) -> None:
    path = tmp_path / "quiet.parquet"
    pq.write_table(pa.Table.from_batches([Streams(1, 40, missing=0.001).table()]), path)
    quiet = CliRunner().invoke(app, ["replay", str(path), "--json"])
    assert quiet.exit_code == 0
    assert {json.loads(line)["state"] for line in quiet.stdout.splitlines()} == {"findable"}
    bad = CliRunner().invoke(app, ["replay", str(path), "--promise", "often"])
    assert bad.exit_code == 2
    assert "1/30d" in bad.stderr


@pytest.mark.parametrize("promise", ["1/" + "9" * 30 + "w", "9" * 400 + "/1d", "1/0d"])
def test_a_promise_that_no_clock_holds_is_not_understood(promise: str, tmp_path: Path) -> None:
    refused = CliRunner().invoke(app, ["replay", str(tmp_path / "none.jsonl"), "--promise", promise])
    assert refused.exit_code == 2
    assert "is not understood" in refused.output


@pytest.mark.parametrize("content", ["", "\n\n", "   "])
def test_files_without_measurements_are_not_called_fine(content: str, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text(content)
    for command in (["replay"], ["replay", "--json"], ["controls", "suggest"]):
        refused = CliRunner().invoke(app, [*command, str(tmp_path / "empty.jsonl")])
        assert refused.exit_code == 2
        assert "empty.jsonl: There are no measurements" in refused.output


def test_what_a_file_names_is_shown_as_it_stands_there(tmp_path: Path) -> None:
    path = tmp_path / "named.jsonl"
    streams = Streams(5, 120, targets=("[red]anies[/]x[/]",), controls=4, missing=0.0)
    streams.withhold("[red]anies[/]x[/]", 30, 110)
    path.write_bytes(b"".join(json_line(measured) for asked in streams.rounds() for measured in asked))
    shown = CliRunner().invoke(app, ["replay", str(path)], env={"COLUMNS": "300"})
    assert shown.exit_code == 1, shown.output
    assert "[red]anies[/]x[/]" in shown.output


def test_platform_and_since_narrow_what_is_shown(recorded: tuple[Path, Detection, list[Verdict]]) -> None:
    path, _, changes = recorded
    nobody = CliRunner().invoke(app, ["replay", str(path), "--json", "--platform", "bluesky"])
    assert (nobody.exit_code, nobody.stdout) == (0, "")
    late = changes[-1].at.isoformat()
    last = CliRunner().invoke(app, ["replay", str(path), "--json", "--since", late])
    assert 1 <= len(last.stdout.splitlines()) < len(changes)
