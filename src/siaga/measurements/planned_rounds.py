"""The rounds as they were planned, before anything was asked: a table beside the measurements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import duckdb
import pyarrow as pa

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
    unique = {round_.id: round_ for round_ in rounds}.values()
    incoming = pa.table(
        {
            "id": pa.array([round_.id.bytes for round_ in unique], pa.binary(16)).cast(pa.uuid()),
            "at": pa.array([round_.at for round_ in unique], pa.timestamp("us", tz="UTC")),
            "platform": [round_.stream.platform for round_ in unique],
            "surface": [round_.stream.surface for round_ in unique],
            "vantage": [round_.stream.vantage for round_ in unique],
            "session": [round_.stream.session for round_ in unique],
            "seed": [round_.seed.hex() for round_ in unique],
            "reason": [round_.reason for round_ in unique],
            "asked": pa.array([len(round_.askings) for round_ in unique], pa.int32()),
        }
    )
    connection.register("incoming", incoming)
    try:
        connection.execute("""
            INSERT INTO rounds SELECT * FROM incoming WHERE id NOT IN (
                SELECT id FROM rounds
                WHERE id BETWEEN (SELECT min(id) FROM incoming) AND (SELECT max(id) FROM incoming))
        """)
    finally:
        connection.unregister("incoming")


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
