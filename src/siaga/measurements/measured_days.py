"""On which days names were measured at all."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from siaga.measurements.rollups import HOURS, UNMEASURED, SnapshotSource

_FIRST: Final = date(1970, 1, 1)


def measured_days(
    store: SnapshotSource, since: datetime, until: datetime, subjects: Sequence[str]
) -> dict[tuple[str, str], frozenset[date]]:
    """By platform and subject, on which days of `since`'s zone the subject was measured at all.

    Days are cut as the zone stands at `since`.
    """
    offset = int((since.utcoffset() or timedelta()).total_seconds())
    query = f"""
        SELECT platform, subject, list(DISTINCT (epoch("hour")::BIGINT + {offset}) // 86400)
        FROM {HOURS}
        WHERE "hour" >= $since AND "hour" < $until AND role = 'target' AND asked > {UNMEASURED}
          AND list_contains($subjects, subject)
        GROUP BY platform, subject
    """  # noqa: S608 - names of columns and of answers only
    with store.snapshot() as snapshot:
        values = {"since": since, "until": until, "subjects": list(subjects)}
        rows = snapshot.connection.sql(query, params=values).fetchall()
    return {
        (platform, subject): frozenset(_FIRST + timedelta(days=day) for day in days)
        for platform, subject, days in rows
    }
