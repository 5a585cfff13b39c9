"""What an act on a case brings: the act, and what follows from it at once.

An act is an event proposed. It is refused by its rule, or it comes back with all that it brings: the second
approval releases the notice, the verified restoration closes the case.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from siaga.cases.case import Case, Notice
from siaga.cases.guards import RULES, Act, Actor, Asked, refuse
from siaga.cases.rights import NEEDED, Right
from siaga.cases.room_file import RoomFile
from siaga.journal.events import Event
from siaga.journal.kinds import Kind

WATCH: Final = Actor("watch", frozenset({Right.MEASURE, Right.SYSTEM}))
OUTBOX: Final = Actor("outbox", frozenset({Right.SYSTEM}))


def decide(
    case: Case | None,
    history: Sequence[Event],
    act: Act,
    actor: Actor,
    room: RoomFile,
    now: datetime,
    others: Mapping[str, Case] = MappingProxyType({}),
) -> tuple[tuple[Act, Actor], ...]:
    """The act and what follows from it, in order, each with who does it.

    `case` is the fold of `history`; None for an act that opens one. `others` are the other cases, by id.

    Raises:
        NotAllowed: the case is not such that this can be done, or the actor may not. Write nothing.
    """
    if not NEEDED[act.kind] & actor.rights:
        refuse(f"{actor.who} may not do this ({act.kind}).", "Ask somebody whose role allows it.")
    RULES[act.kind](Asked(case, history, act, actor, now, others))
    acts: list[tuple[Act, Actor]] = [(act, actor)]
    if case is None:
        return tuple(acts)
    if act.kind is Kind.NOTICE_APPROVED:
        notice = case.notices[act.what["notice"]]
        if len(notice.approvals) + 1 >= room.approvals:
            acts.append((_release(case, notice, room), WATCH))
    elif act.kind is Kind.CASE_RESTORED:
        acts.append((Act(Kind.CASE_CLOSED, {"case": case.id, "reason": "restored"}), WATCH))
    return tuple(acts)


def _release(case: Case, notice: Notice, room: RoomFile) -> Act:
    deliveries = []
    for id in notice.contacts:
        contact = room.contact(id)
        for number, channel in enumerate(contact.channels if contact else ()):
            delivery = f"{notice.id}.{id}.{number}"
            deliveries.append({"id": delivery, "contact": id, "channel": channel.kind})
    if not deliveries:
        refuse("Nobody it is for can be reached.", "Correct the room file's contacts.")
    what = {"case": case.id, "notice": notice.id, "text": notice.text, "deliveries": deliveries}
    return Act(Kind.NOTICE_RELEASED, what)
