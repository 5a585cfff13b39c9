"""A case is at its end."""

from dataclasses import replace
from typing import Final

from siaga.cases.case import PROVEN, Case, Stage
from siaga.cases.event import CaseEvent, CommandForm, PublicPart, case_event
from siaga.cases.guards import Situation, refuse
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent

RESTORED: Final = "restored"
"""The reason of a case that closes itself, after a restoration that measuring verified."""
BY_HAND: Final = "by hand"


@case_event(
    "case-closed",
    command="close",
    form=CommandForm("room", N_("Close case"), N_("Close case")),
    rights=frozenset({Right.MEASURE, Right.WORK}),
    stages=frozenset({Stage.OPENED}),
    phrase=N_("Case closed."),
    public=PublicPart(N_("Case closed.")),
    needs_reason=True,
    is_undoable=True,
)
class CaseClosed(CaseEvent):
    """It is at its end."""

    case: str
    reason: str = BY_HAND

    def check(self, situation: Situation) -> None:
        """The watch closes what is restored; a person closes, with a reason, what was never proven."""
        is_watch = Right.MEASURE in situation.actor.rights
        if is_watch and self.reason == RESTORED:
            situation.in_stage({Stage.RESTORED}, self.kind)
            return
        situation.require_reason()
        if not is_watch and situation.case is not None and situation.case.stage in PROVEN:
            refuse(
                N_("A proven case closes when measuring has verified the restoration."),
                N_("If the finding was wrong, withdraw it."),
            )
        situation.in_stage(self.stages, self.kind)

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case is closed."""
        return replace(case, closed_because=self.reason).to(Stage.CLOSED, event.at)
