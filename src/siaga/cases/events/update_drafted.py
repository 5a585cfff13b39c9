"""Somebody of the room proposes a short update for the public, in words that stand in every language."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from siaga.cases.case import OPEN, Case, PublicUpdate
from siaga.cases.event import CaseEvent, case_event, sent
from siaga.cases.guards import Situation, refuse
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent

UPDATE_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "checking": N_("We are checking what the cause is."),
        "contacted": N_("We have contacted the platform and are waiting for its reply."),
        "no-reply": N_("The platform has not replied yet. We have asked again."),
        "in-contact": N_("The platform is working on it, and we are in contact."),
        "cause-known": N_("The platform has told us the cause. We are waiting until it is fixed."),
        "verifying": N_("The platform says it is fixed. We are measuring whether it is."),
        "unchanged": N_("Nothing has changed since our last update. We keep measuring."),
    }
)
"""What an update says, by its word; marked for the catalogues."""


@case_event(
    "update-drafted",
    command="draft-update",
    rights=frozenset({Right.WORK}),
    stages=OPEN,
    phrase=N_("Public update proposed."),
    is_undoable=True,
)
class UpdateDrafted(CaseEvent):
    """An update for the public was proposed; a later one replaces it"""

    case: str
    template: str = sent("What it says.", choices=tuple(UPDATE_TEXTS))

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse an update on a case that nobody outside knows of."""
        if case.proof is None:
            what = N_("This case is not public, so it has no public updates.")
            refuse(what, N_("Wait until measuring has proven it."))

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The update waits for a second person."""
        return replace(case, draft_update=PublicUpdate(event.seq, self.template, event.who, event.at))
