"""Pages are one reader more, and a recipe that nobody can read is refused."""

import pytest
from tests.election.election_samples import READERS

from siaga.domain.answers import Session, Surface
from siaga.domain.errors import BadInput
from siaga.election.readers import PAGE, facts_of, no_recipes


def test_the_facts_are_those_of_the_reader_that_the_file_names() -> None:
    assert facts_of(READERS, "x") is READERS["x"]
    pages = facts_of(READERS, PAGE)
    assert pages.credential is None
    assert pages.surfaces[Surface.PEOPLE] == {Session.PUBLIC}
    assert set(pages.cost.values()) == {1}


def test_without_a_disk_there_are_no_recipes() -> None:
    with pytest.raises(BadInput, match=r"forum\.yaml"):
        no_recipes("forum.yaml")
