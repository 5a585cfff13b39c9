"""Takes reports and says each that is acknowledged, until it is killed by its test."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from siaga.cases.reports import Report, Seen, Source, When
from siaga.reporting.store import ReportStore


def report(id: str) -> Report:
    at = datetime(2024, 1, 25, tzinfo=UTC)
    return Report(id, at, "x", "", "mahfud", "mahfud", Seen.NOTHING, When.NOW, "", Source.PUBLIC, "")


async def main(directory: Path, run: str) -> None:
    async with ReportStore.open(directory) as store:

        async def take(number: int) -> None:
            await store.add(report(f"{run}-{number}"))
            print(f"{run}-{number}", flush=True)

        for start in range(0, 1_000_000, 50):
            await asyncio.gather(*(take(number) for number in range(start, start + 50)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
