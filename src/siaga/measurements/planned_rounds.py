"""The rounds as they were planned, before anything was asked: a table beside the measurements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import duckdb

from siaga.domain.answers import Session
from siaga.domain.records import Round, Stream

CREATE = """
    CREATE TABLE IF NOT EXISTS rounds (
        id UUID, "at" TIMESTAMPTZ, platform VARCHAR, surface VARCHAR, vantage VARCHAR, session VARCHAR,
        seed VARCHAR, reason VARCHAR, asked INTEGER)
"""


@dataclass(frozen=True, slots=True)
class PlannedRound:
    """A round as it was planned, before anything was asked."""

    id: UUID
    at: datetime
    stream: Stream
    seed: bytes
    reason: str
    asked: int
    """How many names were to be asked."""


def insert(connection: duckdb.DuckDBPyConnection, rounds: Sequence[Round]) -> None:
    """Keep planned rounds; those that are kept already (by id) are passed over."""
    unique = {round_.id: round_ for round_ in rounds}
    span = [min(unique), max(unique)]
    known = connection.execute("SELECT id FROM rounds WHERE id BETWEEN ? AND ?", span).fetchall()
    for (id,) in known:
        unique.pop(id, None)
    if unique:
        # Most commits have one or two: as values they cost a third of what they cost as a table of Arrow.
        connection.executemany(
            "INSERT INTO rounds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [_row(r) for r in unique.values()]
        )


def _row(planned: Round) -> list[object]:
    stream = planned.stream
    return [
        *(planned.id, planned.at, stream.platform, stream.surface, stream.vantage, str(stream.session)),
        *(planned.seed.hex(), planned.reason, len(planned.askings)),
    ]


def between(connection: duckdb.DuckDBPyConnection, since: datetime, until: datetime) -> list[PlannedRound]:
    """Those planned for moments from `since` to before `until`, in order of time."""
    query = """
        SELECT id::VARCHAR, epoch_us("at"), platform, surface, vantage, session, seed, reason, asked
        FROM rounds WHERE "at" >= $since AND "at" < $until ORDER BY "at", id
    """
    rows = connection.sql(query, params={"since": since, "until": until}).fetchall()
    return [
        PlannedRound(
            id=UUID(row[0]),
            at=datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=row[1]),
            stream=Stream(row[2], row[3], row[4], Session(row[5])),
            seed=bytes.fromhex(row[6]),
            reason=row[7],
            asked=row[8],
        )
        for row in rows
    ]
