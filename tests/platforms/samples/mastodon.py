"""Samples of Mastodon's API documentation, and the contract they keep to, in our own words."""

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

# Mastodon's entities Account, Status, Tag, Search, Context
ACCOUNT_FORM = a(id=TEXT, username=TEXT, acct=TEXT, display_name=TEXT, note=TEXT, url=TEXT, created_at=TIME)
STATUS_FORM = a(
    id=TEXT,
    created_at=TIME,
    content=TEXT,
    spoiler_text=TEXT,
    tags=several(a(name=TEXT, url=TEXT)),
    account=ACCOUNT_FORM,
    replies_count=NUMBER,
    visibility=exactly("public"),
)
SEARCH_FORM = a(
    accounts=several(ACCOUNT_FORM),
    statuses=several(STATUS_FORM),
    hashtags=several(a(name=TEXT, url=TEXT)),
)

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

SAMPLES = Samples(
    address="https://sosial.example",
    answers={
        "search-latest": [answer(200, {"accounts": [], "statuses": STATUSES, "hashtags": []})],
        "people": [answer(200, {"accounts": [ACCOUNT], "statuses": [], "hashtags": []})],
        "hashtag": [answer(200, STATUSES)],
        "profile": [answer(200, ACCOUNT)],
        "replies": [
            answer(200, ACCOUNT),
            answer(200, STATUSES),
            answer(200, {"ancestors": [], "descendants": [status("Setuju", TIMES[0])]}),
        ],
        "trends": [answer(200, [{"name": "mahfud", "url": "u", "history": []}])],
    },
    contract={
        "search-latest": [SEARCH_FORM],
        "people": [SEARCH_FORM],
        "hashtag": [several(STATUS_FORM)],
        "profile": [ACCOUNT_FORM],
        "replies": [
            ACCOUNT_FORM,
            several(STATUS_FORM),
            a(ancestors=several(STATUS_FORM), descendants=several(STATUS_FORM)),
        ],
        "trends": [several(a(name=TEXT, url=TEXT, history={"type": "array"}))],
    },
)
