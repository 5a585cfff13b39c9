"""Bluesky: XRPC by the `app.bsky` lexicons, at the public AppView or at an account's own server.

Source: the lexicons of `app.bsky` and `com.atproto.server`. docs/platforms/bluesky.md says what was checked,
and when.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from siaga.domain.answers import Answer, Surface
from siaga.platforms.conversation import Conversation, Instance, Reading, Request, Response, SignIn
from siaga.platforms.http_status import by_status, in_the_way, is_page
from siaga.platforms.json import (
    ContractViolation,
    added_objects,
    added_texts,
    as_note,
    document,
    encoded,
    error_document,
    error_text,
    optional,
    optional_list,
    required,
    required_list,
    texts,
)
from siaga.platforms.matching import as_tag, quoted, same_handle, tag, whole_words, word_beginnings
from siaga.platforms.platform import Inquiry, Platform
from siaga.platforms.results import Result, most_replied, without_results
from siaga.platforms.times import moment
from siaga.platforms.urls import url

HOME: Final = "bsky.social"
"""Where a handle without a domain lives."""
INVALID: Final = "handle.invalid"
"""The handle of an account whose own name leads to it no more. The platform still shows the account."""
PAGE: Final = 25
SUGGESTIONS: Final = 10
_OPERATES: Final = re.compile(r"""(?:^|\s)[-+#@(]|["':*\\|&^~\[\]{}]|(?:^|\s)(?:AND|OR|NOT)(?:\s|$)""")
"""What a search of posts would take for an instruction."""
_ERRORS: Final = {
    Answer.LIMITED: ("RateLimitExceeded",),
    Answer.REFUSED: ("BadQueryString",),
    Answer.HIDDEN: ("AccountTakedown", "AccountSuspended"),
    Answer.WITHDRAWN: ("AccountDeactivated", "BlockedActor", "BlockedByActor"),
    Answer.WALLED: ("AuthMissing", "AuthenticationRequired", "ExpiredToken", "InvalidToken", "Forbidden"),
    Answer.ERROR: ("InternalServerError", "UpstreamFailure", "UpstreamTimeout", "NotEnoughResources"),
}
_HIDING_LABELS: Final = frozenset({"!hide", "!takedown", "!suspend"})


def _failed(response: Response, ask: Inquiry) -> Reading:
    if reading := in_the_way(response):
        return reading
    failure = error_document(response)
    name, message = error_text(failure, "error"), error_text(failure, "message")
    note = as_note(name, message)
    if reading := ask.error(name, note):
        return reading
    if ask.surface in {Surface.PROFILE, Surface.REPLIES} and (
        name == "NotFound" or (name == "InvalidRequest" and message.startswith("Profile not found"))
    ):
        return without_results(Answer.EMPTY, note)
    if response.status == 403 and is_page(response):
        return Reading(Answer.WALLED, note="refused at the edge")
    return by_status(response, note)


def _sign_in(instance: Instance) -> SignIn:
    """A session of `com.atproto.server.createSession` at the account's own server."""
    try:
        response = yield Request(
            url(instance.address, "xrpc", "com.atproto.server.createSession"),
            "POST",
            {"content-type": "application/json", "accept": "application/json"},
            encoded({"identifier": instance.account or "", "password": instance.secret or ""}),
            read_only=False,
        )
        return required(document(response), "accessJwt", str) if response.status == 200 else None
    except ContractViolation:
        return None


bluesky = Platform(
    "bluesky@3",
    label="Bluesky",
    account_page=r"https?://bsky\.app/profile/([\w.:-]+)/?",
    address="https://public.api.bsky.app",
    root="xrpc",
    credential="password",
    credential_page="https://bsky.app/settings/app-passwords",
    errors=_ERRORS,
    failed=_failed,
    sign_in=_sign_in,
)
"""By the contract everything is for anybody; servers often refuse strangers a search of posts."""


@bluesky.surface(Surface.SEARCH_LATEST, Surface.SEARCH_TOP, Surface.HASHTAG)
def _posts(ask: Inquiry) -> Conversation:
    hashtag = ask.surface == Surface.HASHTAG
    sought = f"#{as_tag(ask.name)}" if hashtag else literal(ask.name)
    sort = "top" if ask.surface == Surface.SEARCH_TOP else "latest"
    body = yield from ask.get("app.bsky.feed.searchPosts", q=sought, sort=sort, limit=PAGE)
    carries, is_tagged = whole_words(ask.name), tag(ask.name)
    results = []
    for post in required_list(body, "posts"):
        record = required(post, "record", dict)
        text, tags = required(record, "text", str), _tags(record)
        carrying = is_tagged(tags, text) if hashtag else carries(" ".join([text, *tags, *_embedded(record)]))
        results.append(Result(carrying, _sorted_at(post, record)))
    return ask.results(results, latest=sort == "latest", more=_more(body))


@bluesky.surface(Surface.PEOPLE, Surface.SUGGEST)
def _people(ask: Inquiry) -> Conversation:
    suggest = ask.surface == Surface.SUGGEST
    method = "app.bsky.actor.searchActorsTypeahead" if suggest else "app.bsky.actor.searchActors"
    body = yield from ask.get(method, q=ask.name, limit=SUGGESTIONS if suggest else PAGE)
    by_name, in_bio = word_beginnings(ask.name), whole_words(ask.name)
    return ask.results(
        [
            Result(
                by_name(texts(actor, "handle", optionally=("displayName",)))
                or in_bio(added_texts(actor, "description"))
            )
            for actor in required_list(body, "actors")
        ],
        more=_more(body),
    )


@bluesky.surface(Surface.PROFILE)
def _profile(ask: Inquiry) -> Conversation:
    actor = _actor(ask.name)
    profile = yield from ask.get("app.bsky.actor.getProfile", actor=actor)
    handle, did = required(profile, "handle", str), required(profile, "did", str)
    is_asked = same_handle(handle, actor) or did == actor or handle == INVALID
    for label in optional_list(profile, "labels"):
        value = required(label, "val", str)
        if value in _HIDING_LABELS and not optional(label, "neg", bool):
            return Reading(Answer.HIDDEN, note=as_note("label", value))
    note = "the handle is invalid: its owner's act" if handle == INVALID else ""
    return ask.results([Result(is_asked)], note=note)


@bluesky.surface(Surface.REPLIES, cost=2)
def _replies(ask: Inquiry) -> Conversation:
    """Replies to the account's recent post that has most."""
    own = {"actor": _actor(ask.name), "filter": "posts_no_replies"}
    body = yield from ask.get("app.bsky.feed.getAuthorFeed", **own, limit=30)
    replies: dict[str, int] = {}
    for item in required_list(body, "feed"):
        post = required(item, "post", dict)
        if optional(item, "reason", dict) is None:
            replies[required(post, "uri", str)] = optional(post, "replyCount", int) or 0
    most = most_replied(replies)
    if most is None:
        return ask.results([], note="no post with replies", more="" if replies else _more(body))
    body = yield from ask.get("app.bsky.feed.getPostThread", uri=most, depth=1, parentHeight=0)
    thread = required(body, "thread", dict)
    match required(thread, "$type", str):
        case "app.bsky.feed.defs#notFoundPost":
            return ask.empty("notFoundPost")
        case "app.bsky.feed.defs#blockedPost":
            return ask.withdrawn("blockedPost: its author's act")
        case "app.bsky.feed.defs#threadViewPost":
            shut = "replies that cannot be shown" if optional(thread, "replies", list) else ""
            return ask.results([Result(True, made) for made in _reply_times(thread)], more=shut)
    raise ContractViolation("a thread of another type")


def _reply_times(thread: Mapping[str, object]) -> Iterator[datetime | None]:
    """When the replies that can be seen were made."""
    for reply in optional_list(thread, "replies"):
        if required(reply, "$type", str) == "app.bsky.feed.defs#threadViewPost":
            post = required(reply, "post", dict)
            yield _sorted_at(post, required(post, "record", dict))


@bluesky.surface(Surface.TRENDS)
def _trends(ask: Inquiry) -> Conversation:
    body = yield from ask.get("app.bsky.unspecced.getTrends", limit=PAGE)
    carries = whole_words(ask.name)
    shown = (texts(trend, "topic", optionally=("displayName",)) for trend in required_list(body, "trends"))
    return ask.results([Result(carries(text)) for text in shown])


def _more(body: object) -> str:
    """What says that there is more than a page shows: hits that it counts, or a way to the next page."""
    hits = optional(body, "hitsTotal", int)
    return f"hitsTotal {hits}" if hits else "a cursor" if optional(body, "cursor", str) else ""


def literal(name: str) -> str:
    """`name` as a search of posts takes it for plain words: as it is, or as a phrase where it would not."""
    return quoted(name, '"\\') if _OPERATES.search(name) else name


def _actor(name: str) -> str:
    name = name.strip().lstrip("@")
    return name if "." in name or name.startswith("did:") else f"{name}.{HOME}"


def _tags(record: Mapping[str, object]) -> list[str]:
    """The hashtags that a post declares, beside those that its text shows."""
    tags = [declared for declared in optional(record, "tags", list) or [] if isinstance(declared, str)]
    for facet in optional_list(record, "facets"):
        for feature in required_list(facet, "features"):
            if optional(feature, "$type", str) == "app.bsky.richtext.facet#tag":
                tags.append(required(feature, "tag", str))
    return tags


def _embedded(record: Mapping[str, object]) -> Iterator[str]:
    """What a post shows beside its text: the words for its pictures and film, and its link card."""
    for embed in added_objects(record, "embed"):
        for shown in (embed, *added_objects(embed, "media")):
            yield added_texts(shown, "alt")
            for card in added_objects(shown, "external"):
                yield added_texts(card, "title", "description")
            for image in added_objects(shown, "images"):
                yield added_texts(image, "alt")


def _sorted_at(post: Mapping[str, object], record: Mapping[str, object]) -> datetime | None:
    """When a post counts as made: its author's word, but never later than when it was indexed."""
    indexed, created = moment(required(post, "indexedAt", str)), moment(optional(record, "createdAt", str))
    return min((made for made in (indexed, created) if made is not None), default=None)
