"""YouTube Data API v3: search, videos, channels, comments. Source: its reference and discovery document."""

import base64
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from siaga.simulation.accounts import Account
from siaga.simulation.contracts.contract import (
    AUTHOR,
    Contract,
    ContractQuery,
    Item,
    Path,
    RateBalance,
    RateLimit,
    rendered,
    whole_number,
)
from siaga.simulation.faults import FaultKind
from siaga.simulation.messages import Incoming, Outgoing
from siaga.simulation.posts import Post

DAY = timedelta(days=1)
PACIFIC = "America/Los_Angeles"
SEARCHES, UNITS = 100, 10_000
"""Calls of `search.list`, and units of everything else, a day."""
COLLECTIONS = {"search", "videos", "channels", "playlistItems", "commentThreads"}
ORDERS = {"date", "rating", "relevance", "title", "videoCount", "viewCount"}


class YouTubeContract(Contract):
    """The API with a key."""

    forms: ClassVar[frozenset[FaultKind]] = frozenset(
        {FaultKind.ERROR, FaultKind.HIDDEN, FaultKind.LIMIT, FaultKind.WALL}
    )
    only_on: ClassVar[Mapping[FaultKind, frozenset[str]]] = {FaultKind.HIDDEN: frozenset({"replies"})}
    volume = 0.05
    lists: ClassVar[Mapping[str, Sequence[Path]]] = dict.fromkeys(
        ("search", "videos", "playlistItems", "channels", "commentThreads"), (("items",),)
    )
    left_out = frozenset({"channels"})
    times = (("snippet", "publishedAt"),)

    def understand(self, request: Incoming, at: datetime) -> ContractQuery | Outgoing:
        """One of the four collections."""
        query = request.query
        key = query.get("key") or request.headers.get("x-goog-api-key")
        if key is None and self.token is not None:
            return _error(403, "The request is missing a valid API key.", "forbidden", "PERMISSION_DENIED")
        if not self.admits(key):
            return _error(400, "API key not valid.", "badRequest", "INVALID_ARGUMENT")
        collection = request.path.removeprefix("/youtube/v3/")
        if request.method != "GET" or collection not in COLLECTIONS:
            return _error(404, "Method not found.", "notFound", "NOT_FOUND")
        if "part" not in query:
            return _bad("part", "missingRequiredParameter")
        most = 100 if collection == "commentThreads" else 50
        limit = whole_number(query.get("maxResults"), 20 if most == 100 else 5, 0, most)
        if limit is None:
            return _bad("maxResults", "invalidParameter")
        match collection:
            case "search":
                return _search(query, limit)
            case "channels":
                return _channels(query)
            case "playlistItems":
                playlist = query.get("playlistId", "")
                if _channel_number(f"UC{playlist[2:]}") is None:
                    return _error(404, "The playlist cannot be found.", "playlistNotFound", "NOT_FOUND")
                return ContractQuery(
                    "playlistItems", AUTHOR, "", limit, options={"channel": f"UC{playlist[2:]}"}
                )
            case "videos":
                ids = query.get("id", "")
                return (
                    ContractQuery("videos", AUTHOR, ids, 50)
                    if ids
                    else _bad("id", "missingRequiredParameter")
                )
        video = query.get("videoId", "")
        number = _number(video)
        if number is None or self.corpus.post(number, at) is None:
            return _error(404, "The video cannot be found.", "videoNotFound", "NOT_FOUND")
        return ContractQuery(
            "commentThreads", "replies", self.author_of(number, at), limit, options={"video": video}
        )

    def find(self, ask: ContractQuery, until: datetime) -> Sequence[Item]:
        """Videos (the corpus's posts) and channels (its accounts)."""
        corpus = self.corpus
        match ask.endpoint:
            case "channels":
                account = self._channel(ask)
                return [account] if account and account.created <= until else []
            case "videos":
                numbers = [_number(id) for id in ask.name.split(",")[:50]]
                posts = [corpus.post(number, until) for number in numbers if number is not None]
                return [post for post in posts if post is not None]
            case "commentThreads":
                post = corpus.post(_number(ask.options["video"]) or 0, until)
                return corpus.replies(post, until, ask.limit) if post else []
        if ask.surface == "people":
            return corpus.accounts.search(ask.name, 200)[ask.skip : ask.skip + ask.limit]
        if ask.endpoint == "playlistItems" or ask.options.get("channel"):
            account = corpus.accounts.by_id(_channel_number(ask.options["channel"]) or 0)
            return corpus.written_by(account, until, ask.limit) if account else []
        if ask.surface == "search-latest":
            return corpus.newest(ask.name, until, ask.limit, ask.before)
        return corpus.top(ask.name, until, ask.limit, ask.skip)

    def answer(self, ask: ContractQuery, items: Sequence[Item], at: datetime) -> Outgoing:
        """A list response; with nothing found its `items` are empty."""
        match ask.endpoint:
            case "search":
                shown = [_result(item) for item in items if isinstance(item, Post | Account)]
                document = _list("searchListResponse", shown, ask.limit) | {
                    "regionCode": ask.options["region"]
                }
                if token := _next(ask, items):
                    document["nextPageToken"] = token
                return Outgoing.json(document)
            case "channels":
                channels = [_channel(item, ask.fields) for item in items if isinstance(item, Account)]
                document = _list("channelListResponse", channels, 5)
                if not channels:
                    del document["items"]
                return Outgoing.json(document)
            case "playlistItems":
                uploads = [_playlist_item(item) for item in items if isinstance(item, Post)]
                return Outgoing.json(_list("playlistItemListResponse", uploads, ask.limit))
            case "videos":
                return Outgoing.json(
                    _list("videoListResponse", [_video(item) for item in items if isinstance(item, Post)], 50)
                )
        threads = [_thread(item, ask.options["video"]) for item in items if isinstance(item, Post)]
        return Outgoing.json(_list("commentThreadListResponse", threads, ask.limit))

    def spoilt(self, kind: FaultKind, ask: ContractQuery, at: datetime) -> Outgoing:
        """By the API's error document."""
        match kind:
            case FaultKind.HIDDEN:
                return _error(403, "The channel has been suspended.", "channelSuspended", "PERMISSION_DENIED")
            case FaultKind.WALL:
                return _error(401, "The request lacks valid credentials.", "authError", "UNAUTHENTICATED")
        return _error(503, "The service is currently unavailable.", "backendError", "UNAVAILABLE")

    def limited(self, ask: ContractQuery, balance: RateBalance, at: datetime) -> Outgoing:
        """403 `quotaExceeded`, not 429."""
        what = "The request cannot be completed because the quota is used up."
        errors = [{"message": what, "domain": "youtube.quota", "reason": "quotaExceeded"}]
        return Outgoing.json({"error": {"code": 403, "message": what, "errors": errors}}, 403)

    def rate_limits(self, ask: ContractQuery) -> Sequence[RateLimit]:
        """Searches have their own bucket; the rest costs a unit each."""
        if ask.endpoint == "search":
            return (RateLimit("search", SEARCHES, DAY, zone=PACIFIC),)
        return (RateLimit("units", UNITS, DAY, zone=PACIFIC),)

    def _channel(self, ask: ContractQuery) -> Account | None:
        if ask.options.get("id"):
            return self.corpus.accounts.by_id(_channel_number(ask.options["id"]) or 0)
        return self.corpus.accounts.by_handle(ask.name)


def _search(query: Mapping[str, str], limit: int) -> ContractQuery | Outgoing:
    order, sort = query.get("order", "relevance"), query.get("type", "video,channel,playlist")
    if order not in ORDERS:
        return _bad("order", "invalidParameter")
    token = query.get("pageToken", "")
    if token and not re.fullmatch(r"C[0-9a-f]{1,16}", token):
        return _bad("pageToken", "invalidPageToken")
    latest = order == "date"
    place = int(token[1:], 16) if token else 0
    surface = "people" if sort == "channel" else "search-latest" if latest else "search-top"
    paged_by_id = surface == "search-latest"
    return ContractQuery(
        endpoint="search",
        surface=surface,
        name=query.get("q", ""),
        limit=limit,
        before=place if paged_by_id and place else None,
        skip=0 if paged_by_id else place,
        options={"region": query.get("regionCode", "US"), "channel": query.get("channelId", "")},
    )


def _channels(query: Mapping[str, str]) -> ContractQuery | Outgoing:
    handle, id = query.get("forHandle", "").lstrip("@"), query.get("id", "")
    if not handle and not id:
        return _error(400, "No filter selected.", "missingRequiredParameter", "INVALID_ARGUMENT")
    parts = frozenset(query["part"].split(","))
    surface = "profile" if "snippet" in parts else AUTHOR
    return ContractQuery("channels", surface, handle, fields=parts, options={"id": id})


def _next(ask: ContractQuery, items: Sequence[Item]) -> str | None:
    if not items or len(items) < ask.limit:
        return None
    ids = [item.id for item in items if isinstance(item, Post)]
    return f"C{min(ids) if ask.surface == 'search-latest' and ids else ask.skip + ask.limit:x}"


@rendered
def _result(item: Post | Account) -> object:
    if isinstance(item, Post):
        id = {"kind": "youtube#video", "videoId": _video_id(item.id)}
        return {
            "kind": "youtube#searchResult",
            "etag": _etag(item.id),
            "id": id,
            "snippet": {**_snippet(item), "liveBroadcastContent": "none", "publishTime": _time(item.at)},
        }
    return {
        "kind": "youtube#searchResult",
        "etag": _etag(item.id),
        "id": {"kind": "youtube#channel", "channelId": _channel_id(item.id)},
        "snippet": {
            "publishedAt": _time(item.created),
            "channelId": _channel_id(item.id),
            "title": item.label,
            "description": item.about,
            "thumbnails": _thumbnails(item.id),
            "channelTitle": item.label,
            "liveBroadcastContent": "none",
            "publishTime": _time(item.created),
        },
    }


def _snippet(post: Post) -> dict[str, object]:
    return {
        "publishedAt": _time(post.at),
        "channelId": _channel_id(post.author.id),
        "title": post.text[:100],
        "description": post.text,
        "thumbnails": _thumbnails(post.id),
        "channelTitle": post.author.label,
    }


@rendered
def _video(post: Post) -> object:
    return {
        "kind": "youtube#video",
        "etag": _etag(post.id),
        "id": _video_id(post.id),
        "snippet": {**_snippet(post), "liveBroadcastContent": "none"},
        "statistics": {
            "viewCount": str(post.likes * 40),
            "likeCount": str(post.likes),
            "commentCount": str(post.replies),
        },
    }


@rendered
def _channel(account: Account, parts: frozenset[str]) -> object:
    possible = {
        "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": f"UU{_channel_id(account.id)[2:]}"}},
        "snippet": {
            "title": account.label,
            "description": account.about,
            "customUrl": f"@{account.handle}",
            "publishedAt": _time(account.created),
            "thumbnails": _thumbnails(account.id),
        },
        "statistics": {
            "viewCount": str(account.followers * 30),
            "subscriberCount": str(account.followers),
            "hiddenSubscriberCount": False,
            "videoCount": str(account.posts),
        },
    }
    shown = {part: value for part, value in possible.items() if part in parts}
    head = {"kind": "youtube#channel", "etag": _etag(account.id), "id": _channel_id(account.id)}
    return {**head, **shown}


@rendered
def _playlist_item(post: Post) -> object:
    return {
        "kind": "youtube#playlistItem",
        "etag": _etag(post.id),
        "id": _etag(post.id),
        "contentDetails": {"videoId": _video_id(post.id), "videoPublishedAt": _time(post.at)},
    }


def _thread(reply: Post, video: str) -> dict[str, object]:
    snippet = {
        "videoId": video,
        "textDisplay": reply.text,
        "textOriginal": reply.text,
        "authorDisplayName": f"@{reply.author.handle}",
        "likeCount": reply.likes,
        "publishedAt": _time(reply.at),
        "updatedAt": _time(reply.at),
    }
    comment = {
        "kind": "youtube#comment",
        "etag": _etag(reply.id),
        "id": _video_id(reply.id),
        "snippet": snippet,
    }
    return {
        "kind": "youtube#commentThread",
        "etag": _etag(reply.id),
        "id": _video_id(reply.id),
        "snippet": {
            "videoId": video,
            "topLevelComment": comment,
            "canReply": True,
            "totalReplyCount": 0,
            "isPublic": True,
        },
    }


def _list(kind: str, items: Sequence[object], per_page: int) -> dict[str, object]:
    return {
        "kind": f"youtube#{kind}",
        "etag": _etag(len(items)),
        "pageInfo": {"totalResults": len(items), "resultsPerPage": per_page},
        "items": list(items),
    }


def _thumbnails(id: int) -> dict[str, object]:
    address = f"https://video.example/{_video_id(id)}/default.jpg"
    return {"default": {"url": address, "width": 120, "height": 90}}


def _bad(parameter: str, reason: str) -> Outgoing:
    return _error(400, f"The parameter {parameter} is missing or not valid.", reason, "INVALID_ARGUMENT")


def _error(code: int, message: str, reason: str, status: str) -> Outgoing:
    errors = [{"message": message, "domain": "youtube", "reason": reason}]
    return Outgoing.json(
        {"error": {"code": code, "message": message, "errors": errors, "status": status}}, code
    )


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _etag(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(20)).decode().rstrip("=")


def _video_id(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(8)).decode().rstrip("=")


def _number(video: str) -> int | None:
    if not re.fullmatch(r"[A-Za-z0-9_-]{11}", video):
        return None
    return int.from_bytes(base64.urlsafe_b64decode(f"{video}="))


def _channel_id(number: int) -> str:
    return "UC" + base64.urlsafe_b64encode(number.to_bytes(16)).decode().rstrip("=")


def _channel_number(id: str) -> int | None:
    if not re.fullmatch(r"UC[A-Za-z0-9_-]{22}", id):
        return None
    return int.from_bytes(base64.urlsafe_b64decode(f"{id[2:]}=="))


CONTRACT = YouTubeContract
