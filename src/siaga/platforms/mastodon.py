"""Mastodon and compatible servers: search, tag timelines, profiles, replies, trends.

Source: the Mastodon API's documentation, and docs/platforms/mastodon.md.
"""

import re
from collections.abc import Mapping
from html import unescape
from typing import Final
from urllib.parse import quote, urlencode

from siaga.platforms.conversation import Conversation, Instance, Query, Reading, Request, Response, SignIn
from siaga.platforms.findings import Item, is_bot_wall, reading_of
from siaga.platforms.jsonbody import Json, body_of
from siaga.platforms.limits import quota_of
from siaga.words.answers import Answer, Session, Surface
from siaga.words.quota import Quota

PAGE: Final = 20
ANYONE: Final = frozenset({Session.PUBLIC, Session.SIGNED_IN})
SIGNED_IN: Final = frozenset({Session.SIGNED_IN})
_TAG: Final = re.compile(r"<[^>]{0,2000}>")


class Mastodon:
    """Mastodon's reader. Searching posts says something only signed in, on a server with full-text search."""

    id = "mastodon"
    reader = "mastodon@1"
    surfaces: Mapping[str, frozenset[Session]] = {
        Surface.SEARCH_LATEST: SIGNED_IN,
        Surface.PEOPLE: ANYONE,
        Surface.SUGGEST: SIGNED_IN,
        Surface.HASHTAG: ANYONE,
        Surface.PROFILE: ANYONE,
        Surface.REPLIES: ANYONE,
        Surface.TRENDS: ANYONE,
    }
    credential: str | None = "bearer"
    cost: Mapping[str, int] = {**dict.fromkeys(surfaces, 1), Surface.REPLIES: 3}

    def sign_in(self, instance: Instance) -> SignIn | None:
        """The token is used as it is."""
        return None

    def ask(self, instance: Instance, query: Query) -> Conversation:
        """One request; for replies the account and its newest post first."""
        match query.surface:
            case Surface.PEOPLE:
                return _people(instance, query, "/api/v2/search", {"q": query.name, "type": "accounts"})
            case Surface.SUGGEST:
                return _people(instance, query, "/api/v1/accounts/search", {"q": query.name, "limit": "10"})
            case Surface.HASHTAG:
                return _tag_timeline(instance, query)
            case Surface.PROFILE:
                return _profile(instance, query)
            case Surface.REPLIES:
                return _replies(instance, query)
            case Surface.TRENDS:
                return _trends(instance, query)
        return _statuses(instance, query)


def _get(instance: Instance, path: str, parameters: Mapping[str, str]) -> Request:
    headers = {"Accept": "application/json"}
    if instance.session is Session.SIGNED_IN and instance.secret:
        headers["Authorization"] = f"Bearer {instance.secret}"
    query = f"?{urlencode(parameters, quote_via=quote)}" if parameters else ""
    return Request(f"{instance.address}{path}{query}", headers=headers)


def _plain(html: str | None) -> str:
    return unescape(_TAG.sub(" ", html or ""))


def _status(status: Json) -> Item | None:
    if status["content"].text is None:
        return None
    account = status["account"]
    tags = [tag["name"].text for tag in status["tags"].items or () if tag["name"].text]
    return Item(
        (
            _plain(status["content"].text),
            status["spoiler_text"].text or "",
            account["display_name"].text or "",
            account["acct"].text or "",
            *(tag for tag in tags if tag),
        ),
        status["created_at"].moment,
    )


def _listed(statuses: list[Json] | tuple[Json, ...], query: Query, quota: Quota | None) -> Reading:
    items = [_status(status) for status in statuses]
    if any(item is None for item in items):
        return Reading(Answer.UNREADABLE, quota=quota, note="a status without content")
    return reading_of([item for item in items if item], query, newest_first=True, quota=quota)


def _statuses(instance: Instance, query: Query) -> Conversation:
    response = yield _get(
        instance, "/api/v2/search", {"q": query.name, "type": "statuses", "limit": str(PAGE)}
    )
    quota, document, refusal = _opened(response, query)
    statuses = document["statuses"].items if document else None
    if statuses is None:
        return refusal
    if not statuses and instance.session is not Session.SIGNED_IN:
        return Reading(Answer.UNREADABLE, quota=quota, note="anonymous search of posts says nothing")
    return _listed(list(statuses), query, quota)


def _people(instance: Instance, query: Query, path: str, parameters: Mapping[str, str]) -> Conversation:
    response = yield _get(instance, path, parameters)
    quota, document, refusal = _opened(response, query)
    if document is None:
        return refusal
    accounts = document["accounts"].items if document.fields is not None else document.items
    if accounts is None:
        return refusal
    items = [
        Item((one["display_name"].text or "", one["acct"].text or "", one["username"].text or ""))
        for one in accounts
    ]
    return reading_of(items, query, newest_first=False, quota=quota)


def _tag_timeline(instance: Instance, query: Query) -> Conversation:
    response = yield _get(
        instance, f"/api/v1/timelines/tag/{quote(query.name, safe='')}", {"limit": str(PAGE)}
    )
    quota, document, refusal = _opened(response, query)
    statuses = document.items if document else None
    return refusal if statuses is None else _listed(list(statuses), query, quota)


def _account(response: Response, query: Query) -> tuple[Json | None, Reading]:
    quota, document, refusal = _opened(response, query)
    if response.status == 404:
        return None, Reading(Answer.EMPTY, count=0, matching=0, quota=quota)
    if response.status == 410:
        return None, Reading(Answer.HIDDEN, quota=quota, note="gone")
    if document is None or document["acct"].text is None or document["id"].text is None:
        return None, refusal
    if document["suspended"].value is True:
        return None, Reading(Answer.HIDDEN, quota=quota, note="suspended")
    return document, refusal


def _profile(instance: Instance, query: Query) -> Conversation:
    response = yield _get(instance, "/api/v1/accounts/lookup", {"acct": query.name})
    account, reading = _account(response, query)
    if account is None:
        return reading
    item = Item((account["acct"].text or "", account["username"].text or ""), whole=True)
    return reading_of([item], query, newest_first=False, quota=quota_of(response.headers, query.at))


def _replies(instance: Instance, query: Query) -> Conversation:
    response = yield _get(instance, "/api/v1/accounts/lookup", {"acct": query.name})
    account, reading = _account(response, query)
    if account is None:
        return reading
    id = quote(account["id"].text or "", safe="")
    response = yield _get(
        instance, f"/api/v1/accounts/{id}/statuses", {"exclude_replies": "true", "limit": "5"}
    )
    quota, document, refusal = _opened(response, query)
    statuses = document.items if document else None
    if statuses is None:
        return refusal
    newest = next((status["id"].text for status in statuses if status["id"].text), None)
    if newest is None:
        return Reading(Answer.UNREADABLE, quota=quota, note="no post of the account to look for replies to")
    response = yield _get(instance, f"/api/v1/statuses/{quote(newest, safe='')}/context", {})
    quota, document, refusal = _opened(response, query)
    replies = document["descendants"].items if document else None
    if replies is None:
        return refusal
    items = [Item((query.name,), reply["created_at"].moment) for reply in replies]
    return reading_of(items, query, newest_first=False, quota=quota)


def _trends(instance: Instance, query: Query) -> Conversation:
    response = yield _get(instance, "/api/v1/trends/tags", {"limit": "20"})
    quota, document, refusal = _opened(response, query)
    tags = document.items if document else None
    if tags is None:
        return refusal
    items = [Item((tag["name"].text or "",)) for tag in tags]
    return reading_of(items, query, newest_first=False, quota=quota)


def _opened(response: Response, query: Query) -> tuple[Quota | None, Json | None, Reading]:
    """The quota, the document where it is one to read, and else how the answer reads."""
    limited = response.status == 429
    quota = quota_of(response.headers, query.at, refused=limited)
    if limited:
        return quota, None, Reading(Answer.LIMITED, quota=quota, note="429")
    if response.status in {401, 403}:
        wall = Answer.CHALLENGED if is_bot_wall(response) else Answer.WALLED
        return quota, None, Reading(wall, quota=quota, note=f"HTTP {response.status}")
    document = body_of(response)
    unreadable = Reading(Answer.UNREADABLE, quota=quota, note=f"HTTP {response.status}")
    if response.status >= 500 and response.status != 501:
        wall = Answer.CHALLENGED if document is None and is_bot_wall(response) else Answer.ERROR
        return quota, None, Reading(wall, quota=quota, note=f"HTTP {response.status}")
    if document is None:
        return quota, None, Reading(Answer.CHALLENGED, quota=quota) if is_bot_wall(response) else unreadable
    if response.status != 200:
        return quota, None, unreadable
    return quota, document, unreadable
