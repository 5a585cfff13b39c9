"""Samples of Bluesky's lexicons, and the contract they keep to, in our own words."""

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

# app.bsky.feed.defs#postView, app.bsky.actor.defs#profileView*, app.bsky.unspecced.defs#trendView
HANDLE_FORM = {"type": "string", "pattern": r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"}
ACTOR_FORM = a(did={"type": "string", "pattern": "^did:"}, handle=HANDLE_FORM, optional={"displayName": TEXT})
FEATURE_FORM = a(__type=TEXT, optional={"tag": TEXT})
FACET_FORM = a(index=a(byteStart=NUMBER, byteEnd=NUMBER), features=several(FEATURE_FORM))
RECORD_FORM = a(
    __type=exactly("app.bsky.feed.post"),
    text=TEXT,
    createdAt=TIME,
    optional={"facets": several(FACET_FORM)},
)
POST_FORM = a(
    uri={"type": "string", "pattern": "^at://"},
    cid=TEXT,
    author=ACTOR_FORM,
    record=RECORD_FORM,
    indexedAt=TIME,
    optional={"replyCount": NUMBER},
)
THREAD_FORM = a(
    __type=exactly("app.bsky.feed.defs#threadViewPost"),
    post=POST_FORM,
    optional={"replies": several(a(__type=TEXT, post=POST_FORM))},
)
TREND_FORM = a(
    topic=TEXT, displayName=TEXT, link=TEXT, startedAt=TIME, postCount=NUMBER, actors=several(ACTOR_FORM)
)
POSTS, ACTORS = a(posts=several(POST_FORM), optional={"cursor": TEXT}), a(actors=several(ACTOR_FORM))

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"


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

SAMPLES = Samples(
    address="https://bsky.example",
    answers={
        "search-latest": [answer(200, {"posts": BLUESKY_POSTS, "cursor": "3"})],
        "search-top": [answer(200, {"posts": BLUESKY_POSTS})],
        "hashtag": [answer(200, {"posts": [BLUESKY_TAGGED]})],
        "people": [answer(200, {"actors": [BLUESKY_ACTOR]})],
        "suggest": [answer(200, {"actors": [BLUESKY_ACTOR]})],
        "profile": [answer(200, BLUESKY_ACTOR)],
        "replies": [
            answer(200, {"feed": [{"post": BLUESKY_POSTS[0]}]}),
            answer(200, {"thread": BLUESKY_THREAD}),
        ],
        "trends": [
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
    },
    contract={
        "search-latest": [POSTS],
        "search-top": [POSTS],
        "hashtag": [POSTS],
        "people": [ACTORS],
        "suggest": [ACTORS],
        "profile": [ACTOR_FORM],
        "replies": [a(feed=several(a(post=POST_FORM))), a(thread=THREAD_FORM)],
        "trends": [a(trends=several(TREND_FORM))],
    },
)
