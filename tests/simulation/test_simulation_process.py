"""`python -m siaga.simulation`: started, found through its port file, driven, and gone when told."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from siaga.election.reading import read_election
from siaga.platforms.registry import platforms
from siaga.simulation.fit import fit
from siaga.simulation.reading import read_scenario
from siaga.simulation.scenario import shipped, shipped_files

TOKEN = "only-for-tests"
SEARCH = "/2/tweets/search/recent?query=mahfud&max_results=10"
JANUARY = shipped_files("january-2024")


@asynccontextmanager
async def process(port_file: Path, *further: str) -> AsyncIterator[asyncio.subprocess.Process]:
    command = [sys.executable, "-m", "siaga.simulation", "--scenario", str(JANUARY[0])]
    command += ["--election", str(JANUARY[1]), "--port-file", str(port_file), *further]
    started = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "SIAGA_SIMULATED_TOKEN": TOKEN},
    )
    try:
        while started.returncode is None and not await asyncio.to_thread(port_file.exists):
            await asyncio.sleep(0.02)
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.communicate()


async def test_it_is_found_driven_and_stopped(tmp_path: Path) -> None:
    port_file = tmp_path / "addresses.json"
    async with process(port_file) as started, aiohttp.ClientSession() as client:
        told = json.loads(port_file.read_text())
        assert port_file.stat().st_mode & 0o777 == 0o600
        assert told["token"] == TOKEN
        assert told["platforms"].keys() == {"x", "bluesky", "mastodon"}
        bearer = {"authorization": f"Bearer {TOKEN}"}

        async def found(vantage: str) -> int:
            async with client.get(told["platforms"]["x"][vantage] + SEARCH, headers=bearer) as answer:
                return int((await answer.json())["meta"]["result_count"])

        assert await found("jakarta") == 10
        address = f"{told['control']}/_simulation/clock"
        async with client.put(address, json={"now": "2024-01-25T19:00:00+07:00"}, headers=bearer) as answer:
            assert (await answer.json())["running"] == ["mahfud-latest"]
        few = [await found(vantage) for vantage in ("jakarta", "surabaya", "singapore") * 8]
        assert set(few) == {0, 1, 2, 3}, "a few or none, inconsistently, from everywhere"
        started.send_signal(signal.SIGTERM)
        assert await started.wait() == 0
    assert not port_file.exists()


async def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    async with process(tmp_path / "addresses.json", "--until-stdin-closes") as started:
        assert started.stdin is not None
        started.stdin.close()
        assert await started.wait() == 0


async def test_a_bad_file_is_said_and_nothing_starts(tmp_path: Path) -> None:
    port_file = tmp_path / "addresses.json"
    async with process(port_file, "--scenario", str(tmp_path / "none.yaml")) as started:
        _, said = await started.communicate()
    assert started.returncode == 2
    assert b"cannot be read" in said
    assert not port_file.exists()


@pytest.mark.parametrize("id", shipped())
def test_every_shipped_scenario_fits_its_election(id: str) -> None:
    scenario, election = shipped_files(id)
    fit(read_scenario(scenario), read_election(election.read_text(), platforms(), str(election)))
