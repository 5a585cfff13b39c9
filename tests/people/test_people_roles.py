"""Each role allows what the one before allows, and more."""

import pytest

from siaga.people.roles import PERMISSIONS, Permission, StaffRole, actor


@pytest.mark.parametrize("role", list(StaffRole))
def test_each_role_may_all_that_the_one_before_may(role: StaffRole) -> None:
    order = list(StaffRole)
    for lesser in order[: order.index(role)]:
        assert PERMISSIONS[lesser] < PERMISSIONS[role]
    assert actor("ayu", role).who == "person:ayu"


def test_only_an_administrator_administers() -> None:
    assert [role for role in StaffRole if Permission.ADMINISTER in PERMISSIONS[role]] == [
        StaffRole.ADMINISTRATOR
    ]
