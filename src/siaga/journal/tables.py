"""The journal's tables, in SQL that SQLite and PostgreSQL both take, and the steps between their versions."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
    inspect,
    select,
    update,
)

from siaga.domain.errors import BadInput, Fault

METADATA: Final = MetaData()

EVENTS: Final = Table(
    "journal_events",
    METADATA,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("id", String(36), nullable=False),
    Column("at", String(27), nullable=False),
    Column("who", Text, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("what", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("key", Text, nullable=True),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    UniqueConstraint("id"),
    UniqueConstraint("key"),
)
"""`at` is RFC 3339 text in UTC, so that what is digested is what is stored. `seq` is given by the writer:
two writers that choose the same one cannot both commit."""

SCHEMA: Final = Table("journal_schema", METADATA, Column("version", Integer, nullable=False))
"""One row: the version of the tables."""


def _create(connection: Connection) -> None:
    METADATA.create_all(connection)
    connection.execute(insert(SCHEMA).values(version=0))


STEPS: Final[Mapping[int, Callable[[Connection], None]]] = {1: _create}
"""What brings the tables to each version from the one before."""
VERSION: Final = max(STEPS)


def migrate(connection: Connection) -> None:
    """Bring the tables to this software's version, within the caller's transaction.

    Raises:
        BadInput: a newer version of the software has written them.
    """
    version = _version(connection)
    if version > VERSION:
        what = f"The journal has tables of version {version}; this software knows up to {VERSION}."
        raise BadInput(Fault(what, "Use the newer Siaga that wrote it."))
    for step in range(version + 1, VERSION + 1):
        STEPS[step](connection)
        connection.execute(update(SCHEMA).values(version=step))


def _version(connection: Connection) -> int:
    if not inspect(connection).has_table(SCHEMA.name):
        return 0
    return int(connection.execute(select(SCHEMA.c.version)).scalar_one())
