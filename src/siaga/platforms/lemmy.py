"""Lemmy servers: posts, people and communities, by API v3 (Lemmy 0.19) or v4 (Lemmy 1).

Source: the project's server and API types. docs/platforms/lemmy.md says what was checked, and when.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from siaga.domain.answers import Answer, Surface
from siaga.platforms.conversation import Conversation, Reading, Response, Step
from siaga.platforms.guard import Concluded
from siaga.platforms.http_status import by_status, in_the_way
from siaga.platforms.json import (
    ContractViolation,
    added_texts,
    as_note,
    error_document,
    error_text,
    optional,
    required,
    required_list,
    texts,
)
from siaga.platforms.matching import as_tag, tag, whole_words, word_beginnings
from siaga.platforms.platform import Inquiry, Platform
from siaga.platforms.results import Result
from siaga.platforms.times import moment

PAGE: Final = 20
RECENT: Final = timedelta(days=30)
"""The span that v4 is asked for where newest-first is meant: its search has no order to choose."""

Entity = dict[str, object]


def _failed(response: Response, ask: Inquiry) -> Reading:
    word = error_text(error_document(response), "error")
    note = as_note(word or f"status {response.status}")
    return in_the_way(response) or ask.error(word, note) or by_status(response, note)


lemmy = Platform(
    "lemmy@3",
    label="Lemmy",
    address="https://lemmy.world",
    credential="bearer",
    errors={
        Answer.LIMITED: ("rate_limit_error", "too_many_requests"),
        Answer.WALLED: ("instance_is_private", "not_logged_in", "incorrect_login"),
    },
    failed=_failed,
)
"""Everything is for anybody, unless the server is private."""


@lemmy.surface(Surface.SEARCH_LATEST, Surface.SEARCH_TOP, cost=2)
def _posts(ask: Inquiry) -> Conversation:
    latest = ask.surface == Surface.SEARCH_LATEST
    api = yield from _api(ask)
    if api == "v3":
        posts = yield from _found(ask, api, "post", listing_type="All", sort="New" if latest else "TopAll")
    else:
        span: dict[str, int] = {"time_range_seconds": int(RECENT.total_seconds())} if latest else {}
        posts = yield from _found(ask, api, "post", **span)
    carries, published = whole_words(ask.name), "published" if api == "v3" else "published_at"
    results, pinned = [], False
    for post in posts:
        shown = added_texts(post, "alt_text", "embed_title", "embed_description")
        text = f"{texts(post, 'name', optionally=('body',))} {shown}"
        results.append(
            Result(carries(text) and not _is_removed(post), moment(required(post, published, str)))
        )
        pinned = required(post, "featured_local", bool) or pinned
    return ask.results(results, latest=latest and api == "v3" and not pinned)


@lemmy.surface(Surface.PEOPLE, cost=2)
def _people(ask: Inquiry) -> Conversation:
    api = yield from _api(ask)
    people = yield from _found(ask, api, "person")
    by_name, in_bio = word_beginnings(literal(ask.name)), whole_words(literal(ask.name))
    return ask.results(
        [
            Result(
                by_name(texts(person, "name", optionally=("display_name",)))
                or in_bio(added_texts(person, "bio"))
            )
            for person in people
        ]
    )


@lemmy.surface(Surface.HASHTAG, cost=2)
def _communities(ask: Inquiry) -> Conversation:
    """Communities that are called as the hashtag: on Lemmy, posts on a subject stand together in one."""
    carries = tag(as_tag(ask.name))
    api = yield from _api(ask)
    communities = yield from _found(ask, api, "community")
    results = []
    for community in communities:
        title = texts(community, optionally=("title",))
        called = carries([required(community, "name", str), title], "")
        results.append(Result(called and not _is_removed(community)))
    return ask.results(results)


def literal(name: str) -> str:
    """`name` without what a server would take for an address to look up: a leading `@` or `!`, and `://`."""
    return name.strip().lstrip("@!").replace("://", " ")


def _api(ask: Inquiry) -> Step[str]:
    """`v3` or `v4`, by the version in the server's own description.

    Raises:
        ContractViolation: the server runs something else, or a version that is not known.
    """
    software = required((yield from ask.get("nodeinfo", "2.1")), "software", dict)
    name, version = required(software, "name", str), required(software, "version", str)
    if name != "lemmy":
        raise ContractViolation(f"this server runs {name}, not Lemmy")
    if version.startswith("0.19."):
        return "v3"
    if version.startswith("1."):
        return "v4"
    raise ContractViolation(f"version {version} of Lemmy is not known")


_KINDS: Final = {
    ("v3", "post"): ("Posts", "posts"),
    ("v4", "post"): ("posts", "posts"),
    ("v3", "person"): ("Users", "users"),
    ("v4", "person"): ("users", "persons"),
    ("v3", "community"): ("Communities", "communities"),
    ("v4", "community"): ("communities", "communities"),
}
"""What each API calls a kind of results in a request, and in its answer."""


def _found(ask: Inquiry, api: str, kind: str, **more: str | int) -> Step[Iterator[Entity]]:
    """What the server's search finds of a kind, but for what its own owners have deleted.

    Raises:
        Concluded: it finds only such.
    """
    type_, field = _KINDS[api, kind]
    term = "q" if api == "v3" else "search_term"
    wanted: dict[str, str | int] = {term: literal(ask.name), "type_": type_, "limit": PAGE, **more}
    body = yield from ask.get("api", api, "search", **wanted)
    views = list(required_list(body, field))
    next_page = optional(body, "next_page", str)
    if next_page and not views:
        raise ContractViolation("an empty page with a next one")
    entities = [required(view, kind, dict) for view in views]
    standing = [entity for entity in entities if not optional(entity, "deleted", bool)]
    if entities and not standing:
        raise Concluded(ask.withdrawn("deleted by its owner"))
    return iter(standing)


def _is_removed(entity: Entity) -> bool:
    """Whether moderators took it away: what still shows that there was one does not show it."""
    return optional(entity, "removed", bool) or False
