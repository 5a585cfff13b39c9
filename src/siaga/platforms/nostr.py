"""Nostr relays: NIP-01 subscriptions, NIP-50 search, found out beforehand by NIP-11.

Source: the published NIPs. What was checked, and when, says docs/platforms/nostr.md.
"""

import re
from collections.abc import Generator, Mapping
from datetime import datetime
from typing import Final

import orjson

from siaga.domain.answers import Answer, Session, Surface
from siaga.domain.options import NO_OPTIONS, Options
from siaga.platforms.bech32 import key_of
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
from siaga.platforms.guard import held
from siaga.platforms.http_status import by_status, in_the_way
from siaga.platforms.json import LARGEST_BODY, Surprise, document, dumped, may, need, noted
from siaga.platforms.matching import as_tag, same_handle, tag, whole_words, word_beginnings
from siaga.platforms.results import Found, graded
from siaga.platforms.times import moment_of_seconds

SUBSCRIPTION: Final = "siaga"
PAGE: Final = 50
PROFILE, NOTE = 0, 1
"""Kinds of events."""
_PUBLIC: Final = frozenset({Session.PUBLIC})
_ENDS: Final = tuple(
    f'["{word}",{space}"{start}'
    for space in ("", " ")
    for word, start in [
        ("EOSE", SUBSCRIPTION),
        ("CLOSED", SUBSCRIPTION),
        *(("NOTICE", start) for start in ("ERROR", "error", "invalid", "unsupported", "rate-limited")),
        *(("NOTICE", start) for start in ("blocked", "restricted", "auth-required", "could not parse")),
    ]
)
"""Frames that end an exchange. A notice does only where it reads as a refusal: relays greet by notices."""
_ANSWERS: Final[Mapping[str, Answer]] = {
    "auth-required": Answer.WALLED,
    "restricted": Answer.WALLED,
    "pow": Answer.WALLED,
    "blocked": Answer.REFUSED,
    "rate-limited": Answer.LIMITED,
    "error": Answer.ERROR,
}
"""By the machine-readable prefix of NIP-01 and NIP-42. Any other is our filter's fault or unknown."""

Event = dict[str, object]


class Nostr:
    """One relay has one search, by quality; hashtags come newest first. Nobody signs in."""

    id = "nostr"
    reader = "nostr@1"
    credential: str | None = None
    surfaces: Mapping[str, frozenset[Session]] = dict.fromkeys(
        (Surface.SEARCH_LATEST, Surface.PEOPLE, Surface.HASHTAG, Surface.PROFILE), _PUBLIC
    )
    cost: Mapping[str, int] = {surface: 1 if surface == Surface.HASHTAG else 2 for surface in surfaces}
    options: Options = NO_OPTIONS

    def sign_in(self, instance: Instance) -> SignIn | None:
        """There is nothing to sign in with."""
        return None

    def ask(self, instance: Instance, query: Query) -> Conversation:
        """Ask one surface for one name."""
        return held(_ask(instance, query), query.at)


def _ask(instance: Instance, query: Query) -> Conversation:
    filter_ = _filter(query)
    if "search" in filter_:
        response = yield Request(_address(instance, "http"), headers={"accept": "application/nostr+json"})
        if reading := _without_search(response):
            return reading
    events = yield from _events(instance, filter_)
    if isinstance(events, Reading):
        return events
    found = [Found(_carries(query, event), _made(event)) for event in events]
    return graded(found, query.at, latest=query.surface == Surface.HASHTAG)


def _filter(query: Query) -> dict[str, object]:
    """What is asked of the relay.

    Raises:
        Surprise: a relay has no such surface, or the name cannot be asked there.
    """
    name = query.name.strip()
    match query.surface:
        case Surface.HASHTAG:
            return {"kinds": [NOTE], "#t": [as_tag(name).lower()], "limit": PAGE}
        case Surface.PROFILE:
            key = key_of(name)
            if key is not None:
                return {"kinds": [PROFILE], "authors": [key], "limit": 1}
            return {"kinds": [PROFILE], "search": literal(name), "limit": PAGE}
        case Surface.PEOPLE:
            return {"kinds": [PROFILE], "search": literal(name), "limit": PAGE}
        case Surface.SEARCH_LATEST:
            return {"kinds": [NOTE], "search": literal(name), "limit": PAGE}
    raise Surprise(f"no surface {query.surface}")


def literal(name: str) -> str:
    """`name` without what a relay would take for an extension: `key:value` becomes two words."""
    return " ".join(re.sub(r"[:\"]", " ", name).split())


def _without_search(response: Response) -> Reading | None:
    """The reading where the relay's own description does not promise NIP-50; None where it does."""
    if reading := in_the_way(response):
        return reading
    if response.status != 200:
        return by_status(response, f"information document, status {response.status}")
    promised = may(document(response), "supported_nips", list)
    if promised is not None and 50 in promised:
        return None
    return Reading(Answer.UNREADABLE, note="the relay does not say that it supports NIP-50")


def _events(
    instance: Instance, filter_: Mapping[str, object]
) -> Generator[Exchange, Response, list[Event] | Reading]:
    """What the relay has for the filter, each event once."""
    response = yield Exchange(
        _address(instance, "ws"),
        (dumped(["REQ", SUBSCRIPTION, filter_]).decode(),),
        _ENDS,
        most_frames=PAGE * 4,
        farewell=(dumped(["CLOSE", SUBSCRIPTION]).decode(),),
    )
    if reading := in_the_way(response):
        return reading
    if response.status != 101:
        return by_status(response, f"no WebSocket, status {response.status}")
    if len(response.body) > LARGEST_BODY:
        raise Surprise("the answer is too large")
    events: dict[str, Event] = {}
    for line in response.body.splitlines():
        match _frame(line):
            case ["EVENT", str(subscription), dict(event)] if subscription == SUBSCRIPTION:
                events[need(event, "id", str)] = event
            case ["EOSE", str(subscription), *_] if subscription == SUBSCRIPTION:
                return list(events.values())
            case ["CLOSED", str(subscription), str(reason), *_] if subscription == SUBSCRIPTION:
                return _refused(reason)
            case ["NOTICE", str(reason), *_] if line.startswith(tuple(end.encode() for end in _ENDS)):
                return _refused(reason)
            case ["NOTICE" | "AUTH" | "OK", *_]:
                continue
            case _:
                raise Surprise("a frame that is not in NIP-01")
    if not events:
        raise Surprise("the exchange ended before the relay's answer did")
    return list(events.values())


def _frame(line: bytes) -> object:
    try:
        frame: object = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise Surprise("a frame without JSON") from None
    return frame


def _refused(reason: str) -> Reading:
    prefix = reason.partition(":")[0].strip().lower()
    return Reading(_ANSWERS.get(prefix, Answer.UNREADABLE), note=noted(reason))


def _carries(query: Query, event: Event) -> bool:
    content = need(event, "content", str)
    match query.surface:
        case Surface.PROFILE:
            key = need(event, "pubkey", str)
            return key == key_of(query.name.strip()) or any(
                same_handle(one.removeprefix("_@"), query.name) for one in _names(content)
            )
        case Surface.HASHTAG:
            return tag(query.name)(_tags(event), content)
        case Surface.PEOPLE:
            return word_beginnings(query.name)(" ".join(_names(content)))
    return whole_words(query.name)(" ".join([content, *_tags(event)]))


def _made(event: Event) -> datetime | None:
    made = moment_of_seconds(need(event, "created_at", int))
    return made if need(event, "kind", int) == NOTE else None


def _tags(event: Event) -> list[str]:
    """The hashtags that a note declares."""
    tags = [one for one in need(event, "tags", list) if isinstance(one, list)]
    return [str(one[1]) for one in tags[:1000] if len(one) > 1 and one[0] == "t" and isinstance(one[1], str)]


def _names(content: str) -> list[str]:
    """The names in a profile's content, itself JSON; what is no JSON names nobody."""
    try:
        profile = orjson.loads(content)
    except orjson.JSONDecodeError:
        return []
    fields = ("name", "nip05", "display_name", "displayName")
    found = [profile.get(field) for field in fields] if isinstance(profile, dict) else []
    return [one for one in found if isinstance(one, str)]


def _address(instance: Instance, scheme: str) -> str:
    """The relay's address over HTTP or WebSocket, whichever of the two was given."""
    given, separator, rest = instance.address.partition("://")
    secure = "s" if given in {"https", "wss"} else ""
    return f"{scheme}{secure}{separator}{rest}"
