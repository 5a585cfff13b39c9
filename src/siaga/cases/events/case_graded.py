"""A case gets another severity: by the room, or by what is measured and how near an event is."""

from dataclasses import replace

from siaga.cases.case import OPEN, Case
from siaga.cases.event import CaseEvent, PublicPart, case_event, sent
from siaga.cases.guards import Situation, refuse
from siaga.cases.rights import Right
from siaga.cases.severity import Severity
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "case-graded",
    command="grade",
    rights=frozenset({Right.WORK, Right.MEASURE}),
    stages=OPEN,
    phrase=N_("Severity changed to {severity}."),
    public=PublicPart(N_("Severity changed to {severity}."), ("severity",)),
    needs_reason=True,
    is_undoable=True,
)
class CaseGraded(CaseEvent):
    """Its severity was set."""

    case: str
    severity: Severity = sent(choices=tuple(Severity))

    def check(self, situation: Situation) -> None:
        """The watch needs no reason: it follows what is measured, and leaves what people have set."""
        if Right.MEASURE not in situation.actor.rights:
            CaseEvent.check(self, situation)
            return
        case = situation.in_stage(self.stages, self.kind)
        if case.is_graded_by_hand:
            refuse("Somebody set its severity.", "Leave it.")
        self.check_inputs()
        self.guard(case, situation)

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse the severity that it has."""
        if self.severity == case.severity:
            refuse(N_("It has that severity already."), N_("Choose another."))

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case has another severity, and the deadlines of that."""
        by_hand = case.is_graded_by_hand or event.who.startswith("person:")
        return replace(case, severity=self.severity, is_graded_by_hand=by_hand)
