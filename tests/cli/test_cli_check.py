"""`siaga check` as a person runs it, against simulated platforms in a process of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from siaga.cli.election_files import read_election_file
from siaga.platforms import registry
from siaga.simulation.scenario import shipped_files

TOKEN = "a-token-for-tests"
_, ELECTION = shipped_files("january-2024")
SCENARIO = """
scenario: withheld
starts: 2024-01-24T18:00:00+07:00
ends: 2024-01-26T12:00:00+07:00
steps:
  - at: 2024-01-25T02:00:00+07:00
    start: mahfud-gone
    fault: {kind: empty, platform: x, surfaces: [search-latest], names: [mahfud]}
"""


@pytest.fixture(scope="module")
def platforms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """January 25th, 07:00 Jakarta: `mahfud` is withheld on X's latest search."""
    directory = tmp_path_factory.mktemp("simulated")
    ports, scenario = directory / "ports.json", directory / "scenario.yaml"
    scenario.write_text(SCENARIO)
    words = ["--scenario", str(scenario), "--election", str(ELECTION), "--port-file", str(ports)]
    words += ["--now", "2024-01-25T07:00:00+07:00", "--until-stdin-closes"]
    with subprocess.Popen(
        [sys.executable, "-m", "siaga.simulation", *words],
        stdin=subprocess.PIPE,
        env={**os.environ, "SIAGA_SIMULATED_TOKEN": TOKEN},
    ) as process:
        while not ports.exists():
            assert process.poll() is None, "the simulated platforms did not start"
        yield json.loads(ports.read_text())["platforms"]
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=20)


def check(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "siaga", "check", *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "SIAGA_SIMULATED_TOKEN": TOKEN},
    )


def on_x(platforms: dict[str, Any]) -> list[str]:
    return ["--on", "x", "--election", str(ELECTION), "--address", f"x={platforms['x']['jakarta']}"]


def test_a_withheld_name_is_told_from_one_that_is_found(platforms: dict[str, Any]) -> None:
    told = check("mahfud", "prabowo", *on_x(platforms))
    assert told.returncode == 1, told.stderr
    mahfud = next(line for line in told.stdout.splitlines() if "search-latest" in line and "mahfud" in line)
    assert "MISSING, others are found" in mahfud
    prabowo = next(line for line in told.stdout.splitlines() if "search-latest" in line and "prabowo" in line)
    assert "can be found like other names" in prabowo
    assert "not why" in told.stdout
    assert "\x1b" not in told.stdout


def test_a_program_gets_one_object_a_name_and_surface(platforms: dict[str, Any]) -> None:
    told = check("prabowo", "--json", *on_x(platforms))
    assert told.returncode == 0, told.stderr
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert {line["surface"] for line in lines} >= {"search-latest", "search-top", "hashtag"}
    assert {line["state"] for line in lines} == {"findable"}
    assert all(line["evidence"] >= 0 and line["matching"] > 0 for line in lines)
    assert TOKEN not in told.stdout + told.stderr


def test_a_name_is_shown_as_it_was_typed() -> None:
    told = check("[red]mahfud[/]x[/]", "--on", "nostr", "--address", "nostr=http://127.0.0.1:1")
    assert told.returncode == 3, told.stderr
    assert "[red]mahfud[/]x[/]" in told.stdout


def test_what_cannot_be_reached_is_said_so_and_is_no_finding() -> None:
    told = check("mahfud", "--on", "nostr", "--address", "nostr=http://127.0.0.1:1")
    assert told.returncode == 3
    assert "can't be measured" in told.stdout
    assert "connection_refused" in told.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mahfud", "--on", "myspace"], "Unknown platform 'myspace'"),
        (["mahfud", "--on", "x"], "X needs an API token. Set SIAGA_X_BEARER_TOKEN"),
        (["", "--on", "bluesky"], "A name must have 1 to 200 characters"),
        (["two\nlines", "--on", "bluesky"], "a character that nobody types"),
        ([os.fsdecode(b"\xff"), "--json", "--on", "bluesky"], "a character that nobody types"),
        (["mahfud", "--address", "bluesky=ftp://host"], "Invalid address"),
        (
            ["mahfud", "--on", "bluesky", "--address", "nostr=http://127.0.0.1:1"],
            "an address is given for nostr, which is not asked",
        ),
        (
            ["mahfud", "--on", "nostr", *["--address", "nostr=http://127.0.0.1:1"] * 2],
            "nostr has two addresses",
        ),
        (["mahfud", "--election", "nowhere.yaml"], "cannot be read"),
    ],
)
def test_bad_input_is_said_in_one_line_with_code_2(words: list[str], said: str) -> None:
    told = check(*words)
    assert told.returncode == 2
    assert said in told.stderr
    assert "Traceback" not in told.stderr


def test_the_shipped_election_file_names_credentials_as_a_check_does() -> None:
    shipped = Path(__file__).parents[2] / "elections" / "indonesia-2024.yaml"
    named = {
        (known.reader, known.credential.environment)
        for known in read_election_file(shipped).platforms
        if known.credential is not None
    }
    assert named
    assert {(reader, registry.platforms()[reader].credential_variable) for reader, _ in named} == named
