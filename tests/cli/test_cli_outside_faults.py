"""A disk that takes no more ends a watch with one clear sentence; what was acknowledged is still there."""

import errno
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from sqlalchemy.exc import OperationalError
from tests.real.watched_election import election_file

from siaga.cli.outside_faults import is_database_away, is_full_disk
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
        capture_output=True,
        text=True,
        preexec_fn=little_room,
        timeout=120,
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
