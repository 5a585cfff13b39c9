"""The room's accounts and how their members sign in. Every change is journalled; no secret ever is."""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update
from sqlalchemy.exc import DatabaseError

from siaga.domain.errors import BadInput, Fault, Sentence
from siaga.domain.time import Clock, rfc3339
from siaga.i18n.speech import N_
from siaga.journal.database import open_database
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.people import passwords
from siaga.people.channels import PersonChannels
from siaga.people.keys import Keys
from siaga.people.members import Member, member_of
from siaga.people.provider_links import ProviderLinks
from siaga.people.roles import Permission, StaffRole
from siaga.people.sessions import Sessions, end_all
from siaga.people.tables import ACCOUNTS, METADATA, RECOVERY
from siaga.people.throttle import Throttle
from siaga.people.unsent_notices import UnsentNotices

ID: Final = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*", re.ASCII)
LONGEST_ID: Final = 48
LONGEST_LABEL: Final = 100
WRITERS: Final = 0x5349_4147_42
"""The lock of writers to these tables: an act is journalled before its transaction ends, so that a kill
leaves none that the journal does not know."""
MOST_ACCOUNTS: Final = 1_000


class RefusalReason(StrEnum):
    """Why a sign-in was refused."""

    WRONG = "wrong"
    """The account, the password or the code: which of them is not said."""
    CODE = "code"
    """The password is right, and a code of the second factor is needed."""
    WAIT = "wait"
    """Too many failures."""


class SignInRefused(Exception):
    """A sign-in that was refused."""

    def __init__(self, why: RefusalReason, wait: timedelta | None = None) -> None:
        super().__init__(why.value)
        self.why = why
        self.wait = wait


class Accounts:
    """All accounts of one room. Safe for several threads and processes at once."""

    def __init__(self, engine: Engine, journal: Journal, clock: Clock) -> None:
        self._engine, self._journal, self._clock = engine, journal, clock
        self._throttle = Throttle()
        self.keys = Keys(engine, journal, clock)
        self.channels = PersonChannels(engine, journal, clock)
        self.sessions = Sessions(engine, journal, clock)
        self.provider_links = ProviderLinks(engine, journal)
        self.unsent_notices = UnsentNotices(engine, clock)

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

    # Members

    def members(self) -> tuple[Member, ...]:
        """All members, by id."""
        with self._engine.connect().execution_options(reading=True) as connection:
            rows = connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.id))
            return tuple(member_of(row) for row in rows)

    def member(self, id: str) -> Member | None:
        """The member of that id; None where there is none."""
        with self._engine.connect().execution_options(reading=True) as connection:
            row = _row(connection, id)
        return None if row is None else member_of(row)

    def add(self, id: str, label: str, role: StaffRole, password: str, by: str) -> Member:
        """Add a member. `by` is who does it, as the journal writes it.

        Raises:
            BadInput: the id is taken or none, or the password is weak; nothing was written.
        """
        if len(id) > LONGEST_ID or ID.fullmatch(id) is None:
            do = Sentence("Use up to {n} lower-case letters, digits, dots or hyphens.", n=LONGEST_ID)
            raise BadInput(Fault(N_("Not a valid user name."), do, field="id"))
        label = " ".join(label.split())
        if not label or len(label) > LONGEST_LABEL or not label.isprintable():
            do = Sentence("Write 1 to {n} characters.", n=LONGEST_LABEL)
            raise BadInput(Fault(N_("A name is needed."), do, field="label"))
        kept = passwords.hashed(password)
        with self._engine.begin() as connection:
            if _row(connection, id) is not None:
                what = Sentence("The user name {id} is taken.", id=id)
                raise BadInput(Fault(what, N_("Choose another."), field="id"))
            if connection.execute(select(func.count()).select_from(ACCOUNTS)).scalar_one() >= MOST_ACCOUNTS:
                what = Sentence("The limit of {n} accounts is reached.", n=MOST_ACCOUNTS)
                raise BadInput(Fault(what, N_("No more can be added.")))
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
        return Member(id, label, role)

    def change(
        self, id: str, by: str, *, role: StaffRole | None = None, disabled: bool | None = None
    ) -> Member:
        """Give somebody another role, or disable or enable them; disabled, they are signed out everywhere.

        Raises:
            BadInput: there is no such account, or nobody would be left to administer.
        """
        with self._engine.begin() as connection:
            member = self._known(connection, id)
            after = Member(
                id,
                member.label,
                member.role if role is None else role,
                member.disabled if disabled is None else disabled,
            )
            if member.can(Permission.ADMINISTER) and not after.can(Permission.ADMINISTER):
                self._refuse_last_administrator(connection, id)
            connection.execute(
                update(ACCOUNTS)
                .where(ACCOUNTS.c.id == id)
                .values(role=after.role.value, disabled=after.disabled)
            )
            if after.disabled:
                end_all(connection, id)
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
            end_all(connection, id)
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
            what = N_("This is not the code that is shown now.")
            raise BadInput(
                Fault(what, N_("Check that your phone's clock is set automatically."), field="code")
            )
        codes = passwords.new_recovery_codes()
        with self._engine.begin() as connection:
            if self._known(connection, id).second_factor:
                do = N_("If you lost it, ask an administrator to reset the account.")
                raise BadInput(Fault(N_("Two-step verification is already on."), do, field="code"))
            connection.execute(
                update(ACCOUNTS).where(ACCOUNTS.c.id == id).values(second_factor=secret, last_step=step)
            )
            connection.execute(delete(RECOVERY).where(RECOVERY.c.account == id))
            connection.execute(
                insert(RECOVERY),
                [{"account": id, "digest": passwords.digest(recovery)} for recovery in codes],
            )
            self._journal.append(Kind.PERSON_CHANGED, f"person:{id}", {"person": id, "second_factor": True})
        return codes

    # Signing in

    def sign_in(self, id: str, password: str, code: str, address: str) -> str:
        """Sign somebody in; returns what their browser holds from then on. It takes some 50 ms of a
        processor: call it in a thread. `address` is where they come from; it is not kept.

        Raises:
            SignInRefused: they are not let in.
        """
        now = self._clock.now()
        if (wait := self._throttle.enter(id, address, now)) is not None:
            self.turned_away("sign-in", "too-many")
            raise SignInRefused(RefusalReason.WAIT, wait)
        with self._engine.connect().execution_options(reading=True) as connection:
            row = _row(connection, id)
        right = passwords.fits(None if row is None else row.password, password)
        if row is None or not right or row.disabled:
            raise SignInRefused(RefusalReason.WRONG)
        if row.second_factor is not None and not code:
            self._throttle.take_back(id, address, now)
            raise SignInRefused(RefusalReason.CODE)
        if row.second_factor is not None and not self._takes(id, row.second_factor, code, now):
            raise SignInRefused(RefusalReason.WRONG)
        self._throttle.succeeded(id, address, now)
        return self.sessions.begin(id)

    def turned_away(self, door: str, reason: str) -> None:
        """Record that somebody showed what opens no door; once an hour for each, and not who."""
        hour = self._clock.now().strftime("%Y-%m-%dT%H")
        what = {"door": door, "reason": reason, "link": None}
        key = f"turned-away/{door}/{reason}/None/{hour}"
        self._journal.append(Kind.TURNED_AWAY, "watch", what, key=key)

    def sign_in_through(self, issuer: str, subject: str) -> str:
        """Sign in whom a provider vouches for; returns what their browser holds from then on.

        Raises:
            SignInRefused: no account is linked to them, or it is disabled.
        """
        account = self.provider_links.account_of(issuer, subject)
        if account is None:
            raise SignInRefused(RefusalReason.WRONG)
        return self.sessions.begin(account)

    def is_password_of(self, id: str, password: str, address: str) -> bool:
        """Whether a password is somebody's; counted as a sign-in is where it is not. Takes 50 ms as well."""
        now = self._clock.now()
        if self._throttle.enter(id, address, now) is not None:
            return False
        with self._engine.connect().execution_options(reading=True) as connection:
            row = _row(connection, id)
        if passwords.fits(None if row is None else row.password, password):
            self._throttle.take_back(id, address, now)
            return True
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

    def _known(self, connection: Connection, id: str) -> Member:
        row = _row(connection, id)
        if row is None:
            raise BadInput(
                Fault(Sentence("There is no user {id}.", id=id), N_("See the list of people."), field="id")
            )
        return member_of(row)

    def _refuse_last_administrator(self, connection: Connection, id: str) -> None:
        others = connection.execute(
            select(func.count())
            .select_from(ACCOUNTS)
            .where(
                ACCOUNTS.c.id != id,
                ACCOUNTS.c.role == StaffRole.ADMINISTRATOR.value,
                ACCOUNTS.c.disabled.is_(False),
            )
        ).scalar_one()
        if not others:
            what = Sentence("{id} is the only administrator.", id=id)
            raise BadInput(Fault(what, N_("Make another person administrator first."), field="role"))


def _row(connection: Connection, id: str) -> Row[Any] | None:
    return connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.id == id)).one_or_none()
