"""Opens databases: the journal's, in a file of SQLite or in PostgreSQL by its URL, and others in files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from siaga.domain.errors import BadInput, Fault

BUSY_MS: Final = 30_000
"""How long a writer waits for another's transaction, which takes milliseconds."""
WRITERS: Final = 0x5349_4147_41
"""The number of the lock that the journal's writers take in turn on PostgreSQL; SQLite has one a file."""
FORMS: Final = "Write sqlite:///PATH or postgresql+psycopg://USER@HOST/DATABASE."


def open_database(url: str, writers: int = WRITERS, reading: bool = False) -> Engine:
    """The database at an SQLAlchemy URL. `writers` is the number of the lock that they take in turn; only
    `reading`, a file of SQLite is left as it is.

    One writer at a time: a transaction waits for the one before, and what it reads stays true until it is
    committed. One on a connection with the option `reading` waits for nobody.

    Raises:
        BadInput: the URL is none, or there is no driver for it.
    """
    where = _url(url)
    try:
        if where.get_backend_name() == "sqlite":
            engine = create_engine(_read_only(where) if reading else where)
            event.listen(engine, "connect", _settle)
            event.listen(engine, "begin", _begin_on_sqlite)
            return engine
        engine = create_engine(where, pool_pre_ping=True, hide_parameters=True)
        event.listen(engine, "begin", _begin_on_postgresql(writers))
        return engine
    except (NoSuchModuleError, ImportError, ArgumentError):
        what = f"There is no driver here for {where.drivername!r}."
        do = f"{FORMS} PostgreSQL needs `siaga[postgres]`."
        raise BadInput(Fault(what, do, field="journal")) from None


def private_database(file: Path, tables: MetaData) -> Engine:
    """The SQLite database in a file that its owner alone may read, made with its tables if there is none."""
    file.touch(mode=0o600)
    engine = open_database(f"sqlite:///{file}")
    with engine.begin() as connection:
        tables.create_all(connection)
    return engine


def _url(url: str) -> URL:
    """The URL, which is not quoted in a fault: it may hold a password."""
    try:
        where = make_url(url)
        known = where.get_backend_name() in {"sqlite", "postgresql"}
    except (ArgumentError, ValueError, NoSuchModuleError):
        known = False
    if not known:
        raise BadInput(Fault("Invalid journal URL.", FORMS, field="journal"))
    if where.get_backend_name() == "sqlite" and where.database in {None, "", ":memory:"}:
        raise BadInput(Fault("A journal in memory would be lost.", "Write sqlite:///PATH.", field="journal"))
    return where


def _read_only(where: URL) -> URL:
    file = Path(where.database or "").resolve().as_uri()
    return where.set(database=file).update_query_dict({"mode": "ro", "uri": "true"})


def _settle(connection: Any, _: object) -> None:
    """A new SQLite connection: transactions begun by hand, a log beside the file, commits on the disk."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin_on_sqlite(connection: Connection) -> None:
    """Take SQLite's one writing place at once."""
    connection.exec_driver_sql("BEGIN" if _reads(connection) else "BEGIN IMMEDIATE")


def _begin_on_postgresql(writers: int) -> Callable[[Connection], None]:
    """Takes the writers' lock; the end of the transaction gives it back, also by a kill."""

    def begin(connection: Connection) -> None:
        if not _reads(connection):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({writers})")

    return begin


def _reads(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("reading", False))
