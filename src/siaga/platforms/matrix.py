"""Matrix homeservers, by the client-server API: user directory, room directory, messages, profiles.

Source: the Matrix specification. What was checked, and when, says docs/platforms/matrix.md.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from siaga.domain.answers import Answer, Session, Surface
from siaga.domain.options import Option, Options
from siaga.domain.quota import Quota
from siaga.platforms.conversation import Conversation, Instance, Query, Reading, Request, Response, SignIn
from siaga.platforms.guard import held
from siaga.platforms.http_status import by_status, in_the_way
from siaga.platforms.json import (
    Surprise,
    document,
    dumped,
    error_document,
    is_a,
    may,
    need,
    noted,
    objects,
    said,
)
from siaga.platforms.limits import LONGEST_WAIT
from siaga.platforms.matching import whole_words, word_beginnings
from siaga.platforms.results import Found, graded
from siaga.platforms.times import moment_of_seconds
from siaga.platforms.urls import host, url

PAGE: Final = 30
_BOTH: Final = frozenset(Session)
_SIGNED_IN: Final = frozenset({Session.SIGNED_IN})
_WALLS: Final = frozenset(
    {
        "M_MISSING_TOKEN",
        "M_UNKNOWN_TOKEN",
        "M_GUEST_ACCESS_FORBIDDEN",
        "M_USER_LOCKED",
        "M_USER_SUSPENDED",
        "M_USER_DEACTIVATED",
        "M_CONSENT_NOT_GIVEN",
        "M_UNAUTHORIZED",
    }
)

_NO_PROFILE: Final = frozenset({"M_NOT_FOUND", "M_UNKNOWN"})
"""The specification's word for a user who is not there, and Synapse's."""
_OPTIONS: Final[Options] = {
    "server": Option(
        re.compile(r"[A-Za-z0-9.:\[\]-]{1,230}"), "the server's name in user ids, such as matrix.org"
    )
}


class Matrix:
    """What a homeserver shows depends on the account: it sees its own rooms and what is public."""

    id = "matrix"
    reader = "matrix@1"
    credential: str | None = "bearer"
    surfaces: Mapping[str, frozenset[Session]] = {
        Surface.SEARCH_LATEST: _SIGNED_IN,
        Surface.SEARCH_TOP: _SIGNED_IN,
        Surface.PEOPLE: _SIGNED_IN,
        Surface.PROFILE: _BOTH,
    }
    cost: Mapping[str, int] = dict.fromkeys(surfaces, 1)
    options: Options = _OPTIONS

    def sign_in(self, instance: Instance) -> SignIn | None:
        """The token is used as it is."""
        return None

    def ask(self, instance: Instance, query: Query) -> Conversation:
        """Ask one surface for one name."""
        return held(_ask(instance, query), query.at)


def _ask(instance: Instance, query: Query) -> Conversation:
    match query.surface:
        case Surface.SEARCH_LATEST:
            return (yield from _messages(instance, query))
        case Surface.SEARCH_TOP:
            return (yield from _rooms(instance, query))
        case Surface.PEOPLE:
            return (yield from _people(instance, query))
        case Surface.PROFILE:
            return (yield from _profile(instance, query))
    raise Surprise(f"no surface {query.surface}")


def _messages(instance: Instance, query: Query) -> Conversation:
    """Messages in the rooms that the account has joined, newest first."""
    criteria = {
        "search_term": query.name,
        "keys": ["content.body"],
        "order_by": "recent",
        "filter": {"limit": PAGE},
    }
    response = yield _request(instance, "search", body={"search_categories": {"room_events": criteria}})
    if response.status != 200:
        return _failed(response, query)
    carries = whole_words(query.name)
    events = need(need(document(response), "search_categories", dict), "room_events", dict)
    found = []
    for result in objects(need(events, "results", list)):
        event = need(result, "result", dict)
        text = may(need(event, "content", dict), "body", str) or ""
        found.append(Found(carries(text), moment_of_seconds(need(event, "origin_server_ts", int) / 1000)))
    return graded(found, query.at, latest=True)


def _rooms(instance: Instance, query: Query) -> Conversation:
    """The server's directory of public rooms."""
    body = {"limit": PAGE, "filter": {"generic_search_term": query.name}}
    response = yield _request(instance, "publicRooms", body=body)
    if response.status != 200:
        return _failed(response, query)
    carries = whole_words(query.name)
    found = []
    for room in objects(need(document(response), "chunk", list)):
        need(room, "room_id", str)
        shown = [may(room, field, str) or "" for field in ("name", "topic", "canonical_alias")]
        found.append(Found(carries(" ".join(shown))))
    return graded(found, query.at)


def _people(instance: Instance, query: Query) -> Conversation:
    body = {"search_term": query.name, "limit": PAGE}
    response = yield _request(instance, "user_directory", "search", body=body)
    if response.status != 200:
        return _failed(response, query)
    carries = word_beginnings(query.name)
    users = objects(need(document(response), "results", list))
    return graded(
        [
            Found(carries(f"{may(user, 'display_name', str) or ''} {need(user, 'user_id', str)}"))
            for user in users
        ],
        query.at,
    )


def _profile(instance: Instance, query: Query) -> Conversation:
    response = yield _request(instance, "profile", _user_id(query.name, instance))
    if response.status != 200:
        return _failed(response, query)
    may(document(response), "displayname", str)
    return graded([Found(True)], query.at)


def _user_id(name: str, instance: Instance) -> str:
    """A user's id in full; without a server in it, on the instance's own."""
    name = name.strip().lstrip("@")
    if ":" in name:
        return f"@{name}"
    _, _, account_server = (instance.account or "").partition(":")
    server = instance.options.get("server") or account_server or host(instance.address)
    return f"@{name}:{server}"


def _request(instance: Instance, *path: str, body: Mapping[str, object] | None = None) -> Request:
    headers = {"accept": "application/json"}
    if instance.session is Session.SIGNED_IN and instance.secret:
        headers["authorization"] = f"Bearer {instance.secret}"
    address = url(instance.address, "_matrix", "client", "v3", *path)
    if body is None:
        return Request(address, headers=headers)
    headers["content-type"] = "application/json"
    return Request(address, "POST", headers, dumped(body))


def _failed(response: Response, query: Query) -> Reading:
    failure = error_document(response)
    code = said(failure, "errcode")
    note = noted(code or f"status {response.status}", said(failure, "error"))
    if code == "M_LIMIT_EXCEEDED":
        return Reading(Answer.LIMITED, quota=_wait(failure, query), note=note)
    if reading := in_the_way(response):
        return reading
    if code in _WALLS:
        return Reading(Answer.WALLED, note=note)
    profile = query.surface == Surface.PROFILE
    if code == "M_FORBIDDEN":
        return Reading(Answer.WALLED if profile else Answer.REFUSED, note=note)
    if code in _NO_PROFILE and response.status == 404 and profile:
        return Reading(Answer.EMPTY, count=0, matching=0, note=note)
    if code == "M_RESOURCE_LIMIT_EXCEEDED":
        return Reading(Answer.ERROR, note=note)
    return by_status(response, note)


def _wait(failure: Mapping[str, object], query: Query) -> Quota | None:
    """What `retry_after_ms` says, where it says something sensible."""
    wait = failure.get("retry_after_ms")
    if (
        not isinstance(wait, int)
        or not is_a(wait, int)
        or not 0 <= wait <= LONGEST_WAIT.total_seconds() * 1000
    ):
        return None
    return Quota(wait_until=query.at + timedelta(milliseconds=wait))
