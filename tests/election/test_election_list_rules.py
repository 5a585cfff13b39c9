"""Whoever is on a list is so on one of the file, and has a place there alone."""

import re

import pytest
from tests.election.election_samples import READERS, small

from siaga.domain.errors import BadInput
from siaga.election.model import ContestantKind
from siaga.election.reading import read_election
from siaga.election.rotation import MOST_IN_DECLARED_ROUND

PARTY = """contestants:
  - id: merdeka
    kind: party
    label: Partai Merdeka
    names: [{full: Partai Merdeka}, {hashtag: PartaiMerdeka}, {handle: merdeka}]
"""


def with_lists(fields: str, party: str = PARTY) -> str:
    text = small().replace("contestants:\n", party, 1)
    return text.replace("    kind: person\n", f"    kind: person\n{fields}", 1)


def fault_of(text: str) -> str:
    with pytest.raises(BadInput) as caught:
        read_election(text, READERS, "e.yaml")
    assert len(caught.value.faults) == 1
    return str(caught.value.faults[0])


def test_a_person_stands_on_a_list_and_heads_it() -> None:
    election = read_election(with_lists("    on-list: merdeka\n    place: 1\n"), READERS)
    party, person, ticket = election.contestants
    assert (party.kind, person.on_list, person.place) == (ContestantKind.PARTY, "merdeka", 1)
    assert [contestant.is_asked_first for contestant in (party, person, ticket)] == [True, True, False]
    assert election.asked_first() == {"merdeka", "sari"}


def test_a_list_that_is_none_is_refused_with_the_one_that_was_meant() -> None:
    fault = fault_of(with_lists("    on-list: merdka\n"))
    assert "contestants[1].on-list: 'merdka' is no list and no party of this file." in fault
    assert "Did you mean 'merdeka'?" in fault


def test_a_place_without_a_list_is_refused() -> None:
    assert "A place is on a list, and none is named." in fault_of(with_lists("    place: 2\n"))


def test_a_party_stands_on_no_other_list() -> None:
    nested = PARTY.replace("    label", "    on-list: merdeka\n    label")
    assert "A party stands on no other list." in fault_of(with_lists("", nested))


def test_no_two_have_the_same_place() -> None:
    text = with_lists("    on-list: merdeka\n    place: 3\n")
    text = text.replace("    kind: ticket\n", "    kind: ticket\n    on-list: merdeka\n    place: 3\n", 1)
    assert "Place 3 of merdeka is sari's already (line 17)." in fault_of(text)


def test_others_are_not_asked_more_often_than_there_are_rounds() -> None:
    text = small().replace("every: 2m", "every: 2m, others-every: 1m", 1)
    assert "others-every: The others would be asked more often than there are rounds." in fault_of(text)


def with_many(number: int) -> str:
    """The election with so many more people, a line each."""
    person = '  - {{"id": "p{0}", "kind": "person", "label": "P {0}", "names": [{{"full": "Orang {0}"}}]}}\n'
    lines = "".join(person.format(at) for at in range(number))
    return small().replace("contestants:\n", f"contestants:\n{lines}", 1)


def test_a_round_that_would_ask_more_than_a_thousand_names_is_refused() -> None:
    text = with_many(MOST_IN_DECLARED_ROUND).replace("every: 2m", "every: 2m, others-every: 2m", 1)
    with pytest.raises(BadInput) as caught:
        read_election(text, READERS, "e.yaml")
    said = str(caught.value)
    assert re.search(r"With others every 2.{1,5}, a round of search-latest asks 1,[0-9]{3} names", said)
    assert "At most 1,000 are asked in one round: make `others-every` longer or `every` shorter." in said


def test_of_many_names_without_a_fitting_one_some_are_listed_and_the_others_counted() -> None:
    with pytest.raises(BadInput) as caught:
        read_election(with_many(60).replace("surface: people", "surface: profile", 1), READERS, "e.yaml")
    assert re.search(r"p0, p1, .* and [0-9]+ more have none there", str(caught.value))
