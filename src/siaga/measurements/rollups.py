"""Counts of answers by hour and name, kept ready for the pages.

An hour's counts are made once, when its measurements are sealed; what is not sealed yet is counted on the
spot. Charts finer than an hour count the measurements themselves, of a short span. Facts only: what counts
as missing is a rule's business, so every kind of answer is counted apart.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from siaga.domain.answers import NOT_MEASURED, Answer
from siaga.measurements.sql import Snapshot, listed

FINE_SPAN = timedelta(hours=26)
"""A longer chart has buckets of at least an hour."""
_WIDTHS = tuple(
    timedelta(minutes=minutes)
    for minutes in (1, 2, 5, 10, 15, 30, 60, 180, 360, 720, 1440, 2880, 10080, 40320)
)
_HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_KEYS = ("platform", "surface", "vantage", "session", "subject", "role", "name")
_KEY_COLUMNS = ", ".join(f'"{key}"' for key in _KEYS)
_ANSWERS = tuple(answer.value for answer in Answer)
_COUNTS = ("asked", *_ANSWERS, "unmatched", "matching", "timed")
_FROM_FACTS = ", ".join(
    (
        "count(*) AS asked",
        *(f"count(*) FILTER (answer = '{answer}') AS \"{answer}\"" for answer in _ANSWERS),
        "count(*) FILTER (answer = 'results' AND matching = 0) AS unmatched",
        "coalesce(sum(matching), 0)::BIGINT AS matching",
        "count(total_ms) AS timed",
        "coalesce(sum(total_ms), 0) AS total_ms",
    )
)
_FROM_HOURS = ", ".join((*(f'sum("{name}")::BIGINT' for name in _COUNTS), "sum(total_ms)"))
_HOURS_OF_LIVE = f"""
    SELECT date_trunc('hour', "at") AS "hour", {_KEY_COLUMNS}, {_FROM_FACTS},
           max("at") AS last_at, arg_max(answer, "at") AS last_answer
    FROM live GROUP BY ALL
"""  # noqa: S608 - names of columns only
HOURS = f"(SELECT * FROM hours UNION ALL BY NAME {_HOURS_OF_LIVE})"  # noqa: S608
"""An SQL table: of each hour, name and stream, how often each answer came; also of what is not sealed yet."""
UNMEASURED = " + ".join(f'"{answer.value}"' for answer in Answer if answer in NOT_MEASURED)
"""Of a row of it, how many askings say nothing about the name."""

CREATE_HOURS = f"""
    CREATE TABLE IF NOT EXISTS hours (
        "hour" TIMESTAMPTZ, {", ".join(f'"{key}" VARCHAR' for key in _KEYS)},
        {", ".join(f'"{name}" BIGINT' for name in _COUNTS)}, total_ms DOUBLE,
        last_at TIMESTAMPTZ, last_answer VARCHAR)
"""
NEW_COUNTS = "; ".join(
    f'ALTER TABLE hours ADD COLUMN IF NOT EXISTS "{answer}" BIGINT DEFAULT 0' for answer in _ANSWERS
)
"""Adds to a table of an older version the answers that it did not know."""
COUNT_SEALED = (
    f"INSERT INTO hours BY NAME {_HOURS_OF_LIVE.replace('FROM live', 'FROM live WHERE seq <= $sealed_to')}"
)
"""Counts the live measurements up to `$sealed_to`, in the transaction that removes them."""


def count_segment(path: str) -> str:
    """SQL that counts the measurements of a sealed file."""
    of_segment = _HOURS_OF_LIVE.replace("FROM live", f"FROM read_parquet({listed([path])})")
    return f"INSERT INTO hours BY NAME {of_segment}"


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of what came back."""

    asked: int = 0
    answers: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(_ANSWERS, 0))
    """How many of each `Answer`; all of them, also those that did not come."""
    unmatched: int = 0
    """`results` of which none carries the name."""
    matching: int = 0
    """Sum of `matching`."""
    timed: int = 0
    """How many have a `total_ms`."""
    total_ms: float = 0.0
    """Sum of `total_ms`, milliseconds."""


NOTHING = Tally()
"""Nothing was asked."""


@dataclass(frozen=True, slots=True)
class TallyBucket:
    """One stretch of a timeline: a target beside its controls."""

    start: datetime
    target: Tally
    controls: Tally


@dataclass(frozen=True, slots=True)
class Timeline:
    """Buckets of one width, in order, also those in which nothing was asked."""

    width: timedelta
    buckets: tuple[TallyBucket, ...]


@dataclass(frozen=True, slots=True)
class StreamTally:
    """What came back for one name in one stream."""

    platform: str
    surface: str
    vantage: str
    session: str
    subject: str
    role: str
    name: str
    tally: Tally
    last_at: datetime
    """When it was last asked, UTC."""
    last_answer: str


class SnapshotSource(Protocol):
    """A store that can be looked at as it is at one moment."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """The store now."""
        ...


class GroupBy(StrEnum):
    """What timelines are grouped by: one timeline for each platform, surface, ..."""

    PLATFORM = "platform"
    SURFACE = "surface"
    VANTAGE = "vantage"
    SUBJECT = "subject"
    """Each contestant's subject, all beside the same controls."""


def timeline(
    store: SnapshotSource,
    platform: str,
    subject: str,
    since: datetime,
    until: datetime,
    surface: str | None = None,
    vantage: str | None = None,
    buckets: int = 120,
) -> Timeline:
    """How a subject and the controls of its platform were answered over time, in at most `buckets` buckets.

    Widths are round (a minute, five, an hour, a day); the first bucket begins at or before `since`, the last
    ends at or after `until`.
    """
    where = TimelineFilter(platform, subject, surface, vantage)
    found = timelines(store, GroupBy.PLATFORM, since, until, where, buckets)
    return found.get(platform) or _line(*_span(since, until, buckets), {}, "", "")


@dataclass(frozen=True, slots=True)
class TimelineFilter:
    """Which measurements a group of timelines counts; None for all."""

    platform: str | None = None
    subject: str | None = None
    """The one that counts as the target; None for every contestant's."""
    surface: str | None = None
    vantage: str | None = None


def timelines(
    store: SnapshotSource,
    by: GroupBy,
    since: datetime,
    until: datetime,
    where: TimelineFilter = TimelineFilter(),
    buckets: int = 120,
) -> dict[str, Timeline]:
    """How targets and controls were answered over time: one timeline for each of what `by` names that was
    asked at all, in buckets as `timeline` has them."""
    width, start, end = _span(since, until, buckets)
    target = "role = 'target'" if where.subject is None else "subject = $subject"
    values: dict[str, Any] = {"since": start, "until": end}
    condition = f"(role = 'control' OR {target})"
    if where.subject is not None:
        values["subject"] = where.subject
    for name, value in (("platform", where.platform), ("surface", where.surface), ("vantage", where.vantage)):
        if value is not None:
            condition += f" AND {name} = ${name}"
            values[name] = value
    group = f"CASE WHEN {target} THEN subject ELSE '' END" if by is GroupBy.SUBJECT else by.value
    with store.snapshot() as snapshot:
        if width < _HOUR:
            query = _by_moment(_facts(snapshot, start, end), condition, group, target, width)
            found = _by_answer(snapshot.connection.sql(query, params=values).fetchall())
        else:
            query = _by_hour(condition, group, target, width)
            rows = snapshot.connection.sql(query, params=values).fetchall()
            found = {(key, place, is_target): _tally(tally) for key, place, is_target, *tally in rows}
    keys = sorted({key for key, _, is_target in found if key and (by is not GroupBy.SUBJECT or is_target)})
    return {key: _line(width, start, end, found, key, "" if by is GroupBy.SUBJECT else key) for key in keys}


def _span(since: datetime, until: datetime, buckets: int) -> tuple[timedelta, datetime, datetime]:
    """The width of a bucket, and where the first begins and the last ends."""
    width = _width(until - since, buckets)
    start = _floor(since, width)
    return width, start, max(_floor(until - timedelta(microseconds=1), width) + width, start + width)


def _line(
    width: timedelta,
    start: datetime,
    end: datetime,
    found: Mapping[tuple[str, int, bool], Tally],
    target: str,
    controls: str,
) -> Timeline:
    first = (start - _EPOCH) // width
    return Timeline(
        width,
        tuple(
            TallyBucket(
                start + place * width,
                found.get((target, first + place, True), NOTHING),
                found.get((controls, first + place, False), NOTHING),
            )
            for place in range((end - start) // width)
        ),
    )


def matrix(store: SnapshotSource, since: datetime) -> list[StreamTally]:
    """What came back for every name in every stream, from the hour of `since` on."""
    return _cells(store, '"hour" >= $since', {"since": _floor(since, _HOUR)})


def latest(store: SnapshotSource, platform: str, subject: str, since: datetime) -> list[StreamTally]:
    """The same for one subject at one platform: `last_at` and `last_answer` are the newest of all."""
    where = '"hour" >= $since AND platform = $platform AND subject = $subject'
    return _cells(store, where, {"since": _floor(since, _HOUR), "platform": platform, "subject": subject})


def counts(store: SnapshotSource, since: datetime, until: datetime) -> dict[str, Tally]:
    """What came back by platform, all names alike, in the hours from `since` to before `until`."""
    query = f"""
        SELECT platform, {_FROM_HOURS} FROM {HOURS}
        WHERE "hour" >= $since AND "hour" < $until GROUP BY platform ORDER BY platform
    """  # noqa: S608
    with store.snapshot() as snapshot:
        values = {"since": _floor(since, _HOUR), "until": until}
        rows = snapshot.connection.sql(query, params=values).fetchall()
    return {row[0]: _tally(row[1:]) for row in rows}


def _cells(store: SnapshotSource, where: str, values: dict[str, Any]) -> list[StreamTally]:
    query = f"""
        SELECT {_KEY_COLUMNS}, epoch_us(max(last_at)), arg_max(last_answer, last_at), {_FROM_HOURS}
        FROM {HOURS} WHERE {where} GROUP BY {_KEY_COLUMNS} ORDER BY {_KEY_COLUMNS}
    """  # noqa: S608
    with store.snapshot() as snapshot:
        rows = snapshot.connection.sql(query, params=values).fetchall()
    return [_cell(*row) for row in rows]


def _cell(
    platform: str,
    surface: str,
    vantage: str,
    session: str,
    subject: str,
    role: str,
    name: str,
    last_us: int,
    last_answer: str,
    *tally: Any,
) -> StreamTally:
    last_at = _EPOCH + timedelta(microseconds=last_us)
    return StreamTally(
        platform, surface, vantage, session, subject, role, name, _tally(tally), last_at, last_answer
    )


def _tally(row: Sequence[Any]) -> Tally:
    answers = len(_ANSWERS)
    unmatched, matching, timed, total_ms = row[1 + answers :]
    return Tally(
        row[0],
        dict(zip(_ANSWERS, row[1 : 1 + answers], strict=True)),
        unmatched,
        matching,
        timed,
        total_ms,
    )


def _width(span: timedelta, buckets: int) -> timedelta:
    least = _HOUR if span > FINE_SPAN else _WIDTHS[0]
    for width in _WIDTHS:
        if width >= least and span <= width * max(buckets - 1, 1):
            return width
    return _WIDTHS[-1]


def _floor(at: datetime, width: timedelta) -> datetime:
    return at - (at - _EPOCH) % width


def _facts(snapshot: Snapshot, since: datetime, until: datetime) -> str:
    """The measurements asked from `since` to before `until`, as an SQL table."""
    columns = '"at", platform, surface, vantage, subject, role, answer, matching, total_ms'
    where = '"at" >= $since AND "at" < $until'
    query = f"SELECT {columns} FROM {snapshot.live} WHERE {where}"  # noqa: S608
    paths = [
        str(snapshot.directory / segment.file)
        for segment in snapshot.index.segments
        if segment.overlaps(since, until)
    ]
    if paths:
        query += f" UNION ALL SELECT {columns} FROM read_parquet({listed(paths)}) WHERE {where}"  # noqa: S608
    return f"({query})"


def _by_moment(facts: str, where: str, group: str, target: str, width: timedelta) -> str:
    """Counts by group, bucket, target or not, and answer: counting each answer by itself would be slower."""
    return f"""
        SELECT {group} AS key, {_place("at", width)} AS place, {target} AS is_target, answer,
               count(*), count(*) FILTER (matching = 0), coalesce(sum(matching), 0)::BIGINT,
               count(total_ms), coalesce(sum(total_ms), 0)
        FROM {facts} WHERE {where} GROUP BY key, place, is_target, answer
    """  # noqa: S608


def _by_hour(where: str, group: str, target: str, width: timedelta) -> str:
    return f"""
        SELECT {group} AS key, {_place("hour", width)} AS place, {target} AS is_target, {_FROM_HOURS}
        FROM {HOURS} WHERE {where} AND "hour" >= $since AND "hour" < $until GROUP BY key, place, is_target
    """  # noqa: S608


def _place(moment: str, width: timedelta) -> str:
    return f'epoch_us("{moment}") // {width // timedelta(microseconds=1)}'


def _by_answer(rows: list[tuple[Any, ...]]) -> dict[tuple[str, int, bool], Tally]:
    """The tally of each bucket, from its counts by answer."""
    parts: dict[tuple[str, int, bool], list[tuple[Any, ...]]] = {}
    for key, place, is_target, *counted in rows:
        parts.setdefault((key, place, is_target), []).append(tuple(counted))
    return {key: _together(counted) for key, counted in parts.items()}


def _together(parts: list[tuple[Any, ...]]) -> Tally:
    answers = dict.fromkeys(_ANSWERS, 0) | {answer: asked for answer, asked, *_ in parts}
    unmatched = sum(part[2] for part in parts if part[0] == Answer.RESULTS)
    _, asked, _, matching, timed, total_ms = zip(*parts, strict=True)
    return Tally(sum(asked), answers, unmatched, sum(matching), sum(timed), sum(total_ms))
