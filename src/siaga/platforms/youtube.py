"""YouTube Data API v3, with a project's key: search, channels, comments.

Source: the API's discovery document and error reference. What was checked, and when, says
docs/platforms/youtube.md.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from siaga.domain.answers import Answer, Session, Surface
from siaga.domain.options import COUNTRY, Option, Options
from siaga.domain.quota import Quota
from siaga.platforms.conversation import Conversation, Instance, Query, Reading, Request, Response, SignIn
from siaga.platforms.guard import held
from siaga.platforms.http_status import by_status, in_the_way
from siaga.platforms.json import Surprise, document, error_document, may, need, noted, objects, said
from siaga.platforms.matching import same_handle, whole_words, word_beginnings
from siaga.platforms.results import Found, graded
from siaga.platforms.times import moment
from siaga.platforms.urls import url

PAGE: Final = 50
ROOT: Final = "/youtube/v3"
PACIFIC: Final = ZoneInfo("America/Los_Angeles")
"""Daily quotas begin anew at midnight there."""
_SIGNED_IN: Final = frozenset({Session.SIGNED_IN})
_DAILY: Final = frozenset({"quotaExceeded", "dailyLimitExceeded"})
_ANSWERS: Final[Mapping[str, Answer]] = {
    **dict.fromkeys(
        ("quotaExceeded", "dailyLimitExceeded", "rateLimitExceeded", "userRateLimitExceeded"), Answer.LIMITED
    ),
    **dict.fromkeys(
        ("forbidden", "authError", "required", "keyInvalid", "keyExpired", "accessNotConfigured"),
        Answer.WALLED,
    ),
    **dict.fromkeys(("ipRefererBlocked", "insufficientPermissions", "API_KEY_INVALID"), Answer.WALLED),
    **dict.fromkeys(("commentsDisabled", "channelClosed", "channelSuspended"), Answer.HIDDEN),
    **dict.fromkeys(("backendError", "internalError", "processingFailure"), Answer.ERROR),
    **dict.fromkeys(("videoNotFound", "channelNotFound", "playlistNotFound"), Answer.EMPTY),
}
"""By the reason that the error document gives."""
_OPTIONS: Final[Options] = {
    "region": COUNTRY,
    "safe-search": Option(re.compile("none|moderate|strict"), "none, moderate or strict"),
}


class YouTube:
    """Everything needs a key; searches are 100 a day, so count on few."""

    id = "youtube"
    reader = "youtube@1"
    credential: str | None = "key"
    surfaces: Mapping[str, frozenset[Session]] = dict.fromkeys(
        (Surface.SEARCH_LATEST, Surface.SEARCH_TOP, Surface.PEOPLE, Surface.PROFILE, Surface.REPLIES),
        _SIGNED_IN,
    )
    cost: Mapping[str, int] = {surface: 3 if surface == Surface.REPLIES else 1 for surface in surfaces}
    options: Options = _OPTIONS

    def sign_in(self, instance: Instance) -> SignIn | None:
        """The key is used as it is."""
        return None

    def ask(self, instance: Instance, query: Query) -> Conversation:
        """Ask one surface for one name."""
        return held(_ask(instance, query), query.at)


def _ask(instance: Instance, query: Query) -> Conversation:
    match query.surface:
        case Surface.SEARCH_LATEST | Surface.SEARCH_TOP | Surface.PEOPLE:
            return (yield from _search(instance, query))
        case Surface.PROFILE:
            return (yield from _profile(instance, query))
        case Surface.REPLIES:
            return (yield from _replies(instance, query))
    raise Surprise(f"no surface {query.surface}")


def _search(instance: Instance, query: Query) -> Conversation:
    people = query.surface == Surface.PEOPLE
    latest = query.surface == Surface.SEARCH_LATEST
    parameters: dict[str, str | int] = {
        "part": "snippet",
        "q": literal(query.name),
        "type": "channel" if people else "video",
        "order": "date" if latest else "relevance",
        "maxResults": PAGE,
        "safeSearch": instance.options.get("safe-search", "none"),
    }
    if region := instance.options.get("region"):
        parameters["regionCode"] = region
    response = yield _request(instance, "search", **parameters)
    if response.status != 200:
        return _failed(response, query)
    carries = word_beginnings(query.name) if people else whole_words(query.name)
    found = []
    for item in _items(document(response), "youtube#searchListResponse"):
        snippet = need(item, "snippet", dict)
        fields = ("title", "channelTitle") if people else ("title", "description", "channelTitle")
        text = " ".join(may(snippet, field, str) or "" for field in fields)
        found.append(Found(carries(text), None if people else moment(may(snippet, "publishedAt", str))))
    return graded(found, query.at, latest=latest)


def _profile(instance: Instance, query: Query) -> Conversation:
    response = yield _request(instance, "channels", part="snippet", forHandle=_handle(query.name))
    if response.status != 200:
        return _failed(response, query)
    channels = list(_items(document(response), "youtube#channelListResponse"))
    return graded([Found(_is_asked(channel, query.name)) for channel in channels], query.at)


def _replies(instance: Instance, query: Query) -> Conversation:
    """Comments on the channel's newest video."""
    response = yield _request(instance, "channels", part="contentDetails", forHandle=_handle(query.name))
    if response.status != 200:
        return _failed(response, query)
    channel = next(_items(document(response), "youtube#channelListResponse"), None)
    if channel is None:
        return graded([], query.at, note="no such channel")
    playlists = need(need(channel, "contentDetails", dict), "relatedPlaylists", dict)
    uploads = need(playlists, "uploads", str)
    response = yield _request(
        instance, "playlistItems", part="contentDetails", playlistId=uploads, maxResults=1
    )
    if response.status != 200:
        return _failed(response, query)
    newest = next(_items(document(response), "youtube#playlistItemListResponse"), None)
    if newest is None:
        return graded([], query.at, note="no video")
    video = need(need(newest, "contentDetails", dict), "videoId", str)
    response = yield _request(
        instance, "commentThreads", part="snippet", videoId=video, order="time", maxResults=PAGE
    )
    if response.status != 200:
        return _failed(response, query)
    found = []
    for thread in _items(document(response), "youtube#commentThreadListResponse"):
        comment = need(need(thread, "snippet", dict), "topLevelComment", dict)
        found.append(Found(True, moment(may(need(comment, "snippet", dict), "publishedAt", str))))
    return graded(found, query.at)


def literal(name: str) -> str:
    """`name` without what a search takes for "or" (`|`) and "not" (`-` before a word)."""
    return " ".join(re.sub(r"\||(?:(?<=\s)|^)-+", " ", name).split())


def _request(instance: Instance, collection: str, **parameters: str | int) -> Request:
    headers = {"accept": "application/json"}
    if instance.secret:
        headers["x-goog-api-key"] = instance.secret
    root = instance.address.removesuffix(ROOT) + ROOT
    return Request(url(root, collection, **parameters), headers=headers)


def _items(found: object, kind: str) -> Iterator[dict[str, object]]:
    """The items of a list response; an absent list is an empty one only where the response says so."""
    if need(found, "kind", str) != kind:
        raise Surprise("a document of another kind")
    items = may(found, "items", list)
    if items is None and need(need(found, "pageInfo", dict), "totalResults", int) != 0:
        raise Surprise("items are missing")
    yield from objects(items or [])


def _failed(response: Response, query: Query) -> Reading:
    if reading := in_the_way(response):
        return reading
    reasons = _reasons(error_document(response))
    note = noted(" ".join(reasons) or f"status {response.status}")
    for reason in reasons:
        answer = _ANSWERS.get(reason)
        if answer is Answer.EMPTY:
            return Reading(answer, count=0, matching=0, note=note)
        if answer is not None:
            quota = Quota(remaining=0, wait_until=_midnight(query.at)) if reason in _DAILY else None
            return Reading(answer, quota=quota, note=note)
    return by_status(response, note)


def _reasons(failure: Mapping[str, object]) -> list[str]:
    """The reasons that an error document gives, the plainest first."""
    error = failure.get("error")
    lists = [error.get(field) for field in ("errors", "details")] if isinstance(error, dict) else []
    entries = [entry for one in lists if isinstance(one, list) for entry in one[:10]]
    return [reason for reason in (said(entry, "reason") for entry in entries) if reason]


def _midnight(at: datetime) -> datetime:
    """The next midnight in Pacific time."""
    tomorrow = at.astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=PACIFIC).astimezone(UTC)


def _handle(name: str) -> str:
    return f"@{name.strip().lstrip('@')}"


def _is_asked(channel: Mapping[str, object], name: str) -> bool:
    """Whether this is the channel asked for; one without an address of its own is taken at its word."""
    address = may(need(channel, "snippet", dict), "customUrl", str)
    return address is None or same_handle(address, name)
