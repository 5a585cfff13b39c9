"""How often names were missing, counted so that they can be held against each other."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siaga.measurements.rollups import HOURS, UNMEASURED, SnapshotSource

_STREAM: Final = "platform, surface, vantage, session"


@dataclass(frozen=True, slots=True)
class MissingCount:
    """How often one subject was checked on a platform, and not found."""

    subject: str
    role: str
    checks: int
    """Askings that were measured, in hours and streams in which the controls were found."""
    missing: int


def missing_counts(
    store: SnapshotSource, since: datetime, until: datetime
) -> dict[str, tuple[MissingCount, ...]]:
    """By platform, how often each target and control was missing in the hours from `since` to before
    `until`.

    Not counted: an hour of a stream in which more than a third of the controls' checks failed, since then all
    names fail alike; and a text that a stream had never found until then, which says nothing about a name.
    """
    query = f"""
        WITH known AS (
            SELECT DISTINCT {_STREAM}, name FROM {HOURS} WHERE "hour" < $until AND results > unmatched
        ), counted AS (
            SELECT {_STREAM}, subject, role, "hour",
                   sum(asked - ({UNMEASURED})) AS measured, sum(results - unmatched) AS found
            FROM {HOURS} SEMI JOIN known USING ({_STREAM}, name)
            WHERE "hour" >= $since AND "hour" < $until AND role IN ('target', 'control') GROUP BY ALL
        ), comparable AS (
            SELECT {_STREAM}, "hour" FROM counted WHERE role = 'control' GROUP BY ALL
            HAVING sum(measured) > 0 AND 3 * sum(found) >= 2 * sum(measured)
        )
        SELECT platform, subject, role, sum(measured)::BIGINT, sum(measured - found)::BIGINT
        FROM counted SEMI JOIN comparable USING ({_STREAM}, "hour") GROUP BY ALL ORDER BY ALL
    """  # noqa: S608 - names of columns and of answers only
    with store.snapshot() as snapshot:
        values = {"since": since, "until": until}
        rows = snapshot.connection.sql(query, params=values).fetchall()
    found: dict[str, tuple[MissingCount, ...]] = {}
    for platform, *counted in rows:
        found[platform] = (*found.get(platform, ()), MissingCount(*counted))
    return found
