"""What each role may do."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from siaga.cases.guards import Actor
from siaga.cases.rights import Right


class Role(StrEnum):
    """What somebody is in the room."""

    WATCHER = "watcher"
    """Sees what the room sees."""
    OPERATOR = "operator"
    """Works on cases: drafts notices, records answers, hands over."""
    APPROVER = "approver"
    """Also approves notices, withdraws findings, publishes accounts."""
    ADMINISTRATOR = "administrator"
    """Also looks after people, links and keys."""


class May(StrEnum):
    """What a page may ask somebody for."""

    VIEW = "view"
    WORK = "work"
    APPROVE = "approve"
    ADMINISTER = "administer"


GIVES: Final[Mapping[Role, frozenset[May]]] = MappingProxyType(
    {
        Role.WATCHER: frozenset({May.VIEW}),
        Role.OPERATOR: frozenset({May.VIEW, May.WORK}),
        Role.APPROVER: frozenset({May.VIEW, May.WORK, May.APPROVE}),
        Role.ADMINISTRATOR: frozenset(May),
    }
)
_RIGHTS: Final = {May.WORK: Right.WORK, May.APPROVE: Right.APPROVE}


def actor(id: str, role: Role) -> Actor:
    """The person as the rules of cases know them."""
    return Actor(f"person:{id}", frozenset(_RIGHTS[may] for may in GIVES[role] if may in _RIGHTS))
