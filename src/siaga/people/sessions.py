"""Where members are signed in. The browser holds a random token; only its digest is kept."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, select, update

from siaga.domain.time import Clock, parse_rfc3339, rfc3339
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.people import passwords
from siaga.people.members import Member, member_of
from siaga.people.tables import ACCOUNTS, SESSIONS

IDLE: Final = timedelta(hours=12)
"""A session that nobody used for so long is over."""
LASTS: Final = timedelta(days=7)
"""Every session is over after so long."""
NOTED_EVERY: Final = timedelta(minutes=5)
"""A session's use is written down at most this often."""
MOST_SESSIONS: Final = 20
"""Of one account; a further one ends the oldest."""


@dataclass(frozen=True, slots=True)
class SignInSession:
    """One browser in which a member is signed in."""

    id: str
    began: datetime
    seen: datetime
    """When it was last used, to within `NOTED_EVERY`."""

    def is_over(self, now: datetime) -> bool:
        """Whether it has rested or lasted too long."""
        return now - self.began >= LASTS or now - self.seen >= IDLE


class Sessions:
    """All sessions of one room. Safe for several threads and processes at once."""

    def __init__(self, engine: Engine, journal: Journal, clock: Clock) -> None:
        self._engine, self._journal, self._clock = engine, journal, clock

    def begin(self, account: str) -> str:
        """Begin a session; returns the token that the browser holds from then on."""
        now = rfc3339(self._clock.now())
        token, session = passwords.new_token(), secrets.token_hex(8)
        with self._engine.begin() as connection:
            digests = connection.execute(
                select(SESSIONS.c.digest)
                .where(SESSIONS.c.account == account)
                .order_by(SESSIONS.c.seen.desc())
            ).scalars()
            for digest in list(digests)[MOST_SESSIONS - 1 :]:
                connection.execute(delete(SESSIONS).where(SESSIONS.c.digest == digest))
            connection.execute(
                insert(SESSIONS).values(
                    digest=passwords.digest(token), id=session, account=account, began=now, seen=now
                )
            )
            self._journal.append(Kind.SIGNED_IN, f"person:{account}", {"person": account, "session": session})
        return token

    def holder(self, token: str) -> tuple[Member, str] | None:
        """Who holds a token, and the id of their session; None where it is over or unknown."""
        now, digest = self._clock.now(), passwords.digest(token)
        with self._engine.connect().execution_options(reading=True) as connection:
            found = connection.execute(
                select(SESSIONS.c.id.label("session"), SESSIONS.c.began, SESSIONS.c.seen, ACCOUNTS)
                .join(ACCOUNTS, ACCOUNTS.c.id == SESSIONS.c.account)
                .where(SESSIONS.c.digest == digest)
            ).one_or_none()
        if found is None or found.disabled:
            return None
        session = SignInSession(found.session, parse_rfc3339(found.began), parse_rfc3339(found.seen))
        if session.is_over(now):
            return None
        if now - session.seen >= NOTED_EVERY:
            with self._engine.begin() as connection:
                connection.execute(
                    update(SESSIONS).where(SESSIONS.c.digest == digest).values(seen=rfc3339(now))
                )
        return member_of(found), session.id

    def of(self, account: str) -> tuple[SignInSession, ...]:
        """Where a member is signed in, the last used first."""
        now = self._clock.now()
        with self._engine.connect().execution_options(reading=True) as connection:
            rows = connection.execute(
                select(SESSIONS).where(SESSIONS.c.account == account).order_by(SESSIONS.c.seen.desc())
            ).all()
        found = [SignInSession(row.id, parse_rfc3339(row.began), parse_rfc3339(row.seen)) for row in rows]
        return tuple(session for session in found if not session.is_over(now))

    def end(self, session: str, account: str, by: str) -> None:
        """End one session of an account; one that is over already stays so."""
        with self._engine.begin() as connection:
            ended = connection.execute(
                delete(SESSIONS).where(SESSIONS.c.id == session, SESSIONS.c.account == account)
            )
            if ended.rowcount:
                self._journal.append(Kind.SIGNED_OUT, by, {"person": account, "session": session})


def end_all(connection: Connection, account: str) -> None:
    """End every session of an account, as part of the caller's transaction."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.account == account))
