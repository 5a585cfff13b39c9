"""The append-only record: events in a hash chain, in SQLite or any database that SQLAlchemy speaks.

Each event's digest covers its content and the digest before it, so that a change to any past event breaks
every digest after it. An event with a `key` is written once, however often it is said.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from siaga.journal.kinds import Kind
from siaga.words.errors import BadInput, Fault
from siaga.words.ids import uuid7
from siaga.words.time import Clock, parse_rfc3339, rfc3339

SCHEMA_VERSION: Final = 1
GENESIS: Final = "0" * 64
LARGEST_EVENT: Final = 256 * 1024
"""Bytes of an event's content as JSON."""
PAGE: Final = 1000

_metadata = sa.MetaData()
_events = sa.Table(
    "events",
    _metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    sa.Column("id", sa.String(36), nullable=False, unique=True),
    sa.Column("at", sa.String(27), nullable=False),
    sa.Column("who", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(60), nullable=False, index=True),
    sa.Column("what", sa.Text(), nullable=False),
    sa.Column("why", sa.Text(), nullable=False),
    sa.Column("key", sa.String(300), nullable=True, unique=True),
    sa.Column("previous", sa.String(64), nullable=False, unique=True),
    sa.Column("digest", sa.String(64), nullable=False),
)
_schema = sa.Table("schema_version", _metadata, sa.Column("version", sa.Integer(), primary_key=True))


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that people or the system did."""

    seq: int
    """From 1, without gaps."""
    id: str
    at: datetime
    who: str
    """An account, a role, or a part of the system such as `watch`."""
    kind: Kind
    what: Mapping[str, Any]
    """The content; never a secret, never more of a person than the case needs."""
    why: str
    key: str | None
    previous: str
    """The digest of the event before; of the first, 64 zeros."""
    digest: str
    """SHA-256 over all of the above but `seq`, as canonical JSON, hexadecimal."""


class KeyReused(Exception):
    """A key came again with other content."""


def canonical(what: Mapping[str, Any]) -> str:
    """One text for one content: sorted keys, no spaces, UTF-8 as it is."""
    return json.dumps(what, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest_of(
    previous: str, id: str, at: str, who: str, kind: str, what: str, why: str, key: str | None
) -> str:
    """The digest of an event with this content after `previous`."""
    chained = json.dumps([previous, id, at, who, kind, what, why, key], ensure_ascii=False)
    return hashlib.sha256(chained.encode("utf-8", "surrogatepass")).hexdigest()


class Journal:
    """The record. Any number of threads and processes may append; each append is durable when it returns."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    @classmethod
    def open(cls, url: str, clock: Clock) -> "Journal":
        """Open the record at a database URL such as `sqlite:///journal.sqlite`; made where it is not there.

        Raises:
            BadInput: the record was written by a later version.
        """
        engine = sa.create_engine(url)
        if engine.dialect.name == "sqlite":
            _prepare_sqlite(engine)
        with engine.begin() as connection:
            _metadata.create_all(connection, checkfirst=True)
            version = connection.execute(sa.select(_schema.c.version)).scalar()
            if version is None:
                connection.execute(sa.insert(_schema).values(version=SCHEMA_VERSION))
            elif version > SCHEMA_VERSION:
                raise BadInput(
                    Fault(
                        f"the journal has schema version {version}, this Siaga knows {SCHEMA_VERSION}.",
                        "Use the version that wrote it, or a newer one.",
                    )
                )
        return cls(engine, clock)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def append(
        self,
        kind: Kind,
        who: str,
        what: Mapping[str, Any],
        why: str = "",
        key: str | None = None,
        at: datetime | None = None,
    ) -> Event:
        """Write an event, or return the one that `key` names already.

        Raises:
            KeyReused: `key` names an event of another kind or content.
            BadInput: the content is too large.
        """
        content = canonical(what)
        if len(content.encode("utf-8", "surrogatepass")) > LARGEST_EVENT:
            raise BadInput(Fault("an event's content is too large.", f"Keep it under {LARGEST_EVENT} bytes."))
        moment = at or self._clock.now()
        while True:
            try:
                return self._append(kind, who, content, why, key, moment)
            except IntegrityError:
                continue  # another writer took the place in the chain, or the key: look again

    def _append(self, kind: Kind, who: str, content: str, why: str, key: str | None, at: datetime) -> Event:
        with self._engine.begin() as connection:
            if key is not None:
                known = connection.execute(sa.select(_events).where(_events.c.key == key)).first()
                if known is not None:
                    if (known.kind, known.what) != (kind.value, content):
                        raise KeyReused(f"the key {key!r} names another event, {known.seq}")
                    return _event(known)
            last = connection.execute(
                sa.select(_events.c.seq, _events.c.digest).order_by(_events.c.seq.desc()).limit(1)
            ).first()
            seq, previous = (last.seq + 1, last.digest) if last else (1, GENESIS)
            id = str(uuid7(at, int(hashlib.sha256(f"{previous}{key}".encode()).hexdigest(), 16)))
            text = rfc3339(at)
            row = {
                "seq": seq,
                "id": id,
                "at": text,
                "who": who,
                "kind": kind.value,
                "what": content,
                "why": why,
                "key": key,
                "previous": previous,
                "digest": digest_of(previous, id, text, who, kind.value, content, why, key),
            }
            connection.execute(sa.insert(_events).values(row))
            return _from(row)

    def read(self, after: int = 0, kinds: Iterable[Kind] | None = None) -> Iterator[Event]:
        """The events after sequence number `after`, oldest first, of the given kinds or of all."""
        wanted = None if kinds is None else [kind.value for kind in kinds]
        while True:
            query = sa.select(_events).where(_events.c.seq > after).order_by(_events.c.seq).limit(PAGE)
            if wanted is not None:
                query = query.where(_events.c.kind.in_(wanted))
            with self._engine.connect() as connection:
                rows = connection.execute(query).all()
            for row in rows:
                yield _event(row)
            if len(rows) < PAGE:
                return
            after = rows[-1].seq

    def latest(self, kinds: Iterable[Kind], most: int) -> list[Event]:
        """The newest events of the given kinds, newest first."""
        query = (
            sa.select(_events)
            .where(_events.c.kind.in_([kind.value for kind in kinds]))
            .order_by(_events.c.seq.desc())
            .limit(most)
        )
        with self._engine.connect() as connection:
            return [_event(row) for row in connection.execute(query)]

    def verify(self) -> int | None:
        """Recompute the chain; the sequence number of the first event that does not fit, or None."""
        previous, expected = GENESIS, 1
        for event in self.read():
            digest = digest_of(
                previous,
                event.id,
                rfc3339(event.at),
                event.who,
                event.kind.value,
                canonical(event.what),
                event.why,
                event.key,
            )
            if (event.seq, event.previous, event.digest) != (expected, previous, digest):
                return event.seq
            previous, expected = event.digest, expected + 1
        return None


def _prepare_sqlite(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def _durable(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, as IMMEDIATE
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA busy_timeout=10000")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _event(row: Any) -> Event:
    return _from(row._mapping)


def _from(row: Mapping[str, Any]) -> Event:
    return Event(
        seq=row["seq"],
        id=row["id"],
        at=parse_rfc3339(row["at"]),
        who=row["who"],
        kind=Kind(row["kind"]),
        what=json.loads(row["what"]),
        why=row["why"],
        key=row["key"],
        previous=row["previous"],
        digest=row["digest"],
    )
