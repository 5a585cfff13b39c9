"""What is wrong in a case, as its mails say it: by its state, and never by an id."""

from dataclasses import replace
from typing import Any

import pytest
from tests.cases.case_stories import ELECTION, NOW, Book, said, verdict

from siaga.cases.case import Stage
from siaga.cases.finding_words import case_finding
from siaga.cases.verdict_json import verdict_to_json
from siaga.domain.verdicts import State
from siaga.i18n.speech import Speech

ENGLISH, INDONESIAN = Speech("en", "Asia/Jakarta"), Speech("id", "Asia/Jakarta")


def test_it_follows_the_state_in_the_receivers_language() -> None:
    book = Book()
    missing = book.notified()
    assert case_finding(missing, ELECTION, ENGLISH) == "Mahfud MD is missing on x"
    assert case_finding(missing, ELECTION, INDONESIAN) == "Mahfud MD hilang di x"
    reduced = missing.measured(said(State.IMPAIRED))
    assert case_finding(reduced, ELECTION, ENGLISH) == "Mahfud MD has reduced results on x"
    restored = book.restored()
    assert case_finding(restored, ELECTION, ENGLISH) == "Mahfud MD can be found again on x"
    back = restored.measured(said(State.SUPPRESSED))
    assert case_finding(back, ELECTION, ENGLISH) == "Mahfud MD is missing on x", "about to be opened again"


@pytest.mark.parametrize("stage", [Stage.WITHDRAWN, Stage.MERGED])
def test_nothing_is_claimed_where_the_finding_does_not_hold(stage: Stage) -> None:
    case = replace(Book().notified(), stage=stage)
    assert case_finding(case, ELECTION, ENGLISH) == "Mahfud MD on x"
    assert case_finding(replace(case, proof=None), ELECTION, INDONESIAN) == "Mahfud MD di x"


def test_a_place_is_called_as_people_call_it() -> None:
    place: dict[str, Any] = {"subject": None, "surface": "search-latest"}
    down = verdict_to_json(replace(verdict(State.SURFACE_DOWN, NOW), **place))
    case = replace(Book().notified(), proof=down, stated=down, **place)
    assert case_finding(case, ELECTION, ENGLISH) == "Latest search is failing for every name on x"
    assert "search-latest" not in case_finding(case, ELECTION, INDONESIAN)
