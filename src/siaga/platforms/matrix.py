"""Matrix homeservers, by the client-server API: user directory, room directory, messages, profiles.

Source: the Matrix specification. docs/platforms/matrix.md says what was checked, and when.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from siaga.domain.answers import Answer, Surface
from siaga.domain.options import Option
from siaga.domain.quota import Quota
from siaga.platforms.conversation import Conversation, Reading, Response, SelfTest, SelfTestStep
from siaga.platforms.http_status import by_status, in_the_way
from siaga.platforms.json import (
    as_note,
    error_document,
    error_text,
    is_a,
    optional,
    required,
    required_list,
    texts,
)
from siaga.platforms.limits import LONGEST_WAIT
from siaga.platforms.matching import whole_words, word_beginnings
from siaga.platforms.platform import BOTH, SIGNED_IN, Inquiry, Platform
from siaga.platforms.results import Result, without_results
from siaga.platforms.times import moment_of_seconds
from siaga.platforms.urls import host

PAGE: Final = 30
_NO_PROFILE: Final = frozenset({"M_NOT_FOUND", "M_UNKNOWN"})
"""The specification's word for a user who is not there, and Synapse's."""


def _failed(response: Response, ask: Inquiry) -> Reading:
    failure = error_document(response)
    code = error_text(failure, "errcode")
    note = as_note(code or f"status {response.status}", error_text(failure, "error"))
    if code == "M_LIMIT_EXCEEDED":
        return Reading(Answer.LIMITED, quota=_wait(failure, ask), note=note)
    if reading := in_the_way(response) or ask.error(code, note):
        return reading
    profile = ask.surface == Surface.PROFILE
    if code == "M_FORBIDDEN":
        return Reading(Answer.WALLED if profile else Answer.REFUSED, note=note)
    if code in _NO_PROFILE and response.status == 404 and profile:
        return without_results(Answer.EMPTY, note)
    return by_status(response, note)


def _wait(failure: Mapping[str, object], ask: Inquiry) -> Quota | None:
    """What `retry_after_ms` says, where that is sensible."""
    wait = failure.get("retry_after_ms")
    if not isinstance(wait, int) or not is_a(wait, int):
        return None
    if not 0 <= wait <= LONGEST_WAIT.total_seconds() * 1000:
        return None
    return Quota(wait_until=ask.at + timedelta(milliseconds=wait))


matrix = Platform(
    "matrix@2",
    label="Matrix",
    address="https://matrix.org",
    root="_matrix/client/v3",
    credential="bearer",
    sessions=SIGNED_IN,
    options={
        "server": Option(
            re.compile(r"[A-Za-z0-9.:\[\]-]{1,230}"), "the server's name in user ids, such as matrix.org"
        )
    },
    errors={
        Answer.WALLED: (
            *("M_MISSING_TOKEN", "M_UNKNOWN_TOKEN", "M_GUEST_ACCESS_FORBIDDEN", "M_CONSENT_NOT_GIVEN"),
            *("M_USER_LOCKED", "M_USER_SUSPENDED", "M_USER_DEACTIVATED", "M_UNAUTHORIZED"),
        ),
        Answer.ERROR: ("M_RESOURCE_LIMIT_EXCEEDED",),
    },
    failed=_failed,
)
"""What a homeserver shows depends on the account: it sees its own rooms and what is public."""


@matrix.surface(Surface.SEARCH_LATEST)
def _messages(ask: Inquiry) -> Conversation:
    """Messages in the rooms that the account has joined, newest first."""
    criteria = {
        "search_term": ask.name,
        "keys": ["content.body"],
        "order_by": "recent",
        "filter": {"limit": PAGE},
    }
    body = yield from ask.post("search", body={"search_categories": {"room_events": criteria}})
    carries = whole_words(ask.name)
    results = []
    events = required(required(body, "search_categories", dict), "room_events", dict)
    for found in required_list(events, "results"):
        event = required(found, "result", dict)
        text = optional(required(event, "content", dict), "body", str) or ""
        made = moment_of_seconds(required(event, "origin_server_ts", int) / 1000)
        results.append(Result(carries(text), made))
    return ask.results(results, latest=True, more=_more(events, "count", "next_batch"))


@matrix.surface(Surface.SEARCH_TOP)
def _rooms(ask: Inquiry) -> Conversation:
    """The server's directory of public rooms."""
    wanted = {"limit": PAGE, "filter": {"generic_search_term": ask.name}}
    body = yield from ask.post("publicRooms", body=wanted)
    carries = whole_words(ask.name)
    results = []
    for room in required_list(body, "chunk"):
        required(room, "room_id", str)
        results.append(Result(carries(texts(room, optionally=("name", "topic", "canonical_alias")))))
    return ask.results(results, more=_more(body, "next_batch"))


@matrix.surface(Surface.PEOPLE)
def _people(ask: Inquiry) -> Conversation:
    wanted = {"search_term": ask.name, "limit": PAGE}
    body = yield from ask.post("user_directory", "search", body=wanted)
    carries = word_beginnings(ask.name)
    shown = (texts(user, "user_id", optionally=("display_name",)) for user in required_list(body, "results"))
    return ask.results([Result(carries(text)) for text in shown], more=_more(body, "limited"))


@matrix.surface(Surface.PROFILE, sessions=BOTH)
def _profile(ask: Inquiry) -> Conversation:
    profile = yield from ask.get("profile", _user_id(ask))
    optional(profile, "displayname", str)
    return ask.results([Result(True)])


@matrix.self_tested(Surface.SEARCH_LATEST)
def _has_joined(ask: Inquiry) -> SelfTestStep:
    """Whether the account has joined a room at all: messages are searched in no other."""
    rooms = required((yield from ask.get("joined_rooms")), "joined_rooms", list)
    if not rooms:
        return SelfTest(False, "this account has joined no room, and so sees no message")
    return SelfTest(True, f"searches {len(rooms)} rooms")


def _more(holder: object, *fields: str) -> str:
    """Which of these fields says that there is more than is shown; empty where none does."""
    return next((field for field in fields if isinstance(holder, dict) and holder.get(field)), "")


def _user_id(ask: Inquiry) -> str:
    """A user's id in full; without a server in it, on the instance's own."""
    name = ask.name.strip().lstrip("@")
    if ":" in name:
        return f"@{name}"
    _, _, account_server = (ask.instance.account or "").partition(":")
    return f"@{name}:{ask.option('server') or account_server or host(ask.instance.address)}"
