"""The append-only record of what people and the watch did, each event chained to the one before by digest.

No secret may enter: an event is published sooner or later, and cannot be taken back. `who` is an id, never
an address; of people who report, nothing.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

from sqlalchemy import Connection, Engine, Row, insert, select
from sqlalchemy.exc import DatabaseError, IntegrityError

from siaga.domain.errors import BadInput, Fault
from siaga.domain.ids import uuid7
from siaga.domain.time import Clock, parse_rfc3339, rfc3339
from siaga.journal.database import open_database
from siaga.journal.events import (
    FIRST_PREVIOUS,
    LONGEST_KEY,
    LONGEST_WHO,
    MOST_BYTES,
    JournalEvent,
    canonical,
    canonical_what,
    checked_text,
    digest,
)
from siaga.journal.kinds import is_known
from siaga.journal.tables import EVENTS, migrate

ATTEMPTS: Final = 50
"""How often an append is tried anew when another writer took its place in the chain."""
PAGE: Final = 1_000
MOST_READ: Final = 100_000


class KeyReused(Exception):
    """A key that stands in the journal came again with other content. Nothing was written."""


class JournalMoved(Exception):
    """Somebody else wrote after the place up to which the writer had read. Nothing was written."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be written."""

    kind: str
    who: str
    what: Mapping[str, object]
    """Plain facts; no secrets, nothing of people who reported."""
    why: str = ""
    key: str | None = None
    """What makes saying it again the same saying."""
    at: datetime | None = None
    """When it happened; None for now."""


@dataclass(frozen=True, slots=True)
class _EncodedEvent:
    """An entry in the form in which it is written."""

    kind: str
    who: str
    what: str
    why: str
    key: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ChainVerification:
    """What recomputing the chain showed."""

    events: int
    """How many were read, up to the first that is broken."""
    broken: int | None = None
    """The first place that does not hold; None where all do."""
    problem: str = ""
    """What is wrong there."""
    head: str = FIRST_PREVIOUS
    """The digest of the last event that holds. Keep it elsewhere: a shortened journal still verifies."""


class Journal:
    """One journal. Safe for any number of threads and processes at once."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    @classmethod
    def open(cls, url: str, clock: Clock) -> Self:
        """Open the journal at an SQLAlchemy URL, such as `sqlite:////var/lib/siaga/journal.sqlite`, or
        `postgresql+psycopg://siaga@db.example/siaga`.

        Raises:
            BadInput: the URL is none, the file cannot be opened, or is no journal.
        """
        engine = open_database(url)
        journal = cls(engine, clock)
        try:
            with engine.begin() as connection:
                migrate(connection)
        except DatabaseError as error:
            engine.dispose()
            what = f"The journal cannot be opened: {' '.join(str(error.orig).split())}."
            raise BadInput(Fault(what, "Check its path, its rights, and that it is a journal.")) from None
        except BadInput:
            engine.dispose()
            raise
        return journal

    @classmethod
    def open_to_read(cls, url: str, clock: Clock) -> Self:
        """Open a journal that is there, and change nothing: neither its tables nor its file.

        Raises:
            BadInput: the URL is none.
        """
        return cls(open_database(url, reading=True), clock)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(
        self,
        kind: str,
        who: str,
        what: Mapping[str, object],
        why: str = "",
        key: str | None = None,
        at: datetime | None = None,
    ) -> JournalEvent:
        """Write one event, durably: when this returns, no kill and no power cut takes it away.

        `what` holds plain facts and no secrets. With a `key` that is there already, nothing is written and
        the event that is there is returned. `at` is when it happened; without it, now.

        Raises:
            BadInput: the event cannot be journalled.
            KeyReused: the key stands there with another kind, author, content or reason.
            sqlalchemy.exc.DBAPIError: the database cannot take it (a full disk); nothing was written.
        """
        return self.append_all([NewEvent(kind, who, what, why, key, at)])[0]

    def append_all(self, entries: Sequence[NewEvent], after: int | None = None) -> tuple[JournalEvent, ...]:
        """Write several events in one transaction: all of them or none, each as `append` would.

        `after` is the place up to which the writer has read, on which these entries rest: where anything was
        written since, and not all of them are there already by their keys, nothing is written.

        Raises:
            BadInput: an event cannot be journalled.
            KeyReused: a key stands there with another kind, author, content or reason.
            JournalMoved: there is an event above `after`: read it, and decide anew.
            sqlalchemy.exc.DBAPIError: the database cannot take them (a full disk); nothing was written.
        """
        checked = [_checked(entry) for entry in entries]
        for attempt in range(ATTEMPTS):
            try:
                with self._engine.begin() as connection:
                    return self._append(connection, checked, after)
            except IntegrityError:  # another writer took a place in the chain, or a key
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError

    def _append(
        self, connection: Connection, entries: Sequence[_EncodedEvent], after: int | None
    ) -> tuple[JournalEvent, ...]:
        known = [None if entry.key is None else _by_key(connection, entry.key) for entry in entries]
        for entry, event_ in zip(entries, known, strict=True):
            if event_ is not None:
                _check_same(event_, entry)
        last = connection.execute(
            select(EVENTS.c.seq, EVENTS.c.digest).order_by(EVENTS.c.seq.desc()).limit(1)
        ).one_or_none()
        seq, previous = (0, FIRST_PREVIOUS) if last is None else (last.seq, last.digest)
        if after is not None and seq > after and None in known:
            message = f"the journal has {seq} events; this rests on the first {after}"
            raise JournalMoved(message)
        written: list[JournalEvent] = []
        for entry, event_ in zip(entries, known, strict=True):
            if event_ is None:
                seq += 1
                event_ = self._write(connection, entry, seq, previous)
                previous = event_.digest
            written.append(event_)
        return tuple(written)

    def _write(self, connection: Connection, entry: _EncodedEvent, seq: int, previous: str) -> JournalEvent:
        now = self._clock.now()
        at = (entry.at or now).astimezone(UTC)
        id = str(uuid7(now, int(digest(f"{previous} {now.isoformat()}".encode()), 16)))
        kind, who, what, why, key = entry.kind, entry.who, entry.what, entry.why, entry.key
        own = digest(canonical(seq, id, at, who, kind, what, why, key, previous))
        connection.execute(
            insert(EVENTS).values(
                seq=seq,
                id=id,
                at=rfc3339(at),
                who=who,
                kind=kind,
                what=what,
                why=why,
                key=key,
                previous=previous,
                digest=own,
            )
        )
        return JournalEvent(seq, id, at, who, kind, json.loads(what), why, key, previous, own)

    def head(self) -> tuple[int, str]:
        """The place and the digest of the last event; 0 and FIRST_PREVIOUS where there is none."""
        query = select(EVENTS.c.seq, EVENTS.c.digest).order_by(EVENTS.c.seq.desc()).limit(1)
        with self._reading() as connection:
            last = connection.execute(query).one_or_none()
        return (0, FIRST_PREVIOUS) if last is None else (last.seq, last.digest)

    def digest_at(self, seq: int) -> str | None:
        """The digest of the event at a place; None where there is none."""
        with self._reading() as connection:
            return connection.execute(select(EVENTS.c.digest).where(EVENTS.c.seq == seq)).scalar_one_or_none()

    def by_key(self, key: str) -> JournalEvent | None:
        """The event that was written with `key`; None where there is none."""
        with self._reading() as connection:
            return _by_key(connection, key)

    def last(self, kind: str) -> JournalEvent | None:
        """The newest event of a kind; None where there is none."""
        query = select(EVENTS).where(EVENTS.c.kind == str(kind)).order_by(EVENTS.c.seq.desc()).limit(1)
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _event(row)

    def read(
        self, after: int = 0, kinds: Collection[str] | None = None, limit: int = PAGE
    ) -> tuple[JournalEvent, ...]:
        """Events in order, those with a `seq` above `after`, `limit` at most.

        Raises:
            BadInput: a `limit` out of bounds.
        """
        if not 1 <= limit <= MOST_READ:
            raise BadInput(
                Fault(f"{limit} events cannot be read at once.", f"Ask for 1 to {MOST_READ}.", field="limit")
            )
        query = select(EVENTS).where(EVENTS.c.seq > after).order_by(EVENTS.c.seq).limit(limit)
        if kinds is not None:
            query = query.where(EVENTS.c.kind.in_([str(kind) for kind in kinds]))
        with self._reading() as connection:
            return tuple(_event(row) for row in connection.execute(query))

    def verify(self) -> ChainVerification:
        """Recompute the whole chain from the first event on, and say where it first does not hold."""
        seq, head = 0, FIRST_PREVIOUS
        while True:
            with self._reading() as connection:
                rows = connection.execute(
                    select(EVENTS).where(EVENTS.c.seq > seq).order_by(EVENTS.c.seq).limit(PAGE)
                ).all()
            for row in rows:
                if (problem := _problem(row, seq + 1, head)) is not None:
                    return ChainVerification(seq, seq + 1, problem, head)
                seq, head = row.seq, row.digest
            if len(rows) < PAGE:
                return ChainVerification(seq, head=head)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A connection that never waits for a writer, nor makes one wait."""
        with self._engine.connect().execution_options(reading=True) as connection:
            yield connection


def _by_key(connection: Connection, key: str) -> JournalEvent | None:
    row = connection.execute(select(EVENTS).where(EVENTS.c.key == key)).one_or_none()
    return None if row is None else _event(row)


def _checked(entry: NewEvent) -> _EncodedEvent:
    text = canonical_what(entry.what)
    checked_text(entry.who, LONGEST_WHO, "who")
    checked_text(entry.why, MOST_BYTES, "why", least=0)
    if entry.key is not None:
        checked_text(entry.key, LONGEST_KEY, "key")
    if entry.at is not None and entry.at.tzinfo is None:
        raise BadInput(Fault("`at` has no UTC offset.", "Write one, such as +07:00.", field="at"))
    if not is_known(entry.kind):
        raise BadInput(Fault(f"{entry.kind!r} is no kind of event.", "Register it first.", field="kind"))
    return _EncodedEvent(str(entry.kind), entry.who, text, entry.why, entry.key, entry.at)


def _check_same(known: JournalEvent, entry: _EncodedEvent) -> None:
    """Refuse an entry whose key stands there with something else."""
    said = (entry.kind, entry.who, entry.what, entry.why)
    if (known.kind, known.who, canonical_what(known.what), known.why) != said:
        message = f"the key {known.key!r} stands in the journal with other content, at event {known.seq}"
        raise KeyReused(message)


def _event(row: Row[Any]) -> JournalEvent:
    if not is_known(row.kind):
        what = f"JournalEvent {row.seq} is of the kind {row.kind!r}, which this software does not know."
        raise BadInput(Fault(what, "Use the newer Siaga that wrote it."))
    return JournalEvent(
        seq=row.seq,
        id=row.id,
        at=parse_rfc3339(row.at),
        who=row.who,
        kind=row.kind,
        what=json.loads(row.what),
        why=row.why,
        key=row.key,
        previous=row.previous,
        digest=row.digest,
    )


def _problem(row: Row[Any], seq: int, previous: str) -> str | None:
    """What is wrong with a stored event that should be number `seq`, after the one with digest `previous`."""
    if row.seq != seq:
        return f"JournalEvent {seq} is missing."
    if row.previous != previous:
        return "It does not follow from the event before it."
    try:
        own = digest(
            canonical(
                seq, row.id, parse_rfc3339(row.at), row.who, row.kind, row.what, row.why, row.key, previous
            )
        )
    except (ValueError, TypeError, AttributeError):
        return "It cannot be read."
    return None if own == row.digest else "Its content does not give its digest."
