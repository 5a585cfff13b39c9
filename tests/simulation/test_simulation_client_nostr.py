"""nostr-sdk, a client of Nostr that others wrote, accepts what the simulated relay sends: it verifies each
event's id and signature and takes none that fails.

The client is not Python below its surface, so that Python's audit events cannot guard it. It is given a
relay on loopback alone, and the addresses that the process is connected to are looked at while it runs.
"""

import asyncio
import urllib.request
from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from tests.simulation.served_platforms import ServedPlatforms

from siaga.simulation.faults import FaultKind

pytestmark = pytest.mark.usefixtures("loopback_only")


def connected_to() -> set[IPv4Address]:
    """Where this process's TCP connections lead."""
    links = [path.readlink() for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    inodes = {str(link)[len("socket:[") : -1] for link in links if str(link).startswith("socket:[")}
    rows = [line.split() for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]]
    remote = {row[2].partition(":")[0] for row in rows if row[9] in inodes and row[3] != "0A"}
    return {IPv4Address(bytes.fromhex(address)[::-1]) for address in remote}


@pytest.fixture
async def client(platforms: ServedPlatforms) -> AsyncIterator[Any]:
    import nostr_sdk

    made = nostr_sdk.Client()
    await made.add_relay(nostr_sdk.RelayUrl.parse(platforms.address("nostr").replace("http", "ws", 1)))
    await made.connect(timedelta(seconds=20))
    yield made
    assert all(address.is_loopback for address in connected_to())
    await made.shutdown()


async def fetched(client: Any, wanted: Any) -> list[Any]:
    import nostr_sdk

    target = nostr_sdk.ReqTarget.auto([wanted])
    events: list[Any] = await client.fetch_events(target, timeout=timedelta(seconds=20))
    return events


async def test_notes_are_searched_and_their_signatures_hold(client: Any) -> None:
    import nostr_sdk

    wanted = nostr_sdk.Filter().kind(nostr_sdk.Kind(1)).search("mahfud").limit(20)
    notes = await fetched(client, wanted)
    assert len(notes) == 20
    assert all(note.verify() for note in notes)
    assert all("mahfud" in note.content().casefold() for note in notes)


async def test_hashtags_and_profiles_are_searched(client: Any) -> None:
    import nostr_sdk

    tagged = await fetched(client, nostr_sdk.Filter().hashtag("ganjarpranowo").limit(5))
    assert all(["t", "ganjarpranowo"] in [tag.to_vec() for tag in note.tags()] for note in tagged)
    assert len(tagged) == 5
    profiles = await fetched(client, nostr_sdk.Filter().kind(nostr_sdk.Kind(0)).search("mahfud").limit(5))
    names = [nostr_sdk.Metadata.from_json(profile.content()).as_record().name for profile in profiles]
    assert "mohmahfudmd" in names


async def test_older_notes_are_found_before_a_moment(client: Any) -> None:
    import nostr_sdk

    wanted = nostr_sdk.Filter().kind(nostr_sdk.Kind(1)).search("mahfud").limit(10)
    first = await fetched(client, wanted)
    oldest = min(note.created_at().as_secs() for note in first)
    second = await fetched(client, wanted.until(nostr_sdk.Timestamp.from_secs(oldest - 1)))
    assert second
    assert max(note.created_at().as_secs() for note in second) < oldest


async def test_a_canary_finds_nothing(client: Any) -> None:
    import nostr_sdk

    assert await fetched(client, nostr_sdk.Filter().search("qzxvkwpt")) == []


async def test_the_relays_document_is_read(platforms: ServedPlatforms) -> None:
    import nostr_sdk

    request = urllib.request.Request(platforms.address("nostr"), headers={"Accept": "application/nostr+json"})
    with await asyncio.to_thread(urllib.request.urlopen, request) as answer:
        document = nostr_sdk.RelayInformationDocument.from_json(answer.read().decode())
    assert {1, 11, 50} <= set(document.supported_nips())
    assert document.limitation().max_limit == 100


@pytest.mark.parametrize("kind", [FaultKind.LIMIT, FaultKind.REFUSE, FaultKind.ERROR])
async def test_a_closed_subscription_gives_no_events(
    client: Any, platforms: ServedPlatforms, kind: FaultKind
) -> None:
    import nostr_sdk

    with platforms.fault("nostr", kind):
        try:
            found = await fetched(client, nostr_sdk.Filter().search("mahfud").limit(5))
        except nostr_sdk.NostrSdkError:
            found = []
    assert found == []
