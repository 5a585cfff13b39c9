"""Somebody of the room writes a comment, for the room alone."""

from siaga.cases.case import Stage
from siaga.cases.event import ANY_STAGE, CaseEvent, case_event, sent
from siaga.cases.guards import LONGEST_TEXT
from siaga.cases.rights import Right
from siaga.i18n.speech import N_


@case_event(
    "case-commented",
    command="comment",
    rights=frozenset({Right.WORK}),
    stages=ANY_STAGE - {Stage.MERGED},
    phrase=N_("Internal note."),
    is_undoable=True,
)
class CaseCommented(CaseEvent):
    """Somebody of the room wrote a comment, for the room alone."""

    case: str
    text: str = sent(least=1, longest=LONGEST_TEXT)
