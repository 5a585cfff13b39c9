"""Samples of X's OpenAPI document, and the contract they keep to, in our own words."""

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
    several,
)

# X: SearchPostsRecentResponse, GetUsersByUsernameResponse, GetTrendsByWoeidResponse
ID_FORM = {"type": "string", "pattern": "^[0-9]{1,19}$"}
TWEET_FORM = a(
    id=ID_FORM,
    text=TEXT,
    optional={
        "created_at": TIME,
        "conversation_id": ID_FORM,
        "reply_settings": TEXT,
        "public_metrics": a(reply_count=NUMBER, like_count=NUMBER),
        "entities": a(hashtags=several(a(tag=TEXT))),
    },
)
TWEETS_FORM = a(data=several(TWEET_FORM), meta=a(result_count=NUMBER))


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

SAMPLES = Samples(
    address="https://api.x.example",
    answers={
        "search-latest": [answer(200, {"data": TWEETS, "meta": TWEETS_META})],
        "search-top": [answer(200, {"data": TWEETS, "meta": TWEETS_META})],
        "hashtag": [answer(200, {"data": TWEETS, "meta": TWEETS_META})],
        "profile": [answer(200, {"data": {"id": "1", "name": "Mahfud MD", "username": HANDLE}})],
        "replies": [
            answer(200, {"data": [OWN_TWEET], "meta": {"result_count": 1}}),
            answer(200, {"data": TWEETS, "meta": TWEETS_META}),
        ],
        "trends": [answer(200, {"data": [{"trend_name": "#Mahfud", "tweet_count": 4000}]})],
    },
    contract={
        "search-latest": [TWEETS_FORM],
        "search-top": [TWEETS_FORM],
        "hashtag": [TWEETS_FORM],
        "profile": [
            a(data=a(id=TEXT, name=TEXT, username={"type": "string", "pattern": "^[A-Za-z0-9_]{1,15}$"}))
        ],
        "replies": [TWEETS_FORM, TWEETS_FORM],
        "trends": [a(data=several(a(trend_name=TEXT, tweet_count=NUMBER)))],
    },
)
