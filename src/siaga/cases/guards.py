"""Refusals: what a command may not do to a case as it stands, each with what to do instead."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NoReturn

from siaga.cases.case import OPEN, STAGES, Case, Link, Notice, Stage
from siaga.cases.rights import Right
from siaga.domain.errors import BadInput, Fault, Sentence
from siaga.domain.verdicts import FindingKey
from siaga.i18n.speech import N_
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
            refuse(N_("There is no such case."), N_("Look at the list of cases."))
        if self.case.stage not in allowed:
            refuse(
                Sentence(
                    "The case has changed since you opened it: {case} is now: {stage}.",
                    case=self.case.id,
                    stage=Sentence(STAGES[self.case.stage]),
                ),
                N_("Reload the page and see what has happened."),
            )
        return self.case

    def require_reason(self) -> None:
        """Refuse a command without a reason.

        Raises:
            NotAllowed: it has none, or one that is too long.
        """
        if not self.why.strip():
            refuse(N_("The reason is missing."), N_("Enter a reason."), "why")
        self.refuse_long_reason()

    def refuse_long_reason(self) -> None:
        """Refuse a reason that the record would not take whole.

        Raises:
            NotAllowed: it is too long.
        """
        if len(self.why) > LONGEST_TEXT:
            do = Sentence("Write at most {n} characters.", n=LONGEST_TEXT)
            refuse(Sentence("The reason has {n} characters.", n=len(self.why)), do, "why")

    def require_no_other_case(self, key: FindingKey) -> None:
        """Refuse where another case about the same is open: one case for one cause.

        Raises:
            NotAllowed: one is.
        """
        for other in self.others.values():
            if other.stage in OPEN and other.key == key:
                refuse(Sentence("Case {case} is open about the same.", case=other.id), N_("Follow it there."))


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
        refuse(N_("This notice is no longer waiting for approval."), N_("Reload the page."))
    return found


MOST_TRIES: Final = 5
"""Wrong codes until the one that is out holds no longer."""


def usable_link(case: Case, link: str) -> Link | None:
    """The link, unless it was revoked."""
    found = case.links.get(link)
    return None if found is None or found.revoked else found


def check_code(link: Link | None, now: datetime, code: str | None = None) -> Link:
    """The link for which a code is out that still holds; where `code` is given, that very one.

    Raises:
        NotAllowed: there is none.
    """
    if (
        link is None
        or link.code is None
        or link.code_expires is None
        or min(link.code_expires, link.expires) <= now
        or link.code_tries >= MOST_TRIES
        or code not in {None, link.code}
    ):
        refuse(N_("No code holds for this link."), N_("Have a new code sent."))
    return link
