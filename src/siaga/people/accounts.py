"""The room's accounts and their sessions. Every act on them is journalled; no secret ever is."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update
from sqlalchemy.exc import DatabaseError

from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import Clock, parse_rfc3339, rfc3339
from siaga.journal.database import open_database
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.people import passwords
from siaga.people.keys import Keys
from siaga.people.roles import GIVES, May, Role
from siaga.people.tables import ACCOUNTS, METADATA, OPENID, RECOVERY, SESSIONS
from siaga.people.throttle import Throttle

ID: Final = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*", re.ASCII)
LONGEST_ID: Final = 48
LONGEST_LABEL: Final = 100
IDLE: Final = timedelta(hours=12)
"""A session that nobody used for so long is over."""
LASTS: Final = timedelta(days=7)
"""Every session is over after so long."""
NOTED_EVERY: Final = timedelta(minutes=5)
"""A session's use is written down no oftener."""
WRITERS: Final = 0x5349_4147_42
"""The lock of writers to these tables: an act is journalled before its transaction ends, so that a kill
leaves none that the journal does not know."""
MOST_ACCOUNTS: Final = 1_000
MOST_SESSIONS: Final = 20
"""Of one account; a further one ends the oldest."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the room."""

    id: str
    label: str
    role: Role
    disabled: bool = False
    second_factor: bool = False

    def may(self, what: May) -> bool:
        """Whether their role allows it."""
        return not self.disabled and what in GIVES[self.role]


@dataclass(frozen=True, slots=True)
class Session:
    """Where somebody is signed in."""

    id: str
    began: datetime
    seen: datetime


class Why(StrEnum):
    """Why a sign-in was refused."""

    WRONG = "wrong"
    """The account, the password or the code: which of them is not said."""
    CODE = "code"
    """The password is right, and a code of the second factor is needed."""
    WAIT = "wait"
    """Too many failures."""


class Refused(Exception):
    """A sign-in that was refused."""

    def __init__(self, why: Why, wait: timedelta | None = None) -> None:
        super().__init__(why.value)
        self.why = why
        self.wait = wait


class Accounts:
    """All accounts of one room. Safe for several threads and processes at once."""

    def __init__(self, engine: Engine, journal: Journal, clock: Clock) -> None:
        self._engine, self._journal, self._clock = engine, journal, clock
        self._throttle = Throttle()
        self.keys = Keys(engine, journal, clock)

    @classmethod
    def open(cls, url: str, journal: Journal, clock: Clock) -> Self:
        """The accounts in the database at an SQLAlchemy URL, whose tables are made when first opened.

        Raises:
            BadInput: it cannot be opened.
        """
        engine = open_database(url, WRITERS)
        try:
            with engine.begin() as connection:
                METADATA.create_all(connection)
        except DatabaseError as error:
            engine.dispose()
            what = f"The accounts cannot be opened: {' '.join(str(error.orig).split())}."
            raise BadInput(Fault(what, "Check their path and rights.")) from None
        return cls(engine, journal, clock)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    # People

    def people(self) -> tuple[Person, ...]:
        """Everybody, by id."""
        with self._engine.connect().execution_options(reading=True) as connection:
            return tuple(_person(row) for row in connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.id)))

    def person(self, id: str) -> Person | None:
        """One of them."""
        return next((one for one in self.people() if one.id == id), None)

    def add(self, id: str, label: str, role: Role, password: str, by: str) -> Person:
        """Add somebody. `by` is who does it, as the journal says it.

        Raises:
            BadInput: the id is taken or none, or the password is weak; nothing was written.
        """
        if len(id) > LONGEST_ID or ID.fullmatch(id) is None:
            do = f"Write small letters, digits, dots and hyphens, at most {LONGEST_ID}."
            raise BadInput(Fault("That is no id of a person.", do, field="id"))
        label = " ".join(label.split())
        if not label or len(label) > LONGEST_LABEL or not label.isprintable():
            raise BadInput(
                Fault("A name is needed.", f"Write 1 to {LONGEST_LABEL} characters.", field="label")
            )
        kept = passwords.hashed(password)
        with self._engine.begin() as connection:
            if _row(connection, id) is not None:
                raise BadInput(Fault(f"There is an account {id} already.", "Choose another id.", field="id"))
            if connection.execute(select(func.count()).select_from(ACCOUNTS)).scalar_one() >= MOST_ACCOUNTS:
                raise BadInput(Fault(f"There are {MOST_ACCOUNTS} accounts.", "Disable some that rest."))
            connection.execute(
                insert(ACCOUNTS).values(
                    id=id,
                    label=label,
                    role=role.value,
                    password=kept,
                    added_at=rfc3339(self._clock.now()),
                )
            )
            self._journal.append(Kind.PERSON_ADDED, by, {"person": id, "role": role.value})
        return Person(id, label, role)

    def change(self, id: str, by: str, *, role: Role | None = None, disabled: bool | None = None) -> Person:
        """Give somebody another role, or disable or enable them; disabled, they are signed out everywhere.

        Raises:
            BadInput: there is no such account, or nobody would be left to administer.
        """
        with self._engine.begin() as connection:
            person = self._known(connection, id)
            after = Person(
                id,
                person.label,
                person.role if role is None else role,
                person.disabled if disabled is None else disabled,
            )
            if person.may(May.ADMINISTER) and not after.may(May.ADMINISTER):
                self._refuse_last_administrator(connection, id)
            connection.execute(
                update(ACCOUNTS)
                .where(ACCOUNTS.c.id == id)
                .values(role=after.role.value, disabled=after.disabled)
            )
            if after.disabled:
                connection.execute(delete(SESSIONS).where(SESSIONS.c.account == id))
            what = {"person": id, "role": after.role.value, "disabled": after.disabled}
            self._journal.append(Kind.PERSON_CHANGED, by, what)
        return after

    def set_password(self, id: str, password: str, by: str) -> None:
        """Give somebody a new password, which signs them out everywhere.

        Raises:
            BadInput: there is no such account, or the password is weak.
        """
        kept = passwords.hashed(password)
        with self._engine.begin() as connection:
            self._known(connection, id)
            connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == id).values(password=kept))
            connection.execute(delete(SESSIONS).where(SESSIONS.c.account == id))
            self._journal.append(Kind.PERSON_CHANGED, by, {"person": id, "password": True})

    def remove_second_factor(self, id: str, by: str) -> None:
        """Let somebody sign in without a second factor, which they lost, until they set one up again.

        Raises:
            BadInput: there is no such account.
        """
        with self._engine.begin() as connection:
            self._known(connection, id)
            connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == id).values(second_factor=None))
            connection.execute(delete(RECOVERY).where(RECOVERY.c.account == id))
            self._journal.append(Kind.PERSON_CHANGED, by, {"person": id, "second_factor": False})

    def set_second_factor(self, id: str, secret: str, code: str) -> tuple[str, ...]:
        """Take a second factor into use, once its owner has shown a code of it; returns the recovery codes.

        Raises:
            BadInput: the code is not one of it, or there is one already, which no session replaces.
        """
        now = self._clock.now()
        step = passwords.step_of(secret, code, now, 0)
        if step is None:
            what = "That is not the code that is shown now."
            raise BadInput(Fault(what, "Check that the telephone's clock is right.", field="code"))
        codes = passwords.new_recovery_codes()
        with self._engine.begin() as connection:
            if self._known(connection, id).second_factor:
                do = "Whoever lost it asks an administrator to reset the account."
                raise BadInput(Fault("There is a second factor already.", do, field="code"))
            connection.execute(
                update(ACCOUNTS).where(ACCOUNTS.c.id == id).values(second_factor=secret, last_step=step)
            )
            connection.execute(delete(RECOVERY).where(RECOVERY.c.account == id))
            connection.execute(
                insert(RECOVERY), [{"account": id, "digest": passwords.digest(one)} for one in codes]
            )
            self._journal.append(Kind.PERSON_CHANGED, f"person:{id}", {"person": id, "second_factor": True})
        return codes

    # Signing in

    def sign_in(self, id: str, password: str, code: str, address: str) -> str:
        """Sign somebody in; returns what their browser holds from then on. It takes some 50 ms of a
        processor: call it in a thread. `address` is where they come from; it is not kept.

        Raises:
            Refused: they are not let in.
        """
        now = self._clock.now()
        if (wait := self._throttle.wait(id, address, now)) is not None:
            self.turned_away("sign-in", "too-many")
            raise Refused(Why.WAIT, wait)
        with self._engine.connect().execution_options(reading=True) as connection:
            row = _row(connection, id)
        right = passwords.fits(None if row is None else row.password, password)
        if row is None or not right or row.disabled:
            self._throttle.failed(id, address, now)
            raise Refused(Why.WRONG)
        if row.second_factor is not None and not code:
            raise Refused(Why.CODE)
        if row.second_factor is not None and not self._takes(id, row.second_factor, code, now):
            self._throttle.failed(id, address, now)
            raise Refused(Why.WRONG)
        self._throttle.succeeded(id, address)
        return self._begin(id, now)

    def turned_away(self, door: str, reason: str) -> None:
        """Record that somebody showed what opens no door; once an hour for each, and not who."""
        hour = self._clock.now().strftime("%Y-%m-%dT%H")
        what = {"door": door, "reason": reason, "link": None}
        key = f"turned-away/{door}/{reason}/None/{hour}"
        self._journal.append(Kind.TURNED_AWAY, "watch", what, key=key)

    def sign_in_through(self, issuer: str, subject: str) -> str:
        """Sign in whom a provider vouches for; returns what their browser holds from then on.

        Raises:
            Refused: no account is linked to them, or it is disabled.
        """
        with self._engine.connect().execution_options(reading=True) as connection:
            row = connection.execute(
                select(ACCOUNTS)
                .join(OPENID, OPENID.c.account == ACCOUNTS.c.id)
                .where(OPENID.c.issuer == issuer, OPENID.c.subject == subject)
            ).one_or_none()
        if row is None or row.disabled:
            raise Refused(Why.WRONG)
        return self._begin(row.id, self._clock.now())

    def link_through(self, id: str, issuer: str, subject: str) -> None:
        """Let a provider's subject sign in to an account, in place of one that was linked before.

        Raises:
            BadInput: there is no such account, or the subject signs in to another.
        """
        with self._engine.begin() as connection:
            self._known(connection, id)
            here = (OPENID.c.issuer == issuer) & (OPENID.c.subject == subject)
            owner = connection.execute(select(OPENID.c.account).where(here)).scalar_one_or_none()
            if owner not in {None, id}:
                raise BadInput(Fault("That sign-in belongs to another account.", "Unlink it there first."))
            connection.execute(delete(OPENID).where(OPENID.c.account == id))
            connection.execute(insert(OPENID).values(issuer=issuer, subject=subject, account=id))
            self._journal.append(Kind.PERSON_CHANGED, f"person:{id}", {"person": id, "openid": True})

    def unlink(self, id: str, by: str) -> None:
        """Let nobody sign in to an account through a provider."""
        with self._engine.begin() as connection:
            gone = connection.execute(delete(OPENID).where(OPENID.c.account == id))
            if gone.rowcount:
                self._journal.append(Kind.PERSON_CHANGED, by, {"person": id, "openid": False})

    def is_linked(self, id: str) -> bool:
        """Whether somebody may sign in to an account through a provider."""
        with self._engine.connect().execution_options(reading=True) as connection:
            return (
                connection.execute(select(OPENID.c.account).where(OPENID.c.account == id)).first() is not None
            )

    def is_password_of(self, id: str, password: str, address: str) -> bool:
        """Whether a password is somebody's; counted as a sign-in is where it is not. Takes 50 ms as well."""
        now = self._clock.now()
        if self._throttle.wait(id, address, now) is not None:
            return False
        with self._engine.connect().execution_options(reading=True) as connection:
            row = _row(connection, id)
        if passwords.fits(None if row is None else row.password, password):
            return True
        self._throttle.failed(id, address, now)
        return False

    def _takes(self, id: str, secret: str, code: str, now: datetime) -> bool:
        """Whether a code is good; it is used up with that."""
        code = code.replace(" ", "").lower()
        with self._engine.begin() as connection:
            row = _row(connection, id)
            step = passwords.step_of(secret, code, now, row.last_step if row is not None else 0)
            if step is not None:
                connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == id).values(last_step=step))
                return True
            used = connection.execute(
                delete(RECOVERY).where(RECOVERY.c.account == id, RECOVERY.c.digest == passwords.digest(code))
            )
            return used.rowcount == 1

    def _begin(self, id: str, now: datetime) -> str:
        token, session = passwords.new_token(), secrets.token_hex(8)
        with self._engine.begin() as connection:
            mine = connection.execute(
                select(SESSIONS.c.digest).where(SESSIONS.c.account == id).order_by(SESSIONS.c.seen.desc())
            ).scalars()
            for digest in list(mine)[MOST_SESSIONS - 1 :]:
                connection.execute(delete(SESSIONS).where(SESSIONS.c.digest == digest))
            connection.execute(
                insert(SESSIONS).values(
                    digest=passwords.digest(token),
                    id=session,
                    account=id,
                    began=rfc3339(now),
                    seen=rfc3339(now),
                )
            )
            self._journal.append(Kind.SIGNED_IN, f"person:{id}", {"person": id, "session": session})
        return token

    def signed_in(self, token: str) -> tuple[Person, str] | None:
        """Who holds a token, and the id of their session; None where it is over or none."""
        now, digest = self._clock.now(), passwords.digest(token)
        with self._engine.connect().execution_options(reading=True) as connection:
            found = connection.execute(
                select(SESSIONS.c.id.label("session"), SESSIONS.c.began, SESSIONS.c.seen, ACCOUNTS)
                .join(ACCOUNTS, ACCOUNTS.c.id == SESSIONS.c.account)
                .where(SESSIONS.c.digest == digest)
            ).one_or_none()
        if found is None or found.disabled:
            return None
        began, seen = parse_rfc3339(found.began), parse_rfc3339(found.seen)
        if now - began >= LASTS or now - seen >= IDLE:
            return None
        if now - seen >= NOTED_EVERY:
            with self._engine.begin() as connection:
                connection.execute(
                    update(SESSIONS).where(SESSIONS.c.digest == digest).values(seen=rfc3339(now))
                )
        return _person(found), str(found.session)

    def sessions(self, id: str) -> tuple[Session, ...]:
        """Where somebody is signed in, the last used first."""
        now = self._clock.now()
        with self._engine.connect().execution_options(reading=True) as connection:
            rows = connection.execute(
                select(SESSIONS).where(SESSIONS.c.account == id).order_by(SESSIONS.c.seen.desc())
            ).all()
        found = [Session(row.id, parse_rfc3339(row.began), parse_rfc3339(row.seen)) for row in rows]
        return tuple(one for one in found if now - one.began < LASTS and now - one.seen < IDLE)

    def end(self, session: str, account: str, by: str) -> None:
        """End one session of an account; one that is over already is."""
        with self._engine.begin() as connection:
            ended = connection.execute(
                delete(SESSIONS).where(SESSIONS.c.id == session, SESSIONS.c.account == account)
            )
            if ended.rowcount:
                self._journal.append(Kind.SIGNED_OUT, by, {"person": account, "session": session})

    def _known(self, connection: Connection, id: str) -> Person:
        row = _row(connection, id)
        if row is None:
            raise BadInput(Fault(f"There is no account {id}.", "Look at the list of people.", field="id"))
        return _person(row)

    def _refuse_last_administrator(self, connection: Connection, id: str) -> None:
        others = connection.execute(
            select(func.count())
            .select_from(ACCOUNTS)
            .where(
                ACCOUNTS.c.id != id,
                ACCOUNTS.c.role == Role.ADMINISTRATOR.value,
                ACCOUNTS.c.disabled.is_(False),
            )
        ).scalar_one()
        if not others:
            what = f"{id} is the only administrator."
            raise BadInput(Fault(what, "Make somebody else an administrator first.", field="role"))


def _row(connection: Connection, id: str) -> Row[Any] | None:
    return connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.id == id)).one_or_none()


def _person(row: Row[Any]) -> Person:
    return Person(row.id, row.label, Role(row.role), bool(row.disabled), row.second_factor is not None)
