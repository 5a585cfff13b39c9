"""A file is attached to a case."""

from collections.abc import Iterable
from typing import Final

from siaga.cases.case import Case, Stage
from siaga.cases.event import ANY_STAGE, CaseEvent, case_event
from siaga.cases.guards import Situation, refuse
from siaga.cases.rights import Right
from siaga.domain.errors import Sentence
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent

MOST_ATTACHED: Final = 50
"""Files of one case."""


@case_event(
    "case-attached",
    rights=frozenset({Right.WORK, Right.ANSWER}),
    stages=ANY_STAGE - {Stage.MERGED},
    phrase=N_("File attached: {name}."),
    is_undoable=True,
)
class CaseAttached(CaseEvent):
    """A file was put to it, which is kept beside the journal."""

    case: str
    name: str
    media_type: str
    bytes: int
    sha256: str

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse one file too many."""
        refuse_too_many(situation.history)


def refuse_too_many(history: Iterable[JournalEvent]) -> None:
    """Refuse a further file where a case has many.

    Raises:
        NotAllowed: it has.
    """
    if sum(event.kind == CaseAttached.kind for event in history) >= MOST_ATTACHED:
        refuse(
            Sentence("This case already has {n} files.", n=MOST_ATTACHED),
            N_("Say in words where the others are."),
        )
