"""Sends what a directory's journal says is to be sent, until nothing waits. Killed by its test."""

import asyncio
import sys
from pathlib import Path

from tests.notifying.outbox_stories import room_posting_to, room_writing_through, sending

from siaga.domain.time import SystemClock

ROOMS = {"email": room_writing_through, "webhook": room_posting_to}


async def main(directory: Path, port: int, channel: str) -> None:
    with sending(directory, port, SystemClock(), ROOMS[channel](port)) as one:
        while one.outbox.waiting():
            await one.outbox.step()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
