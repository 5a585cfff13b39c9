"""Answers kept as evidence."""

import gzip
import hashlib
import os
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from siaga.probing.evidence import EvidenceStore, KeptAnswer, to_drop

START = datetime(2024, 1, 25, tzinfo=UTC)


def bodies(*texts: bytes) -> dict[str, bytes]:
    return {hashlib.sha256(text).hexdigest(): text for text in texts}


def test_what_was_kept_is_read_again_also_after_a_restart(tmp_path: Path) -> None:
    kept = bodies(b"one", b"two")
    EvidenceStore(tmp_path / "deep" / "place").keep_all("x", START, kept)
    evidence = EvidenceStore(tmp_path / "deep" / "place")
    evidence.keep_all("x", START, kept)
    assert {digest: evidence.read(digest) for digest in kept} == kept
    assert evidence.read("0" * 64) is None
    assert [(answer.sha256, answer.at) for answer in evidence.kept("x")] == [
        (digest, START) for digest in sorted(kept)
    ]


def test_what_an_older_version_kept_in_one_folder_is_read(tmp_path: Path) -> None:
    ((digest, body),) = bodies(b"one").items()
    (tmp_path / f"{digest}.gz").write_bytes(gzip.compress(body))
    assert EvidenceStore(tmp_path).read(digest) == body


def flooded(evidence: EvidenceStore, platform: str, rounds: int, opened: tuple[datetime, ...]) -> list[str]:
    """Digests of the first of many rounds of 5,000 bytes that nothing makes smaller."""
    chance = random.Random(platform)
    firsts: list[str] = []
    for minute in range(rounds):
        kept = bodies(chance.randbytes(5_000))
        evidence.keep_all(platform, START + timedelta(minutes=minute), kept, opened=opened)
        firsts.extend(kept)
    return firsts


def test_beyond_its_room_the_oldest_go(tmp_path: Path) -> None:
    evidence = EvidenceStore(tmp_path, most_bytes=20_500)
    present = [evidence.read(digest) is not None for digest in flooded(evidence, "x", 6, ())]
    assert present == sorted(present)
    assert present[-1]
    assert not present[0]
    assert sum(answer.size for answer in evidence.kept("x")) <= 20_500


def test_a_platform_that_floods_drops_neither_anothers_evidence_nor_that_of_its_open_case(
    tmp_path: Path,
) -> None:
    evidence = EvidenceStore(tmp_path, platforms=2, most_bytes=200_000)
    (others,) = flooded(evidence, "bluesky", 1, ())
    before = flooded(evidence, "x", 40, (START,))
    assert evidence.read(others) is not None
    assert [evidence.read(digest) is not None for digest in before[:4]] == [True] * 4
    assert sum(answer.size for answer in evidence.kept("x")) <= 100_000


def test_where_open_cases_hold_all_of_a_share_what_came_first_stays(tmp_path: Path) -> None:
    answers = [KeptAnswer(tmp_path / str(n), START + timedelta(minutes=n), 10) for n in range(12)]
    cases = [START + timedelta(hours=1, minutes=3 * n) for n in range(5)]
    dropped = to_drop(answers, cases, 100)
    assert len(answers) - len(dropped) == 9
    assert answers[0] not in dropped


def test_what_is_over_its_room_and_what_was_dropped_is_said(tmp_path: Path) -> None:
    evidence = EvidenceStore(tmp_path, most_bytes=6_000)
    first = bodies(os.urandom(5_000))
    assert evidence.keep_all("x", START, first) == []
    dropped = evidence.keep_all("x", START + timedelta(minutes=1), bodies(os.urandom(5_000)))
    assert [answer.sha256 for answer in dropped] == list(first)


def test_what_a_kill_left_half_written_is_removed(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "abc.new").write_bytes(b"half")
    EvidenceStore(tmp_path)
    assert list((tmp_path / "x").iterdir()) == []


def test_no_digest_names_a_file_outside(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="etc"):
        EvidenceStore(tmp_path).read("../../etc/passwd")


def test_what_is_older_than_it_is_kept_goes_but_for_what_an_open_case_rests_on(tmp_path: Path) -> None:
    evidence = EvidenceStore(tmp_path)
    for hour in range(5):
        evidence.keep_all("x", START + timedelta(hours=hour), bodies(f"hour {hour}".encode()))
    evidence.keep_all("bluesky", START, bodies(b"another platform's"))
    opened = START + timedelta(hours=3)
    before = START + timedelta(hours=4)
    dropped = evidence.drop_older("x", before, [opened])
    assert [answer.at for answer in dropped] == [START, START + timedelta(hours=1)]
    assert len(evidence.drop_older("x", before)) == 2
    assert [answer.at for answer in evidence.kept("x")] == [before]
    assert len(evidence.kept("bluesky")) == 1


def test_a_full_folder_is_not_read_again_with_each_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = EvidenceStore(tmp_path, most_bytes=200_000)
    kept_in, read = EvidenceStore.kept_in, list[Path]()

    def noted(folder: Path, *span: datetime | None) -> Sequence[KeptAnswer]:
        read.append(folder)
        return kept_in(folder, *span)

    monkeypatch.setattr(EvidenceStore, "kept_in", staticmethod(noted))
    flooded(evidence, "x", 39, ())
    assert read == [tmp_path / "x"]
    flooded(evidence, "x", 39, ())  # the same again takes no room
    assert len(read) == 1


def test_what_others_took_away_leaves_room(tmp_path: Path) -> None:
    evidence = EvidenceStore(tmp_path, most_bytes=20_500)
    flooded(evidence, "x", 3, ())
    for answer in evidence.kept("x"):
        answer.path.unlink()
    for minute in range(4):
        assert evidence.keep_all("x", START + timedelta(minutes=minute), bodies(os.urandom(5_000))) == []


def test_a_folder_that_somebody_made_among_the_evidence_hinders_no_start(tmp_path: Path) -> None:
    (tmp_path / "x" / "copy.new").mkdir(parents=True)
    kept = bodies(b"one")
    evidence = EvidenceStore(tmp_path)
    evidence.keep_all("x", START, kept)
    assert {digest: evidence.read(digest) for digest in kept} == kept
    assert (tmp_path / "x" / "copy.new").is_dir()
