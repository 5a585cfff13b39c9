"""A command is an event proposed: it is refused, or it comes back with all that follows from it at once.

The second approval releases the notice, the verified restoration closes the case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from siaga.cases.case import OPEN, Case
from siaga.cases.event import CaseEvent
from siaga.cases.events import EVENTS
from siaga.cases.events.case_merged import CaseMerged
from siaga.cases.fold import after, opened, read
from siaga.cases.guards import Actor, NotAllowed, Situation, refuse
from siaga.cases.notices.forbidden import RULE, forbidden
from siaga.cases.rights import Right
from siaga.cases.room_file import RoomFile
from siaga.domain.errors import Fault
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent

WATCH: Final = Actor("watch", frozenset({Right.MEASURE, Right.SYSTEM}))
UNDOABLE: Final = frozenset(kind for kind, declared in EVENTS.items() if declared.is_undoable)
"""The kinds of event that people of the control room can take back."""

BY_WORD: Final[Mapping[str, type[CaseEvent]]] = MappingProxyType(
    {declared.command: declared for declared in EVENTS.values() if declared.command is not None}
)
"""What pages and programs may ask for, by the word that they use."""
OF_CONTACTS: Final = tuple(word for word, declared in BY_WORD.items() if Right.ANSWER in declared.rights)
"""What a platform's contacts may ask for."""
OF_PEOPLE_ALONE: Final = frozenset(
    word for word, declared in BY_WORD.items() if declared.rights == {Right.APPROVE}
)
"""What no program may ask for: people alone approve, withdraw and publish."""


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody wants to happen to a case."""

    event: CaseEvent
    why: str = ""
    """The reason; may be empty where the event needs none."""


def decide(
    case: Case | None,
    history: Sequence[JournalEvent],
    command: Command,
    actor: Actor,
    room: RoomFile,
    now: datetime,
    others: Mapping[str, Case] = MappingProxyType({}),
) -> tuple[tuple[Command, Actor], ...]:
    """The command and what follows from it, in order, each with who does it.

    `case` is the fold of `history`; None for a command that opens one. `others` are the other cases, by id.

    Raises:
        NotAllowed: the case is not such that this can be done, or the actor may not. Write nothing.
    """
    event = command.event
    if not event.rights & actor.rights:
        refuse(N_("Your role may not do this."), N_("Ask somebody whose role allows it."))
    situation = Situation(case, history, actor, command.why, now, others, UNDOABLE, could_happen)
    event.check(situation)
    if actor.rights & {Right.WORK, Right.APPROVE}:
        _check_words(command)
        if room.approvals > 1 and event.written_by(history) == actor.who:
            what = N_("What you wrote yourself is published by another person.")
            raise NotAllowed(Fault(what, N_("Ask another approver to read and publish it.")))
    follow_ups = () if case is None else event.follow_up(case, room)
    return ((command, actor), *((Command(following), WATCH) for following in follow_ups))


def _check_words(command: Command) -> None:
    """Refuse what asks a platform to take something away. What the record holds already stands.

    Raises:
        NotAllowed: a text that leaves the room does.
    """
    for field, text in command.event.leaving(command.why).items():
        clause = forbidden(text)
        if clause is not None:
            what = N_("Nothing that is sent to a platform asks to remove, hide or slow content.")
            do = N_("Ask to restore, to explain or to strengthen instead. Change this sentence:")
            raise NotAllowed(Fault(what, do, field=field), Fault(f"“{clause}”", f"({RULE})", field=field))


def could_happen(history: Sequence[JournalEvent]) -> bool:
    """Whether one case's history could have come about event by event, as far as one case alone can tell."""
    case: Case | None = None
    past: list[JournalEvent] = []
    for event in history:
        happened = read(event)
        if happened is not None and not happened.looks_at_others:
            actor = Actor(event.who, frozenset(Right))
            situation = Situation(case, past, actor, event.why, event.at, {}, UNDOABLE, could_happen)
            try:
                happened.check(situation)
            except NotAllowed:
                return False
        if isinstance(happened, CaseMerged) and case is not None and case.stage not in OPEN:
            return False
        try:
            case = opened(event) if case is None else after(case, event)
        except KeyError:
            return False
        past.append(event)
    return case is not None
