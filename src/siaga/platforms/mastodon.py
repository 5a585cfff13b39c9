"""Mastodon and servers that speak its REST API.

Source: the project's API documentation. What was checked, and when, says docs/platforms/mastodon.md.
"""

import html
import re
from collections.abc import Generator, Mapping
from typing import Final

from siaga.domain.answers import Answer, Session, Surface
from siaga.domain.options import NO_OPTIONS, Options
from siaga.platforms.conversation import Conversation, Instance, Query, Reading, Request, Response, SignIn
from siaga.platforms.guard import held
from siaga.platforms.http_status import by_status, in_the_way
from siaga.platforms.json import Surprise, document, error_document, may, need, noted, objects, said
from siaga.platforms.matching import LONGEST_TEXT, as_tag, same_handle, tag, whole_words, word_beginnings
from siaga.platforms.results import Found, graded
from siaga.platforms.times import moment
from siaga.platforms.urls import url

PAGE: Final = 20
TRENDS: Final = 20
_BOTH: Final = frozenset(Session)
_OPERATES: Final = re.compile(r"""(?:^|\s)[-+#@]|["':]""")
_BREAK: Final = re.compile(r"<(?:br\s{0,9}/?|/p|/li)>", re.IGNORECASE)
_MARKUP: Final = re.compile(r"<[^<>]*>")
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_NOT_PERMITTED: Final = "This action is not allowed"

Lookup = Generator[Request, Response, dict[str, object] | Reading]
"""An account, or the reading where there is none."""


class Mastodon:
    """Posts are searched only for who is signed in; people, hashtags, trends and profiles for anybody."""

    id = "mastodon"
    reader = "mastodon@1"
    credential: str | None = "bearer"
    surfaces: Mapping[str, frozenset[Session]] = {
        Surface.SEARCH_LATEST: frozenset({Session.SIGNED_IN}),
        Surface.PEOPLE: _BOTH,
        Surface.HASHTAG: _BOTH,
        Surface.PROFILE: _BOTH,
        Surface.REPLIES: _BOTH,
        Surface.TRENDS: _BOTH,
    }
    cost: Mapping[str, int] = {
        surface: {Surface.HASHTAG: 2, Surface.REPLIES: 3}.get(Surface(surface), 1) for surface in surfaces
    }
    options: Options = NO_OPTIONS

    def sign_in(self, instance: Instance) -> SignIn | None:
        """The token is used as it is."""
        return None

    def ask(self, instance: Instance, query: Query) -> Conversation:
        """Ask one surface for one name."""
        return held(_ask(instance, query), query.at)


def _ask(instance: Instance, query: Query) -> Conversation:
    match query.surface:
        case Surface.SEARCH_LATEST:
            return (yield from _posts(instance, query))
        case Surface.PEOPLE:
            return (yield from _people(instance, query))
        case Surface.HASHTAG:
            return (yield from _hashtag(instance, query))
        case Surface.PROFILE:
            return (yield from _profile(instance, query))
        case Surface.REPLIES:
            return (yield from _replies(instance, query))
        case Surface.TRENDS:
            return (yield from _trends(instance, query))
    raise Surprise(f"no surface {query.surface}")


def _posts(instance: Instance, query: Query) -> Conversation:
    response = yield _request(
        instance, "api", "v2", "search", q=literal(query.name), type="statuses", limit=PAGE
    )
    if response.status != 200:
        return _failed(response)
    carries = whole_words(query.name)
    statuses = list(objects(need(document(response), "statuses", list)))
    if not statuses and instance.session is not Session.SIGNED_IN:
        return Reading(Answer.UNREADABLE, note="an anonymous search of posts is always empty")
    return graded([_found(status, carries(_text(status))) for status in statuses], query.at, latest=True)


def _people(instance: Instance, query: Query) -> Conversation:
    name = query.name.lstrip("@")
    response = yield _request(instance, "api", "v2", "search", q=name, type="accounts", limit=PAGE)
    if response.status != 200:
        return _failed(response)
    carries = word_beginnings(name)
    accounts = objects(need(document(response), "accounts", list))
    return graded(
        [Found(carries(f"{need(one, 'display_name', str)} {need(one, 'acct', str)}")) for one in accounts],
        query.at,
    )


def _hashtag(instance: Instance, query: Query) -> Conversation:
    name = as_tag(query.name)
    response = yield _request(instance, "api", "v1", "timelines", "tag", name, limit=PAGE)
    if response.status == 404 and said(error_document(response), "error") == "Record not found":
        return graded([], query.at, note="Record not found")
    if response.status != 200:
        return _failed(response)
    carries = tag(name)
    found = [_found(status, carries(_tags(status), _text(status))) for status in objects(document(response))]
    if not found:
        response = yield _request(instance, "api", "v2", "instance")
        if _is_switched_off(response, instance.session):
            return Reading(Answer.WALLED, note="hashtag feeds are switched off")
    return graded(found, query.at, latest=True)


def _profile(instance: Instance, query: Query) -> Conversation:
    account = yield from _looked_up(instance, query)
    if isinstance(account, Reading):
        return account
    for word in ("suspended", "limited"):
        if may(account, word, bool):
            return Reading(Answer.HIDDEN, note=word)
    return graded([Found(_is_asked(account, query.name))], query.at)


def _replies(instance: Instance, query: Query) -> Conversation:
    """Replies to the account's recent post that says it has most."""
    account = yield from _looked_up(instance, query)
    if isinstance(account, Reading):
        return account
    response = yield _request(
        instance,
        *("api", "v1", "accounts", _id(account), "statuses"),
        exclude_replies="true",
        exclude_reblogs="true",
        limit=20,
    )
    if response.status != 200:
        return _failed(response)
    said_to_have = {_id(status): need(status, "replies_count", int) for status in objects(document(response))}
    if not any(said_to_have.values()):
        return graded([], query.at, note="no post with replies")
    most = max(said_to_have, key=lambda one: said_to_have[one])
    response = yield _request(instance, "api", "v1", "statuses", most, "context")
    if response.status == 404:
        return graded([], query.at, note="the post is not found")
    if response.status != 200:
        return _failed(response)
    replies = objects(need(document(response), "descendants", list))
    return graded([_found(reply, True) for reply in replies], query.at)


def _trends(instance: Instance, query: Query) -> Conversation:
    response = yield _request(instance, "api", "v1", "trends", "tags", limit=TRENDS)
    if response.status != 200:
        return _failed(response)
    carries = whole_words(query.name)
    return graded([Found(carries(need(one, "name", str))) for one in objects(document(response))], query.at)


def literal(name: str) -> str:
    """`name` as a search of posts takes it for plain words: as it is, or as a phrase where it would not."""
    if not _OPERATES.search(name):
        return name
    return '"' + " ".join(name.replace('"', " ").split()) + '"'


def _looked_up(instance: Instance, query: Query) -> Lookup:
    response = yield _request(
        instance, "api", "v1", "accounts", "lookup", acct=query.name.strip().lstrip("@")
    )
    if response.status == 404 and said(error_document(response), "error") == "Record not found":
        return graded([], query.at, note="Record not found")
    if response.status != 200:
        return _failed(response)
    return next(objects([document(response)]))


def _request(instance: Instance, *path: str, **parameters: str | int) -> Request:
    headers = {"accept": "application/json"}
    if instance.session is Session.SIGNED_IN and instance.secret:
        headers["authorization"] = f"Bearer {instance.secret}"
    return Request(url(instance.address, *path, **parameters), headers=headers)


def _failed(response: Response) -> Reading:
    if reading := in_the_way(response):
        return reading
    message = said(error_document(response), "error")
    note = noted(message or f"status {response.status}")
    if response.status == 403 and message == _NOT_PERMITTED:
        return Reading(Answer.REFUSED, note=note)
    if response.status == 403 and message:
        return Reading(Answer.WALLED, note=note)
    return by_status(response, note)


def _is_switched_off(response: Response, session: Session) -> bool:
    """Whether the server's own description says that hashtag feeds are closed to this session."""
    if response.status != 200:
        return False
    closed = {"disabled"} if session is Session.SIGNED_IN else {"disabled", "authenticated"}
    configuration = may(document(response), "configuration", dict) or {}
    feeds = may(may(configuration, "timelines_access", dict) or {}, "hashtag_feeds", dict)
    return feeds is not None and {need(feeds, "local", str), need(feeds, "remote", str)} <= closed


def _found(status: Mapping[str, object], carries: bool) -> Found:
    return Found(carries, moment(need(status, "created_at", str)))


def _is_asked(account: Mapping[str, object], name: str) -> bool:
    """Whether this is the account asked for; one of the server's own needs no server's name."""
    asked, _, asked_server = name.strip().lstrip("@").partition("@")
    user, _, server = need(account, "acct", str).partition("@")
    return same_handle(user, asked) and (not server or same_handle(server, asked_server))


def _id(entity: object) -> str:
    """An id, fit to stand in an address."""
    id = need(entity, "id", str)
    if not _ID.fullmatch(id):
        raise Surprise("an id of another form")
    return id


def _tags(status: Mapping[str, object]) -> list[str]:
    return [need(one, "name", str) for one in objects(need(status, "tags", list))]


def _text(status: Mapping[str, object]) -> str:
    """What a post shows, as plain text: its warning, its content, its hashtags."""
    content = need(status, "content", str)[:LONGEST_TEXT]
    plain = html.unescape(_MARKUP.sub("", _BREAK.sub(" ", content)))
    return " ".join([may(status, "spoiler_text", str) or "", plain, *_tags(status)])
