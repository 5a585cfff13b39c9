"""How many askings the simulated platforms answer: a second, and a second of their own process's time.

Run: `python -m benchmarks.simulated_platforms`. The load comes from this process, over kept-alive
connections, so the first figure is as much the client's as the servers'.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from siaga.simulation.scenario import shipped_files

SECONDS = 5.0
CLIENTS = 32
TOKEN = "only-for-benchmarks"
NAMES = ("mahfud", "ganjar", "hujan", "kucing")
PATHS = {
    "x": "/2/tweets/search/recent?query={name}&max_results=20&tweet.fields=created_at,author_id",
    "bluesky": "/xrpc/app.bsky.actor.searchActors?q={name}",
    "mastodon": "/api/v1/timelines/tag/{name}",
}


def processor_seconds(pid: int) -> float:
    """What a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(pid: int, name: str, address: str, path: str) -> None:
    """Ask one platform for `SECONDS` and print what came of it."""
    answered = 0
    headers = {"authorization": f"Bearer {TOKEN}"} if name == "x" else {}

    async def ask(client: aiohttp.ClientSession, until: float) -> None:
        nonlocal answered
        while time.perf_counter() < until:
            asked = address + path.format(name=NAMES[answered % len(NAMES)])
            async with client.get(asked, headers=headers) as answer:
                await answer.read()
                if answer.status != 200:
                    raise SystemExit(f"{name} answered {answer.status}")
            answered += 1

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CLIENTS)) as client:
        began, used = time.perf_counter(), processor_seconds(pid)
        await asyncio.gather(*(ask(client, began + SECONDS) for _ in range(CLIENTS)))
        elapsed, used = time.perf_counter() - began, processor_seconds(pid) - used
    print(f"{name:10} {answered / elapsed:8,.0f} a second {answered / used:8,.0f} a processor second")


async def main() -> None:
    """Start the platforms, without limits and at sixty times the speed of time, and ask each."""
    scenario, election = shipped_files("january-2024")
    with tempfile.TemporaryDirectory() as directory:
        unlimited = Path(directory) / "scenario.yaml"
        unlimited.write_text(scenario.read_text() + "\nlimits: none\n")
        port_file = Path(directory) / "addresses.json"
        platforms = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "siaga.simulation", "--scenario", unlimited, "--election", election),
            *("--port-file", port_file, "--speed", "60", "--until-stdin-closes"),
            stdin=asyncio.subprocess.PIPE,
            env={**os.environ, "SIAGA_SIMULATED_TOKEN": TOKEN},
        )
        while not port_file.exists():
            await asyncio.sleep(0.05)
        told = json.loads(port_file.read_text())["platforms"]
        for name, path in PATHS.items():
            await measure(platforms.pid, name, told[name]["jakarta"], path)
        platforms.terminate()
        await platforms.wait()


if __name__ == "__main__":
    asyncio.run(main())
