"""A case is the same as another, and is followed there."""

from dataclasses import replace

from siaga.cases.case import OPEN, Case, Stage
from siaga.cases.event import CaseEvent, PublicPart, case_event, sent
from siaga.cases.guards import Situation, refuse
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "case-merged",
    command="merge",
    rights=frozenset({Right.WORK}),
    stages=OPEN,
    phrase=N_("Merged into case {into}."),
    public=PublicPart(N_("Merged into case {into}."), ("into",)),
    is_undoable=True,
    looks_at_others=True,
)
class CaseMerged(CaseEvent):
    """It is the same as another."""

    case: str
    into: str = sent("The case in which it is followed.")

    def cases(self) -> tuple[str, ...]:
        """A merging belongs to the histories of both cases."""
        return (self.case, self.into)

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse what is not another open case of the same platform."""
        into = situation.others.get(self.into)
        if into is None or into.id == case.id or into.stage not in OPEN or into.platform != case.platform:
            refuse(
                N_("It can be merged only into another open case of the same platform."),
                N_("Link them instead."),
            )

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """One of the two is merged; the other is linked to it."""
        if case.id == self.case:
            return replace(case, merged_into=self.into).to(Stage.MERGED, event.at)
        return replace(case, linked=(*case.linked, self.case))
