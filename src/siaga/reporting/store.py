"""Where reports are kept: a database of their own, durable before anybody is thanked."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import (
    Column,
    Engine,
    Index,
    MetaData,
    Row,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from siaga.cases.reports import Report, Seen, Source, When
from siaga.domain.time import parse_rfc3339, rfc3339
from siaga.journal.database import private_database

FILE: Final = "reports.sqlite"
GATHER_S: Final = 0.01
"""How long a commit waits for more to come."""
MOST_IN_A_COMMIT: Final = 500
METADATA: Final = MetaData()
REPORTS: Final = Table(
    "reports",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("at", String(32), nullable=False, index=True),
    Column("platform", String(64)),
    Column("elsewhere", String(80), nullable=False),
    Column("typed", Text, nullable=False),
    Column("subject", String(64)),
    Column("seen", String(16), nullable=False),
    Column("when", String(16), nullable=False),
    Column("place", Text, nullable=False),
    Column("source", String(16), nullable=False),
    Column("comment", Text, nullable=False),
    Column("picture", String(64)),
    Index("reports_unit", "platform", "subject", "at"),
)


class ReportStore:
    """All reports of one watch. Use as an async context manager: then `add` commits in groups."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: asyncio.Queue[tuple[Report, asyncio.Future[None]]] = asyncio.Queue()
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="reports")

    @classmethod
    def open(cls, directory: Path) -> Self:
        """The reports in a directory; their file is readable by its owner alone."""
        return cls(private_database(directory / FILE, METADATA))

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._write())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._queue.join()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.to_thread(self._writing.shutdown)
        self._engine.dispose()

    async def add(self, report: Report) -> None:
        """Returns once the report is durable; one that is there already is left as it is.

        Raises:
            Exception: what the database raised (a full disk); it is not kept.
        """
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((report, kept))
        await kept

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            group = [await self._queue.get()]
            await asyncio.sleep(GATHER_S)
            while len(group) < MOST_IN_A_COMMIT and not self._queue.empty():
                group.append(self._queue.get_nowait())
            try:
                await loop.run_in_executor(self._writing, self._commit, [report for report, _ in group])
            except Exception as error:
                for _, kept in group:
                    if not kept.cancelled():
                        kept.set_exception(error)
            else:
                for _, kept in group:
                    if not kept.cancelled():
                        kept.set_result(None)
            for _ in group:
                self._queue.task_done()

    def _commit(self, reports: Sequence[Report]) -> None:
        with self._engine.begin() as connection:
            rows = [_values(report) for report in reports]
            try:
                with connection.begin_nested():
                    connection.execute(insert(REPORTS), rows)
            except IntegrityError:  # one came twice
                for row in rows:
                    known = select(REPORTS.c.id).where(REPORTS.c.id == row["id"])
                    if connection.execute(known).one_or_none() is None:
                        connection.execute(insert(REPORTS).values(row))

    def find(self, id: str) -> Report | None:
        """One report."""
        with self._engine.connect().execution_options(reading=True) as connection:
            row = connection.execute(select(REPORTS).where(REPORTS.c.id == id)).one_or_none()
        return None if row is None else _report(row)

    def newest(self, most: int) -> Sequence[Report]:
        """The newest first."""
        query = select(REPORTS).order_by(REPORTS.c.at.desc(), REPORTS.c.id).limit(most)
        with self._engine.connect().execution_options(reading=True) as connection:
            return [_report(row) for row in connection.execute(query)]

    def about(self, platform: str, subject: str, since: datetime, most: int = 1_000) -> Sequence[Report]:
        """Those about a name on a platform, oldest first."""
        query = (
            select(REPORTS)
            .where(
                REPORTS.c.platform == platform, REPORTS.c.subject == subject, REPORTS.c.at >= rfc3339(since)
            )
            .order_by(REPORTS.c.at)
            .limit(most)
        )
        with self._engine.connect().execution_options(reading=True) as connection:
            return [_report(row) for row in connection.execute(query)]

    def troubles(self, since: datetime, until: datetime) -> Mapping[tuple[str, str], int]:
        """How many spoke of trouble in a span, by platform and subject."""
        query = (
            select(REPORTS.c.platform, REPORTS.c.subject, func.count())
            .where(
                REPORTS.c.at >= rfc3339(since),
                REPORTS.c.at < rfc3339(until),
                REPORTS.c.seen != Seen.USUAL.value,
                REPORTS.c.platform.is_not(None),
                REPORTS.c.subject.is_not(None),
            )
            .group_by(REPORTS.c.platform, REPORTS.c.subject)
        )
        with self._engine.connect().execution_options(reading=True) as connection:
            return {(row[0], row[1]): int(row[2]) for row in connection.execute(query)}

    def first(self) -> datetime | None:
        """When the first came."""
        with self._engine.connect().execution_options(reading=True) as connection:
            at = connection.execute(select(func.min(REPORTS.c.at))).scalar_one()
        return None if at is None else parse_rfc3339(at)

    def erase(self, before: datetime) -> Sequence[str]:
        """Erase the free words of older reports; what was counted stays. Returns the pictures to remove."""
        old = (REPORTS.c.at < rfc3339(before)) & (
            (REPORTS.c.typed != "") | (REPORTS.c.comment != "") | REPORTS.c.picture.is_not(None)
        )
        with self._engine.begin() as connection:
            pictures = connection.execute(
                select(REPORTS.c.picture).where(old, REPORTS.c.picture.is_not(None))
            ).scalars()
            found = list(pictures)
            connection.execute(
                update(REPORTS).where(old).values(typed="", comment="", place="", elsewhere="", picture=None)
            )
            still = set(
                connection.execute(select(REPORTS.c.picture).where(REPORTS.c.picture.in_(found))).scalars()
            )
        return [name for name in found if name not in still]


def _values(report: Report) -> dict[str, Any]:
    return {
        "id": report.id,
        "at": rfc3339(report.at),
        "platform": report.platform,
        "elsewhere": report.elsewhere,
        "typed": report.typed,
        "subject": report.subject,
        "seen": report.seen.value,
        "when": report.when.value,
        "place": report.place,
        "source": report.source.value,
        "comment": report.comment,
        "picture": report.picture,
    }


def _report(row: Row[Any]) -> Report:
    return Report(
        id=row.id,
        at=parse_rfc3339(row.at),
        platform=row.platform,
        elsewhere=row.elsewhere,
        typed=row.typed,
        subject=row.subject,
        seen=Seen(row.seen),
        when=When(row.when),
        place=row.place,
        source=Source(row.source),
        comment=row.comment,
        picture=row.picture,
    )
