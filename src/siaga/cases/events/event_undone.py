"""Somebody of the room takes back what a person did by mistake; both stay in the record."""

from collections.abc import Iterable

from siaga.cases.case import Case
from siaga.cases.event import CaseEvent, case_event, sent
from siaga.cases.guards import Situation, refuse
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "event-undone",
    command="undo",
    rights=frozenset({Right.WORK}),
    phrase=N_("Entry {event} undone."),
    needs_reason=True,
    looks_at_others=True,
)
class EventUndone(CaseEvent):
    """A mistake: an earlier event counts no longer, and stays in the record."""

    case: str
    event: int = sent("The seq of the event to take back.", is_number=True)
    also: str | None = None
    """The other case whose history that event belongs to."""

    def cases(self) -> tuple[str, ...]:
        """It belongs to every history to which the event belongs that it takes back."""
        return (self.case,) if self.also is None else (self.case, self.also)

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse what cannot be undone, and what later events rest on."""
        undone = undone_by(situation.history)
        event = next((past for past in situation.history if past.seq == self.event), None)
        if event is None or event.seq in undone or event.kind not in situation.undoable:
            refuse(N_("This entry cannot be undone."), N_("Add a new entry that corrects it."), "event")
        if not event.who.startswith("person:"):
            refuse(
                N_("Only entries by control-room staff can be undone."),
                N_("Add a new entry that answers it."),
            )
        notice = case.notices.get(str(event.what["notice"])) if "notice" in event.what else None
        if notice is not None and notice.released_at is not None:
            refuse(N_("The notice has been sent."), N_("Send another that corrects it."))
        left = [past for past in situation.history if past.seq != self.event and past.seq not in undone]
        if not situation.could_happen(left):
            refuse(N_("Later entries depend on this one."), N_("Undo the later entries first."))


def undone_by(history: Iterable[JournalEvent]) -> frozenset[int]:
    """The seqs of the events in a history that were taken back."""
    return frozenset(
        EventUndone.read(event.what).event for event in history if event.kind == EventUndone.kind
    )
