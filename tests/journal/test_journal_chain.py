"""The journal: appended once, chained, and nobody rewrites it unseen."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from siaga.domain.errors import BadInput
from siaga.domain.time import SimulatedClock
from siaga.journal.events import FIRST_PREVIOUS, canonical, canonical_what, digest
from siaga.journal.journal import Journal, KeyReused
from siaga.journal.kinds import Kind

START = datetime(2024, 1, 25, 0, 5, tzinfo=UTC)


@pytest.fixture
def journal(url: str) -> Iterator[Journal]:
    with Journal.open(url, SimulatedClock(START)) as journal:
        yield journal


def three(journal: Journal) -> None:
    journal.append(Kind.WATCH_STARTED, "watch", {"election": "indonesia-2024"})
    journal.append(Kind.FINDING_OPENED, "watch", {"subject": "mahfud", "evidence": 4.3e7}, key="f-1")
    journal.append(Kind.FINDING_OVER, "watch", {"subject": "mahfud"}, "volume as before", key="f-2")


def rewrite(url: str, sql: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(sql))
    engine.dispose()


def test_events_come_back_as_they_were_written_in_order(journal: Journal) -> None:
    written = journal.append(
        Kind.FINDING_OPENED,
        "watch",
        {"platform": "x", "surface": None, "names": ["mahfud", "mahfud md"], "evidence": 1e30},
        why="odds above the alarm's threshold",
        key="x/mahfud/1",
        at=START - timedelta(seconds=3),
    )
    assert journal.read() == (written,)
    assert (written.seq, written.previous) == (1, FIRST_PREVIOUS)
    assert written.at == START - timedelta(seconds=3)


def test_without_a_time_an_event_happened_now(journal: Journal) -> None:
    assert journal.append(Kind.WATCH_STARTED, "watch", {}).at == START


def test_each_event_names_the_digest_of_the_one_before(journal: Journal) -> None:
    three(journal)
    first, second, third = journal.read()
    assert (second.previous, third.previous) == (first.digest, second.digest)


def test_anybody_can_recompute_a_digest_from_the_fields(journal: Journal) -> None:
    three(journal)
    one = journal.read(after=1, limit=1)[0]
    fields = (one.seq, one.id, one.at, one.who, one.kind, canonical_what(one.what), one.why, one.key)
    assert digest(canonical(*fields, one.previous)) == one.digest


def test_said_again_with_the_same_key_nothing_is_written(journal: Journal) -> None:
    first = journal.append(Kind.FINDING_OPENED, "watch", {"a": 1, "b": 2}, key="k")
    again = journal.append(Kind.FINDING_OPENED, "watch", {"b": 2, "a": 1}, key="k")
    assert again == first
    assert len(journal.read()) == 1


@pytest.mark.parametrize(
    ("kind", "who", "what", "why"),
    [
        (Kind.FINDING_OPENED, "watch", {"a": 2}, "because"),
        (Kind.FINDING_OVER, "watch", {"a": 1}, "because"),
        (Kind.FINDING_OPENED, "somebody", {"a": 1}, "because"),
        (Kind.FINDING_OPENED, "watch", {"a": 1}, ""),
    ],
)
def test_the_same_key_with_other_content_is_refused(
    journal: Journal, kind: Kind, who: str, what: dict[str, object], why: str
) -> None:
    journal.append(Kind.FINDING_OPENED, "watch", {"a": 1}, "because", key="k")
    with pytest.raises(KeyReused, match="other content"):
        journal.append(kind, who, what, why, key="k")
    assert len(journal.read()) == 1


def test_without_a_key_the_same_may_happen_twice(journal: Journal) -> None:
    journal.append(Kind.WATCH_STARTED, "watch", {})
    journal.append(Kind.WATCH_STARTED, "watch", {})
    assert [event.seq for event in journal.read()] == [1, 2]


def test_reading_goes_on_after_a_place_and_by_kind(journal: Journal) -> None:
    three(journal)
    assert [event.seq for event in journal.read(after=1)] == [2, 3]
    assert [event.seq for event in journal.read(after=0, limit=1)] == [1]
    assert [event.seq for event in journal.read(kinds=[Kind.FINDING_OVER])] == [3]
    assert journal.read(kinds=[]) == ()


def test_what_was_written_is_there_after_closing(url: str) -> None:
    clock = SimulatedClock(START)
    with Journal.open(url, clock) as journal:
        three(journal)
    with Journal.open(url, clock) as journal:
        assert journal.append(Kind.WATCH_STARTED, "watch", {}).seq == 4
        assert journal.verify().events == 4


def test_a_whole_chain_verifies_and_tells_its_head(journal: Journal) -> None:
    assert journal.verify().head == FIRST_PREVIOUS
    three(journal)
    verified = journal.verify()
    assert (verified.events, verified.broken) == (3, None)
    assert verified.head == journal.read()[-1].digest


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("UPDATE journal_events SET what = '{}' WHERE seq = 2", 2),
        ("UPDATE journal_events SET who = 'somebody' WHERE seq = 1", 1),
        ("UPDATE journal_events SET at = '2024-01-25T00:05:00.000001Z' WHERE seq = 3", 3),
        ("UPDATE journal_events SET at = 'yesterday' WHERE seq = 3", 3),
        ("UPDATE journal_events SET key = NULL WHERE seq = 2", 2),
        ("UPDATE journal_events SET digest = previous WHERE seq = 2", 2),
        ("UPDATE journal_events SET previous = digest WHERE seq = 3", 3),
        ("DELETE FROM journal_events WHERE seq = 2", 2),
        ("DELETE FROM journal_events WHERE seq = 1", 1),
        ("UPDATE journal_events SET seq = 9 WHERE seq = 3", 3),
    ],
)
def test_a_rewritten_event_is_found_by_its_place(journal: Journal, url: str, sql: str, broken: int) -> None:
    three(journal)
    rewrite(url, sql)
    verified = journal.verify()
    assert (verified.broken, verified.events) == (broken, broken - 1)
    assert verified.problem


def test_a_shortened_journal_shows_only_by_its_head(journal: Journal, url: str) -> None:
    three(journal)
    head = journal.verify().head
    rewrite(url, "DELETE FROM journal_events WHERE seq = 3")
    assert journal.verify().broken is None
    assert journal.verify().head != head


@pytest.mark.parametrize(
    "what",
    [
        {"a": float("nan")},
        {"a": float("inf")},
        {"a": 2**53},
        {"a": START},
        {"a": {1: 2}},
        {"a": b"bytes"},
        {"a": "null \x00"},
        {"a": "half \ud800"},
        {"a": "long" * 20_000},
        {"a": [[[[[[[[[[]]]]]]]]]]},
    ],
)
def test_what_json_cannot_carry_is_refused_and_changes_nothing(
    journal: Journal, what: dict[str, object]
) -> None:
    with pytest.raises(BadInput):
        journal.append(Kind.WATCH_STARTED, "watch", what)
    assert journal.read() == ()


@pytest.mark.parametrize(("who", "key"), [("", None), ("w" * 201, None), ("watch", ""), ("watch", "k" * 301)])
def test_nobody_and_nameless_keys_are_refused(journal: Journal, who: str, key: str | None) -> None:
    with pytest.raises(BadInput):
        journal.append(Kind.WATCH_STARTED, who, {}, key=key)


def test_a_time_without_an_offset_is_refused(journal: Journal) -> None:
    with pytest.raises(BadInput, match="offset"):
        journal.append(Kind.WATCH_STARTED, "watch", {}, at=START.replace(tzinfo=None))


def test_read_only_mappings_and_tuples_are_plain_enough(journal: Journal) -> None:
    event = journal.append(Kind.WATCH_STARTED, "watch", MappingProxyType({"names": ("a", "b")}))
    assert event.what == {"names": ["a", "b"]}
    assert journal.read() == (event,)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(what=st.dictionaries(st.text("abcd"), JSON, max_size=4), why=st.text("áß 😀\n", max_size=9))
def test_whatever_is_journalled_reads_back_and_verifies(
    journal: Journal, what: dict[str, object], why: str
) -> None:
    event = journal.append(Kind.FINDING_CHANGED, "watch", what, why)
    assert journal.read(after=event.seq - 1) == (event,)
    assert dict(event.what) == what
    assert journal.verify().broken is None


def test_a_newer_journal_is_left_alone(journal: Journal, url: str) -> None:
    three(journal)
    rewrite(url, "UPDATE journal_schema SET version = 99")
    with pytest.raises(BadInput, match="version 99"):
        Journal.open(url, SimulatedClock(START))


def test_a_kind_that_a_newer_version_wrote_is_said(journal: Journal, url: str) -> None:
    three(journal)
    rewrite(url, "UPDATE journal_events SET kind = 'moon-landing' WHERE seq = 2")
    with pytest.raises(BadInput, match="moon-landing"):
        journal.read()


@pytest.mark.parametrize(
    "url",
    ["", "journal.sqlite", "sqlite://", "sqlite:///:memory:", "mongodb://a/b", "sqlite:////no/such/dir/j"],
)
def test_an_address_without_a_journal_is_said(url: str) -> None:
    with pytest.raises(BadInput):
        Journal.open(url, SimulatedClock(START))


def test_a_file_that_is_no_journal_is_said_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    url = f"sqlite:///{file}"
    file.write_text("election: indonesia-2024\n" * 50)
    with pytest.raises(BadInput, match="cannot be opened"):
        Journal.open(url, SimulatedClock(START))
    assert file.read_text() == "election: indonesia-2024\n" * 50
