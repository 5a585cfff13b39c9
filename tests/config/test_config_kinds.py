"""A file of another kind says which it is, what is wanted and what to do with it."""

import pytest

from siaga.config.kinds import ELECTION_FILE, KINDS, ROOM_FILE, FileKind, refuse_other_kind
from siaga.config.tree import Fields, read_tree
from siaga.domain.errors import BadInput


def root(text: str) -> Fields:
    tree, _ = read_tree(text)
    assert isinstance(tree, Fields)
    return tree


@pytest.mark.parametrize("given", KINDS, ids=lambda kind: kind.marker)
@pytest.mark.parametrize("wanted", KINDS, ids=lambda kind: kind.marker)
def test_each_kind_is_told_from_each_other(given: FileKind, wanted: FileKind) -> None:
    text = f"label: Some\n{given.marker}: an-id\n"
    if given is wanted:
        refuse_other_kind(root(text).fields, wanted, "f.yaml")
        return
    with pytest.raises(BadInput) as refused:
        refuse_other_kind(root(text).fields, wanted, "f.yaml")
    (fault,) = refused.value.faults
    assert str(fault) == f"f.yaml: This is {given.name}; {wanted.name} is wanted here. {given.use}"


@pytest.mark.parametrize("text", ["label: Some\n", "room: a\nrecipe: b\n", "election: a\nroom: b\n"])
def test_a_file_that_is_plainly_of_no_other_kind_is_read_for_its_own_faults(text: str) -> None:
    refuse_other_kind(root(text).fields, ELECTION_FILE, "f.yaml")


def test_every_kind_says_how_to_begin_one() -> None:
    assert all(kind.begin.startswith("Begin with") for kind in KINDS)
    assert ROOM_FILE.name == "a room file"
