"""Simulated platforms in a process of their own, for the demo: started, told the time, stopped."""

import asyncio
import os
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

from siaga.domain.answers import Session
from siaga.domain.records import Stream
from siaga.domain.time import rfc3339
from siaga.platforms.conversation import Instance, Request
from siaga.probing.transport import Transport
from siaga.simulation.__main__ import TOKEN_VARIABLE

START_S: Final = 30.0
ACCOUNT: Final = "siaga.demo.example"


class Simulated:
    """Simulated platforms as the watch reaches them."""

    def __init__(self, document: dict[str, Any], transport: Transport) -> None:
        self._addresses: dict[str, dict[str, str]] = document["platforms"]
        self._control: str = document["control"]
        self._token: str = document["token"]
        self._transport = transport

    def instance(self, stream: Stream) -> Instance:
        """Where and with what a stream is asked."""
        signed_in = stream.session is Session.SIGNED_IN
        return Instance(
            self._addresses[stream.platform][stream.vantage],
            stream.session,
            self._token if signed_in else None,
            ACCOUNT if signed_in else None,
        )

    async def set_clock(self, now: datetime, speed: float = 0.0, since: datetime | None = None) -> None:
        """It is `now` on the platforms; time runs on at `speed`, counted from real time `since`."""
        said: dict[str, Any] = {"now": rfc3339(now), "speed": speed}
        if since is not None:
            said["since"] = rfc3339(since)
        outcome = await self._transport.ask(
            Request(
                f"{self._control}/_simulation/clock",
                "PUT",
                {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
                orjson.dumps(said),
                read_only=False,
            ),
            START_S,
        )
        if outcome.response is None or outcome.response.status != 200:
            message = "the simulated platforms do not take the time"
            raise RuntimeError(message)


@asynccontextmanager
async def simulated(scenario: Path, election: Path, now: datetime) -> AsyncIterator[Simulated]:
    """The platforms of a scenario, for the length of a block; their process ends with ours in any case."""
    with tempfile.TemporaryDirectory() as directory:
        ports = Path(directory) / "ports.json"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "siaga.simulation",
            "--scenario", str(scenario), "--election", str(election), "--now", rfc3339(now),
            "--port-file", str(ports), "--until-stdin-closes",
            stdin=asyncio.subprocess.PIPE,
            env={**os.environ, TOKEN_VARIABLE: secrets.token_urlsafe(24)},
        )  # fmt: skip
        transport = Transport()
        try:
            async with asyncio.timeout(START_S):
                while not ports.exists():
                    if process.returncode is not None:
                        message = f"the simulated platforms ended with code {process.returncode}"
                        raise RuntimeError(message)
                    await asyncio.sleep(0.05)
            yield Simulated(orjson.loads(ports.read_bytes()), transport)
        finally:
            transport.close()
            if process.stdin is not None:
                process.stdin.close()
            await process.wait()
