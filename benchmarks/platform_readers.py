"""How long a reader takes over a page of results: `python -m benchmarks.platform_readers`."""

import time
from datetime import UTC, datetime, timedelta

import orjson

from siaga.domain.answers import Answer, Session, Surface
from siaga.platforms.conversation import Instance, Query, Reading, Response
from siaga.platforms.registry import platforms

AT = datetime(2024, 1, 25, 5, tzinfo=UTC)
POSTS = 25
PAGES = 400
TEXTS = {
    "ASCII": "Mahfud MD dan Ganjar berbicara tentang hukum - dan pemilu yang adil " * 3,
    "with one character outside ASCII": "Mahfud MD dan Ganjar berbicara tentang hukum – dan pemilu yang adil "
    * 3,
}


def page(text: str) -> bytes:
    """A page as Bluesky's search answers it."""
    posts = []
    for place in range(POSTS):
        at = (AT - timedelta(minutes=place)).isoformat().replace("+00:00", "Z")
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": at}
        author = {"did": "did:plc:x", "handle": "warga.bsky.social"}
        posts.append(
            {"uri": f"at://x/{place}", "cid": "x", "author": author, "record": record, "indexedAt": at}
        )
    return orjson.dumps({"posts": posts})


def read(body: bytes) -> None:
    """One conversation, without the network."""
    instance = Instance("https://bsky.example", Session.SIGNED_IN, "token")
    conversation = platforms()["bluesky"].ask(instance, Query(Surface.SEARCH_LATEST, "mahfud", AT))
    next(conversation)
    headers = {"content-type": "application/json", "ratelimit-remaining": "2999", "ratelimit-limit": "3000"}
    reading: Reading | None = None
    try:
        conversation.send(Response(200, headers, body, "https://bsky.example"))
    except StopIteration as over:
        reading = over.value
    assert reading is not None
    assert (reading.answer, reading.matching) == (Answer.RESULTS, POSTS)


def main() -> None:
    """Print the best of five runs, in processor time."""
    for name, text in TEXTS.items():
        body = page(text)
        best = float("inf")
        for _ in range(5):
            began = time.process_time()
            for _ in range(PAGES):
                read(body)
            best = min(best, time.process_time() - began)
        print(f"{name}: {best / PAGES * 1e6:.0f} us a page of {POSTS} posts")


if __name__ == "__main__":
    main()
