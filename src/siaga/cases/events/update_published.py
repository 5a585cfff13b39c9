"""A second person publishes an update: at once on the page, in the feed, by mail, in the API."""

from collections.abc import Sequence
from dataclasses import replace

from siaga.cases.case import OPEN, Case
from siaga.cases.event import CaseEvent, PublicPart, case_event, sent
from siaga.cases.events.update_drafted import UPDATE_TEXTS, UpdateDrafted
from siaga.cases.guards import Situation, refuse
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "update-published",
    command="publish-update",
    rights=frozenset({Right.APPROVE}),
    stages=OPEN,
    phrase=N_("Public update published."),
    public=PublicPart(N_("Update: {template}"), ("template",), by_room=True),
    is_undoable=True,
)
class UpdatePublished(CaseEvent):
    """An update was published, as it was proposed"""

    case: str
    update: int = sent("The number of the event that proposed it.", is_number=True)
    template: str = sent("What it says, as it was proposed.", choices=tuple(UPDATE_TEXTS))

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse what is not proposed, or was replaced meanwhile."""
        waiting = case.draft_update
        if waiting is None or (waiting.seq, waiting.template) != (self.update, self.template):
            refuse(N_("No such update is waiting."), N_("Read the one that is proposed now."))

    def written_by(self, history: Sequence[JournalEvent]) -> str | None:
        """Whoever proposed it."""
        proposals = [event.who for event in history if event.kind == UpdateDrafted.kind]
        return proposals[-1] if proposals else None

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """Everybody reads it."""
        if case.draft_update is None:
            return case
        published = replace(case.draft_update, published_at=event.at)
        return replace(case, draft_update=None, updates=(*case.updates, published))
