"""YouTube Data API v3, with a project's key: search, channels, comments.

Source: the API's discovery document and error reference. docs/platforms/youtube.md says what was checked,
and when.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from siaga.domain.answers import Answer, Surface
from siaga.domain.options import COUNTRY, Option
from siaga.domain.quota import Quota
from siaga.platforms.conversation import Conversation, Reading, Response, Step
from siaga.platforms.http_status import by_status, in_the_way
from siaga.platforms.json import (
    ContractViolation,
    as_note,
    error_document,
    error_text,
    objects,
    optional,
    required,
    texts,
)
from siaga.platforms.matching import same_handle, unescaped, whole_words, word_beginnings
from siaga.platforms.platform import SIGNED_IN, Inquiry, Platform
from siaga.platforms.results import Result
from siaga.platforms.times import moment

PAGE: Final = 50
PACIFIC: Final = ZoneInfo("America/Los_Angeles")
"""Daily quotas begin anew at midnight there."""
_DAILY: Final = frozenset({"quotaExceeded", "dailyLimitExceeded"})


def _failed(response: Response, ask: Inquiry) -> Reading:
    if reading := in_the_way(response):
        return reading
    reasons = _reasons(error_document(response))
    note = as_note(" ".join(reasons) or f"status {response.status}")
    for reason in reasons:
        quota = Quota(remaining=0, wait_until=_midnight(ask.at)) if reason in _DAILY else None
        if reading := ask.error(reason, note, quota):
            return reading
    return by_status(response, note)


def _reasons(failure: Mapping[str, object]) -> list[str]:
    """The reasons that an error document gives, the plainest first."""
    error = failure.get("error")
    lists = [error.get(field) for field in ("errors", "details")] if isinstance(error, dict) else []
    entries = [entry for given in lists if isinstance(given, list) for entry in given[:10]]
    return [reason for reason in (error_text(entry, "reason") for entry in entries) if reason]


def _midnight(at: datetime) -> datetime:
    """The next midnight in Pacific time."""
    tomorrow = at.astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=PACIFIC).astimezone(UTC)


youtube = Platform(
    "youtube@3",
    label="YouTube",
    account_page=r"https?://(?:www\.)?youtube\.com/@([\w.-]+)/?",
    address="https://www.googleapis.com",
    root="youtube/v3",
    credential="key",
    credential_page="https://console.cloud.google.com/apis/credentials",
    sessions=SIGNED_IN,
    secret_header=("x-goog-api-key", ""),
    options={
        "region": COUNTRY,
        "safe-search": Option(re.compile("none|moderate|strict"), "none, moderate or strict"),
    },
    errors={
        Answer.LIMITED: ("quotaExceeded", "dailyLimitExceeded", "rateLimitExceeded", "userRateLimitExceeded"),
        Answer.WALLED: (
            *("forbidden", "authError", "required", "keyInvalid", "keyExpired", "accessNotConfigured"),
            *("ipRefererBlocked", "insufficientPermissions", "API_KEY_INVALID"),
        ),
        Answer.HIDDEN: ("channelSuspended",),
        Answer.WITHDRAWN: ("commentsDisabled", "channelClosed"),
        Answer.ERROR: ("backendError", "internalError", "processingFailure"),
        Answer.EMPTY: ("videoNotFound", "channelNotFound", "playlistNotFound"),
    },
    failed=_failed,
)


@youtube.surface(Surface.SEARCH_LATEST, Surface.SEARCH_TOP, Surface.PEOPLE)
def _search(ask: Inquiry) -> Conversation:
    people = ask.surface == Surface.PEOPLE
    latest = ask.surface == Surface.SEARCH_LATEST
    wanted = {
        "q": literal(ask.name),
        "type": "channel" if people else "video",
        "order": "date" if latest else "relevance",
        "maxResults": str(PAGE),
        "safeSearch": ask.option("safe-search", "none"),
    }
    if region := ask.option("region"):
        wanted["regionCode"] = region
    items = yield from _items(ask, "search", "snippet", **wanted)
    carries = word_beginnings(ask.name) if people else whole_words(ask.name)
    fields = ("title", "channelTitle") if people else ("title", "description", "channelTitle")
    results = []
    for item in items:
        snippet = required(item, "snippet", dict)
        made = None if people else moment(optional(snippet, "publishedAt", str))
        results.append(Result(carries(unescaped(texts(snippet, optionally=fields))), made))
    return ask.results(results, latest=latest)


@youtube.surface(Surface.PROFILE)
def _profile(ask: Inquiry) -> Conversation:
    channels = yield from _channels(ask, "snippet")
    return ask.results([Result(_is_asked(channel, ask.name)) for channel in channels])


@youtube.surface(Surface.REPLIES, cost=3)
def _replies(ask: Inquiry) -> Conversation:
    """Comments on the channel's newest video."""
    channel = next((yield from _channels(ask, "contentDetails")), None)
    if channel is None:
        return ask.empty("no such channel")
    playlists = required(required(channel, "contentDetails", dict), "relatedPlaylists", dict)
    uploads = required(playlists, "uploads", str)
    videos = yield from _items(ask, "playlistItems", "contentDetails", playlistId=uploads, maxResults="1")
    newest = next(videos, None)
    if newest is None:
        return ask.empty("no video")
    video = required(required(newest, "contentDetails", dict), "videoId", str)
    threads = yield from _items(
        ask, "commentThreads", "snippet", videoId=video, order="time", maxResults=str(PAGE)
    )
    results = []
    for thread in threads:
        comment = required(required(thread, "snippet", dict), "topLevelComment", dict)
        made = optional(required(comment, "snippet", dict), "publishedAt", str)
        results.append(Result(True, moment(made)))
    return ask.results(results)


def literal(name: str) -> str:
    """`name` without what a search takes for "or" (`|`) and "not" (`-` before a word)."""
    return " ".join(re.sub(r"\||(?:(?<=\s)|^)-+", " ", name).split())


def _channels(ask: Inquiry, part: str) -> Step[Iterator[dict[str, object]]]:
    """The channel that has the handle, if there is one."""
    return (yield from _items(ask, "channels", part, forHandle=f"@{ask.name.strip().lstrip('@')}"))


def _items(ask: Inquiry, collection: str, part: str, **query: str) -> Step[Iterator[dict[str, object]]]:
    """The items of a collection; an absent or empty list is one only where the response says so."""
    found = yield from ask.get(collection, part=part, **query)
    kind = collection.removesuffix("s") if collection != "search" else collection
    if required(found, "kind", str) != f"youtube#{kind}ListResponse":
        raise ContractViolation("a document of another kind")
    items = optional(found, "items", list)
    if not items:
        total = required(required(found, "pageInfo", dict), "totalResults", int)
        next_page = optional(found, "nextPageToken", str)
        if total or next_page:
            raise ContractViolation(f"an empty page of {total} results")
    return objects(items or [])


def _is_asked(channel: Mapping[str, object], name: str) -> bool:
    """Whether this is the channel asked for; one without an address of its own is taken at its word."""
    address = optional(required(channel, "snippet", dict), "customUrl", str)
    return address is None or same_handle(address, name)
