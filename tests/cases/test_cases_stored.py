"""Journals that earlier software wrote are read as they are, and fold to the cases that it saw.

`stored/journal.sql` was written by the code before each kind of event became a class, with at least one event
of every kind; `stored/cases.json` holds the cases as that code folded them.
"""

import dataclasses
import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.cases.case_stories import ELECTION, NOW, ROOM

from siaga.cases.fold import read
from siaga.domain.time import SimulatedClock, rfc3339
from siaga.journal.events import canonical_what
from siaga.journal.journal import Journal
from siaga.services.cases import CaseDesk

STORED = Path(__file__).parent / "stored"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    path = tmp_path / "journal.sqlite"
    with sqlite3.connect(path) as database:
        database.executescript((STORED / "journal.sql").read_text(encoding="utf-8"))
    database.close()
    with Journal.open(f"sqlite:///{path}", SimulatedClock(NOW)) as journal:
        yield journal


def plain(value: Any) -> Any:
    """A case as JSON has it."""
    if dataclasses.is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return value


def test_the_chain_of_a_stored_journal_holds(journal: Journal) -> None:
    assert journal.verify().broken is None


def test_a_stored_journal_folds_to_the_cases_that_it_folded_to(journal: Journal) -> None:
    desk = CaseDesk(ELECTION, ROOM, journal, SimulatedClock(NOW))
    expected = json.loads((STORED / "cases.json").read_text(encoding="utf-8"))
    assert plain(dict(desk.cases)) == expected


def test_every_stored_event_is_written_again_in_the_very_same_form(journal: Journal) -> None:
    for event in journal.read():
        if (happened := read(event)) is not None:
            assert canonical_what(happened.stored()) == canonical_what(event.what), event.kind
