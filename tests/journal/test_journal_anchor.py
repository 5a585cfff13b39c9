"""The anchor says what must be in a directory, notices its own damage, and what a store has lost."""

from pathlib import Path

import pytest

from siaga.domain.errors import Damaged
from siaga.journal.anchor import check_stored, read_anchor, write_anchor


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
