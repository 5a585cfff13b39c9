"""Notices that somebody is still writing, as typed. Nothing of them is journalled: nothing was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, select

from siaga.cases.case import NoticeType
from siaga.domain.errors import BadInput, Fault, Sentence
from siaga.domain.time import Clock, parse_rfc3339, rfc3339
from siaga.i18n.speech import N_
from siaga.people.tables import UNSENT_NOTICES

KEPT: Final = timedelta(days=30)
"""So long an unsent notice is kept after it was last saved."""
MOST_CHARACTERS: Final = 32 * 1024
"""Of subject and text together: more than can be sent, so that a text that is too long is kept to be cut."""


@dataclass(frozen=True, slots=True)
class UnsentNotice:
    """What one person has typed so far for one type of notice about one case."""

    case: str
    type: NoticeType
    author: str
    """An account's id."""
    subject: str
    body: str
    contacts: tuple[str, ...]
    """Ids of the room file."""
    saved_at: datetime


class UnsentNotices:
    """The unsent notices of one room. Safe for several threads and processes at once."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def save(
        self, case: str, type_: NoticeType, author: str, subject: str, body: str, contacts: Sequence[str]
    ) -> UnsentNotice:
        """Keep what somebody has typed, in the place of what they typed before.

        Raises:
            BadInput: it is too long to be kept; what was kept before stays.
        """
        if len(subject) + len(body) > MOST_CHARACTERS:
            do = Sentence("Write at most {n} characters.", n=MOST_CHARACTERS)
            raise BadInput(Fault(N_("The draft is too long to be saved."), do, field="body"))
        now = self._clock.now()
        notice = UnsentNotice(case, type_, author, subject, body, tuple(dict.fromkeys(contacts)), now)
        with self._engine.begin() as connection:
            _discard(connection, case, type_, author)
            connection.execute(delete(UNSENT_NOTICES).where(UNSENT_NOTICES.c.saved_at < rfc3339(now - KEPT)))
            connection.execute(
                insert(UNSENT_NOTICES).values(
                    case=case,
                    type=type_.value,
                    author=author,
                    subject=subject,
                    body=body,
                    contacts="\n".join(notice.contacts),
                    saved_at=rfc3339(now),
                )
            )
        return notice

    def of_case(self, case: str) -> tuple[UnsentNotice, ...]:
        """What is being written about a case, the first saved first."""
        since = rfc3339(self._clock.now() - KEPT)
        wanted = select(UNSENT_NOTICES).where(
            UNSENT_NOTICES.c.case == case, UNSENT_NOTICES.c.saved_at >= since
        )
        with self._engine.connect().execution_options(reading=True) as connection:
            return tuple(
                UnsentNotice(
                    row.case,
                    NoticeType(row.type),
                    row.author,
                    row.subject,
                    row.body,
                    tuple(row.contacts.split()),
                    parse_rfc3339(row.saved_at),
                )
                for row in connection.execute(wanted.order_by(UNSENT_NOTICES.c.saved_at))
            )

    def discard(self, case: str, type_: NoticeType, author: str) -> None:
        """Keep it no longer: it was sent for approval, or its author wants it no more."""
        with self._engine.begin() as connection:
            _discard(connection, case, type_, author)


def _discard(connection: Connection, case: str, type_: NoticeType, author: str) -> None:
    column = UNSENT_NOTICES.c
    connection.execute(
        delete(UNSENT_NOTICES).where(column.case == case, column.type == type_.value, column.author == author)
    )
