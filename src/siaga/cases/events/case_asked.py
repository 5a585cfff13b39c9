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
    form=CommandForm("platform", N_("Ask the platform something"), N_("Ask")),
    rights=frozenset({Right.ANSWER, Right.WORK}),
    stages=OPEN,
    phrase=N_("A question."),
    message=ContactMessage(
        N_("{room}: a question about {what} on {platform} (case {case})"),
        N_("We have a question:\n\n{question}\n\nYou can answer through the link below."),
    ),
    is_undoable=True,
)
class CaseAsked(CaseEvent):
    """Somebody asked about it."""

    case: str
    text: str = sent(least=1, longest=LONGEST_TEXT, label=N_("The question goes to whom the notice went to"))

    def receivers(self, case: Case, who: str) -> Sequence[str]:
        """A question of the room's people goes to the contacts; one of theirs does not come back to them."""
        return case.contacted if who.startswith("person:") else ()
