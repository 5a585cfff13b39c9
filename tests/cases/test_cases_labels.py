"""What people call the name, place and platform that a case is about."""

from dataclasses import replace

import pytest
from tests.cases.case_stories import ELECTION, NOW

from siaga.cases.case import Case
from siaga.cases.labels import about, full_name, platform_label
from siaga.election.model import Contestant, ContestantKind, Name, NameKind, Person
from siaga.i18n.speech import Speech

SPEECH = Speech("en", "Asia/Jakarta")


@pytest.mark.parametrize(
    ("subject", "surface", "expected"),
    [
        ("mahfud", None, "Mahfud MD"),
        ("somebody-else", None, "somebody-else"),
        (None, "search-latest", "Latest search"),
        (None, None, "all names"),
    ],
)
def test_a_case_is_about_a_person_a_surface_or_everything(
    subject: str | None, surface: str | None, expected: str
) -> None:
    assert about(Case("C-1", "x", subject, surface, NOW), ELECTION, SPEECH) == expected


def test_whoever_has_no_full_name_is_called_by_the_first_of_their_names() -> None:
    person = Person("ayu", (Name("@ayu", NameKind.HANDLE), Name("#ayu", NameKind.HASHTAG)))
    ticket = Contestant("c4", ContestantKind.TICKET, "Four", 4, (person,))
    assert full_name("ayu", replace(ELECTION, contestants=(ticket,))) == "@ayu"
    assert full_name("nobody", ELECTION) is None


def test_a_platform_that_is_in_the_file_no_more_is_called_by_its_id() -> None:
    assert platform_label("x", ELECTION) == "x"
