"""X API v2 with an app's bearer token: recent search, users, trends. Its terms forbid asking its pages.

Source: the API's reference and OpenAPI document, and docs/platforms/x.md.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

from siaga.platforms.conversation import Conversation, Instance, Query, Reading, Request, Response, SignIn
from siaga.platforms.findings import Item, is_bot_wall, reading_of
from siaga.platforms.jsonbody import Json, body_of
from siaga.platforms.limits import quota_of
from siaga.words.answers import Answer, Session, Surface
from siaga.words.quota import Quota

PAGE: Final = 20
PROBLEMS: Final = "https://api.twitter.com/2/problems/"
OF_PROBLEM: Final[Mapping[str, Answer]] = {
    "resource-not-found": Answer.EMPTY,
    "not-authorized-for-resource": Answer.HIDDEN,
    "client-forbidden": Answer.WALLED,
    "client-disconnected": Answer.ERROR,
    "unsupported-authentication": Answer.WALLED,
    "usage-capped": Answer.LIMITED,
    "rate-limit-exceeded": Answer.LIMITED,
    "resource-unavailable": Answer.ERROR,
    "operational-disconnect": Answer.ERROR,
    "disallowed-resource": Answer.REFUSED,
}
SIGNED_IN: Final = frozenset({Session.SIGNED_IN})


class X:
    """X's reader."""

    id = "x"
    reader = "x@1"
    surfaces: Mapping[str, frozenset[Session]] = dict.fromkeys(
        (
            Surface.SEARCH_LATEST,
            Surface.SEARCH_TOP,
            Surface.HASHTAG,
            Surface.PROFILE,
            Surface.REPLIES,
            Surface.TRENDS,
        ),
        SIGNED_IN,
    )
    credential: str | None = "bearer"
    cost: Mapping[str, int] = {**dict.fromkeys(surfaces, 1), Surface.REPLIES: 2}

    def sign_in(self, instance: Instance) -> SignIn | None:
        """The bearer token is used as it is."""
        return None

    def ask(self, instance: Instance, query: Query) -> Conversation:
        """One request; for replies the account's newest post first."""
        match query.surface:
            case Surface.PROFILE:
                return _profile(instance, query)
            case Surface.TRENDS:
                return _trends(instance, query)
            case Surface.REPLIES:
                return _replies(instance, query)
            case Surface.HASHTAG:
                return _search(instance, query, f"#{query.name}", "recency")
            case Surface.SEARCH_TOP:
                return _search(instance, query, literal(query.name), "relevancy")
        return _search(instance, query, literal(query.name), "recency")


def literal(name: str) -> str:
    """The name as literal text: in quotes, so that operators in it (`from:`, `-`, `OR`) mean nothing."""
    return '"' + name.replace("\\", " ").replace('"', " ") + '"'


def _get(instance: Instance, path: str, parameters: Mapping[str, str]) -> Request:
    query = f"?{urlencode(parameters, quote_via=quote)}" if parameters else ""
    return Request(
        f"{instance.address}{path}{query}",
        headers={"Authorization": f"Bearer {instance.secret or ''}", "Accept": "application/json"},
    )


def _search(instance: Instance, query: Query, text: str, order: str) -> Conversation:
    response = yield _get(
        instance,
        "/2/tweets/search/recent",
        {"query": text, "max_results": str(PAGE), "sort_order": order, "tweet.fields": "created_at,entities"},
    )
    return _posts(response, query, newest_first=order == "recency")


def _posts(response: Response, query: Query, *, newest_first: bool) -> Reading:
    quota, document, refusal = _opened(response, query)
    if document is None:
        return refusal
    count = document["meta"]["result_count"].number
    posts = document["data"].items
    if posts is None:
        if document["data"].value is None and count == 0:
            return Reading(Answer.EMPTY, count=0, matching=0, quota=quota)
        return refusal
    items = [_post(post) for post in posts]
    if any(item is None for item in items):
        return Reading(Answer.UNREADABLE, quota=quota, note="a post without text")
    return reading_of([item for item in items if item], query, newest_first=newest_first, quota=quota)


def _post(post: Json) -> Item | None:
    text = post["text"].text
    if text is None:
        return None
    tags = [tag["tag"].text for tag in post["entities"]["hashtags"].items or ()]
    return Item((text, *(tag for tag in tags if tag)), post["created_at"].moment)


def _profile(instance: Instance, query: Query) -> Conversation:
    response = yield _get(
        instance,
        f"/2/users/by/username/{quote(query.name, safe='')}",
        {"user.fields": "created_at,protected"},
    )
    quota, document, refusal = _opened(response, query)
    if document is None:
        return refusal
    handle = document["data"]["username"].text
    if handle is None:
        return refusal
    return reading_of([Item((handle,), whole=True)], query, newest_first=False, quota=quota)


def _replies(instance: Instance, query: Query) -> Conversation:
    response = yield _get(
        instance,
        "/2/tweets/search/recent",
        {"query": f"from:{query.name} -is:reply -is:retweet", "max_results": "10", "sort_order": "recency",
         "tweet.fields": "conversation_id,reply_settings"},
    )  # fmt: skip
    quota, document, refusal = _opened(response, query)
    if document is None:
        return refusal
    posts = document["data"].items or ()
    conversation = next(
        (post["conversation_id"].text for post in posts if post["conversation_id"].text), None
    )
    if conversation is None or not conversation.isdigit():
        return Reading(Answer.UNREADABLE, quota=quota, note="no post of the account to look for replies to")
    response = yield _get(
        instance,
        "/2/tweets/search/recent",
        {"query": f"conversation_id:{conversation} is:reply", "max_results": str(PAGE),
         "sort_order": "recency", "tweet.fields": "created_at"},
    )  # fmt: skip
    quota, document, refusal = _opened(response, query)
    if document is None:
        return refusal
    replies = document["data"].items
    if replies is None:
        empty = document["meta"]["result_count"].number == 0
        return Reading(Answer.EMPTY, count=0, matching=0, quota=quota) if empty else refusal
    items = [Item((query.name,), reply["created_at"].moment) for reply in replies]
    return reading_of(items, query, newest_first=True, quota=quota)


def _trends(instance: Instance, query: Query) -> Conversation:
    place = instance.options.get("woeid", "1")
    response = yield _get(instance, f"/2/trends/by/woeid/{quote(place, safe='')}", {"max_trends": "50"})
    quota, document, refusal = _opened(response, query)
    if document is None:
        return refusal
    trends = document["data"].items
    if trends is None:
        return refusal
    names = [trend["trend_name"].text for trend in trends]
    return reading_of([Item((name,)) for name in names if name], query, newest_first=False, quota=quota)


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
        if response.status >= 500:
            return quota, None, Reading(Answer.ERROR, quota=quota, note=f"HTTP {response.status}")
        return quota, None, unreadable
    problem = _problem(document)
    if problem is not None and document["data"].value is None:
        answer = OF_PROBLEM.get(problem, Answer.UNREADABLE)
        return quota, None, Reading(
            answer, 0 if answer is Answer.EMPTY else None, 0 if answer is Answer.EMPTY else None,
            quota=quota, note=problem[:80],
        )  # fmt: skip
    if response.status == 401:
        return quota, None, Reading(Answer.WALLED, quota=quota, note="401")
    if response.status >= 500:
        return quota, None, Reading(Answer.ERROR, quota=quota, note=f"HTTP {response.status}")
    if response.status != 200:
        return quota, None, unreadable
    return quota, document, unreadable


def _problem(document: Json) -> str | None:
    """The problem's name; of a 200 that carries errors, the first."""
    for place in (document, *(document["errors"].items or ())):
        kind = place["type"].text
        if kind is not None and kind.startswith(PROBLEMS):
            name = kind.removeprefix(PROBLEMS)
            if name == "resource-not-found" and "suspended" in (place["detail"].text or ""):
                return "not-authorized-for-resource"
            return name
        code = place["code"].number
        if code is not None and place["message"].text is not None:
            return {88: "rate-limit-exceeded", 32: "client-forbidden", 63: "not-authorized-for-resource",
                    50: "resource-not-found", 130: "resource-unavailable", 131: "resource-unavailable"}.get(
                        code, f"code {code}")  # fmt: skip
    return None
