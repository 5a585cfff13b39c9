"""Who wants news by mail: addresses in a file of their own, kept only as long as they are needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from siaga.domain.time import parse_rfc3339, rfc3339
from siaga.journal.database import private_database

FILE: Final = "followers.sqlite"
UNCONFIRMED: Final = timedelta(days=1)
"""An address that nobody confirms is erased after so long."""
METADATA: Final = MetaData()
FOLLOWERS: Final = Table(
    "followers",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("address", String(320), nullable=False),
    Column("language", String(16), nullable=False),
    Column("asked_at", String(32), nullable=False),
    Column("asked", Boolean, nullable=False),
    Column("confirmed_at", String(32)),
    Column("told", Integer, nullable=False),
    Column("again_at", String(32), nullable=False),
    Column("failures", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody who follows the cases, or has asked to."""

    id: str
    address: str
    language: str
    asked_at: datetime
    asked: bool
    """Whether the mail that asks them to confirm has gone out."""
    confirmed_at: datetime | None
    told: int
    """The seq of the last event that they were told of."""
    again_at: datetime
    """They get nothing before."""
    failures: int
    """Attempts that failed in a row."""


class Followers:
    """All of one watch."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Those in a directory; their file is readable by its owner alone."""
        return cls(private_database(directory / FILE, METADATA))

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def ask(self, id: str, address: str, language: str, now: datetime, told: int) -> bool:
        """Keep an address until it is confirmed, and that a mail is to ask for that; False where it is
        confirmed already. `told` is the seq of the last event by now."""
        with self._engine.begin() as connection:
            known = connection.execute(select(FOLLOWERS).where(FOLLOWERS.c.id == id)).one_or_none()
            if known is not None and known.confirmed_at is not None:
                return False
            values = {
                "asked_at": rfc3339(now),
                "asked": False,
                "language": language,
                "told": told,
                "again_at": rfc3339(now),
                "failures": 0,
            }
            if known is None:
                connection.execute(insert(FOLLOWERS).values(id=id, address=address, **values))
            else:
                connection.execute(update(FOLLOWERS).where(FOLLOWERS.c.id == id).values(**values))
            return True

    def confirm(self, id: str, now: datetime, told: int) -> bool:
        """The address's owner wants the news, from the event `told` on; False where nobody asked."""
        with self._engine.begin() as connection:
            known = connection.execute(select(FOLLOWERS).where(FOLLOWERS.c.id == id)).one_or_none()
            if known is None:
                return False
            if known.confirmed_at is None:
                connection.execute(
                    update(FOLLOWERS)
                    .where(FOLLOWERS.c.id == id)
                    .values(confirmed_at=rfc3339(now), told=told, again_at=rfc3339(now), failures=0)
                )
            return True

    def forget(self, id: str) -> None:
        """Erase an address."""
        with self._engine.begin() as connection:
            connection.execute(delete(FOLLOWERS).where(FOLLOWERS.c.id == id))

    def find(self, id: str) -> Follower | None:
        """One of them."""
        with self._engine.connect() as connection:
            row = connection.execute(select(FOLLOWERS).where(FOLLOWERS.c.id == id)).one_or_none()
        return None if row is None else _follower(row)

    def due(self, last: int, now: datetime, most: int) -> Sequence[Follower]:
        """Those who have confirmed, were not told of all events up to `last`, and may get something now."""
        query = (
            select(FOLLOWERS)
            .where(FOLLOWERS.c.confirmed_at.is_not(None))
            .where(FOLLOWERS.c.told < last, FOLLOWERS.c.again_at <= rfc3339(now))
            .order_by(FOLLOWERS.c.again_at)
            .limit(most)
        )
        with self._engine.connect() as connection:
            return [_follower(row) for row in connection.execute(query)]

    def unasked(self, now: datetime, most: int) -> Sequence[Follower]:
        """Those whom a mail is still to ask, and may be tried now."""
        query = (
            select(FOLLOWERS)
            .where(FOLLOWERS.c.confirmed_at.is_(None), FOLLOWERS.c.asked.is_(False))
            .where(FOLLOWERS.c.again_at <= rfc3339(now))
            .order_by(FOLLOWERS.c.again_at)
            .limit(most)
        )
        with self._engine.connect() as connection:
            return [_follower(row) for row in connection.execute(query)]

    def was_asked(self, id: str) -> None:
        """The mail that asks them has gone out."""
        with self._engine.begin() as connection:
            connection.execute(update(FOLLOWERS).where(FOLLOWERS.c.id == id).values(asked=True))

    def was_told(self, id: str, seq: int, again_at: datetime, failures: int) -> None:
        """What came of an attempt."""
        values = {"told": seq, "again_at": rfc3339(again_at), "failures": failures}
        with self._engine.begin() as connection:
            connection.execute(update(FOLLOWERS).where(FOLLOWERS.c.id == id).values(**values))

    def forget_unconfirmed(self, now: datetime) -> None:
        """Erase the addresses that nobody has confirmed in time."""
        old = rfc3339(now - UNCONFIRMED)
        with self._engine.begin() as connection:
            connection.execute(
                delete(FOLLOWERS).where(FOLLOWERS.c.confirmed_at.is_(None), FOLLOWERS.c.asked_at < old)
            )


def _follower(row: Row[Any]) -> Follower:
    return Follower(
        row.id,
        row.address,
        row.language,
        parse_rfc3339(row.asked_at),
        row.asked,
        None if row.confirmed_at is None else parse_rfc3339(row.confirmed_at),
        row.told,
        parse_rfc3339(row.again_at),
        row.failures,
    )
