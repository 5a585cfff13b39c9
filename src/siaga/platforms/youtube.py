"""YouTube Data API v3: search, channels, comments. `search` has 100 calls a day; the rest is cheap.

Source: the API's discovery document and error reference, and docs/platforms/youtube.md.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

from siaga.platforms.conversation import Conversation, Instance, Query, Reading, Request, Response, SignIn
from siaga.platforms.findings import Item, is_bot_wall, reading_of
from siaga.platforms.jsonbody import Json, body_of
from siaga.words.answers import Answer, Session, Surface

SIGNED_IN: Final = frozenset({Session.SIGNED_IN})
OF_REASON: Final[Mapping[str, Answer]] = {
    "quotaExceeded": Answer.LIMITED,
    "dailyLimitExceeded": Answer.LIMITED,
    "rateLimitExceeded": Answer.LIMITED,
    "userRateLimitExceeded": Answer.LIMITED,
    "RATE_LIMIT_EXCEEDED": Answer.LIMITED,
    "keyInvalid": Answer.WALLED,
    "accessNotConfigured": Answer.WALLED,
    "forbidden": Answer.WALLED,
    "authError": Answer.WALLED,
    "ipRefererBlocked": Answer.WALLED,
    "commentsDisabled": Answer.HIDDEN,
    "channelClosed": Answer.HIDDEN,
    "channelSuspended": Answer.HIDDEN,
    "channelNotFound": Answer.EMPTY,
    "backendError": Answer.ERROR,
    "internalError": Answer.ERROR,
    "processingFailure": Answer.ERROR,
}


class YouTube:
    """YouTube's reader, with an API key."""

    id = "youtube"
    reader = "youtube@1"
    surfaces: Mapping[str, frozenset[Session]] = dict.fromkeys(
        (Surface.SEARCH_LATEST, Surface.SEARCH_TOP, Surface.PEOPLE, Surface.PROFILE, Surface.REPLIES),
        SIGNED_IN,
    )
    credential: str | None = "key"
    cost: Mapping[str, int] = {**dict.fromkeys(surfaces, 1), Surface.REPLIES: 3}

    def sign_in(self, instance: Instance) -> SignIn | None:
        """The key is used as it is."""
        return None

    def ask(self, instance: Instance, query: Query) -> Conversation:
        """One request; for comments the channel and its newest video first."""
        match query.surface:
            case Surface.PEOPLE:
                return _search(instance, query, {"type": "channel"})
            case Surface.PROFILE:
                return _profile(instance, query)
            case Surface.REPLIES:
                return _comments(instance, query)
            case Surface.SEARCH_TOP:
                return _search(instance, query, {"type": "video", "order": "relevance"})
        return _search(instance, query, {"type": "video", "order": "date"})


def _get(instance: Instance, method: str, parameters: Mapping[str, str]) -> Request:
    return Request(
        f"{instance.address}/youtube/v3/{method}?{urlencode(parameters, quote_via=quote)}",
        headers={"Accept": "application/json", "X-goog-api-key": instance.secret or ""},
    )


def _search(instance: Instance, query: Query, more: Mapping[str, str]) -> Conversation:
    parameters = {"part": "snippet", "q": query.name, "maxResults": "50", **more}
    if region := instance.options.get("region"):
        parameters["regionCode"] = region
    parameters["safeSearch"] = instance.options.get("safe_search", "none")
    response = yield _get(instance, "search", parameters)
    document, refusal = _opened(response, query)
    results = document["items"].items if document else None
    if results is None:
        return refusal
    items = [
        Item(
            tuple(one["snippet"][field].text or "" for field in ("title", "description", "channelTitle")),
            one["snippet"]["publishedAt"].moment,
        )
        for one in results
    ]
    return reading_of(items, query, newest_first=more.get("order") == "date")


def _profile(instance: Instance, query: Query) -> Conversation:
    response = yield _get(instance, "channels", {"part": "snippet", "forHandle": f"@{query.name}"})
    document, refusal = _opened(response, query)
    if document is None:
        return refusal
    channels = document["items"].items
    if channels is None:
        empty = document["pageInfo"]["totalResults"].number == 0
        return Reading(Answer.EMPTY, count=0, matching=0) if empty else refusal
    items = [Item(((one["snippet"]["customUrl"].text or "").lstrip("@"),), whole=True) for one in channels]
    return reading_of(items, query, newest_first=False)


def _comments(instance: Instance, query: Query) -> Conversation:
    response = yield _get(instance, "channels", {"part": "contentDetails", "forHandle": f"@{query.name}"})
    document, refusal = _opened(response, query)
    if document is None:
        return refusal
    channels = document["items"].items or ()
    uploads = next((c["contentDetails"]["relatedPlaylists"]["uploads"].text for c in channels), None)
    if uploads is None:
        if document["pageInfo"]["totalResults"].number == 0:
            return Reading(Answer.EMPTY, count=0, matching=0)
        return refusal
    response = yield _get(
        instance, "playlistItems", {"part": "contentDetails", "playlistId": uploads, "maxResults": "1"}
    )
    document, refusal = _opened(response, query)
    if document is None:
        return refusal
    video = next((v["contentDetails"]["videoId"].text for v in document["items"].items or ()), None)
    if video is None:
        return Reading(Answer.UNREADABLE, note="no video of the channel to look for comments at")
    response = yield _get(
        instance, "commentThreads", {"part": "snippet", "videoId": video, "maxResults": "20"}
    )
    document, refusal = _opened(response, query)
    threads = document["items"].items if document else None
    if threads is None:
        return refusal
    items = [
        Item((query.name,), one["snippet"]["topLevelComment"]["snippet"]["publishedAt"].moment)
        for one in threads
    ]
    return reading_of(items, query, newest_first=True)


def _opened(response: Response, query: Query) -> tuple[Json | None, Reading]:
    """The document where it is one to read, and else how the answer reads."""
    document = body_of(response)
    unreadable = Reading(Answer.UNREADABLE, note=f"HTTP {response.status}")
    if response.status == 200:
        return (document if document is not None and document.fields is not None else None), unreadable
    errors = (document["error"]["errors"].items or ()) if document is not None else ()
    reason = next((error["reason"].text for error in errors if error["reason"].text), "") or ""
    if reason in OF_REASON:
        answer = OF_REASON[reason]
    elif response.status == 429:
        answer = Answer.LIMITED
    elif document is None and is_bot_wall(response):
        answer = Answer.CHALLENGED
    elif response.status >= 500:
        answer = Answer.ERROR
    elif response.status in {401, 403} or (
        response.status == 400 and "API_KEY_INVALID" in str(document.value if document else "")[:5000]
    ):
        answer = Answer.WALLED
    else:
        answer = Answer.UNREADABLE
    empty = 0 if answer is Answer.EMPTY else None
    return None, Reading(answer, empty, empty, note=reason[:80] or f"HTTP {response.status}")
