"""Mastodon and servers that speak its REST API.

Source: the project's API documentation. docs/platforms/mastodon.md says what was checked, and when.
"""

import html
import re
from collections.abc import Mapping
from typing import Final

from siaga.domain.answers import Answer, Surface
from siaga.platforms.conversation import Conversation, Reading, Response, SelfTest, SelfTestStep, Step
from siaga.platforms.guard import Concluded
from siaga.platforms.http_status import by_status, in_the_way
from siaga.platforms.json import (
    ContractViolation,
    added_objects,
    added_texts,
    as_note,
    document,
    error_document,
    error_text,
    objects,
    optional,
    required,
    required_list,
    texts,
)
from siaga.platforms.matching import (
    LONGEST_TEXT,
    as_tag,
    most_shared_words,
    quoted,
    same_handle,
    tag,
    whole_words,
    word_beginnings,
)
from siaga.platforms.platform import SIGNED_IN, Inquiry, Platform
from siaga.platforms.results import Result, most_replied
from siaga.platforms.times import moment

PAGE: Final = 20
SHOWN: Final = 40
"""Public posts from which a self-test takes its words."""
FETCHING: Final = "mastodon-async-refresh"
"""The header of an answer that is not complete yet."""
_OPERATES: Final = re.compile(r"""(?:^|\s)[-+#@]|["':]""")
_BREAK: Final = re.compile(r"<(?:br\s{0,9}/?|/p|/li)>", re.IGNORECASE)
_MARKUP: Final = re.compile(r"<[^<>]*>")
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_NOT_FOUND: Final = re.compile(r"Record not found$|Not Found: |Can't find user$", re.IGNORECASE)
"""How servers say that there is no such account, hashtag or post: Mastodon, GoToSocial, Pleroma. A bare
"Not Found" is what they say of an address that they do not know."""
_NOT_PERMITTED: Final = "This action is not allowed"
_ACCOUNTS: Final = frozenset({Surface.PROFILE, Surface.REPLIES})
_SIGN_IN: Final = "requires an authenticated user"


def _failed(response: Response, ask: Inquiry) -> Reading:
    if reading := in_the_way(response):
        return reading
    message = error_text(error_document(response), "error")
    note = as_note(message or f"status {response.status}")
    if _SIGN_IN in message and response.status in {403, 422}:
        return Reading(Answer.WALLED, note=note)
    if response.status in {403, 404, 410} and "suspend" in message.lower() and ask.surface in _ACCOUNTS:
        return Reading(Answer.HIDDEN, note=note)
    if response.status == 403 and message:
        return Reading(Answer.REFUSED if message == _NOT_PERMITTED else Answer.WALLED, note=note)
    return by_status(response, note)


mastodon = Platform(
    "mastodon@2",
    label="Mastodon",
    address="https://mastodon.social",
    root="api",
    credential="bearer",
    credential_page="{address}/settings/applications",
    failed=_failed,
)


@mastodon.surface(Surface.SEARCH_LATEST, sessions=SIGNED_IN)
def _posts(ask: Inquiry) -> Conversation:
    """Posts are searched only for who is signed in."""
    body = yield from ask.get("v2", "search", q=literal(ask.name), type="statuses", limit=PAGE)
    carries = whole_words(ask.name)
    statuses = list(required_list(body, "statuses"))
    if not statuses and not ask.signed_in:
        return Reading(Answer.UNREADABLE, note="an anonymous search of posts is always empty")
    return ask.results([_result(status, carries(_text(status))) for status in statuses], latest=True)


@mastodon.surface(Surface.PEOPLE)
def _people(ask: Inquiry) -> Conversation:
    name = ask.name.lstrip("@")
    body = yield from ask.get("v2", "search", q=name, type="accounts", limit=PAGE)
    by_name, in_bio = word_beginnings(name), whole_words(name)
    return ask.results(
        [
            Result(by_name(texts(account, "display_name", "acct")) or in_bio(_bio(account)))
            for account in required_list(body, "accounts")
        ]
    )


@mastodon.surface(Surface.HASHTAG, cost=2)
def _hashtag(ask: Inquiry) -> Conversation:
    response = yield ask.request("v1", "timelines", "tag", as_tag(ask.name), limit=PAGE)
    more = "a Link to the next" if 'rel="next"' in response.headers.get("link", "") else ""
    carries = tag(ask.name)
    results = [
        _result(status, carries(_tags(status), _text(status))) for status in objects(_found(ask, response))
    ]
    if not results and not more:
        response = yield ask.request("v2", "instance")
        if _is_switched_off(response, ask):
            return Reading(Answer.WALLED, note="hashtag feeds are switched off")
    return ask.results(results, latest=True, more=more)


@mastodon.surface(Surface.PROFILE)
def _profile(ask: Inquiry) -> Conversation:
    account = yield from _account(ask)
    for word, by_whom in (("suspended", "suspended, or deleted by its owner"), ("limited", "limited")):
        if optional(account, word, bool):
            return Reading(Answer.HIDDEN, note=by_whom)
    return ask.results([Result(_is_asked(account, ask.name))])


@mastodon.surface(Surface.REPLIES, cost=4)
def _replies(ask: Inquiry) -> Conversation:
    """Replies to the account's recent post that has most; asked again while the server still fetches them."""
    account = _id((yield from _account(ask)))
    own = {"exclude_replies": "true", "exclude_reblogs": "true"}
    statuses = yield from ask.get("v1", "accounts", account, "statuses", **own, limit=20)
    most = most_replied({_id(status): required(status, "replies_count", int) for status in objects(statuses)})
    if most is None:
        return ask.empty("no post with replies")
    replies: list[dict[str, object]] = []
    fetching = ""
    for _ in range(2):
        response = yield ask.request("v1", "statuses", most, "context")
        replies = list(required_list(_found(ask, response), "descendants"))
        fetching = "replies that are still being fetched" if FETCHING in response.headers else ""
        if replies or not fetching:
            break
    return ask.results([_result(reply, True) for reply in replies], more=fetching)


@mastodon.surface(Surface.TRENDS)
def _trends(ask: Inquiry) -> Conversation:
    trends = yield from ask.get("v1", "trends", "tags", limit=PAGE)
    carries = whole_words(ask.name)
    return ask.results([Result(carries(required(trend, "name", str))) for trend in objects(trends)])


@mastodon.self_tested(Surface.SEARCH_LATEST)
def _finds_others(ask: Inquiry) -> SelfTestStep:
    """Whether a search finds posts of others: words that stand in the newest public posts are looked for.

    An account that sees only its own posts, or a server without full-text search, finds none of any name.
    """
    own = _id((yield from ask.get("v1", "accounts", "verify_credentials")))
    timeline = yield from ask.get("v1", "timelines", "public", limit=SHOWN)
    posts = [status for status in objects(timeline) if _author(status) != own]
    words = most_shared_words(_text(status) for status in posts)
    found = 0
    for word in words:
        body = yield from ask.get("v2", "search", q=word, type="statuses", limit=PAGE)
        statuses = list(required_list(body, "statuses"))
        if any(_author(status) != own and not _is_touched(status, own) for status in statuses):
            return SelfTest(True, "finds posts of others")
        found += len(statuses)
    if found:
        return SelfTest(False, "this account sees only its own posts")
    if not words:
        return SelfTest(None, "no public posts of others to test the search with")
    return SelfTest(None, "a search finds no public post: no full-text search, or only its own posts")


def literal(name: str) -> str:
    """`name` as a search of posts takes it for plain words: as it is, or as a phrase where it would not."""
    return quoted(name) if _OPERATES.search(name) else name


def _found(ask: Inquiry, response: Response) -> object:
    """As `Inquiry.body_of`, where the server may say that there is no such thing, or no more (410)."""
    message = error_text(error_document(response), "error")
    is_gone = response.status == 404 and _NOT_FOUND.match(message)
    if (is_gone or response.status == 410) and "suspend" not in message.lower():
        raise Concluded(ask.empty(as_note(message) or "gone"))
    return ask.body_of(response)


def _account(ask: Inquiry) -> Step[dict[str, object]]:
    """The account that has the handle."""
    response = yield ask.request("v1", "accounts", "lookup", acct=ask.name.strip().lstrip("@"))
    return next(objects([_found(ask, response)]))


def _is_switched_off(response: Response, ask: Inquiry) -> bool:
    """Whether the server's own description says that hashtag feeds are closed to this session."""
    if response.status != 200:
        return False
    closed = {"disabled"} if ask.signed_in else {"disabled", "authenticated"}
    configuration = optional(document(response), "configuration", dict) or {}
    feeds = optional(optional(configuration, "timelines_access", dict) or {}, "hashtag_feeds", dict)
    return feeds is not None and {required(feeds, "local", str), required(feeds, "remote", str)} <= closed


def _author(status: Mapping[str, object]) -> str:
    return _id(required(status, "account", dict))


def _is_touched(status: Mapping[str, object], own: str) -> bool:
    """Whether a post is found only because the account had to do with it: by a mention, a mark or a boost."""
    mentioned = any(mention.get("id") == own for mention in added_objects(status, "mentions"))
    return mentioned or any(status.get(mark) is True for mark in ("favourited", "bookmarked", "reblogged"))


def _result(status: Mapping[str, object], carries: bool) -> Result:
    return Result(carries, moment(required(status, "created_at", str)))


def _is_asked(account: Mapping[str, object], name: str) -> bool:
    """Whether this is the account asked for; one of the server's own needs no server's name."""
    asked, _, asked_server = name.strip().lstrip("@").partition("@")
    user, _, server = required(account, "acct", str).partition("@")
    return same_handle(user, asked) and (not server or same_handle(server, asked_server))


def _id(entity: object) -> str:
    """An id that can be part of an address."""
    id = required(entity, "id", str)
    if not _ID.fullmatch(id):
        raise ContractViolation("an id of another form")
    return id


def _tags(status: Mapping[str, object]) -> list[str]:
    return [required(tag, "name", str) for tag in required_list(status, "tags")]


def _text(status: Mapping[str, object]) -> str:
    """What a post shows, as plain text: warning, content, hashtags, poll, pictures' words, link card."""
    return " ".join(
        [
            optional(status, "spoiler_text", str) or "",
            _plain(required(status, "content", str)),
            *_tags(status),
            *(added_texts(choice, "title") for choice in added_objects(status.get("poll"), "options")),
            *(added_texts(item, "description") for item in added_objects(status, "media_attachments")),
            added_texts(status.get("card"), "title", "description", "author_name"),
        ]
    )


def _bio(account: Mapping[str, object]) -> str:
    """What an account says of itself: its note, and its fields."""
    fields = (added_texts(field, "name", "value") for field in added_objects(account, "fields"))
    return " ".join(map(_plain, [added_texts(account, "note"), *fields]))


def _plain(content: str) -> str:
    """The text that HTML shows."""
    return html.unescape(_MARKUP.sub("", _BREAK.sub(" ", content[:LONGEST_TEXT])))
