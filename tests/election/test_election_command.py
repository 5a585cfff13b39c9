"""`siaga election`: what a person types, with the readers that Siaga really has."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.election.election_samples import INDONESIA, ROOT, small
from typer.testing import CliRunner, Result

from siaga.cli.election import app
from siaga.election.readers import PAGE
from siaga.platforms.registry import platforms


def run(*words: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "120"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.mark.parametrize("file", sorted(ROOT.glob("elections/*.yaml")), ids=lambda file: file.name)
def test_every_shipped_file_passes_its_own_check(file: Path) -> None:
    assert run("check", file).exit_code == 0


def test_check_shows_what_each_platform_is_asked_and_what_is_left(tmp_path: Path) -> None:
    said = run("check", INDONESIA).stdout
    assert "Indonesia, presidential election 2024 is in order." in said
    assert "3 contestants, 6 people to watch, 12 comparison names, " in said
    assert not re.search(r"\b1 (\w+ )?(contestants|people|names|texts|points|events)\b", said)
    assert "search-latest  signed-in  5m" in said
    assert "150 per 15m" in said


def test_check_counts_one_as_one(tmp_path: Path) -> None:
    file = tmp_path / "e.yaml"
    file.write_text(small())
    said = " ".join(run("check", file).stdout.split())
    counted = re.findall(r"\b1 (?:[a-z]+ )*?(contestants?|person|people|points?|texts?|events?)\b", said)
    assert counted
    assert not any(word in {"people"} or word.endswith("s") for word in counted)


def test_check_says_each_fault_on_a_line_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "e.yaml"
    file.write_text(small().replace("country: ID", "country: XQ").replace("family: 4", "family: 5"))
    result = run("check", file)
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{file}:3:country", f"{file}:74:vantages[0].family"]


def test_check_tells_programs_the_same(tmp_path: Path) -> None:
    file = tmp_path / "e.yaml"
    file.write_text(small().replace("country: ID", "country: XQ"))
    result = run("check", file, "--json")
    said: dict[str, Any] = json.loads(result.stdout)
    assert (result.exit_code, said["fine"]) == (2, False)
    assert (said["faults"][0]["line"], said["faults"][0]["field"]) == (3, "country")
    fine: dict[str, Any] = json.loads(run("check", INDONESIA, "--json").stdout)
    assert fine["fine"]
    assert fine["election"] == "indonesia-2024"
    assert [platform["id"] for platform in fine["platforms"]] == [
        "x",
        "bluesky",
        "mastodon",
        "youtube",
        "nostr",
    ]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"x" * 2_000_000])
def test_what_cannot_be_read_is_said(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "e.yaml"
    if content is not None:
        file.write_bytes(content)
    result = run("check", file)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1


def test_a_new_file_passes_its_check_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    assert run("new", file).exit_code == 0
    assert run("check", file).exit_code == 0
    assert file.read_text().startswith("# yaml-language-server: $schema=election.schema.json\n")


def test_every_new_file_has_a_canary_of_its_own(tmp_path: Path) -> None:
    canaries = set()
    for name in ("a.yaml", "b.yaml"):
        run("new", tmp_path / name)
        text = (tmp_path / name).read_text()
        canaries.add(next(line for line in text.splitlines() if line.startswith("canaries:")))
    assert len(canaries) == 2


def test_new_never_overwrites(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("mine")
    result = run("new", file)
    assert result.exit_code == 2
    assert "nothing was written" in result.stderr
    assert file.read_text() == "mine"


def test_new_says_where_it_cannot_write(tmp_path: Path) -> None:
    assert run("new", tmp_path / "no" / "such" / "place.yaml").exit_code == 2


def test_the_printed_schema_knows_every_reader() -> None:
    printed = json.loads(run("schema").stdout)
    readers = printed["$defs"]["PlatformSection"]["properties"]["reader"]["enum"]
    assert readers == sorted([*platforms(), PAGE])


def test_a_room_file_in_its_place_is_told_from_an_election_file(tmp_path: Path) -> None:
    file = tmp_path / "my-room.yaml"
    file.write_text("room: my-room\nlabel: Room\n")
    result = run("check", file)
    assert result.exit_code == 2
    assert "This is a room file; an election file is wanted here." in result.stderr
    assert "siaga room check" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_check_loads_no_heavy_library() -> None:
    program = (
        "import sys; from siaga.cli.election import app; app(['check', sys.argv[1]], standalone_mode=False); "
        "print(sorted({'numpy', 'pyarrow', 'duckdb', 'sqlalchemy'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(INDONESIA)], capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-1] == "[]"


def test_markup_in_a_label_is_shown_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "e.yaml"
    file.write_text(small().replace("label: Test\n", "label: 'Test [/bold] [red]'\n"))
    assert "Test [/bold] [red] is in order." in run("check", file).stdout
