"""Samples of the Matrix specification, and the contract they keep to, in our own words."""

from typing import Any

from tests.platforms.platform_samples import FLAG, HANDLE, NUMBER, TEXT, Samples, a, answer, several

# Matrix: user_directory/search, publicRooms, search, profile
USER_FORM = a(user_id={"type": "string", "pattern": "^@[^:]+:.+"}, optional={"display_name": TEXT})
ROOM_FORM = a(
    room_id={"type": "string", "pattern": "^!"},
    num_joined_members=NUMBER,
    world_readable=FLAG,
    guest_can_join=FLAG,
    optional={"name": TEXT, "topic": TEXT, "canonical_alias": TEXT},
)
MESSAGE_FORM = a(
    event_id=TEXT, room_id=TEXT, sender=TEXT, type=TEXT, origin_server_ts=NUMBER, content={"type": "object"}
)
FOUND_MESSAGES_FORM = a(
    search_categories=a(room_events=a(results=several(a(rank={"type": "number"}, result=MESSAGE_FORM))))
)

MESSAGE: dict[str, Any] = {
    "rank": 0.4,
    "result": {
        "type": "m.room.message",
        "event_id": "$1",
        "room_id": "!umum:rumah.example",
        "sender": "@warga:rumah.example",
        "origin_server_ts": 1706158740000,
        "content": {"msgtype": "m.text", "body": "Mahfud bicara hukum"},
    },
}
ROOM: dict[str, Any] = {
    "room_id": "!umum:rumah.example",
    "name": "Dukung Mahfud",
    "num_joined_members": 4,
    "world_readable": True,
    "guest_can_join": False,
}
USER: dict[str, Any] = {"user_id": f"@{HANDLE}:rumah.example", "display_name": "Mahfud MD"}

SAMPLES = Samples(
    address="https://rumah.example",
    answers={
        "search-latest": [
            answer(
                200,
                {"search_categories": {"room_events": {"count": 1, "highlights": [], "results": [MESSAGE]}}},
            )
        ],
        "search-top": [answer(200, {"chunk": [ROOM], "total_room_count_estimate": 1})],
        "people": [answer(200, {"results": [USER], "limited": False})],
        "profile": [answer(200, {"displayname": "Mahfud MD"})],
    },
    contract={
        "search-latest": [FOUND_MESSAGES_FORM],
        "search-top": [a(chunk=several(ROOM_FORM))],
        "people": [a(results=several(USER_FORM), limited=FLAG)],
        "profile": [a(optional={"displayname": TEXT})],
    },
    unnamed=frozenset({"profile"}),
    any_object=frozenset({"profile"}),
)
