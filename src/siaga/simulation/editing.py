"""Where results stand in real answers, so that a proxy can take some away. Pure: documents in and out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from siaga.domain.time import parse_rfc3339
from siaga.simulation.contracts.contract import ContractQuery

Keep = Callable[[Sequence[object]], list[object]]
LISTS: Mapping[tuple[str, str], tuple[tuple[str, ...], ...]] = {
    ("x", "search"): (("data",),),
    ("x", "trends"): (("data",),),
    ("bluesky", "posts"): (("posts",),),
    ("bluesky", "actors"): (("actors",),),
    ("bluesky", "author"): (("feed",),),
    ("bluesky", "thread"): (("thread", "replies"),),
    ("bluesky", "trends"): (("trends",),),
    ("mastodon", "search"): (("accounts",), ("statuses",), ("hashtags",)),
    ("mastodon", "accounts"): ((),),
    ("mastodon", "timeline"): ((),),
    ("mastodon", "statuses"): ((),),
    ("mastodon", "context"): (("descendants",),),
    ("mastodon", "trends/tags"): ((),),
    ("mastodon", "trends/statuses"): ((),),
    ("mastodon", "trends/links"): ((),),
    ("matrix", "users"): (("results",),),
    ("matrix", "rooms"): (("chunk",),),
    ("matrix", "messages"): (("search_categories", "room_events", "results"),),
    ("youtube", "search"): (("items",),),
    ("youtube", "videos"): (("items",),),
    ("youtube", "playlistItems"): (("items",),),
    ("youtube", "channels"): (("items",),),
    ("youtube", "commentThreads"): (("items",),),
}
"""By reader and endpoint: the paths of the lists of results; the empty path is the document itself.

Endpoints that are not here answer with one thing, which is there or not.
"""
LEFT_OUT = frozenset({("x", "search"), ("x", "trends"), ("youtube", "channels")})
"""Where an empty list is not written at all, so that the contract's own empty answer must be given."""
TIMES = (
    ("record", "createdAt"),
    ("post", "record", "createdAt"),
    ("created_at",),
    ("createdAt",),
    ("snippet", "publishedAt"),
    ("result", "origin_server_ts"),
)
"""Where an item says when it was written."""


def edited(reader: str, ask: ContractQuery, document: object, keep: Keep) -> object | None:
    """The document with only those results that `keep` keeps; None for the contract's own empty answer.

    A document without a list where results belong is left as it is.
    """
    paths = LISTS.get((reader, ask.endpoint))
    if paths is None:
        return document if keep([document]) else None
    lists = [found for path in paths if isinstance(found := _at(document, path), list)]
    if not lists:
        return document
    left = 0
    for found in lists:
        found[:] = keep(found)
        left += len(found)
    if not left and (reader, ask.endpoint) in LEFT_OUT:
        return None
    _recount(reader, document, left)
    return document


def written(item: object) -> datetime | None:
    """When an item says that it was written; None where it does not."""
    for path in TIMES:
        said = _at(item, path)
        try:
            if isinstance(said, str):
                return parse_rfc3339(said)
            if isinstance(said, int | float):
                return datetime.fromtimestamp(said / 1000 if said > 10**11 else said, UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _at(document: object, path: Sequence[str]) -> object:
    for name in path:
        if not isinstance(document, dict):
            return None
        document = document.get(name)
    return document


def _recount(reader: str, document: object, left: int) -> None:
    """What the document says of how many there are."""
    place, name = {
        "x": (("meta",), "result_count"),
        "matrix": (("search_categories", "room_events"), "count"),
    }.get(reader, ((), ""))
    counted = _at(document, place)
    if isinstance(counted, dict) and name in counted:
        counted[name] = left
