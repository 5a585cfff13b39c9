"""Matrix's client-server API: people in the user directory, public rooms, profiles.

Source: the Matrix specification, client-server API, and docs/platforms/matrix.md.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import quote, urlsplit

import orjson

from siaga.platforms.conversation import Conversation, Instance, Query, Reading, Request, Response, SignIn
from siaga.platforms.findings import Item, is_bot_wall, reading_of
from siaga.platforms.jsonbody import Json, body_of
from siaga.platforms.limits import quota_of
from siaga.words.answers import Answer, Session, Surface
from siaga.words.quota import Quota

SIGNED_IN: Final = frozenset({Session.SIGNED_IN})
ANYONE: Final = frozenset({Session.PUBLIC, Session.SIGNED_IN})
OF_CODE: Final[Mapping[str, Answer]] = {
    "M_MISSING_TOKEN": Answer.WALLED,
    "M_UNKNOWN_TOKEN": Answer.WALLED,
    "M_USER_LOCKED": Answer.WALLED,
    "M_GUEST_ACCESS_FORBIDDEN": Answer.WALLED,
    "M_FORBIDDEN": Answer.WALLED,
    "M_CONSENT_NOT_GIVEN": Answer.WALLED,
    "M_LIMIT_EXCEEDED": Answer.LIMITED,
    "M_RESOURCE_LIMIT_EXCEEDED": Answer.LIMITED,
}


class Matrix:
    """A homeserver's reader. What an account may see limits what is found: ask controls from the same one."""

    id = "matrix"
    reader = "matrix@1"
    surfaces: Mapping[str, frozenset[Session]] = {
        Surface.PEOPLE: SIGNED_IN,
        Surface.SEARCH_TOP: SIGNED_IN,
        Surface.PROFILE: ANYONE,
    }
    credential: str | None = "bearer"
    cost: Mapping[str, int] = dict.fromkeys(surfaces, 1)

    def sign_in(self, instance: Instance) -> SignIn | None:
        """The token is used as it is."""
        return None

    def ask(self, instance: Instance, query: Query) -> Conversation:
        """One request."""
        match query.surface:
            case Surface.PEOPLE:
                return _people(instance, query)
            case Surface.PROFILE:
                return _profile(instance, query)
        return _rooms(instance, query)


def _request(instance: Instance, path: str, body: Mapping[str, object] | None = None) -> Request:
    headers = {"Accept": "application/json"}
    if instance.session is Session.SIGNED_IN and instance.secret:
        headers["Authorization"] = f"Bearer {instance.secret}"
    if body is None:
        return Request(f"{instance.address}/_matrix/client/v3/{path}", headers=headers)
    headers["Content-Type"] = "application/json"
    return Request(f"{instance.address}/_matrix/client/v3/{path}", "POST", headers, orjson.dumps(body))


def _people(instance: Instance, query: Query) -> Conversation:
    response = yield _request(instance, "user_directory/search", {"search_term": query.name, "limit": 20})
    quota, document, refusal = _opened(response, query)
    results = document["results"].items if document else None
    if results is None:
        return refusal
    items = [
        Item((one["display_name"].text or "", (one["user_id"].text or "").partition(":")[0].lstrip("@")))
        for one in results
    ]
    return reading_of(items, query, newest_first=False, quota=quota)


def _rooms(instance: Instance, query: Query) -> Conversation:
    response = yield _request(
        instance, "publicRooms", {"filter": {"generic_search_term": query.name}, "limit": 20}
    )
    quota, document, refusal = _opened(response, query)
    rooms = document["chunk"].items if document else None
    if rooms is None:
        return refusal
    items = [
        Item((room["name"].text or "", room["topic"].text or "", room["canonical_alias"].text or ""))
        for room in rooms
    ]
    return reading_of(items, query, newest_first=False, quota=quota)


def _profile(instance: Instance, query: Query) -> Conversation:
    server = instance.options.get("server") or urlsplit(instance.address).hostname or ""
    user = query.name if ":" in query.name else f"{query.name}:{server}"
    response = yield _request(instance, f"profile/{quote('@' + user.lstrip('@'), safe='')}")
    quota, document, refusal = _opened(response, query)
    if response.status == 404:
        known = body_of(response)
        # The specification says 404 for a user who is not there; Synapse words it M_UNKNOWN.
        if known is not None and known["errcode"].text in {"M_NOT_FOUND", "M_UNKNOWN"}:
            return Reading(Answer.EMPTY, count=0, matching=0, quota=quota)
    if document is None or document.fields is None:
        return refusal
    return Reading(Answer.RESULTS, count=1, matching=1, quota=quota)


def _opened(response: Response, query: Query) -> tuple[Quota | None, Json | None, Reading]:
    """The quota, the document where it is one to read, and else how the answer reads."""
    document = body_of(response)
    code = document["errcode"].text if document is not None else None
    limited = response.status == 429 or code == "M_LIMIT_EXCEEDED"
    quota = quota_of(response.headers, query.at, refused=limited)
    if limited:
        quota = _waiting(document, query) or quota
    if code is not None:
        answer = OF_CODE.get(code, Answer.ERROR if response.status >= 500 else Answer.UNREADABLE)
        return quota, None, Reading(Answer.LIMITED if limited else answer, quota=quota, note=code[:80])
    if limited:
        return quota, None, Reading(Answer.LIMITED, quota=quota, note="429")
    unreadable = Reading(Answer.UNREADABLE, quota=quota, note=f"HTTP {response.status}")
    if document is None and is_bot_wall(response):
        return quota, None, Reading(Answer.CHALLENGED, quota=quota)
    if response.status >= 500:
        return quota, None, Reading(Answer.ERROR, quota=quota, note=f"HTTP {response.status}")
    if document is None or response.status != 200:
        return quota, None, unreadable
    return quota, document, unreadable


def _waiting(document: Json | None, query: Query) -> Quota | None:
    """The older form of a limit: milliseconds in the body."""
    wait = document["retry_after_ms"].number if document is not None else None
    if wait is None or wait < 0:
        return None
    return Quota(wait_until=query.at + timedelta(milliseconds=min(wait, 86_400_000)))
