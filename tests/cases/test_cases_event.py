"""What an event of a case declares, and how its fields go into the journal and come back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

import pytest

from siaga.cases.case import Case
from siaga.cases.event import IF_GIVEN, CaseEvent, case_event, sent
from siaga.cases.events import EVENTS
from siaga.cases.inputs import WrongInput
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.kinds import is_known

AT = datetime(2024, 1, 25, 4, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


@dataclass(frozen=True)
class Point:
    x: int
    y: int


@case_event(
    "case-painted",
    command="paint",
    rights=frozenset({Right.WORK}),
    phrase=N_("Question sent to the platform."),
    is_undoable=True,
)
class CasePainted(CaseEvent):
    """Somebody painted it."""

    case: str
    colour: Colour = sent(choices=tuple(Colour))
    layers: int = sent(is_number=True)
    at: datetime
    until: datetime | None
    points: tuple[Point, ...]
    verdict: Mapping[str, object] | None = field(default=None, metadata=IF_GIVEN)


PAINTED = CasePainted("C-1", Colour.RED, 2, AT, None, (Point(1, 2), Point(3, 4)))
STORED = {
    "case": "C-1",
    "colour": "red",
    "layers": 2,
    "at": "2024-01-25T04:00:00.000000Z",
    "until": None,
    "points": [{"x": 1, "y": 2}, {"x": 3, "y": 4}],
}


def test_every_type_of_field_has_a_form_in_the_journal_and_comes_back_from_it() -> None:
    assert PAINTED.stored() == STORED
    assert CasePainted.read(STORED) == PAINTED
    assert CasePainted.read({**STORED, "until": STORED["at"]}).until == AT


def test_what_is_left_out_where_none_is_given_is_neither_written_nor_missed() -> None:
    given = CasePainted.read({**STORED, "verdict": {"state": "findable"}})
    assert given.verdict == {"state": "findable"}
    assert given.stored()["verdict"] == {"state": "findable"}
    assert "verdict" not in PAINTED.stored()


def test_a_field_that_newer_software_adds_is_passed_over() -> None:
    assert CasePainted.read({**STORED, "brush": "wide"}) == PAINTED


def test_its_kind_is_known_to_the_journal_and_its_inputs_to_pages_and_programs() -> None:
    assert is_known("case-painted")
    assert list(CasePainted.inputs) == ["colour", "layers"]
    assert "case-painted" not in EVENTS  # it is not in the folder


def test_what_no_page_sends_is_no_command() -> None:
    with pytest.raises(WrongInput):
        EVENTS["case-graded"].from_inputs("C-1", {"severity": "worst"}.__getitem__)


def test_an_event_without_effects_of_its_own_changes_and_brings_about_nothing() -> None:
    case = Case("C-1", "x", "mahfud", None, AT)
    assert PAINTED.cases() == ("C-1",)
    assert PAINTED.receivers(case, "watch") == ()
