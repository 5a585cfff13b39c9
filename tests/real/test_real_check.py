"""`siaga check` as a person runs it, against a real Bluesky network and a real Nostr relay."""

import asyncio
import json
import sys

import pytest
from tests.real.watched_election import CONTROLS

from siaga.simulation.faults import FaultKind, InjectedFault
from siaga.simulation.proxy import FaultyProxy, ProxyTarget

pytestmark = pytest.mark.servers


async def check(addresses: dict[str, str], *words: str) -> tuple[int, str]:
    """What the command ends with, and what it prints."""
    with_them = [word for id, at in addresses.items() for word in ("--address", f"{id}={at}")]
    with_them += [word for _, name in CONTROLS.values() for word in ("--control", name)]
    told = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "siaga", "check", "--on", ",".join(addresses), *words, *with_them),
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await told.communicate()
    return told.returncode or 0, printed.decode()


async def test_names_that_are_there_are_found_on_both(servers: dict[str, str]) -> None:
    code, printed = await check(servers, "Mahfud", "Ganjar")
    assert code == 3, "the servers have no people and no suggestions: there nothing could be measured"
    for platform in servers:
        lines = [
            line for line in printed.splitlines() if platform in line.lower() and "search-latest" in line
        ]
        assert len(lines) == 2, printed
        assert all("can be found like other names" in line for line in lines), printed


async def test_a_withheld_name_is_told_from_the_others_and_a_program_reads_it(
    servers: dict[str, str],
) -> None:
    targets = [ProxyTarget(platform, "here", platform, at) for platform, at in servers.items()]
    async with FaultyProxy(targets) as proxy:
        withheld = InjectedFault(FaultKind.EMPTY, platform="bluesky", names=("Mahfud",))
        proxy.commands.start("withhold", withheld)
        addresses = {platform: proxy.address(platform, "here") for platform in servers}
        code, printed = await check(addresses, "Mahfud", "Ganjar", "--json")
    assert code == 1, printed
    told = [json.loads(line) for line in printed.splitlines()]
    states = {
        (one["platform"], one["name"]): one["state"] for one in told if one["surface"] == "search-latest"
    }
    assert states == {
        ("bluesky", "Mahfud"): "suspected",
        ("bluesky", "Ganjar"): "findable",
        ("nostr", "Mahfud"): "findable",
        ("nostr", "Ganjar"): "findable",
    }
