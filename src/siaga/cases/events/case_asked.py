"""The room or the platform asks a question about a case."""

from collections.abc import Sequence

from siaga.cases.case import OPEN, Case
from siaga.cases.event import CaseEvent, CommandForm, ContactMessage, case_event, sent
from siaga.cases.guards import LONGEST_TEXT
from siaga.cases.rights import Right
from siaga.i18n.speech import N_


@case_event(
    "case-asked",
    command="ask",
    form=CommandForm("platform", N_("Ask the platform a question"), N_("Send question")),
    rights=frozenset({Right.ANSWER, Right.WORK}),
    stages=OPEN,
    phrase=N_("Question sent to the platform."),
    message=ContactMessage(
        N_("{room}: question: {finding} (case {case})"),
        N_("We have a question:\n\n{question}\n\nPlease reply using the link below."),
    ),
    is_undoable=True,
)
class CaseAsked(CaseEvent):
    """Somebody asked about it."""

    case: str
    text: str = sent(least=1, longest=LONGEST_TEXT, label=N_("Sent to everyone who received the notice"))

    def receivers(self, case: Case, who: str) -> Sequence[str]:
        """A question of the room's people goes to the contacts; one of theirs does not come back to them."""
        return case.contacted if who.startswith("person:") else ()
