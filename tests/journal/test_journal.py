"""The journal: what is acknowledged stays, in one unbroken chain, whoever writes and whatever is killed."""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from siaga.journal.journal import GENESIS, Journal, KeyReused
from siaga.journal.kinds import Kind
from siaga.words.errors import BadInput
from siaga.words.time import SimulatedClock

START = datetime(2024, 1, 25, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Journal:
    return Journal.open(f"sqlite:///{path}", SimulatedClock(START))


def test_events_come_back_as_they_were_written(journal: Journal) -> None:
    event = journal.append(
        Kind.FINDING_OPENED, "watch", {"subject": "mahfud", "evidence": 4.3e7}, why="nama hilang 😀"
    )
    assert list(journal.read()) == [event]
    assert (event.seq, event.previous, event.at) == (1, GENESIS, START)


def test_an_event_with_a_key_is_written_once(journal: Journal) -> None:
    first = journal.append(Kind.WATCH_STARTED, "watch", {"a": 1, "b": 2}, key="k")
    again = journal.append(Kind.WATCH_STARTED, "watch", {"b": 2, "a": 1}, key="k")
    assert again == first
    assert len(list(journal.read())) == 1


def test_a_key_with_other_content_is_an_error_and_writes_nothing(journal: Journal) -> None:
    journal.append(Kind.WATCH_STARTED, "watch", {"a": 1}, key="k")
    with pytest.raises(KeyReused):
        journal.append(Kind.WATCH_STARTED, "watch", {"a": 2}, key="k")
    assert len(list(journal.read())) == 1


def test_too_large_an_event_is_refused_and_writes_nothing(journal: Journal) -> None:
    with pytest.raises(BadInput):
        journal.append(Kind.FINDING_OPENED, "watch", {"text": "x" * 300_000})
    assert list(journal.read()) == []


def test_reading_goes_on_after_a_place_and_by_kind(journal: Journal) -> None:
    for number in range(2500):
        kind = Kind.FINDING_OPENED if number % 5 == 0 else Kind.FINDING_CHANGED
        journal.append(kind, "watch", {"n": number})
    assert [event.seq for event in journal.read(after=2490)] == list(range(2491, 2501))
    assert len(list(journal.read(kinds=[Kind.FINDING_OPENED]))) == 500
    assert [e.what["n"] for e in journal.latest([Kind.FINDING_OPENED], 2)] == [2495, 2490]
    assert journal.verify() is None


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("UPDATE events SET what = '{\"n\":7}' WHERE seq = 3", 3),
        ("UPDATE events SET who = 'someone' WHERE seq = 4", 4),
        ("DELETE FROM events WHERE seq = 2", 3),
        ("UPDATE events SET at = '2024-01-25T00:00:00.000001Z' WHERE seq = 1", 1),
    ],
)
def test_a_changed_past_is_found_where_it_was_changed(
    journal: Journal, path: Path, change: str, broken: int
) -> None:
    for number in range(5):
        journal.append(Kind.FINDING_CHANGED, "watch", {"n": number})
    assert journal.verify() is None
    with sa.create_engine(f"sqlite:///{path}").begin() as connection:
        connection.exec_driver_sql(change)
    assert journal.verify() == broken


def test_many_writers_make_one_unbroken_chain(journal: Journal, path: Path) -> None:
    def write(writer: int) -> None:
        mine = Journal.open(f"sqlite:///{path}", SimulatedClock(START + timedelta(seconds=writer)))
        for number in range(25):
            mine.append(Kind.FINDING_CHANGED, f"writer-{writer}", {"n": number}, key=f"{writer}-{number}")
            mine.append(Kind.FINDING_CHANGED, f"writer-{writer}", {"n": number}, key=f"{writer}-{number}")
        mine.close()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.verify() is None
    assert len(list(journal.read())) == 4 * 25


WRITER = """
import sys
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.words.time import SystemClock
journal = Journal.open(sys.argv[1], SystemClock())
for number in range(100_000):
    event = journal.append(Kind.FINDING_CHANGED, "writer", {"n": number})
    print(event.digest, flush=True)
"""


@pytest.mark.parametrize("acknowledged", [1, 7, 40])
def test_nothing_acknowledged_is_lost_to_a_kill(path: Path, acknowledged: int) -> None:
    url = f"sqlite:///{path}"
    with subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        digests = [writer.stdout.readline().strip() for _ in range(acknowledged)]
        writer.kill()
        digests += [line.strip() for line in writer.stdout if line.endswith("\n")]
    journal = Journal.open(url, SimulatedClock(START))
    stored = [event.digest for event in journal.read()]
    assert stored[: len(digests)] == digests
    assert len(stored) <= len(digests) + 1
    assert journal.verify() is None


def test_a_later_version_s_journal_is_left_alone(journal: Journal, path: Path) -> None:
    with sa.create_engine(f"sqlite:///{path}").begin() as connection:
        connection.exec_driver_sql("UPDATE schema_version SET version = 99")
    with pytest.raises(BadInput, match="99"):
        Journal.open(f"sqlite:///{path}", SimulatedClock(START))
