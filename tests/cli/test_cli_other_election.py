"""A directory is one election's: every command that is given another election's file refuses it and changes
nothing."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.recorded_watch import record
from tests.watch.scripted_watch import START, ScriptedProber, election, found, pass_by, watch_of
from typer.testing import CliRunner

from siaga.cli import app
from siaga.domain.errors import BadInput
from siaga.domain.time import SimulatedClock
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.watch.recorder import Recorder
from siaga.watch.supervision import Supervisor

FILE = Path(__file__).parents[2] / "elections" / "indonesia-2024.yaml"


@pytest.fixture
def other(tmp_path: Path) -> str:
    """The same election under another id."""
    file = tmp_path / "other.yaml"
    file.write_text(
        FILE.read_text("utf-8").replace("election: indonesia-2024", "election: elsewhere"), "utf-8"
    )
    return str(file)


def contents(directory: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and ".sqlite-" not in path.name and "owner" not in path.name
    }


@pytest.mark.parametrize(
    "words",
    [
        ("verify",),
        ("export", "out.jsonl"),
        ("export", "out.parquet", "--platform", "bluesky"),
        ("watch", "--port", "0"),
        ("case list",),
        ("evidence", "C-1", "out.zip"),
        ("user list",),
    ],
)
def test_a_command_that_is_given_another_elections_file_refuses_the_directory(
    words: tuple[str, ...], other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in re.findall(r"environment: (\w+)", FILE.read_text("utf-8")):
        monkeypatch.setenv(name, "socks5://127.0.0.1:9" if "PROXY" in name else "a secret")
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "data"
    record(data, started=True)
    before = contents(data)
    command, *others = words
    run = CliRunner().invoke(app, [*command.split(), other, *others, "--directory", str(data)])
    assert run.exit_code == 2, run.output
    assert "The record there is of the election 'indonesia-2024', not of 'elsewhere'." in run.output
    assert "that election's file" in run.output.replace("\n", " ")
    assert not list(tmp_path.glob("out.*"))
    assert {name: content for name, content in contents(data).items() if name in before} == before


def test_measurements_alone_say_whose_they_are(other: str, tmp_path: Path) -> None:
    record(tmp_path / "data")
    run = CliRunner().invoke(app, ["verify", other, "--directory", str(tmp_path / "data")])
    assert run.exit_code == 2
    assert "of the election 'indonesia-2024'" in run.output


async def test_a_watch_goes_on_with_its_own_election_and_refuses_anothers_record(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    async with watch_of(tmp_path, clock, ScriptedProber(found)) as opened:
        await pass_by(opened, clock, timedelta(minutes=2))
    before = contents(tmp_path)
    with pytest.raises(BadInput, match="of the election 'small', not of 'large'"):
        async with watch_of(tmp_path, clock, ScriptedProber(found), replace(election(), id="large")):
            raise AssertionError
    assert contents(tmp_path) == before
    async with watch_of(tmp_path, clock, ScriptedProber(found)):
        pass


async def test_a_journal_elsewhere_does_not_make_measurements_of_another_election_ones_own(
    tmp_path: Path,
) -> None:
    record(tmp_path / "data")
    clock = SimulatedClock(START)
    url = f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    with pytest.raises(BadInput, match="not of 'small'"):
        Recorder(election(), tmp_path / "data", clock, Supervisor(clock), url)
    with Journal.open(url, clock) as journal:
        assert journal.last(Kind.WATCH_STARTED) is None
