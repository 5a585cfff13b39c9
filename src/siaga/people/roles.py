"""What each role may do."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from siaga.cases.guards import Actor
from siaga.cases.rights import Right


class StaffRole(StrEnum):
    """What somebody is in the room."""

    WATCHER = "watcher"
    """Sees what the room sees."""
    OPERATOR = "operator"
    """Works on cases: drafts notices, records answers, hands over."""
    APPROVER = "approver"
    """Also approves notices, withdraws findings, publishes accounts."""
    ADMINISTRATOR = "administrator"
    """Also looks after people, links and keys."""


class Permission(StrEnum):
    """What a page may ask somebody for."""

    VIEW = "view"
    WORK = "work"
    APPROVE = "approve"
    ADMINISTER = "administer"


PERMISSIONS: Final[Mapping[StaffRole, frozenset[Permission]]] = MappingProxyType(
    {
        StaffRole.WATCHER: frozenset({Permission.VIEW}),
        StaffRole.OPERATOR: frozenset({Permission.VIEW, Permission.WORK}),
        StaffRole.APPROVER: frozenset({Permission.VIEW, Permission.WORK, Permission.APPROVE}),
        StaffRole.ADMINISTRATOR: frozenset(Permission),
    }
)
_RIGHTS: Final = {Permission.WORK: Right.WORK, Permission.APPROVE: Right.APPROVE}


def actor(id: str, role: StaffRole) -> Actor:
    """The person as the rules of cases know them."""
    return Actor(
        f"person:{id}",
        frozenset(_RIGHTS[permission] for permission in PERMISSIONS[role] if permission in _RIGHTS),
    )
