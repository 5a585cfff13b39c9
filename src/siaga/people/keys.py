"""Keys of programs: a platform's own liaison program, or one of the room's."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, delete, insert, select

from siaga.domain.errors import BadInput, Fault, Sentence
from siaga.domain.time import Clock, parse_rfc3339, rfc3339
from siaga.i18n.speech import N_
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.people import passwords
from siaga.people.tables import KEYS

LONGEST_LABEL: Final = 100


@dataclass(frozen=True, slots=True)
class Key:
    """A program's key, as the room sees it."""

    id: str
    label: str
    scope: str
    issued: datetime


class Keys:
    """All keys of one room."""

    def __init__(self, engine: Engine, journal: Journal, clock: Clock) -> None:
        self._engine, self._journal, self._clock = engine, journal, clock

    def issue(self, label: str, scope: str, by: str) -> str:
        """A new key for a program, which is shown this once. `scope` is `role:ROLE` or `liaison:CONTACT`.

        Raises:
            BadInput: the label is empty or too long.
        """
        label = " ".join(label.split())
        if not label or len(label) > LONGEST_LABEL or not label.isprintable():
            what = N_("The key needs a name.")
            do = Sentence("Write 1 to {n} characters.", n=LONGEST_LABEL)
            raise BadInput(Fault(what, do, field="label"))
        token, id = f"siaga_{passwords.new_token()}", secrets.token_hex(8)
        with self._engine.begin() as connection:
            connection.execute(
                insert(KEYS).values(
                    digest=passwords.digest(token),
                    id=id,
                    label=label,
                    scope=scope,
                    issued=rfc3339(self._clock.now()),
                )
            )
            self._journal.append(Kind.KEY_ISSUED, by, {"key": id, "scope": scope})
        return token

    def revoke(self, id: str, by: str) -> None:
        """Revoke a key; one that is revoked already is."""
        with self._engine.begin() as connection:
            gone = connection.execute(delete(KEYS).where(KEYS.c.id == id))
            if gone.rowcount:
                self._journal.append(Kind.KEY_REVOKED, by, {"key": id})

    def all(self) -> tuple[Key, ...]:
        """All keys, the newest first."""
        with self._engine.connect().execution_options(reading=True) as connection:
            rows = connection.execute(select(KEYS).order_by(KEYS.c.issued.desc())).all()
        return tuple(Key(row.id, row.label, row.scope, parse_rfc3339(row.issued)) for row in rows)

    def of(self, token: str) -> Key | None:
        """The key that a program shows; None where there is no such."""
        with self._engine.connect().execution_options(reading=True) as connection:
            row = connection.execute(
                select(KEYS).where(KEYS.c.digest == passwords.digest(token))
            ).one_or_none()
        return None if row is None else Key(row.id, row.label, row.scope, parse_rfc3339(row.issued))
