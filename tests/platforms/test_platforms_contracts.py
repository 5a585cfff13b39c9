"""The samples that the readers are tested with against the contracts, written down here in our own words.

Only what the contracts require and the readers use; where each stands is said in docs/platforms/. A sample
that drifts from its contract would make the other tests worthless.
"""

from typing import Any

import jsonschema
import orjson
import pytest
from tests.platforms.platform_samples import SAMPLES

TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "integer"}
FLAG: dict[str, Any] = {"type": "boolean"}
TIME: dict[str, Any] = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
}
HEXADECIMAL: dict[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def a(optional: dict[str, Any] | None = None, **required: Any) -> dict[str, Any]:
    """An object with these fields; more are allowed."""
    properties = {
        name.replace("__", "$"): schema for name, schema in {**required, **(optional or {})}.items()
    }
    return {
        "type": "object",
        "properties": properties,
        "required": [name.replace("__", "$") for name in required],
    }


def several(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def exactly(value: object) -> dict[str, Any]:
    return {"const": value}


# app.bsky.feed.defs#postView, app.bsky.actor.defs#profileView*, app.bsky.unspecced.defs#trendView
HANDLE = {"type": "string", "pattern": r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"}
ACTOR = a(did={"type": "string", "pattern": "^did:"}, handle=HANDLE, optional={"displayName": TEXT})
FEATURE = a(__type=TEXT, optional={"tag": TEXT})
FACET = a(index=a(byteStart=NUMBER, byteEnd=NUMBER), features=several(FEATURE))
RECORD = a(
    __type=exactly("app.bsky.feed.post"), text=TEXT, createdAt=TIME, optional={"facets": several(FACET)}
)
POST = a(
    uri={"type": "string", "pattern": "^at://"},
    cid=TEXT,
    author=ACTOR,
    record=RECORD,
    indexedAt=TIME,
    optional={"replyCount": NUMBER},
)
THREAD = a(
    __type=exactly("app.bsky.feed.defs#threadViewPost"),
    post=POST,
    optional={"replies": several(a(__type=TEXT, post=POST))},
)
TREND = a(topic=TEXT, displayName=TEXT, link=TEXT, startedAt=TIME, postCount=NUMBER, actors=several(ACTOR))
POSTS, ACTORS = a(posts=several(POST), optional={"cursor": TEXT}), a(actors=several(ACTOR))

# Mastodon's entities Account, Status, Tag, Search, Context
ACCOUNT = a(id=TEXT, username=TEXT, acct=TEXT, display_name=TEXT, note=TEXT, url=TEXT, created_at=TIME)
STATUS = a(
    id=TEXT,
    created_at=TIME,
    content=TEXT,
    spoiler_text=TEXT,
    tags=several(a(name=TEXT, url=TEXT)),
    account=ACCOUNT,
    replies_count=NUMBER,
    visibility=exactly("public"),
)
SEARCH = a(accounts=several(ACCOUNT), statuses=several(STATUS), hashtags=several(a(name=TEXT, url=TEXT)))

# Matrix: user_directory/search, publicRooms, search, profile
USER = a(user_id={"type": "string", "pattern": "^@[^:]+:.+"}, optional={"display_name": TEXT})
ROOM = a(
    room_id={"type": "string", "pattern": "^!"},
    num_joined_members=NUMBER,
    world_readable=FLAG,
    guest_can_join=FLAG,
    optional={"name": TEXT, "topic": TEXT, "canonical_alias": TEXT},
)
MESSAGE = a(
    event_id=TEXT, room_id=TEXT, sender=TEXT, type=TEXT, origin_server_ts=NUMBER, content={"type": "object"}
)
FOUND_MESSAGES = a(
    search_categories=a(room_events=a(results=several(a(rank={"type": "number"}, result=MESSAGE))))
)

# NIP-01, NIP-11
EVENT = a(
    id=HEXADECIMAL,
    pubkey=HEXADECIMAL,
    created_at=NUMBER,
    kind=NUMBER,
    tags=several(several(TEXT)),
    content=TEXT,
    sig={"type": "string", "pattern": "^[0-9a-f]{128}$"},
)
RELAY = a(supported_nips=several(NUMBER))
FRAME = {
    "anyOf": [
        {"type": "array", "prefixItems": [exactly("EVENT"), TEXT, EVENT], "minItems": 3, "maxItems": 3},
        {"type": "array", "prefixItems": [exactly("EOSE"), TEXT], "minItems": 2},
    ]
}

# X: SearchPostsRecentResponse, GetUsersByUsernameResponse, GetTrendsByWoeidResponse
ID = {"type": "string", "pattern": "^[0-9]{1,19}$"}
TWEET = a(
    id=ID,
    text=TEXT,
    optional={
        "created_at": TIME,
        "conversation_id": ID,
        "reply_settings": TEXT,
        "public_metrics": a(reply_count=NUMBER, like_count=NUMBER),
        "entities": a(hashtags=several(a(tag=TEXT))),
    },
)
TWEETS = a(data=several(TWEET), meta=a(result_count=NUMBER))

# YouTube: SearchListResponse, ChannelListResponse, PlaylistItemListResponse, CommentThreadListResponse
SNIPPET = a(
    title=TEXT, publishedAt=TIME, optional={"description": TEXT, "channelTitle": TEXT, "customUrl": TEXT}
)
COMMENT = a(snippet=a(topLevelComment=a(snippet=a(textDisplay=TEXT, publishedAt=TIME)), videoId=TEXT))


def listed(kind: str, item: dict[str, Any]) -> dict[str, Any]:
    page = a(totalResults=NUMBER, resultsPerPage=NUMBER)
    return a(kind=exactly(f"youtube#{kind}ListResponse"), pageInfo=page, items=several(item))


CHANNELS = listed("channel", a(id=TEXT, snippet=SNIPPET, contentDetails=a(relatedPlaylists=a(uploads=TEXT))))
VIDEOS = listed("search", a(id=a(kind=TEXT), snippet=SNIPPET))

CONTRACTS: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("bluesky", "search-latest"): [POSTS],
    ("bluesky", "search-top"): [POSTS],
    ("bluesky", "hashtag"): [POSTS],
    ("bluesky", "people"): [ACTORS],
    ("bluesky", "suggest"): [ACTORS],
    ("bluesky", "profile"): [ACTOR],
    ("bluesky", "replies"): [a(feed=several(a(post=POST))), a(thread=THREAD)],
    ("bluesky", "trends"): [a(trends=several(TREND))],
    ("mastodon", "search-latest"): [SEARCH],
    ("mastodon", "people"): [SEARCH],
    ("mastodon", "hashtag"): [several(STATUS)],
    ("mastodon", "profile"): [ACCOUNT],
    ("mastodon", "replies"): [
        ACCOUNT,
        several(STATUS),
        a(ancestors=several(STATUS), descendants=several(STATUS)),
    ],
    ("mastodon", "trends"): [several(a(name=TEXT, url=TEXT, history={"type": "array"}))],
    ("matrix", "search-latest"): [FOUND_MESSAGES],
    ("matrix", "search-top"): [a(chunk=several(ROOM))],
    ("matrix", "people"): [a(results=several(USER), limited=FLAG)],
    ("matrix", "profile"): [a(optional={"displayname": TEXT})],
    ("nostr", "search-latest"): [RELAY, FRAME],
    ("nostr", "people"): [RELAY, FRAME],
    ("nostr", "hashtag"): [FRAME],
    ("nostr", "profile"): [RELAY, FRAME],
    ("x", "search-latest"): [TWEETS],
    ("x", "search-top"): [TWEETS],
    ("x", "hashtag"): [TWEETS],
    ("x", "profile"): [
        a(data=a(id=TEXT, name=TEXT, username={"type": "string", "pattern": "^[A-Za-z0-9_]{1,15}$"}))
    ],
    ("x", "replies"): [TWEETS, TWEETS],
    ("x", "trends"): [a(data=several(a(trend_name=TEXT, tweet_count=NUMBER)))],
    ("youtube", "search-latest"): [VIDEOS],
    ("youtube", "search-top"): [VIDEOS],
    ("youtube", "people"): [VIDEOS],
    ("youtube", "profile"): [CHANNELS],
    ("youtube", "replies"): [
        CHANNELS,
        listed("playlistItem", a(contentDetails=a(videoId=TEXT))),
        listed("commentThread", COMMENT),
    ],
}


def test_every_sample_has_a_contract() -> None:
    assert set(CONTRACTS) == set(SAMPLES)


@pytest.mark.parametrize("case", sorted(SAMPLES), ids="-".join)
def test_samples_keep_to_their_contracts(case: tuple[str, str]) -> None:
    for schema, response in zip(CONTRACTS[case], SAMPLES[case], strict=True):
        jsonschema.Draft202012Validator.check_schema(schema)
        for line in response.body.splitlines():
            jsonschema.Draft202012Validator(schema).validate(orjson.loads(line))
