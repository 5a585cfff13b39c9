"""Answers as the contracts describe them, written by hand: for each platform and surface a found name.

Each sample has what the contract requires, a little of what it allows, and nothing of a reader's making.
"""

from typing import Any

from tests.platforms.platform_talk import HANDLE, answer, frames

from siaga.platforms.conversation import Response

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
KEY = "3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d"
NPUB = "npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6"
"""A key and its written form, from NIP-19's own examples."""
TEXTS = ("Mahfud bicara hukum", "Debat: #MahfudMD dan Mahfud", "Selamat pagi dari Mahfud")
TIMES = ("2024-01-25T04:58:00.000Z", "2024-01-25T04:30:00.000Z", "2024-01-25T03:00:00.000Z")


def bluesky_post(text: str, at: str, **more: object) -> dict[str, Any]:
    key = at.translate(str.maketrans("", "", "-:.TZ"))[:13]
    return {
        "uri": f"at://{DID}/app.bsky.feed.post/{key}",
        "cid": "bafyreigh2akiscaildc",
        "author": {"did": DID, "handle": "warga.bsky.social", "displayName": "Warga"},
        "record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": at},
        "indexedAt": at,
        "replyCount": 2,
        **more,
    }


BLUESKY_POSTS = [bluesky_post(text, at) for text, at in zip(TEXTS, TIMES, strict=True)]
BLUESKY_TAGGED = bluesky_post(
    "Debat malam ini",
    TIMES[0],
    record={
        "$type": "app.bsky.feed.post",
        "text": "Debat malam ini",
        "createdAt": TIMES[0],
        "facets": [
            {
                "index": {"byteStart": 0, "byteEnd": 5},
                "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "Mahfud"}],
            }
        ],
    },
)
BLUESKY_ACTOR: dict[str, Any] = {"did": DID, "handle": f"{HANDLE}.bsky.social", "displayName": "Mahfud MD"}
BLUESKY_THREAD: dict[str, Any] = {
    "$type": "app.bsky.feed.defs#threadViewPost",
    "post": BLUESKY_POSTS[0],
    "replies": [{"$type": "app.bsky.feed.defs#threadViewPost", "post": bluesky_post("Setuju", TIMES[0])}],
}

ACCOUNT: dict[str, Any] = {
    "id": "23634",
    "username": HANDLE,
    "acct": HANDLE,
    "display_name": "Mahfud MD",
    "created_at": "2022-11-01T00:00:00.000Z",
    "note": "<p>Akun resmi</p>",
    "url": f"https://sosial.example/@{HANDLE}",
}


def status(text: str, at: str, tags: tuple[str, ...] = (), **more: object) -> dict[str, Any]:
    return {
        "id": at.translate(str.maketrans("", "", "-:.TZ")),
        "created_at": at,
        "content": f"<p>{text}</p>",
        "spoiler_text": "",
        "tags": [{"name": tag, "url": f"https://sosial.example/tags/{tag}"} for tag in tags],
        "account": ACCOUNT,
        "replies_count": 1,
        "visibility": "public",
        **more,
    }


STATUSES = [status(text, at, ("mahfud",)) for text, at in zip(TEXTS, TIMES, strict=True)]


def tweet(text: str, at: str, id: str, **more: object) -> dict[str, Any]:
    return {"id": id, "text": text, "created_at": at, "edit_history_tweet_ids": [id], **more}


TWEETS = [
    tweet(
        text,
        at,
        str(1750000000000000003 - place),
        entities={"hashtags": [{"start": 0, "end": 7, "tag": "mahfud"}]},
    )
    for place, (text, at) in enumerate(zip(TEXTS, TIMES, strict=True))
]
TWEETS_META = {"newest_id": TWEETS[0]["id"], "oldest_id": TWEETS[-1]["id"], "result_count": len(TWEETS)}
OWN_TWEET = tweet(
    "Terima kasih",
    TIMES[1],
    "1749999999999999999",
    conversation_id="1749999999999999999",
    public_metrics={"reply_count": 3, "like_count": 9, "retweet_count": 1, "quote_count": 0},
    reply_settings="everyone",
)


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


def event(kind: int, content: str, seconds: int, *tags: list[str]) -> dict[str, Any]:
    return {
        "id": f"{seconds:064x}",
        "pubkey": KEY,
        "created_at": seconds,
        "kind": kind,
        "tags": list(tags),
        "content": content,
        "sig": "0" * 128,
    }


NOTES = [event(1, text, 1706158800 - 60 * place, ["t", "mahfud"]) for place, text in enumerate(TEXTS)]
NOSTR_PROFILE = event(0, f'{{"name":"{HANDLE}","display_name":"Mahfud MD"}}', 1700000000)
RELAY: dict[str, Any] = {"name": "relai", "supported_nips": [1, 11, 50], "software": "x", "version": "1"}


def stored(*events: dict[str, Any]) -> Response:
    return frames(*(["EVENT", "siaga", one] for one in events), ["EOSE", "siaga"])


MESSAGE: dict[str, Any] = {
    "rank": 0.4,
    "result": {
        "type": "m.room.message",
        "event_id": "$1",
        "room_id": "!umum:rumah.example",
        "sender": "@warga:rumah.example",
        "origin_server_ts": 1706158740000,
        "content": {"msgtype": "m.text", "body": "Mahfud bicara hukum"},
    },
}
ROOM: dict[str, Any] = {
    "room_id": "!umum:rumah.example",
    "name": "Dukung Mahfud",
    "num_joined_members": 4,
    "world_readable": True,
    "guest_can_join": False,
}
USER: dict[str, Any] = {"user_id": f"@{HANDLE}:rumah.example", "display_name": "Mahfud MD"}

SAMPLES: dict[tuple[str, str], list[Response]] = {
    ("bluesky", "search-latest"): [answer(200, {"posts": BLUESKY_POSTS, "cursor": "3"})],
    ("bluesky", "search-top"): [answer(200, {"posts": BLUESKY_POSTS})],
    ("bluesky", "hashtag"): [answer(200, {"posts": [BLUESKY_TAGGED]})],
    ("bluesky", "people"): [answer(200, {"actors": [BLUESKY_ACTOR]})],
    ("bluesky", "suggest"): [answer(200, {"actors": [BLUESKY_ACTOR]})],
    ("bluesky", "profile"): [answer(200, BLUESKY_ACTOR)],
    ("bluesky", "replies"): [
        answer(200, {"feed": [{"post": BLUESKY_POSTS[0]}]}),
        answer(200, {"thread": BLUESKY_THREAD}),
    ],
    ("bluesky", "trends"): [
        answer(
            200,
            {
                "trends": [
                    {
                        "topic": "mahfud",
                        "displayName": "Mahfud",
                        "link": "/",
                        "startedAt": TIMES[0],
                        "postCount": 5,
                        "actors": [],
                    }
                ]
            },
        )
    ],
    ("mastodon", "search-latest"): [answer(200, {"accounts": [], "statuses": STATUSES, "hashtags": []})],
    ("mastodon", "people"): [answer(200, {"accounts": [ACCOUNT], "statuses": [], "hashtags": []})],
    ("mastodon", "hashtag"): [answer(200, STATUSES)],
    ("mastodon", "profile"): [answer(200, ACCOUNT)],
    ("mastodon", "replies"): [
        answer(200, ACCOUNT),
        answer(200, STATUSES),
        answer(200, {"ancestors": [], "descendants": [status("Setuju", TIMES[0])]}),
    ],
    ("mastodon", "trends"): [answer(200, [{"name": "mahfud", "url": "u", "history": []}])],
    ("matrix", "search-latest"): [
        answer(
            200, {"search_categories": {"room_events": {"count": 1, "highlights": [], "results": [MESSAGE]}}}
        )
    ],
    ("matrix", "search-top"): [answer(200, {"chunk": [ROOM], "total_room_count_estimate": 1})],
    ("matrix", "people"): [answer(200, {"results": [USER], "limited": False})],
    ("matrix", "profile"): [answer(200, {"displayname": "Mahfud MD"})],
    ("nostr", "search-latest"): [answer(200, RELAY), stored(*NOTES)],
    ("nostr", "people"): [answer(200, RELAY), stored(NOSTR_PROFILE)],
    ("nostr", "hashtag"): [stored(*NOTES)],
    ("nostr", "profile"): [answer(200, RELAY), stored(NOSTR_PROFILE)],
    ("x", "search-latest"): [answer(200, {"data": TWEETS, "meta": TWEETS_META})],
    ("x", "search-top"): [answer(200, {"data": TWEETS, "meta": TWEETS_META})],
    ("x", "hashtag"): [answer(200, {"data": TWEETS, "meta": TWEETS_META})],
    ("x", "profile"): [answer(200, {"data": {"id": "1", "name": "Mahfud MD", "username": HANDLE}})],
    ("x", "replies"): [
        answer(200, {"data": [OWN_TWEET], "meta": {"result_count": 1}}),
        answer(200, {"data": TWEETS, "meta": TWEETS_META}),
    ],
    ("x", "trends"): [answer(200, {"data": [{"trend_name": "#Mahfud", "tweet_count": 4000}]})],
    ("youtube", "search-latest"): [
        answer(200, listed("search", *(video(text, at) for text, at in zip(TEXTS, TIMES, strict=True))))
    ],
    ("youtube", "search-top"): [answer(200, listed("search", video(TEXTS[0], TIMES[0])))],
    ("youtube", "people"): [answer(200, listed("search", video("Mahfud MD", TIMES[0])))],
    ("youtube", "profile"): [answer(200, listed("channel", CHANNEL))],
    ("youtube", "replies"): [
        answer(200, listed("channel", CHANNEL)),
        answer(200, listed("playlistItem", PLAYLIST_ITEM)),
        answer(200, listed("commentThread", COMMENT)),
    ],
}
"""The answers of a conversation that finds the name."""
