"""Bluesky's XRPC: posts, people, suggestions, profiles, replies, trends.

Source: the app.bsky and com.atproto lexicons, and docs/platforms/bluesky.md.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

import orjson

from siaga.platforms.conversation import Conversation, Instance, Query, Reading, Request, Response, SignIn
from siaga.platforms.findings import Item, is_bot_wall, reading_of
from siaga.platforms.jsonbody import Json, body_of
from siaga.platforms.limits import quota_of
from siaga.words.answers import Answer, Session, Surface
from siaga.words.quota import Quota

PAGE: Final = 25
ANYONE: Final = frozenset({Session.PUBLIC, Session.SIGNED_IN})
OF_ERROR: Final[Mapping[str, Answer]] = {
    "AuthMissing": Answer.WALLED,
    "AuthenticationRequired": Answer.WALLED,
    "InvalidToken": Answer.WALLED,
    "ExpiredToken": Answer.WALLED,
    "AccountTakedown": Answer.HIDDEN,
    "AccountDeactivated": Answer.HIDDEN,
    "RateLimitExceeded": Answer.LIMITED,
    "UpstreamFailure": Answer.ERROR,
    "UpstreamTimeout": Answer.ERROR,
    "NotEnoughResources": Answer.ERROR,
    "InternalServerError": Answer.ERROR,
    "BadQueryString": Answer.REFUSED,
    "BlockedActor": Answer.HIDDEN,
    "BlockedByActor": Answer.HIDDEN,
}


class Bluesky:
    """Bluesky's reader: the public AppView, or signed in through the account's own server."""

    id = "bluesky"
    reader = "bluesky@1"
    surfaces: Mapping[str, frozenset[Session]] = dict.fromkeys(
        (
            Surface.SEARCH_LATEST,
            Surface.SEARCH_TOP,
            Surface.HASHTAG,
            Surface.PEOPLE,
            Surface.SUGGEST,
            Surface.PROFILE,
            Surface.REPLIES,
            Surface.TRENDS,
        ),
        ANYONE,
    )
    credential: str | None = "password"
    cost: Mapping[str, int] = {**dict.fromkeys(surfaces, 1), Surface.REPLIES: 2}

    def sign_in(self, instance: Instance) -> SignIn | None:
        """A session by the app password, at the account's own server."""
        return _sign_in(instance) if instance.secret and instance.account else None

    def ask(self, instance: Instance, query: Query) -> Conversation:
        """One request; for replies the account's newest post first."""
        match query.surface:
            case Surface.PEOPLE:
                return _people(instance, query, "app.bsky.actor.searchActors")
            case Surface.SUGGEST:
                return _people(instance, query, "app.bsky.actor.searchActorsTypeahead")
            case Surface.PROFILE:
                return _profile(instance, query)
            case Surface.REPLIES:
                return _replies(instance, query)
            case Surface.TRENDS:
                return _trends(instance, query)
            case Surface.HASHTAG:
                return _posts(instance, query, {"q": f"#{query.name}", "tag": query.name, "sort": "latest"})
            case Surface.SEARCH_TOP:
                return _posts(instance, query, {"q": query.name, "sort": "top"})
        return _posts(instance, query, {"q": query.name, "sort": "latest"})


def _sign_in(instance: Instance) -> SignIn:
    body = orjson.dumps({"identifier": instance.account, "password": instance.secret})
    response = yield Request(
        f"{instance.address}/xrpc/com.atproto.server.createSession",
        "POST",
        {"Content-Type": "application/json"},
        body,
        read_only=False,
    )
    document = body_of(response) if response.status == 200 else None
    return document["accessJwt"].text if document else None


def _get(instance: Instance, method: str, parameters: Mapping[str, str]) -> Request:
    headers = {"Accept": "application/json"}
    if instance.session is Session.SIGNED_IN and instance.secret:
        headers["Authorization"] = f"Bearer {instance.secret}"
    return Request(
        f"{instance.address}/xrpc/{method}?{urlencode(parameters, quote_via=quote)}", headers=headers
    )


def _posts(instance: Instance, query: Query, parameters: Mapping[str, str]) -> Conversation:
    response = yield _get(instance, "app.bsky.feed.searchPosts", {**parameters, "limit": str(PAGE)})
    quota, document, refusal = _opened(response, query)
    posts = document["posts"].items if document else None
    if posts is None:
        return refusal
    items = [_post(post) for post in posts]
    if any(item is None for item in items):
        return Reading(Answer.UNREADABLE, quota=quota, note="a post without text")
    return reading_of(
        [item for item in items if item], query, newest_first=parameters["sort"] == "latest", quota=quota
    )


def _post(post: Json) -> Item | None:
    text = post["record"]["text"].text
    if text is None:
        return None
    author = (post["author"]["displayName"].text or "", post["author"]["handle"].text or "")
    tags = [tag.text for tag in post["record"]["tags"].items or () if tag.text]
    alts = [image["alt"].text or "" for image in post["record"]["embed"]["images"].items or ()]
    return Item((text, *author, *tags, *alts), post["indexedAt"].moment or post["record"]["createdAt"].moment)


def _people(instance: Instance, query: Query, method: str) -> Conversation:
    limit = "10" if method.endswith("Typeahead") else "25"
    response = yield _get(instance, method, {"q": query.name, "limit": limit})
    quota, document, refusal = _opened(response, query)
    actors = document["actors"].items if document else None
    if actors is None:
        return refusal
    items = [
        Item((actor["displayName"].text or "", actor["handle"].text or "", actor["description"].text or ""))
        for actor in actors
    ]
    return reading_of(items, query, newest_first=False, quota=quota)


def _profile(instance: Instance, query: Query) -> Conversation:
    response = yield _get(instance, "app.bsky.actor.getProfile", {"actor": query.name})
    quota, document, refusal = _opened(response, query)
    handle = document["handle"].text if document else None
    if handle is None:
        return refusal
    return reading_of([Item((handle,), whole=True)], query, newest_first=False, quota=quota)


def _replies(instance: Instance, query: Query) -> Conversation:
    response = yield _get(
        instance,
        "app.bsky.feed.getAuthorFeed",
        {"actor": query.name, "filter": "posts_no_replies", "limit": "10"},
    )
    quota, document, refusal = _opened(response, query)
    feed = document["feed"].items if document else None
    if feed is None:
        return refusal
    uri = next((item["post"]["uri"].text for item in feed if item["post"]["uri"].text), None)
    if uri is None:
        return Reading(Answer.UNREADABLE, quota=quota, note="no post of the account to look for replies to")
    response = yield _get(instance, "app.bsky.feed.getPostThread", {"uri": uri, "depth": "1"})
    quota, document, refusal = _opened(response, query)
    replies = document["thread"]["replies"].items if document and document["thread"].fields else None
    if replies is None:
        if document and document["thread"]["post"].fields is not None:
            return Reading(Answer.EMPTY, count=0, matching=0, quota=quota)
        return refusal
    items = [Item((query.name,), reply["post"]["indexedAt"].moment) for reply in replies]
    return reading_of(items, query, newest_first=False, quota=quota)


def _trends(instance: Instance, query: Query) -> Conversation:
    response = yield _get(instance, "app.bsky.unspecced.getTrends", {"limit": "25"})
    quota, document, refusal = _opened(response, query)
    trends = document["trends"].items if document else None
    if trends is None:
        return refusal
    items = [Item((trend["displayName"].text or "", trend["topic"].text or "")) for trend in trends]
    return reading_of(items, query, newest_first=False, quota=quota)


def _opened(response: Response, query: Query) -> tuple[Quota | None, Json | None, Reading]:
    """The quota, the document where it is one to read, and else how the answer reads."""
    limited = response.status == 429
    quota = quota_of(response.headers, query.at, refused=limited)
    if limited:
        return quota, None, Reading(Answer.LIMITED, quota=quota, note="429")
    document = body_of(response)
    unreadable = Reading(Answer.UNREADABLE, quota=quota, note=f"HTTP {response.status}")
    if document is None or document.fields is None:
        if is_bot_wall(response):
            return quota, None, Reading(Answer.CHALLENGED, quota=quota)
        if response.status in {401, 403}:
            return quota, None, Reading(Answer.WALLED, quota=quota, note=f"HTTP {response.status}")
        if response.status >= 500 and response.status != 501:
            return quota, None, Reading(Answer.ERROR, quota=quota, note=f"HTTP {response.status}")
        return quota, None, unreadable
    if response.status == 200:
        return quota, document, unreadable
    error = document["error"].text or ""
    said = document["message"].text or ""
    if error == "InvalidRequest" and "not found" in said.lower() and query.surface in {
        Surface.PROFILE, Surface.REPLIES
    }:  # fmt: skip
        return quota, None, Reading(Answer.EMPTY, count=0, matching=0, quota=quota, note=said[:80])
    if error == "MethodNotImplemented" or response.status == 501:
        return quota, None, Reading(Answer.UNREADABLE, quota=quota, note="MethodNotImplemented")
    answer = OF_ERROR.get(error)
    if answer is None and response.status in {401, 403}:
        answer = Answer.WALLED
    if answer is None and response.status >= 500:
        answer = Answer.ERROR
    return quota, None, Reading(answer or Answer.UNREADABLE, quota=quota, note=error[:80])
