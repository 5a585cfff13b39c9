"""Nostr relays with search (NIP-50): posts, hashtags, people, profiles.

Source: NIP-01, NIP-11, NIP-50, NIP-12's `t` tags, and docs/platforms/nostr.md.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from siaga.platforms.conversation import (
    Conversation,
    Exchange,
    Instance,
    Query,
    Reading,
    Request,
    Response,
    SignIn,
)
from siaga.platforms.findings import Item, is_bot_wall, reading_of
from siaga.platforms.jsonbody import Json, body_of
from siaga.words.answers import Answer, Session, Surface

PAGE: Final = 50
ANYONE: Final = frozenset({Session.PUBLIC})
OF_PREFIX: Final[Mapping[str, Answer]] = {
    "blocked": Answer.REFUSED,
    "rate-limited": Answer.LIMITED,
    "restricted": Answer.WALLED,
    "auth-required": Answer.WALLED,
    "pow": Answer.WALLED,
    "error": Answer.ERROR,
    "invalid": Answer.REFUSED,
    "unsupported": Answer.UNREADABLE,
}
SUBSCRIPTION: Final = "siaga"


class Nostr:
    """A relay's reader. Its information (NIP-11) must name NIP-50 before a search says anything."""

    id = "nostr"
    reader = "nostr@1"
    surfaces: Mapping[str, frozenset[Session]] = dict.fromkeys(
        (Surface.SEARCH_LATEST, Surface.HASHTAG, Surface.PEOPLE, Surface.PROFILE), ANYONE
    )
    credential: str | None = None
    cost: Mapping[str, int] = {
        **dict.fromkeys(surfaces, 1),
        Surface.SEARCH_LATEST: 2,
        Surface.PEOPLE: 2,
        Surface.PROFILE: 2,
    }

    def sign_in(self, instance: Instance) -> SignIn | None:
        """Nobody signs in."""
        return None

    def ask(self, instance: Instance, query: Query) -> Conversation:
        """For searches the relay's information first, then the subscription."""
        match query.surface:
            case Surface.HASHTAG:
                return _listed(
                    instance, query, {"kinds": [1], "#t": [query.name.lower()], "limit": PAGE}, search=False
                )
            case Surface.PEOPLE | Surface.PROFILE:
                return _listed(
                    instance, query, {"kinds": [0], "search": query.name, "limit": PAGE}, search=True
                )
        return _listed(instance, query, {"kinds": [1], "search": query.name, "limit": PAGE}, search=True)


def _listed(
    instance: Instance, query: Query, subscription: Mapping[str, Any], *, search: bool
) -> Conversation:
    if search:
        information = yield Request(
            "http" + instance.address.removeprefix("ws").removeprefix("http"),
            headers={"Accept": "application/nostr+json"},
        )
        refusal = _without_search(information)
        if refusal is not None:
            return refusal
    request = orjson.dumps(["REQ", SUBSCRIPTION, dict(subscription)]).decode()
    response = yield Exchange(
        "ws" + instance.address.removeprefix("ws").removeprefix("http"),
        (request,),
        until=('["EOSE"', '["CLOSED"', '["NOTICE"', '[ "EOSE"'),
        farewell=(orjson.dumps(["CLOSE", SUBSCRIPTION]).decode(),),
    )
    return _read(response, query)


def _without_search(information: Response) -> Reading | None:
    if information.status >= 500:
        return Reading(Answer.ERROR, note=f"HTTP {information.status}")
    if information.status == 429:
        return Reading(Answer.LIMITED, note="429")
    if information.status in {401, 403}:
        return Reading(Answer.CHALLENGED if is_bot_wall(information) else Answer.WALLED)
    document = body_of(information)
    supported = document["supported_nips"].items if document and information.status == 200 else None
    if supported is None:
        return Reading(Answer.UNREADABLE, note="no relay information (NIP-11)")
    if not any(nip.number == 50 for nip in supported):
        return Reading(Answer.UNREADABLE, note="the relay does not search (NIP-50)")
    return None


def _read(response: Response, query: Query) -> Reading:
    if response.status == 429:
        return Reading(Answer.LIMITED, note="429")
    if response.status in {401, 403}:
        return Reading(Answer.WALLED, note=f"HTTP {response.status}")
    if response.status >= 500:
        return Reading(Answer.ERROR, note=f"HTTP {response.status}")
    if response.status != 101 or response.truncated:
        return Reading(Answer.UNREADABLE, note=f"HTTP {response.status}")
    items: list[Item] = []
    for line in response.body.splitlines():
        try:
            frame = Json(orjson.loads(line)).items or ()
        except orjson.JSONDecodeError:
            return Reading(Answer.UNREADABLE, note="a frame that is no JSON")
        kind = frame[0].text if frame else None
        if kind == "EVENT" and len(frame) == 3 and frame[1].text == SUBSCRIPTION:
            item = _item(frame[2], query)
            if item is None:
                return Reading(Answer.UNREADABLE, note="an event that is none")
            items.append(item)
        elif kind == "EOSE":
            return reading_of(items, query, newest_first=query.surface == Surface.HASHTAG)
        elif kind == "CLOSED":
            prefix = (frame[2].text or "" if len(frame) > 2 else "").partition(":")[0].strip()
            return Reading(OF_PREFIX.get(prefix, Answer.UNREADABLE), note=prefix[:80] or "CLOSED")
        elif kind == "NOTICE":
            return Reading(Answer.UNREADABLE, note="NOTICE")
    return Reading(Answer.UNREADABLE, note="no end of stored events")


def _item(event: Json, query: Query) -> Item | None:
    content, seconds = event["content"].text, event["created_at"].number
    if content is None:
        return None
    at = datetime.fromtimestamp(seconds, UTC) if seconds is not None and 0 < seconds < 7_000_000_000 else None
    if event["kind"].number == 0:
        try:
            profile = Json(orjson.loads(content))
        except orjson.JSONDecodeError:
            return Item(("",), None)
        names = [profile[field].text or "" for field in ("name", "display_name", "nip05", "username")]
        if query.surface == Surface.PROFILE:
            names = [names[0], names[2].partition("@")[0], names[3]]
        return Item(tuple(names), None, whole=query.surface == Surface.PROFILE)
    tags = [
        parts[1].text or ""
        for tag in event["tags"].items or ()
        if len(parts := tag.items or ()) >= 2 and parts[0].text == "t"
    ]
    return Item((content, *tags), at)
