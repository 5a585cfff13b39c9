"""Who may do what to a case."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from siaga.journal.kinds import Kind


class Right(StrEnum):
    """What somebody may do. People have them by their role; the watch and liaisons by what they are."""

    WORK = "work"
    APPROVE = "approve"
    ANSWER = "answer"
    """A platform's word on its own cases."""
    MEASURE = "measure"
    """The watch's word: only measuring says that a name is treated worse, or is restored."""
    SYSTEM = "system"
    """What follows by rule from what others did: deliveries, deadlines, gathered reports."""


NEEDED: Final[Mapping[Kind, frozenset[Right]]] = MappingProxyType(
    {
        Kind.CASE_OPENED: frozenset({Right.MEASURE, Right.SYSTEM, Right.WORK}),
        Kind.CASE_MEASURED: frozenset({Right.MEASURE}),
        Kind.CASE_VERIFIED: frozenset({Right.MEASURE}),
        Kind.CASE_ACKNOWLEDGED: frozenset({Right.ANSWER, Right.WORK}),
        Kind.CASE_ASKED: frozenset({Right.ANSWER, Right.WORK}),
        Kind.CASE_EXPLAINED: frozenset({Right.ANSWER, Right.WORK}),
        Kind.CASE_CLAIMED: frozenset({Right.ANSWER, Right.WORK}),
        Kind.CASE_CLAIM_REFUSED: frozenset({Right.MEASURE}),
        Kind.CASE_RESTORED: frozenset({Right.MEASURE}),
        Kind.CASE_CLOSED: frozenset({Right.MEASURE, Right.WORK}),
        Kind.CASE_RELAPSED: frozenset({Right.MEASURE}),
        Kind.CASE_WITHDRAWN: frozenset({Right.APPROVE}),
        Kind.CASE_MERGED: frozenset({Right.WORK}),
        Kind.CASE_LINKED: frozenset({Right.WORK}),
        Kind.CASE_COMMENTED: frozenset({Right.WORK}),
        Kind.CASE_ASSIGNED: frozenset({Right.WORK, Right.SYSTEM}),
        Kind.CASE_GRADED: frozenset({Right.WORK}),
        Kind.CASE_ATTACHED: frozenset({Right.WORK, Right.ANSWER}),
        Kind.CASE_ESCALATED: frozenset({Right.SYSTEM}),
        Kind.CASE_REMINDED: frozenset({Right.SYSTEM}),
        Kind.EVENT_UNDONE: frozenset({Right.WORK}),
        Kind.NOTICE_DRAFTED: frozenset({Right.WORK}),
        Kind.NOTICE_APPROVED: frozenset({Right.APPROVE}),
        Kind.NOTICE_REFUSED: frozenset({Right.APPROVE}),
        Kind.NOTICE_RELEASED: frozenset({Right.SYSTEM}),
        Kind.DELIVERY_QUEUED: frozenset({Right.SYSTEM}),
        Kind.DELIVERY_MADE: frozenset({Right.SYSTEM}),
        Kind.DELIVERY_FAILED: frozenset({Right.SYSTEM}),
        Kind.LINK_ISSUED: frozenset({Right.WORK, Right.SYSTEM}),
        Kind.LINK_OPENED: frozenset({Right.ANSWER}),
        Kind.LINK_REVOKED: frozenset({Right.WORK}),
        Kind.REPORT_ANSWERED: frozenset({Right.SYSTEM, Right.WORK}),
        Kind.ACCOUNT_DRAFTED: frozenset({Right.SYSTEM, Right.WORK}),
        Kind.ACCOUNT_PUBLISHED: frozenset({Right.APPROVE}),
    }
)
"""One of these rights is needed for each kind of event in a case's history."""
