"""`siaga room` as people use it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from siaga.cli import app

ELECTION = str(Path(__file__).parents[2] / "elections" / "indonesia-2024.yaml")


def test_a_new_file_passes_check_and_is_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "room.yaml"
    assert CliRunner().invoke(app, ["room", "new", ELECTION, str(file)]).exit_code == 0
    checked = CliRunner().invoke(app, ["room", "check", str(file), ELECTION])
    assert checked.exit_code == 0, checked.output
    assert "on-call-liaison (email) > regional-lead (email, letter)" in checked.output
    again = CliRunner().invoke(app, ["room", "new", ELECTION, str(file)])
    assert again.exit_code == 2
    assert "nothing was written" in again.output


def test_every_fault_is_a_line_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "room.yaml"
    file.write_text("room: A B\nlabel: x\naddress: ftp://x\nplatforms: []\n")
    checked = CliRunner().invoke(app, ["room", "check", str(file), ELECTION])
    assert checked.exit_code == 2
    assert f"{file}:1:" in checked.output.replace("\n", "")
    assert "address" in checked.output


def test_the_schema_is_json() -> None:
    shown = CliRunner().invoke(app, ["room", "schema"])
    assert json.loads(shown.output)["title"] == "Siaga room file"


def test_a_watch_refuses_a_room_file_with_faults_before_it_begins(tmp_path: Path) -> None:
    file = tmp_path / "room.yaml"
    file.write_text("room: x\n")
    data = tmp_path / "data"
    watched = CliRunner().invoke(
        app, ["watch", ELECTION, "--room", str(file), "--directory", str(data), "--port", "0"]
    )
    assert watched.exit_code == 2
    assert not data.exists()


ROOM = "room: my-room\nlabel: Room\naddress: https://siaga.example\nplatforms: []\n"


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["watch", "ROOM", "--room", ELECTION], "This is a room file; an election file is wanted here."),
        (["watch", ELECTION, "--room", ELECTION], "This is an election file; a room file is wanted here."),
        (["election", "check", "ROOM"], "This is a room file; an election file is wanted here."),
        (["room", "check", ELECTION, "ROOM"], "This is a room file; an election file is wanted here."),
        (["room", "check", ELECTION, ELECTION], "This is an election file; a room file is wanted here."),
        (["room", "new", "ROOM"], "This is a room file; an election file is wanted here."),
    ],
)
def test_a_file_in_the_place_of_another_says_which_it_is_and_what_to_do(
    tmp_path: Path, words: list[str], what: str
) -> None:
    file, data = tmp_path / "my-room.yaml", tmp_path / "data"
    file.write_text(ROOM)
    given = [str(file) if word == "ROOM" else word for word in words]
    if words[0] == "watch":
        given += ["--directory", str(data), "--port", "0"]
    refused = CliRunner().invoke(app, given)
    assert refused.exit_code == 2
    assert what in refused.output
    named = str(file) if "is a room file" in what else ELECTION
    assert refused.output.startswith(f"{named}: ")
    assert "siaga room check" in refused.output or "siaga election check" in refused.output
    assert not data.exists()
