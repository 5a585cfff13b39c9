"""Measuring verifies a restoration; it closes the case at once."""

from collections.abc import Mapping
from typing import Any

from siaga.cases.case import PROVEN, Case, Stage
from siaga.cases.event import CaseEvent, ContactMessage, PublicPart, case_event
from siaga.cases.events.case_closed import RESTORED, CaseClosed
from siaga.cases.guards import Situation, refuse
from siaga.cases.rights import Right
from siaga.cases.room_file import RoomFile
from siaga.domain.verdicts import State
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "case-restored",
    rights=frozenset({Right.MEASURE}),
    stages=PROVEN,
    phrase=N_("Restoration verified: found as usual again."),
    public=PublicPart(N_("Restoration verified: found as usual again.")),
    message=ContactMessage(
        N_("{room}: {what} is restored on {platform}, verified (case {case})"),
        N_(
            "Our measurements confirm that this name can be found as usual again. The case is "
            "closed. Thank you.\n\nIf you can, please tell us the cause. We will publish it in the "
            "case summary."
        ),
    ),
)
class CaseRestored(CaseEvent):
    """Measured to be as usual."""

    case: str
    verdict: Mapping[str, Any]

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse a verdict that shows no restoration."""
        if self.verdict["state"] != State.FINDABLE:
            refuse(f"`{self.verdict['state']}` is no restoration.", "Wait for the evidence.")

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case is restored."""
        return case.measured(self.verdict).to(Stage.RESTORED, event.at)

    def follow_up(self, case: Case, room: RoomFile) -> tuple[CaseEvent, ...]:
        """A verified restoration closes the case."""
        return (CaseClosed(case.id, RESTORED),)
