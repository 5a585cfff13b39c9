"""Answers kept as evidence."""

import hashlib
import os
from pathlib import Path

import pytest

from siaga.probing.evidence import EvidenceStore


def bodies(*texts: bytes) -> dict[str, bytes]:
    return {hashlib.sha256(text).hexdigest(): text for text in texts}


def test_what_was_kept_is_read_again_also_after_a_restart(tmp_path: Path) -> None:
    kept = bodies(b"one", b"two")
    EvidenceStore(tmp_path / "deep" / "place").keep_all(kept)
    evidence = EvidenceStore(tmp_path / "deep" / "place")
    evidence.keep_all(kept)
    assert {digest: evidence.read(digest) for digest in kept} == kept
    assert evidence.read("0" * 64) is None


def test_beyond_its_room_the_oldest_go(tmp_path: Path) -> None:
    evidence = EvidenceStore(tmp_path, most_bytes=20_000)
    kept = bodies(*(os.urandom(5_000) for _ in range(6)))
    for second, (digest, body) in enumerate(kept.items()):
        evidence.keep_all({digest: body})
        os.utime(tmp_path / f"{digest}.gz", (second, second))
    present = [evidence.read(digest) is not None for digest in kept]
    assert present == sorted(present)
    assert present[-1]
    assert not present[0]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 20_000


def test_what_a_kill_left_half_written_is_removed(tmp_path: Path) -> None:
    (tmp_path / "abc.new").write_bytes(b"half")
    EvidenceStore(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_no_digest_names_a_file_outside(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="etc"):
        EvidenceStore(tmp_path).read("../../etc/passwd")
