"""The saved state and the evidence's history: whole or nothing, and the same after a restart."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.composition.instances import credential_secret
from siaga.domain.errors import BadInput
from siaga.election.model import Credential
from siaga.watch.checkpoint import Checkpoint, load, save
from siaga.watch.evidence_history import MOST_POINTS, EvidenceHistory

START = datetime(2024, 1, 25, tzinfo=UTC)


def add(history: EvidenceHistory, minute: int, evidence: float) -> None:
    history.add("x", START + timedelta(minutes=minute), {"mahfud": evidence})


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    saved = Checkpoint(7, b"\x00\xff" * 100, {"planner": {"x": [1, 2.5, None]}})
    save(tmp_path / "state", saved)
    assert load(tmp_path / "state") == saved


def test_nothing_saved_is_none(tmp_path: Path) -> None:
    assert load(tmp_path / "state") is None


@given(cut=st.integers(0, 200), flip=st.integers(0, 199))
def test_a_damaged_file_is_none_and_never_half_a_state(tmp_path_factory: object, cut: int, flip: int) -> None:
    path = Path(tmp_path_factory.getbasetemp()) / "damaged"  # type: ignore[attr-defined]
    save(path, Checkpoint(7, b"detection" * 20, {"a": 1}))
    whole = path.read_bytes()
    broken = bytearray(whole)
    broken[flip % len(broken)] ^= 1
    path.write_bytes(bytes(broken))
    assert load(path) is None
    path.write_bytes(whole[: min(cut, len(whole) - 1)])
    assert load(path) is None


def test_history_gives_the_line_since_a_moment() -> None:
    history = EvidenceHistory()
    for minute in range(10):
        add(history, minute, 2.0**minute)
    points = history.points("x", "mahfud", START + timedelta(minutes=7))
    assert [point.evidence for point in points] == [128.0, 256.0, 512.0]
    assert history.points("x", "nobody", START) == []


def test_history_is_bounded_keeps_the_newest_whole_and_survives_a_restart() -> None:
    history = EvidenceHistory()
    for minute in range(3 * MOST_POINTS):
        add(history, minute, float(minute))
    points = history.points("x", "mahfud", START)
    assert len(points) <= MOST_POINTS
    assert [point.evidence for point in points[-3:]] == [
        3 * MOST_POINTS - 3.0,
        3 * MOST_POINTS - 2,
        3 * MOST_POINTS - 1,
    ]
    again = EvidenceHistory()
    again.restore(history.state())
    assert again.points("x", "mahfud", START) == points


@pytest.mark.parametrize("quiet", [1.0, 7.0])
def test_a_flat_line_takes_two_points(quiet: float) -> None:
    history = EvidenceHistory()
    for minute in range(100):
        add(history, minute, quiet)
    assert len(history.points("x", "mahfud", START)) == 2


def test_evidence_for_nothing_takes_two_points_however_it_moves_and_is_shown_from_any_moment() -> None:
    history = EvidenceHistory()
    for minute in range(1000):
        add(history, minute, 0.001 * (1 + minute % 7))
    assert len(history.points("x", "mahfud", START)) == 2
    since = START + timedelta(minutes=500)
    assert [(point.at, point.evidence) for point in history.points("x", "mahfud", since)] == [
        (since, 0.001),
        (START + timedelta(minutes=999), 0.001 * (1 + 999 % 7)),
    ]
    add(history, 1000, 3.0)
    add(history, 1001, 0.5)
    assert [point.evidence for point in history.points("x", "mahfud", since)][-2:] == [3.0, 0.5]
    assert history.points("x", "mahfud", START + timedelta(minutes=1002)) == []


def test_a_secret_is_read_from_where_the_file_says(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret\n")
    assert credential_secret(Credential("bearer", file="token"), "x", tmp_path, {}) == "s3cret"
    assert credential_secret(Credential("bearer", environment="T"), "x", tmp_path, {"T": "abc"}) == "abc"


def test_a_missing_secret_says_what_to_set(tmp_path: Path) -> None:
    for credential in (Credential("bearer", environment="T"), Credential("bearer", file="absent")):
        with pytest.raises(BadInput, match=r"platforms\.x\.credential"):
            credential_secret(credential, "x", tmp_path, {})
