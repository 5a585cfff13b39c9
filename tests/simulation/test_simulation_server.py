"""The servers themselves, over loopback: who is hit, what time it is, who may control."""

import asyncio
import dataclasses
import errno
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from siaga.domain.errors import BadInput
from siaga.election.model import Election
from siaga.simulation.clock import DrivenClock
from siaga.simulation.faults import FaultKind, InjectedFault
from siaga.simulation.scenario import Scenario, ScenarioTrouble, quiet
from siaga.simulation.server import SimulatedPlatforms

NOON = datetime(2024, 1, 25, 5, 0, tzinfo=UTC)
TOKEN = "only-for-tests"
SEARCH = "/2/tweets/search/recent?query=mahfud&max_results=20&tweet.fields=created_at"
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def platforms(election: Election) -> AsyncIterator[SimulatedPlatforms]:
    async with SimulatedPlatforms(election, quiet(NOON), DrivenClock(NOON), token=TOKEN) as platforms:
        yield platforms


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers=BEARER) as client:
        yield client


async def search(
    client: aiohttp.ClientSession, platforms: SimulatedPlatforms, vantage: str = "jakarta"
) -> int:
    """How many posts a vantage finds; minus the status where the answer is none."""
    async with client.get(platforms.address("x", vantage) + SEARCH) as answer:
        if answer.status != 200:
            return -answer.status
        return len((await answer.json()).get("data", []))


async def control(
    client: aiohttp.ClientSession,
    platforms: SimulatedPlatforms,
    method: str,
    path: str,
    document: object = None,
) -> tuple[int, dict[str, object]]:
    address = f"{platforms.control_address}/_simulation{path}"
    async with client.request(method, address, data=json.dumps(document)) as answer:
        return answer.status, await answer.json()


async def test_every_vantage_has_its_own_address_on_loopback(platforms: SimulatedPlatforms) -> None:
    addresses = [address for by in platforms.addresses().values() for address in by.values()]
    assert len(set(addresses)) == 12
    assert all(address.startswith("http://127.0.0.1:") for address in addresses)
    with pytest.raises(KeyError):
        platforms.address("x", "moon")


async def test_two_vantages_find_the_same_unless_a_fault_hits_one(
    platforms: SimulatedPlatforms, client: aiohttp.ClientSession
) -> None:
    assert await search(client, platforms) == await search(client, platforms, "makassar") == 20
    platforms.commands.start("limited", InjectedFault(FaultKind.LIMIT, platform="x", vantages=("makassar",)))
    assert await search(client, platforms) == 20
    assert await search(client, platforms, "makassar") == -429
    platforms.commands.stop("limited")
    assert await search(client, platforms, "makassar") == 20


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        (InjectedFault(FaultKind.EMPTY), 0),
        (InjectedFault(FaultKind.THIN, most=3), 3),
        (InjectedFault(FaultKind.ERROR), -503),
        (InjectedFault(FaultKind.REFUSE, platform="x"), -403),
        (InjectedFault(FaultKind.WALL), -403),
        (InjectedFault(FaultKind.CHALLENGE, platform="x"), -403),
        (InjectedFault(FaultKind.DELAY, seconds=0.01), 20),
        (InjectedFault(FaultKind.EMPTY, names=("ganjar",)), 20),
        (InjectedFault(FaultKind.EMPTY, platform="bluesky"), 20),
    ],
)
async def test_a_fault_reaches_the_wire(
    platforms: SimulatedPlatforms, client: aiohttp.ClientSession, fault: InjectedFault, found: int
) -> None:
    platforms.commands.start("it", fault)
    assert await search(client, platforms) == found


async def test_a_bot_wall_is_a_page(platforms: SimulatedPlatforms, client: aiohttp.ClientSession) -> None:
    platforms.commands.start("wall", InjectedFault(FaultKind.CHALLENGE, platform="x"))
    async with client.get(platforms.address("x", "jakarta") + SEARCH) as answer:
        assert answer.content_type == "text/html"
        assert "challenge" in await answer.text()


async def test_a_reset_breaks_the_connection(
    platforms: SimulatedPlatforms, client: aiohttp.ClientSession
) -> None:
    platforms.commands.start("reset", InjectedFault(FaultKind.RESET, names=("mahfud",)))
    with pytest.raises(aiohttp.ClientOSError) as caught:
        await search(client, platforms)
    assert caught.value.errno == errno.ECONNRESET
    async with client.ws_connect(platforms.address("nostr", "jakarta")) as relay:
        await relay.send_str('["REQ","s",{"search":"mahfud"}]')
        assert (await relay.receive()).type is not aiohttp.WSMsgType.TEXT


async def test_irrelevant_results_carry_no_name(
    platforms: SimulatedPlatforms, client: aiohttp.ClientSession
) -> None:
    platforms.commands.start("wrong-pictures", InjectedFault(FaultKind.IRRELEVANT))
    async with client.get(platforms.address("x", "jakarta") + SEARCH) as answer:
        posts = (await answer.json())["data"]
    assert len(posts) == 20
    assert not any("mahfud" in post["text"].casefold() for post in posts)


async def test_old_only_and_shuffled_results(
    platforms: SimulatedPlatforms, client: aiohttp.ClientSession
) -> None:
    async def times() -> list[str]:
        async with client.get(platforms.address("x", "jakarta") + SEARCH) as answer:
            return [post["created_at"] for post in (await answer.json())["data"]]

    fresh = await times()
    assert fresh == sorted(fresh, reverse=True)
    platforms.commands.start("old", InjectedFault(FaultKind.AGE, older_than=timedelta(hours=30)))
    aged = await times()
    assert aged == sorted(aged, reverse=True)
    assert aged[0] < "2024-01-23T23:00:00.000Z"
    platforms.commands.start("old", InjectedFault(FaultKind.SHUFFLE))
    assert sorted(await times(), reverse=True) == fresh
    assert await times() != fresh


async def test_a_relay_converses(platforms: SimulatedPlatforms, client: aiohttp.ClientSession) -> None:
    async with client.ws_connect(platforms.address("nostr", "jakarta")) as relay:
        await relay.send_str('["REQ","s",{"search":"mahfud","kinds":[1],"limit":3}]')
        kinds = [json.loads((await relay.receive()).data)[0] for _ in range(4)]
        assert kinds == ["EVENT", "EVENT", "EVENT", "EOSE"]


async def test_the_scenario_of_the_moment_holds(election: Election, client: aiohttp.ClientSession) -> None:
    gone = ScenarioTrouble(
        "gone", InjectedFault(FaultKind.EMPTY, names=("mahfud",)), NOON + timedelta(hours=1), None
    )
    scenario = dataclasses.replace(quiet(NOON), troubles=(gone,))
    clock = DrivenClock(NOON)
    async with SimulatedPlatforms(election, scenario, clock, token=TOKEN) as platforms:
        assert await search(client, platforms) == 20
        clock.set(NOON + timedelta(hours=1))
        assert await search(client, platforms) == 0


async def test_a_scenario_that_does_not_fit_starts_nothing(election: Election) -> None:
    wrong = ScenarioTrouble("a", InjectedFault(FaultKind.EMPTY, platform="tiktok"), NOON, None)
    scenario: Scenario = dataclasses.replace(quiet(NOON), troubles=(wrong,))
    with pytest.raises(BadInput, match="tiktok"):
        SimulatedPlatforms(election, scenario, DrivenClock(NOON))


async def test_the_driver_sets_the_time(platforms: SimulatedPlatforms, client: aiohttp.ClientSession) -> None:
    async def newest() -> str:
        async with client.get(platforms.address("x", "jakarta") + SEARCH) as answer:
            return str((await answer.json())["data"][0]["created_at"])

    assert "2024-01-25T04:5" < await newest() <= "2024-01-25T05:00:00.000Z"
    status, state = await control(client, platforms, "PUT", "/clock", {"now": "2024-01-26T08:40:00+07:00"})
    assert (status, state["now"]) == (200, "2024-01-26T01:40:00.000000Z")
    assert "2024-01-26T01:3" < await newest() <= "2024-01-26T01:40:00.000Z"


async def test_the_driver_starts_and_stops_faults(
    platforms: SimulatedPlatforms, client: aiohttp.ClientSession
) -> None:
    fault = {"kind": "empty", "names": ["mahfud"]}
    status, state = await control(client, platforms, "PUT", "/faults/gone", fault)
    assert (status, state["faults"]) == (200, ["gone"])
    assert await search(client, platforms) == 0
    status, state = await control(client, platforms, "DELETE", "/faults/gone")
    assert (status, state["faults"]) == (200, [])
    assert await search(client, platforms) == 20
    assert (await control(client, platforms, "GET", ""))[1]["answered"] == 2


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, {"authorization": TOKEN}])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("PUT", "/clock"), ("PUT", "/faults/a"), ("DELETE", "/faults/a")]
)
async def test_without_the_token_nothing_is_told_or_changed(
    platforms: SimulatedPlatforms, method: str, path: str, headers: dict[str, str]
) -> None:
    document = {"now": "2030-01-01T00:00:00Z", "kind": "empty"}
    async with aiohttp.ClientSession(headers=headers) as stranger:
        status, answer = await control(stranger, platforms, method, path, document)
    assert status == 401
    assert answer.keys() == {"error"}
    assert platforms.clock.now() == NOON
    assert platforms.commands.faults == {}


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("/clock", {}),
        ("/clock", {"now": "noon"}),
        ("/clock", ["now"]),
        ("/clock", {"now": "2024-01-25T00:00:00"}),
        ("/clock", {"now": "2024-01-25T00:00:00Z", "speed": -1}),
        ("/faults/a", {"kind": "gone"}),
        ("/faults/a", {"kind": "hidden", "platform": "x"}),
        ("/faults/a", {"kind": "empty", "platform": "tiktok"}),
    ],
)
async def test_a_bad_command_changes_nothing_and_says_why(
    platforms: SimulatedPlatforms, client: aiohttp.ClientSession, path: str, document: object
) -> None:
    status, answer = await control(client, platforms, "PUT", path, document)
    assert status == 400
    assert answer["error"]
    assert platforms.clock.now() == NOON
    assert platforms.commands.faults == {}


async def test_nothing_listens_after_the_end(election: Election) -> None:
    async with SimulatedPlatforms(election, quiet(NOON), DrivenClock(NOON)) as platforms:
        address = platforms.address("x", "jakarta")
        port = int(address.rpartition(":")[2])
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    writer.close()


async def test_a_hostile_request_is_answered_and_harms_nobody(
    platforms: SimulatedPlatforms, client: aiohttp.ClientSession
) -> None:
    x = platforms.address("x", "jakarta")
    many = "&".join(f"a{number}=1" for number in range(200))
    for address in (f"{x}/2/tweets/search/recent?{many}", f"{x}/%ff%fe", f"{x}/2/users/by/username/%00"):
        async with client.get(address) as answer:
            assert 400 <= answer.status < 500
    async with client.post(
        platforms.address("matrix", "jakarta") + "/_matrix/client/v3/login", data=b"x" * 10**6
    ) as big:
        assert big.status == 413
    assert await search(client, platforms) == 20


def test_a_driven_clock_stands_or_runs() -> None:
    class Machine:
        moment = NOON

        def now(self) -> datetime:
            return self.moment

        async def sleep_until(self, at: datetime) -> None:
            self.moment = at

    machine = Machine()
    start = datetime(2024, 1, 24, tzinfo=UTC)
    clock = DrivenClock(start, machine)
    machine.moment += timedelta(seconds=5)
    assert clock.now() == start
    clock.set(start, speed=60)
    machine.moment += timedelta(seconds=5)
    assert clock.now() == start + timedelta(minutes=5)
    clock.set(start, speed=60, since=machine.moment - timedelta(seconds=10))
    assert clock.now() == start + timedelta(minutes=10)
