"""Refusals: what a command may not do to a case as it stands, each with what to do instead."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NoReturn

from siaga.cases.case import OPEN, Case, Link, Notice, Stage
from siaga.cases.rights import Right
from siaga.domain.errors import BadInput, Fault
from siaga.domain.verdicts import FindingKey
from siaga.journal.events import JournalEvent

LONGEST_TEXT: Final = 4_000
"""Characters of a text or a reason that people write."""


class NotAllowed(BadInput):
    """The command cannot be carried out on the case as it is, or not by this actor."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who gives commands."""

    who: str
    """As the journal writes it: `person:ayu`, `liaison:x-oncall`, `watch`."""
    rights: frozenset[Right]


@dataclass(frozen=True, slots=True)
class Situation:
    """The case as it stands, and who wants to do something to it."""

    case: Case | None
    """None before it is opened."""
    history: Sequence[JournalEvent]
    """The events that `case` is the fold of."""
    actor: Actor
    why: str
    """The reason that the actor gives; may be empty."""
    now: datetime
    others: Mapping[str, Case]
    """The other cases, by id."""
    undoable: frozenset[str]
    """The kinds of event that people can take back."""
    could_happen: Callable[[Sequence[JournalEvent]], bool]
    """Whether a history could have come about event by event."""

    def in_stage(self, allowed: Iterable[Stage], kind: str) -> Case:
        """The case, if it is in one of the stages in which an event of `kind` may happen.

        Raises:
            NotAllowed: it is not, or there is no case.
        """
        if self.case is None:
            refuse("There is no such case.", "Look at the list of cases.")
        if self.case.stage not in allowed:
            refuse(
                f"Case {self.case.id} is {self.case.stage}: this cannot be done to it ({kind}).",
                "Look at what has happened meanwhile.",
            )
        return self.case

    def require_reason(self) -> None:
        """Refuse a command without a reason.

        Raises:
            NotAllowed: it has none, or one that is too long.
        """
        if not self.why.strip():
            refuse("A reason is needed.", "Say why, in a sentence.", "why")
        self.refuse_long_reason()

    def refuse_long_reason(self) -> None:
        """Refuse a reason that the record would not take whole.

        Raises:
            NotAllowed: it is too long.
        """
        if len(self.why) > LONGEST_TEXT:
            do = f"Write at most {LONGEST_TEXT} characters."
            refuse(f"The reason has {len(self.why)} characters.", do, "why")

    def require_no_other_case(self, key: FindingKey) -> None:
        """Refuse where another case about the same is open: one case for one cause.

        Raises:
            NotAllowed: one is.
        """
        for other in self.others.values():
            if other.stage in OPEN and other.key == key:
                refuse(f"Case {other.id} is open about the same.", "Follow it there.")


def refuse(what: str, do: str, field: str = "") -> NoReturn:
    """Say that a command cannot be carried out.

    Raises:
        NotAllowed: always.
    """
    raise NotAllowed(Fault(what, do, field=field))


def waiting_notice(case: Case, notice: str) -> Notice:
    """The notice that waits for approvals.

    Raises:
        NotAllowed: there is none of that id, or it waits no more.
    """
    found = case.notices.get(notice)
    if found is None or not found.waits:
        refuse("No such notice is waiting.", "Look at the case's notices.")
    return found


def usable_link(case: Case, link: str) -> Link | None:
    """The link, unless it was revoked."""
    found = case.links.get(link)
    return None if found is None or found.revoked else found
