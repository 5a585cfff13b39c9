"""Samples of YouTube's discovery document, and the contract they keep to, in our own words."""

from typing import Any

from tests.platforms.platform_samples import (
    HANDLE,
    NUMBER,
    TEXT,
    TEXTS,
    TIME,
    TIMES,
    Samples,
    a,
    answer,
    exactly,
    several,
)

# YouTube: SearchListResponse, ChannelListResponse, PlaylistItemListResponse, CommentThreadListResponse
SNIPPET_FORM = a(
    title=TEXT, publishedAt=TIME, optional={"description": TEXT, "channelTitle": TEXT, "customUrl": TEXT}
)
COMMENT_FORM = a(snippet=a(topLevelComment=a(snippet=a(textDisplay=TEXT, publishedAt=TIME)), videoId=TEXT))


def list_schema(kind: str, item: dict[str, Any]) -> dict[str, Any]:
    page = a(totalResults=NUMBER, resultsPerPage=NUMBER)
    return a(kind=exactly(f"youtube#{kind}ListResponse"), pageInfo=page, items=several(item))


CHANNELS_FORM = list_schema(
    "channel", a(id=TEXT, snippet=SNIPPET_FORM, contentDetails=a(relatedPlaylists=a(uploads=TEXT)))
)
VIDEOS_FORM = list_schema("search", a(id=a(kind=TEXT), snippet=SNIPPET_FORM))


def video(title: str, at: str) -> dict[str, Any]:
    return {
        "kind": "youtube#searchResult",
        "etag": "e",
        "id": {"kind": "youtube#video", "videoId": "dQw4w9WgXcQ"},
        "snippet": {
            "publishedAt": at,
            "channelId": "UC1",
            "title": title,
            "description": "",
            "channelTitle": "Kabar",
        },
    }


def listed(kind: str, *items: dict[str, Any]) -> dict[str, Any]:
    page = {"totalResults": len(items), "resultsPerPage": 50}
    return {"kind": f"youtube#{kind}ListResponse", "etag": "e", "pageInfo": page, "items": list(items)}


CHANNEL: dict[str, Any] = {
    "kind": "youtube#channel",
    "etag": "e",
    "id": "UC1",
    "snippet": {"title": "Mahfud MD", "customUrl": f"@{HANDLE}", "publishedAt": TIMES[2]},
    "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": "UU1"}},
}
PLAYLIST_ITEM: dict[str, Any] = {
    "kind": "youtube#playlistItem",
    "etag": "e",
    "id": "p",
    "contentDetails": {"videoId": "dQw4w9WgXcQ"},
}
COMMENT: dict[str, Any] = {
    "kind": "youtube#commentThread",
    "etag": "e",
    "id": "c",
    "snippet": {
        "videoId": "dQw4w9WgXcQ",
        "canReply": True,
        "totalReplyCount": 0,
        "topLevelComment": {
            "kind": "youtube#comment",
            "id": "c",
            "snippet": {"textDisplay": "Mantap", "publishedAt": TIMES[0]},
        },
    },
}

SAMPLES = Samples(
    address="https://video.example/youtube/v3",
    answers={
        "search-latest": [
            answer(200, listed("search", *(video(text, at) for text, at in zip(TEXTS, TIMES, strict=True))))
        ],
        "search-top": [answer(200, listed("search", video(TEXTS[0], TIMES[0])))],
        "people": [answer(200, listed("search", video("Mahfud MD", TIMES[0])))],
        "profile": [answer(200, listed("channel", CHANNEL))],
        "replies": [
            answer(200, listed("channel", CHANNEL)),
            answer(200, listed("playlistItem", PLAYLIST_ITEM)),
            answer(200, listed("commentThread", COMMENT)),
        ],
    },
    contract={
        "search-latest": [VIDEOS_FORM],
        "search-top": [VIDEOS_FORM],
        "people": [VIDEOS_FORM],
        "profile": [CHANNELS_FORM],
        "replies": [
            CHANNELS_FORM,
            list_schema("playlistItem", a(contentDetails=a(videoId=TEXT))),
            list_schema("commentThread", COMMENT_FORM),
        ],
    },
)
