"""Keys of programs are shown once and revoked."""

import pytest
from tests.people.house import House

from siaga.domain.errors import BadInput
from siaga.journal.kinds import Kind


def test_keys_are_shown_once_and_revoked(house: House) -> None:
    token = house.accounts.keys.issue("X's program", "liaison:x-oncall", "person:ayu")
    found = house.accounts.keys.of(token)
    assert found is not None
    assert (found.label, found.scope) == ("X's program", "liaison:x-oncall")
    assert [one.id for one in house.accounts.keys.all()] == [found.id]
    house.accounts.keys.revoke(found.id, "person:ayu")
    assert house.accounts.keys.of(token) is None
    house.accounts.keys.revoke(found.id, "person:ayu")
    kinds = [event.kind for event in house.journal.read() if "key" in event.what]
    assert kinds == [Kind.KEY_ISSUED, Kind.KEY_REVOKED]
    assert token not in str([event.what for event in house.journal.read()])


@pytest.mark.parametrize("label", ["", "  ", "x" * 101, "a\x00b"])
def test_a_key_without_a_name_is_refused(house: House, label: str) -> None:
    with pytest.raises(BadInput):
        house.accounts.keys.issue(label, "role:watcher", "person:ayu")
    assert house.accounts.keys.all() == ()
