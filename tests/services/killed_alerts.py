"""Alerts whoever has to be, and sends it, until nothing is left to do. Killed by its test."""

import asyncio
import sys
from pathlib import Path

from tests.services.alert_stories import alerted_room

from siaga.domain.time import SystemClock


async def main(directory: Path, port: int) -> None:
    with alerted_room(directory, port, SystemClock()) as room:
        while room.desk.step() or room.outbox.waiting():
            await room.outbox.step()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
