"""A member of the room, as the rest of the program knows them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from siaga.people.roles import PERMISSIONS, Permission, StaffRole


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who has an account in the room."""

    id: str
    label: str
    role: StaffRole
    disabled: bool = False
    second_factor: bool = False

    def can(self, permission: Permission) -> bool:
        """Whether their role allows it."""
        return not self.disabled and permission in PERMISSIONS[self.role]


def member_of(row: Row[Any]) -> Member:
    """The member whom a row of the accounts' table describes."""
    return Member(row.id, row.label, StaffRole(row.role), bool(row.disabled), row.second_factor is not None)
