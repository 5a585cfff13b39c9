"""Bluesky: XRPC by the `app.bsky` lexicons, at the public AppView or at an account's own server.

Source: the lexicons of `app.bsky` and `com.atproto.server`. What was checked, and when, says
docs/platforms/bluesky.md.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from siaga.domain.answers import Answer, Session, Surface
from siaga.domain.options import NO_OPTIONS, Options
from siaga.platforms.conversation import Conversation, Instance, Query, Reading, Request, Response, SignIn
from siaga.platforms.guard import held
from siaga.platforms.http_status import by_status, in_the_way, is_page
from siaga.platforms.json import (
    Surprise,
    document,
    dumped,
    error_document,
    may,
    need,
    noted,
    objects,
    said,
)
from siaga.platforms.matching import as_tag, same_handle, tag, whole_words, word_beginnings
from siaga.platforms.results import Found, graded
from siaga.platforms.times import moment
from siaga.platforms.urls import url

HOME: Final = "bsky.social"
"""Where a handle without a domain lives."""
POSTS: Final = 25
PEOPLE: Final = 25
SUGGESTIONS: Final = 10
TRENDS: Final = 25
_SEARCHES: Final = frozenset({Surface.SEARCH_LATEST, Surface.SEARCH_TOP, Surface.HASHTAG})
_OPERATES: Final = re.compile(r"""(?:^|\s)[-+#@(]|["':*\\|&^~\[\]{}]|(?:^|\s)(?:AND|OR|NOT)(?:\s|$)""")
"""What a search of posts would take for an instruction."""
_WALLS: Final = frozenset(
    {"AuthMissing", "AuthenticationRequired", "ExpiredToken", "InvalidToken", "Forbidden"}
)
_GONE: Final = frozenset({"AccountTakedown", "AccountDeactivated", "AccountSuspended", "BlockedActor"})
_FAILURES: Final = frozenset(
    {"InternalServerError", "UpstreamFailure", "UpstreamTimeout", "NotEnoughResources"}
)
_HIDING_LABELS: Final = frozenset({"!hide", "!takedown", "!suspend"})


class Bluesky:
    """Everything is for anybody by the contract; servers often refuse a search of posts to the anonymous."""

    id = "bluesky"
    reader = "bluesky@1"
    credential: str | None = "password"
    surfaces: Mapping[str, frozenset[Session]] = dict.fromkeys(Surface, frozenset(Session))
    cost: Mapping[str, int] = {surface: 2 if surface == Surface.REPLIES else 1 for surface in surfaces}
    options: Options = NO_OPTIONS

    def sign_in(self, instance: Instance) -> SignIn | None:
        """A session of `com.atproto.server.createSession` at the account's own server."""
        return _sign_in(instance)

    def ask(self, instance: Instance, query: Query) -> Conversation:
        """Ask one surface for one name."""
        return held(_ask(instance, query), query.at)


def _sign_in(instance: Instance) -> SignIn:
    try:
        response = yield Request(
            url(instance.address, "xrpc", "com.atproto.server.createSession"),
            "POST",
            {"content-type": "application/json", "accept": "application/json"},
            dumped({"identifier": instance.account or "", "password": instance.secret or ""}),
            read_only=False,
        )
        return need(document(response), "accessJwt", str) if response.status == 200 else None
    except Surprise:
        return None


def _ask(instance: Instance, query: Query) -> Conversation:
    match query.surface:
        case Surface.SEARCH_LATEST | Surface.SEARCH_TOP | Surface.HASHTAG:
            return (yield from _posts(instance, query))
        case Surface.PEOPLE | Surface.SUGGEST:
            return (yield from _people(instance, query))
        case Surface.PROFILE:
            return (yield from _profile(instance, query))
        case Surface.REPLIES:
            return (yield from _replies(instance, query))
        case Surface.TRENDS:
            return (yield from _trends(instance, query))
    raise Surprise(f"no surface {query.surface}")


def _posts(instance: Instance, query: Query) -> Conversation:
    hashtag = query.surface == Surface.HASHTAG
    response = yield _request(
        instance,
        "app.bsky.feed.searchPosts",
        q=f"#{as_tag(query.name)}" if hashtag else literal(query.name),
        sort="top" if query.surface == Surface.SEARCH_TOP else "latest",
        limit=POSTS,
    )
    if response.status != 200:
        return _failed(response, query.surface)
    carries, is_tagged = whole_words(query.name), tag(query.name)
    found = []
    for post in objects(need(document(response), "posts", list)):
        record = need(post, "record", dict)
        text = need(record, "text", str)
        carrying = is_tagged(_tags(record), text) if hashtag else carries(" ".join([text, *_tags(record)]))
        found.append(Found(carrying, _sorted_at(post, record)))
    return graded(found, query.at, latest=query.surface != Surface.SEARCH_TOP)


def _people(instance: Instance, query: Query) -> Conversation:
    suggest = query.surface == Surface.SUGGEST
    method = "app.bsky.actor.searchActorsTypeahead" if suggest else "app.bsky.actor.searchActors"
    response = yield _request(instance, method, q=query.name, limit=SUGGESTIONS if suggest else PEOPLE)
    if response.status != 200:
        return _failed(response, query.surface)
    carries = word_beginnings(query.name)
    actors = objects(need(document(response), "actors", list))
    return graded(
        [
            Found(carries(f"{may(actor, 'displayName', str) or ''} {need(actor, 'handle', str)}"))
            for actor in actors
        ],
        query.at,
    )


def _profile(instance: Instance, query: Query) -> Conversation:
    actor = _actor(query.name)
    response = yield _request(instance, "app.bsky.actor.getProfile", actor=actor)
    if response.status != 200:
        return _failed(response, query.surface)
    profile = document(response)
    same = same_handle(need(profile, "handle", str), actor) or need(profile, "did", str) == actor
    for label in objects(may(profile, "labels", list) or []):
        if need(label, "val", str) in _HIDING_LABELS and not may(label, "neg", bool):
            return Reading(Answer.HIDDEN, note=noted("label", need(label, "val", str)))
    return graded([Found(same)], query.at)


def _replies(instance: Instance, query: Query) -> Conversation:
    """Replies to the account's recent post that says it has most."""
    actor = _actor(query.name)
    response = yield _request(
        instance, "app.bsky.feed.getAuthorFeed", actor=actor, filter="posts_no_replies", limit=30
    )
    if response.status != 200:
        return _failed(response, query.surface)
    said_to_have: dict[str, int] = {}
    for item in objects(need(document(response), "feed", list)):
        post = need(item, "post", dict)
        if may(item, "reason", dict) is None:
            said_to_have[need(post, "uri", str)] = may(post, "replyCount", int) or 0
    if not any(said_to_have.values()):
        return graded([], query.at, note="no post with replies")
    uri = max(said_to_have, key=lambda one: said_to_have[one])
    response = yield _request(instance, "app.bsky.feed.getPostThread", uri=uri, depth=1, parentHeight=0)
    if response.status != 200:
        return _failed(response, query.surface)
    thread = need(document(response), "thread", dict)
    match need(thread, "$type", str):
        case "app.bsky.feed.defs#notFoundPost":
            return graded([], query.at, note="notFoundPost")
        case "app.bsky.feed.defs#blockedPost":
            return Reading(Answer.HIDDEN, note="blockedPost")
        case "app.bsky.feed.defs#threadViewPost":
            return graded([Found(True, made) for made in _thread_times(thread)], query.at)
    raise Surprise("a thread of another type")


def _thread_times(thread: Mapping[str, object]) -> Iterator[datetime | None]:
    """When the replies that can be seen were made."""
    for reply in objects(may(thread, "replies", list) or []):
        if need(reply, "$type", str) == "app.bsky.feed.defs#threadViewPost":
            post = need(reply, "post", dict)
            yield _sorted_at(post, need(post, "record", dict))


def _trends(instance: Instance, query: Query) -> Conversation:
    response = yield _request(instance, "app.bsky.unspecced.getTrends", limit=TRENDS)
    if response.status != 200:
        return _failed(response, query.surface)
    carries = whole_words(query.name)
    return graded(
        [
            Found(carries(f"{need(trend, 'topic', str)} {may(trend, 'displayName', str) or ''}"))
            for trend in objects(need(document(response), "trends", list))
        ],
        query.at,
    )


def literal(name: str) -> str:
    """`name` as a search of posts takes it for plain words: as it is, or as a phrase where it would not."""
    if not _OPERATES.search(name):
        return name
    return '"' + " ".join(re.sub(r'["\\]', " ", name).split()) + '"'


def _request(instance: Instance, method: str, **parameters: str | int) -> Request:
    headers = {"accept": "application/json"}
    if instance.session is Session.SIGNED_IN and instance.secret:
        headers["authorization"] = f"Bearer {instance.secret}"
    return Request(url(instance.address, "xrpc", method, **parameters), headers=headers)


def _failed(response: Response, surface: str) -> Reading:
    if reading := in_the_way(response):
        return reading
    failure = error_document(response)
    name, message = said(failure, "error"), said(failure, "message")
    note = noted(name, message)
    if name == "RateLimitExceeded":
        return Reading(Answer.LIMITED, note=note)
    if name in _GONE:
        return Reading(Answer.HIDDEN, note=note)
    if name in _WALLS:
        return Reading(Answer.WALLED, note=note)
    if name == "BadQueryString":
        return Reading(Answer.REFUSED, note=note)
    if name in _FAILURES:
        return Reading(Answer.ERROR, note=note)
    if surface in {Surface.PROFILE, Surface.REPLIES} and (
        name == "NotFound" or (name == "InvalidRequest" and message.startswith("Profile not found"))
    ):
        return Reading(Answer.EMPTY, count=0, matching=0, note=note)
    if response.status == 403 and surface in _SEARCHES and is_page(response):
        return Reading(Answer.WALLED, note="search of posts refused at the edge")
    return by_status(response, note)


def _actor(name: str) -> str:
    name = name.strip().lstrip("@")
    return name if "." in name or name.startswith("did:") else f"{name}.{HOME}"


def _tags(record: Mapping[str, object]) -> list[str]:
    """The hashtags that a post declares, beside those that its text shows."""
    tags = [one for one in may(record, "tags", list) or [] if isinstance(one, str)]
    for facet in objects(may(record, "facets", list) or []):
        for feature in objects(need(facet, "features", list)):
            if may(feature, "$type", str) == "app.bsky.richtext.facet#tag":
                tags.append(need(feature, "tag", str))
    return tags


def _sorted_at(post: Mapping[str, object], record: Mapping[str, object]) -> datetime | None:
    """When a post counts as made: its author's word, but never later than when it was indexed."""
    indexed, created = moment(need(post, "indexedAt", str)), moment(may(record, "createdAt", str))
    return min((made for made in (indexed, created) if made is not None), default=None)
