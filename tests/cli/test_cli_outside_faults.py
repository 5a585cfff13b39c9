"""A disk that takes no more ends a watch with one clear sentence; what was acknowledged is still there."""

import errno
import os
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from sqlalchemy.exc import OperationalError
from tests.real.watched_election import election_file

from siaga import cli
from siaga.cli.outside_faults import damaged_database, is_database_away, is_full_disk, refused_place
from siaga.domain.time import SystemClock
from siaga.journal.journal import Journal

NOWHERE = "http://127.0.0.1:9"
SMALL = 256 * 1024
"""Bytes that one file may have: more than the accounts take at first, less than the measurements' store."""


def test_a_watch_says_what_is_wrong_and_keeps_its_record_whole(tmp_path: Path) -> None:
    election_file(tmp_path / "election.yaml", {"bluesky": NOWHERE, "nostr": NOWHERE}, every="1s")
    command = [sys.executable, "-m", "siaga", "watch", "election.yaml", "--directory", "watch", "--port", "0"]

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, SMALL))

    ended = subprocess.run(
        command,
        check=False,
        cwd=tmp_path,
        # Python itself does not notice when it writes half a file of bytecode.
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        preexec_fn=little_room,
        timeout=300,  # it tries for half a minute to store what it measured
    )
    assert ended.returncode == 3, ended.stderr
    assert "The disk takes no more" in ended.stderr
    assert "Traceback" not in ended.stderr
    with Journal.open(f"sqlite:///{tmp_path / 'watch' / 'journal.sqlite'}", SystemClock()) as journal:
        assert next(iter(journal.read())).seq == 1


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        ExceptionGroup("tasks", [ValueError(), ExceptionGroup("more", [OSError(errno.EDQUOT, "quota")])]),
        duckdb.IOException('IO Error: Could not write file "x": No space left on device'),
        OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full")),
    ],
)
def test_each_librarys_word_for_it_is_known(error: Exception) -> None:
    assert is_full_disk(error)


def test_no_other_error_is_taken_for_it() -> None:
    assert not is_full_disk(ValueError("no space left"))
    assert not is_full_disk(OSError(errno.EACCES, "Permission denied"))
    assert not is_full_disk(sqlite3.OperationalError("database is locked"))


def test_a_database_that_is_away_is_said_and_is_no_fault_of_our_own() -> None:
    away = OperationalError("SELECT 1", {}, Exception("connection refused"))
    assert is_database_away(away)
    assert is_database_away(ExceptionGroup("tasks", [ValueError(), away]))
    busy = OperationalError("SELECT 1", {}, sqlite3.OperationalError("database is locked"))
    assert not is_database_away(busy)
    assert not is_database_away(ValueError())


SHIPPED = str(Path(__file__).parents[2] / "elections" / "indonesia-2024.yaml")
TOO_LONG = "x" * 300


def ended(words: list[str], monkeypatch: pytest.MonkeyPatch) -> object:
    """The exit code of a command line as the shell starts it."""
    monkeypatch.setattr(sys, "argv", ["siaga", *words])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return stopped.value.code


@pytest.mark.parametrize(
    "words",
    [
        ["replay", TOO_LONG],
        ["replay", "/proc/self/mem"],
        ["controls", "suggest", TOO_LONG],
        ["export", SHIPPED, "out.jsonl", "--directory", TOO_LONG],
        ["verify", SHIPPED, "--directory", TOO_LONG],
        ["case", "list", SHIPPED, "--directory", TOO_LONG],
        ["user", "list", SHIPPED, "--directory", TOO_LONG],
        ["user", "add", SHIPPED, "ayu", "--role", "watcher", "--directory", "file"],
        ["user", "add", SHIPPED, "ayu", "--role", "watcher", "--directory", "file/below"],
        ["watch", "free.yaml", "--port", "0", "--directory", "file"],
        ["watch", "free.yaml", "--port", "0", "--directory", "full"],
    ],
    ids=" ".join,
)
def test_a_place_that_the_machine_refuses_is_named_in_one_sentence(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    election_file(tmp_path / "free.yaml", {"bluesky": NOWHERE, "nostr": NOWHERE}, every="1s")
    (tmp_path / "file").write_text("")
    (tmp_path / "full" / "measurements").mkdir(parents=True)
    (tmp_path / "full" / "measurements" / "owner.lock").mkdir()
    before = sorted(tmp_path.rglob("*"))
    assert ended(words, monkeypatch) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1, said
    made = {path.name for path in tmp_path.rglob("*")} - {path.name for path in before}
    assert made <= {"segments", "journal.sqlite"}


def test_a_name_that_is_no_text_is_shown_escaped(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff.yaml")
    command = [sys.executable, "-m", "siaga", "election"]
    begun = subprocess.run(
        [*command, "new", name], cwd=tmp_path, capture_output=True, check=False, timeout=60
    )
    checked = subprocess.run(
        [*command, "check", name, "--json"], cwd=tmp_path, capture_output=True, check=False, timeout=60
    )
    assert (begun.returncode, checked.returncode) == (0, 0), begun.stderr + checked.stderr
    assert rb"Wrote \udcff.yaml" in begun.stdout


def test_accounts_are_looked_for_only_where_a_watch_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["list"], ["role"], ["disable"], ["enable"], ["reset"]):
        further = {"list": [], "role": ["ayu", "watcher"]}.get(words[0], ["ayu"])
        assert ended(["user", *words, SHIPPED, *further, "--directory", "mistyped"], monkeypatch) == 2
        assert "no watch has run there" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_database_is_said_and_a_fault_of_our_own_is_not_taken_for_one() -> None:
    damaged = OperationalError("SELECT 1", {}, sqlite3.OperationalError("no such table: journal_events"))
    assert "no such table: journal_events" in (damaged_database(ExceptionGroup("g", [damaged])) or "")
    busy = OperationalError("SELECT 1", {}, sqlite3.OperationalError("database is locked"))
    assert damaged_database(busy) is None
    assert refused_place(FileNotFoundError(errno.ENOENT, "No such file", "/opt/siaga/words")) is None
    assert refused_place(ExceptionGroup("g", [PermissionError(errno.EACCES, "Permission denied", "/a")]))
