"""matrix-nio, a client of Matrix that others wrote, accepts what the simulated homeserver answers.

It has no method for searching users and messages; these go through its own `send`, as its users do it.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.simulation.served_platforms import TOKEN, ServedPlatforms

from siaga.simulation.faults import FaultKind

pytestmark = pytest.mark.usefixtures("loopback_only")
CLIENT = "/_matrix/client/v3"


@pytest.fixture
async def stranger(platforms: ServedPlatforms) -> AsyncIterator[Any]:
    """A client that has not signed in."""
    import nio

    config = nio.AsyncClientConfig(max_limit_exceeded=0, max_timeouts=0)
    made = nio.AsyncClient(platforms.address("matrix"), "@mohmahfudmd:rumah.example", config=config)
    yield made
    await made.close()


@pytest.fixture
async def client(stranger: Any) -> Any:
    await stranger.login(TOKEN)
    return stranger


async def posted(client: Any, path: str, document: object) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {client.access_token}", "Content-Type": "application/json"}
    answer = await client.send("POST", f"{CLIENT}/{path}", json.dumps(document), headers)
    assert answer.status == 200
    found: dict[str, Any] = await answer.json()
    return found


async def test_it_finds_the_server_signs_in_and_out(stranger: Any) -> None:
    import nio

    discovered = await stranger.discovery_info()
    assert discovered.homeserver_url == stranger.homeserver
    assert (await stranger.login_info()).flows == ["m.login.password"]
    signed_in = await stranger.login(TOKEN)
    assert isinstance(signed_in, nio.LoginResponse)
    assert (await stranger.whoami()).user_id == signed_in.user_id == "@mohmahfudmd:rumah.example"
    assert isinstance(await stranger.logout(), nio.LogoutResponse)


async def test_profiles_are_read_by_user_id(client: Any) -> None:
    import nio

    profile = await client.get_profile("@mohmahfudmd:rumah.example")
    assert isinstance(profile, nio.ProfileGetResponse)
    assert profile.displayname
    assert (await client.get_displayname("@mohmahfudmd:rumah.example")).displayname == profile.displayname
    nobody = await client.get_profile("@qzxvkwpt:rumah.example")
    assert (type(nobody), nobody.status_code) == (nio.ProfileGetError, "M_NOT_FOUND")


async def test_public_rooms_are_listed_searched_and_paged(client: Any) -> None:
    import nio

    found = await client.list_public_rooms(filter_generic_search_term="mahfud", limit=2)
    assert isinstance(found, nio.responses.PublicRoomsResponse)
    assert len(found.public_rooms) == 2
    further = await client.list_public_rooms(
        filter_generic_search_term="mahfud", limit=2, since=found.next_batch
    )
    assert not {room.room_id for room in further.public_rooms} & {room.room_id for room in found.public_rooms}
    alias = found.public_rooms[0].canonical_alias
    assert (await client.room_resolve_alias(alias)).room_id == found.public_rooms[0].room_id


async def test_people_are_searched_in_the_directory(client: Any) -> None:
    found = await posted(client, "user_directory/search", {"search_term": "mahfud", "limit": 5})
    assert any(user["user_id"] == "@mohmahfudmd:rumah.example" for user in found["results"])


async def test_found_messages_are_events_that_the_client_reads(client: Any) -> None:
    import nio

    wanted = {"search_term": "mahfud", "order_by": "recent"}
    found = await posted(client, "search", {"search_categories": {"room_events": wanted}})
    results = found["search_categories"]["room_events"]["results"]
    events = [nio.Event.parse_event(result["result"]) for result in results]
    assert events
    assert all(isinstance(event, nio.RoomMessageText) for event in events)
    times = [event.server_timestamp for event in events]
    assert times == sorted(times, reverse=True)


async def test_errors_are_what_the_client_has_for_them(stranger: Any, platforms: ServedPlatforms) -> None:
    import nio

    wrong = await stranger.login("wrong")
    assert (type(wrong), wrong.status_code) == (nio.LoginError, "M_FORBIDDEN")
    await stranger.login(TOKEN)
    with platforms.fault("matrix", FaultKind.LIMIT):
        limited = await stranger.list_public_rooms(filter_generic_search_term="mahfud")
    assert (type(limited), limited.status_code) == (nio.responses.PublicRoomsError, "M_LIMIT_EXCEEDED")
    assert limited.retry_after_ms > 0
    with platforms.fault("matrix", FaultKind.ERROR):
        failed = await stranger.list_public_rooms(filter_generic_search_term="mahfud")
    assert failed.status_code == "M_UNKNOWN"
    with platforms.fault("matrix", FaultKind.WALL):
        walled = await stranger.list_public_rooms(filter_generic_search_term="mahfud")
    assert walled.status_code == "M_UNKNOWN_TOKEN"
