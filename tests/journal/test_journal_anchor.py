"""The anchor says what must be in a directory, notices its own damage, and what a store has lost."""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from siaga.domain.errors import Damaged
from siaga.journal.anchor import check_stored, mark_of, read_anchor, write_anchor


def test_it_names_the_files_that_are_there_and_the_digest_of_the_key(tmp_path: Path) -> None:
    (tmp_path / "people.sqlite").write_bytes(b"people")
    (tmp_path / "links.key").write_bytes(b"k" * 32)
    write_anchor(tmp_path, 3, "ab", 120)
    anchor = read_anchor(tmp_path)
    assert anchor is not None
    assert (anchor.events, anchor.head, anchor.measurements) == (3, "ab", 120)
    assert anchor.files["people.sqlite"] == ""
    assert len(anchor.files["links.key"]) == 64
    assert "reports.sqlite" not in anchor.files


def test_the_mark_of_a_database_is_raised_where_it_was_written_to(tmp_path: Path) -> None:
    def written(value: int) -> None:
        with closing(sqlite3.connect(tmp_path / "people.sqlite", isolation_level=None)) as database:
            database.execute("CREATE TABLE IF NOT EXISTS people (value)")
            database.execute("INSERT INTO people VALUES (?)", (value,))

    def marks() -> tuple[int, int]:
        write_anchor(tmp_path, 3, "ab", 120)
        anchor = read_anchor(tmp_path)
        assert anchor is not None
        with closing(sqlite3.connect(tmp_path / "people.sqlite")) as database:
            return anchor.mark("people.sqlite"), mark_of(database)

    written(1)
    assert marks() == (1, 1)
    long_ago = 10**9
    os.utime(tmp_path / "people.sqlite", ns=(long_ago, long_ago))
    assert marks() == (1, 1), "nothing was written since"
    written(2)
    with closing(sqlite3.connect(tmp_path / "people.sqlite", isolation_level=None)) as busy:
        busy.execute("PRAGMA journal_mode=WAL")
        busy.execute("BEGIN IMMEDIATE")
        assert marks() == (1, 1), "somebody writes: the next anchor raises it"
        busy.execute("COMMIT")
    written(3)
    assert marks() == (2, 2)


def test_an_anchor_of_an_older_version_knows_no_marks(tmp_path: Path) -> None:
    write_anchor(tmp_path, 3, "ab", 120)
    anchor = read_anchor(tmp_path)
    assert anchor is not None
    assert replace(anchor, files={"people.sqlite": "", "links.key": "12"}).mark("people.sqlite") == 0
    assert replace(anchor, files={"links.key": "12"}).mark("links.key") == 0
    assert anchor.mark("reports.sqlite") == 0


def test_where_there_is_none_nothing_is_known(tmp_path: Path) -> None:
    assert read_anchor(tmp_path) is None
    check_stored(tmp_path, 0)


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{}", b"\xff", b'{"sha256": "0", "events": 1}'])
def test_one_that_is_damaged_is_said(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "record.json").write_bytes(content)
    with pytest.raises(Damaged, match="what must be in this directory is damaged"):
        read_anchor(tmp_path)


def test_every_bit_of_it_is_covered(tmp_path: Path) -> None:
    write_anchor(tmp_path, 3, "ab", 120)
    path = tmp_path / "record.json"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"120", b"121"))
    with pytest.raises(Damaged):
        read_anchor(tmp_path)


def test_a_store_that_ends_before_what_it_had_is_refused(tmp_path: Path) -> None:
    write_anchor(tmp_path, 3, "ab", 120)
    check_stored(tmp_path, 120)
    with pytest.raises(Damaged, match="it ends with number 119; 120 had been stored"):
        check_stored(tmp_path, 119)
