"""The proxy between a client and servers that it did not make: here the simulated ones, without any fault."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import orjson
import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from siaga.domain.errors import BadInput
from siaga.election.model import Election
from siaga.simulation.clock import DrivenClock
from siaga.simulation.contracts.contract import Contract, ContractQuery
from siaga.simulation.contracts.registry import CONTRACTS
from siaga.simulation.editing import edited, written
from siaga.simulation.faults import FaultKind, InjectedFault
from siaga.simulation.posts import Corpus
from siaga.simulation.proxy import FaultyProxy, ProxyTarget
from siaga.simulation.scenario import quiet
from siaga.simulation.server import SimulatedPlatforms

NOON = datetime(2024, 1, 25, 5, 0, tzinfo=UTC)
TOKEN = "only-for-tests"
BEARER = {"authorization": f"Bearer {TOKEN}"}
VANTAGES = ("jakarta", "makassar")
PLATFORMS = ("x", "bluesky", "mastodon", "nostr", "matrix", "youtube")
CLIENT = "/_matrix/client/v3"
GETS = {
    "x": "/2/tweets/search/recent?query=mahfud&max_results=20&tweet.fields=created_at",
    "bluesky": "/xrpc/app.bsky.actor.searchActors?q=mahfud",
    "mastodon": "/api/v1/timelines/tag/mahfudmd",
    "youtube": f"/youtube/v3/search?part=snippet&q=mahfud&order=date&maxResults=20&key={TOKEN}",
}
COUNTS: dict[str, Callable[[dict[str, list[object]]], int]] = {
    "x": lambda document: len(document.get("data", [])),
    "bluesky": lambda document: len(document["actors"]),
    "mastodon": len,
    "youtube": lambda document: len(document["items"]),
}


@pytest.fixture
async def proxy(election: Election) -> AsyncIterator[FaultyProxy]:
    clock = DrivenClock(NOON)
    async with SimulatedPlatforms(election, quiet(NOON), clock, token=TOKEN) as real:
        targets = [ProxyTarget(id, at, id, real.address(id, at)) for id in PLATFORMS for at in VANTAGES]
        async with FaultyProxy(targets, clock, token=TOKEN) as proxy:
            yield proxy


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as client:
        yield client


async def ask(
    client: aiohttp.ClientSession, proxy: FaultyProxy, platform: str, vantage: str = "jakarta"
) -> tuple[int, int]:
    """Status, and how many results there are."""
    headers = BEARER if platform == "x" else {}
    async with client.get(proxy.address(platform, vantage) + GETS[platform], headers=headers) as answer:
        if answer.status != 200:
            return answer.status, 0
        return 200, COUNTS[platform](orjson.loads(await answer.read()))


@pytest.mark.parametrize("platform", GETS)
async def test_without_a_fault_nothing_is_changed(
    election: Election, client: aiohttp.ClientSession, platform: str
) -> None:
    async with SimulatedPlatforms(election, quiet(NOON), DrivenClock(NOON), token=TOKEN) as real:
        target = ProxyTarget(platform, "jakarta", platform, real.address(platform, "jakarta"))
        async with FaultyProxy([target]) as proxy:
            bodies = []
            for address in (real.address(platform, "jakarta"), proxy.address(platform, "jakarta")):
                async with client.get(
                    address + GETS[platform], headers=BEARER if platform == "x" else {}
                ) as answer:
                    bodies.append((answer.status, answer.content_type, await answer.read()))
    assert bodies[0] == bodies[1]


@pytest.mark.parametrize("platform", GETS)
async def test_real_answers_are_emptied_and_thinned(
    proxy: FaultyProxy, client: aiohttp.ClientSession, platform: str
) -> None:
    status, before = await ask(client, proxy, platform)
    assert status == 200
    assert before > 3
    proxy.commands.start("it", InjectedFault(FaultKind.THIN, most=3))
    assert await ask(client, proxy, platform) == (200, 3)
    proxy.commands.start("it", InjectedFault(FaultKind.EMPTY))
    assert await ask(client, proxy, platform) == (200, 0)
    proxy.commands.stop("it")
    assert await ask(client, proxy, platform) == (200, before)


async def test_an_emptied_answer_says_so_as_the_contract_does(
    proxy: FaultyProxy, client: aiohttp.ClientSession
) -> None:
    proxy.commands.start("it", InjectedFault(FaultKind.EMPTY))
    async with client.get(proxy.address("x", "jakarta") + GETS["x"], headers=BEARER) as answer:
        assert await answer.json() == {"meta": {"result_count": 0}}
    profile = "/xrpc/app.bsky.actor.getProfile?actor=mohmahfudmd.bsky.social"
    async with client.get(proxy.address("bluesky", "jakarta") + profile) as answer:
        assert answer.status == 400
        assert (await answer.json())["message"] == "Profile not found"


async def test_only_old_ones_and_another_order(proxy: FaultyProxy, client: aiohttp.ClientSession) -> None:
    async def times() -> list[str]:
        async with client.get(proxy.address("x", "jakarta") + GETS["x"], headers=BEARER) as answer:
            return [post["created_at"] for post in (await answer.json()).get("data", [])]

    fresh = await times()
    bound = fresh[9]
    age = NOON - datetime.fromisoformat(bound)
    proxy.commands.start("it", InjectedFault(FaultKind.AGE, older_than=age))
    assert await times() == [time for time in fresh if time <= bound]
    proxy.commands.start("it", InjectedFault(FaultKind.SHUFFLE))
    assert sorted(await times(), reverse=True) == fresh
    proxy.commands.start("it", InjectedFault(FaultKind.AGE, older_than=timedelta(days=6)))
    assert await times() == []


async def test_a_fault_hits_one_name_one_surface_one_vantage(
    proxy: FaultyProxy, client: aiohttp.ClientSession
) -> None:
    proxy.commands.start("a", InjectedFault(FaultKind.EMPTY, platform="x", names=("ganjar",)))
    proxy.commands.start("b", InjectedFault(FaultKind.EMPTY, platform="x", surfaces=("people",)))
    proxy.commands.start("c", InjectedFault(FaultKind.EMPTY, platform="x", vantages=("makassar",)))
    assert await ask(client, proxy, "x") == (200, 20)
    assert await ask(client, proxy, "x", "makassar") == (200, 0)


@pytest.mark.parametrize(
    ("kind", "platform", "status"),
    [
        (FaultKind.ERROR, "x", 503),
        (FaultKind.REFUSE, "x", 403),
        (FaultKind.LIMIT, "x", 429),
        (FaultKind.LIMIT, "youtube", 403),
        (FaultKind.WALL, "bluesky", 401),
        (FaultKind.CHALLENGE, "mastodon", 403),
        (FaultKind.DELAY, "x", 200),
    ],
)
async def test_errors_limits_and_walls_stand_in_for_the_real_answer(
    proxy: FaultyProxy, client: aiohttp.ClientSession, kind: FaultKind, platform: str, status: int
) -> None:
    seconds = 0.01 if kind is FaultKind.DELAY else 0.0
    proxy.commands.start("it", InjectedFault(kind, platform=platform, seconds=seconds))
    assert (await ask(client, proxy, platform))[0] == status


async def test_a_reset_breaks_the_connection(proxy: FaultyProxy, client: aiohttp.ClientSession) -> None:
    proxy.commands.start("it", InjectedFault(FaultKind.RESET, names=("mahfud",)))
    with pytest.raises(aiohttp.ClientConnectionError):
        await ask(client, proxy, "x")


async def test_results_of_other_names_cannot_be_invented(proxy: FaultyProxy) -> None:
    with pytest.raises(BadInput, match="irrelevant"):
        proxy.commands.start("it", InjectedFault(FaultKind.IRRELEVANT))
    assert proxy.commands.faults == {}


async def test_posted_questions_are_spoilt_too(proxy: FaultyProxy, client: aiohttp.ClientSession) -> None:
    async def found() -> int:
        address = f"{proxy.address('matrix', 'jakarta')}{CLIENT}/user_directory/search"
        async with client.post(address, json={"search_term": "mahfud"}, headers=BEARER) as answer:
            return len((await answer.json())["results"])

    assert await found() > 2
    proxy.commands.start("it", InjectedFault(FaultKind.THIN, most=2))
    assert await found() == 2


async def test_signing_in_goes_through(proxy: FaultyProxy, client: aiohttp.ClientSession) -> None:
    proxy.commands.start("it", InjectedFault(FaultKind.EMPTY))
    address = proxy.address("bluesky", "jakarta") + "/xrpc/com.atproto.server.createSession"
    async with client.post(address, json={"identifier": "a.test", "password": TOKEN}) as answer:
        assert (await answer.json())["accessJwt"]
    async with client.post(address, json={"identifier": "a.test", "password": "wrong"}) as answer:
        assert answer.status == 401


async def converse(client: aiohttp.ClientSession, proxy: FaultyProxy, name: str) -> list[list[object]]:
    async with client.ws_connect(proxy.address("nostr", "jakarta")) as relay:
        await relay.send_str(json.dumps(["REQ", "s", {"search": name, "kinds": [1], "limit": 10}]))
        frames: list[list[object]] = []
        while not frames or frames[-1][0] not in ("EOSE", "CLOSED"):
            frames.append(json.loads((await relay.receive()).data))
        return frames


async def test_a_relays_frames_are_thinned_and_emptied(
    proxy: FaultyProxy, client: aiohttp.ClientSession
) -> None:
    assert len(await converse(client, proxy, "mahfud")) == 11
    proxy.commands.start("it", InjectedFault(FaultKind.THIN, names=("mahfud",), most=3))
    thinned = await converse(client, proxy, "mahfud")
    assert [frame[0] for frame in thinned] == ["EVENT"] * 3 + ["EOSE"]
    assert len(await converse(client, proxy, "hujan")) == 11
    proxy.commands.start("it", InjectedFault(FaultKind.EMPTY))
    assert await converse(client, proxy, "mahfud") == [["EOSE", "s"]]
    proxy.commands.start("it", InjectedFault(FaultKind.REFUSE, platform="nostr"))
    assert [frame[0] for frame in await converse(client, proxy, "mahfud")] == ["CLOSED"]


async def test_a_proxy_that_ends_leaves_no_connection_to_a_relay_that_never_says_goodbye() -> None:
    ended = asyncio.Event()

    async def silent(connection: ServerConnection) -> None:
        connection.protocol.receive_data = lambda data: None  # type: ignore[method-assign]
        await connection.wait_closed()
        ended.set()

    async with serve(silent, "127.0.0.1", 0) as relay:
        address = f"http://127.0.0.1:{relay.sockets[0].getsockname()[1]}"
        async with FaultyProxy([ProxyTarget("nostr", "here", "nostr", address)]) as proxy:
            client = await connect(proxy.address("nostr", "here").replace("http", "ws"), close_timeout=0)
        assert proxy.answered == 0
        async with asyncio.timeout(5):  # far under the ten seconds for which a goodbye is waited for
            await ended.wait()
        await client.close()


async def test_the_control_address_wants_the_token(proxy: FaultyProxy, client: aiohttp.ClientSession) -> None:
    address = f"{proxy.control_address}/_simulation/faults/gone"
    async with client.put(address, json={"kind": "empty"}) as answer:
        assert answer.status == 401
    async with client.put(address, json={"kind": "empty"}, headers=BEARER) as answer:
        assert (await answer.json())["faults"] == ["gone"]
    assert await ask(client, proxy, "x") == (200, 0)


@pytest.mark.parametrize(
    "address",
    [
        "http://192.0.2.1:80",
        "http://example.com:80",
        "http://127.0.0.1",
        "https://127.0.0.1:1",
        "",
        "http://[::",
    ],
)
def test_only_this_machine_is_spoken_to(address: str) -> None:
    with pytest.raises(BadInput, match="no server on this machine"):
        FaultyProxy([ProxyTarget("x", "jakarta", "x", address)])


@asynccontextmanager
async def answering(raw: bytes) -> AsyncIterator[str]:
    """A server that says `raw` to everything and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(
    ("raw", "status", "body"),
    [
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n[1\r\n2\r\n,2\r\n1\r\n]\r\n0\r\n\r\n",
            200,
            b"[1,2]",
        ),
        (b"HTTP/1.1 404 Not Found\r\n\r\nuntil the end", 404, b"until the end"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort", 502, None),
        (b"HTTP/1.1 200 OK\r\n\r\n<html>", 200, b"<html>"),
        (b"nonsense\r\n\r\n", 502, None),
        (b"", 502, None),
    ],
)
async def test_whatever_a_real_server_says_is_passed_on_whole_or_not_at_all(
    client: aiohttp.ClientSession, raw: bytes, status: int, body: bytes | None
) -> None:
    async with answering(raw) as address, FaultyProxy([ProxyTarget("x", "jakarta", "x", address)]) as proxy:
        proxy.commands.start("it", InjectedFault(FaultKind.THIN, most=5))
        async with client.get(proxy.address("x", "jakarta") + GETS["x"]) as answer:
            assert answer.status == status
            assert body is None or await answer.read() == body


async def test_a_server_that_is_not_there_is_said_to_be_away(client: aiohttp.ClientSession) -> None:
    async with answering(b"") as address:
        pass
    async with FaultyProxy([ProxyTarget("x", "jakarta", "x", address)]) as proxy:
        assert (await ask(client, proxy, "x"))[0] == 502


def contract_of(reader: str) -> Contract:
    return CONTRACTS[reader](Corpus("", [], "UTC"), None)


@pytest.mark.parametrize(
    ("reader", "endpoint"),
    [(id, endpoint) for id in CONTRACTS for endpoint in CONTRACTS[id].lists],
)
@pytest.mark.parametrize("document", [None, [], {}, {"data": 3}, {"thread": []}, "text", 4])
def test_a_document_of_another_shape_is_no_accident(reader: str, endpoint: str, document: object) -> None:
    question = ContractQuery(endpoint, "search-latest", "a")
    edited(contract_of(reader), question, document, list)


@pytest.mark.parametrize(
    ("reader", "item", "at"),
    [
        ("x", {"created_at": "2024-01-25T05:00:00.000Z"}, NOON),
        ("mastodon", {"created_at": "2024-01-25T05:00:00.000Z"}, NOON),
        ("nostr", {"created_at": 1706158800}, NOON),
        ("bluesky", {"record": {"createdAt": "2024-01-25T05:00:00Z"}}, NOON),
        ("bluesky", {"post": {"record": {"createdAt": "2024-01-25T05:00:00Z"}}}, NOON),
        ("bluesky", {"createdAt": "2024-01-25T05:00:00Z"}, NOON),
        ("matrix", {"result": {"origin_server_ts": 1706158800000}}, NOON),
        ("youtube", {"snippet": {"publishedAt": "2024-01-25T05:00:00Z"}}, NOON),
        ("x", {"created_at": "yesterday"}, None),
        ("nostr", {"created_at": 10**30}, None),
        ("x", {}, None),
        ("x", 3, None),
    ],
)
def test_when_an_item_was_written(reader: str, item: object, at: datetime | None) -> None:
    assert written(contract_of(reader), item) == at


def test_what_is_left_is_counted_where_the_answer_counts_and_an_empty_list_may_be_left_out() -> None:
    asked = ContractQuery("search", "search-latest", "a")
    document = {"data": [1, 2, 3], "meta": {"result_count": 3}}
    assert edited(contract_of("x"), asked, document, lambda items: list(items[:1])) == {
        "data": [1],
        "meta": {"result_count": 1},
    }
    assert edited(contract_of("x"), asked, {"data": [1]}, lambda items: []) is None
    assert edited(contract_of("youtube"), asked, {"items": [1]}, lambda items: []) == {"items": []}
