"""Nostr relays: NIP-01 subscriptions, NIP-50 search, found out beforehand by NIP-11.

Source: the published NIPs. docs/platforms/nostr.md says what was checked, and when.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import orjson

from siaga.domain.answers import Answer, Surface
from siaga.platforms.bech32 import key_of
from siaga.platforms.conversation import (
    Conversation,
    Exchange,
    Reading,
    Request,
    Response,
    SelfTest,
    SelfTestStep,
    Step,
)
from siaga.platforms.guard import Concluded
from siaga.platforms.http_status import by_status, in_the_way
from siaga.platforms.json import (
    LARGEST_BODY,
    ContractViolation,
    as_note,
    document,
    encoded,
    optional,
    required,
)
from siaga.platforms.matching import as_tag, most_shared_words, same_handle, tag, whole_words, word_beginnings
from siaga.platforms.platform import Inquiry, Platform
from siaga.platforms.results import Result
from siaga.platforms.times import moment_of_seconds

SUBSCRIPTION: Final = "siaga"
PAGE: Final = 50
PROFILE, NOTE = 0, 1
"""Kinds of events."""
_REFUSALS: Final = (
    *("ERROR", "error", "invalid", "unsupported", "rate-limited", "bad req"),
    *("blocked", "restricted", "auth-required", "could not parse"),
)
"""How a notice begins that is a refusal; relays greet by notices too."""
_OUR_FILTER: Final = re.compile(
    r"bad req|unrecogni[sz]ed|unsupported|not support|could not parse", re.IGNORECASE
)
"""What a relay says of a filter that it does not take: it has no search, or not this one."""
_ENDINGS: Final = [
    ("EOSE", SUBSCRIPTION),
    ("CLOSED", SUBSCRIPTION),
    *(("NOTICE", word) for word in _REFUSALS),
]
_ENDS: Final = tuple(f'["{kind}",{space}"{start}' for space in ("", " ") for kind, start in _ENDINGS)
"""How a frame begins that ends an exchange."""

Event = dict[str, object]

nostr = Platform(
    "nostr@2",
    label="Nostr",
    address="https://search.nos.today",
    errors={
        Answer.WALLED: ("auth-required", "restricted", "pow"),
        Answer.REFUSED: ("blocked",),
        Answer.LIMITED: ("rate-limited",),
        Answer.ERROR: ("error",),
    },
)
"""A relay has one search, by quality; hashtags come newest first. `errors` has the machine-readable prefixes
of NIP-01 and NIP-42; any other is our filter's fault or unknown."""


@nostr.surface(Surface.SEARCH_LATEST, cost=2)
def _notes(ask: Inquiry) -> Conversation:
    events = yield from _searched(ask, NOTE)
    carries = whole_words(ask.name)
    results = []
    for event in events:
        text = " ".join([required(event, "content", str), *_tags(event), *_described(event)])
        results.append(_result(event, carries(text)))
    return ask.results(results)


@nostr.surface(Surface.PEOPLE, cost=2)
def _people(ask: Inquiry) -> Conversation:
    events = yield from _searched(ask, PROFILE)
    by_name, in_bio = word_beginnings(ask.name), whole_words(ask.name)
    return ask.results(
        [
            _result(event, by_name(" ".join(_names(event))) or in_bio(" ".join(_names(event, "about"))))
            for event in events
        ]
    )


@nostr.surface(Surface.HASHTAG)
def _hashtag(ask: Inquiry) -> Conversation:
    wanted = {"kinds": [NOTE], "#t": [as_tag(ask.name.strip()).lower()], "limit": PAGE}
    events = yield from _events(ask, wanted)
    carries = tag(ask.name)
    results = [_result(event, carries(_tags(event), required(event, "content", str))) for event in events]
    return ask.results(results, latest=True)


@nostr.surface(Surface.PROFILE, cost=2)
def _profile(ask: Inquiry) -> Conversation:
    """By its public key, or by a search for the name where that is not one."""
    key = key_of(ask.name.strip())
    if key is None:
        events = yield from _searched(ask, PROFILE)
    else:
        events = yield from _events(ask, {"kinds": [PROFILE], "authors": [key], "limit": 1})
    results = []
    for event in events:
        by_handle = any(same_handle(name.removeprefix("_@"), ask.name) for name in _names(event))
        results.append(_result(event, required(event, "pubkey", str) == key or by_handle))
    return ask.results(results)


@nostr.self_tested(Surface.SEARCH_LATEST)
def _finds_notes(ask: Inquiry) -> SelfTestStep:
    """Whether the relay's search finds words of notes that it has just given."""
    notes = yield from _events(ask, {"kinds": [NOTE], "limit": PAGE})
    words = most_shared_words(required(note, "content", str) for note in notes)
    for word in words:
        if (yield from _searched(replace(ask, name=word), NOTE)):
            return SelfTest(True, "finds notes that the relay has")
    if not words:
        return SelfTest(None, "no notes to test the search with")
    return SelfTest(None, "a search finds no note that the relay has")


def literal(name: str) -> str:
    """`name` without what a relay would take for an extension: `key:value` becomes two words."""
    return " ".join(re.sub(r"[:\"]", " ", name).split())


def _searched(ask: Inquiry, kind: int) -> Step[list[Event]]:
    """What the relay's search finds; a relay that does not promise NIP-50 is not searched."""
    response = yield Request(_address(ask, "http"), headers={"accept": "application/nostr+json"})
    if reading := in_the_way(response):
        raise Concluded(reading)
    if response.status != 200:
        raise Concluded(by_status(response, f"information document, status {response.status}"))
    promised = optional(document(response), "supported_nips", list)
    if promised is None or 50 not in promised:
        note = "the relay does not say that it supports NIP-50"
        raise Concluded(Reading(Answer.UNREADABLE, note=note))
    return (yield from _events(ask, {"kinds": [kind], "search": literal(ask.name), "limit": PAGE}))


def _events(ask: Inquiry, wanted: Mapping[str, object]) -> Step[list[Event]]:
    """What the relay has for the filter `wanted`, each event once."""
    response = yield Exchange(
        _address(ask, "ws"),
        (encoded(["REQ", SUBSCRIPTION, wanted]).decode(),),
        _ENDS,
        most_frames=PAGE * 4,
        farewell=(encoded(["CLOSE", SUBSCRIPTION]).decode(),),
    )
    if reading := in_the_way(response):
        raise Concluded(reading)
    if response.status != 101:
        raise Concluded(by_status(response, f"no WebSocket, status {response.status}"))
    if len(response.body) > LARGEST_BODY:
        raise ContractViolation("the answer is too large")
    return _events_in(ask, response)


def _events_in(ask: Inquiry, response: Response) -> list[Event]:
    events: dict[str, Event] = {}
    for line in response.body.splitlines():
        match _frame(line):
            case ["EVENT", str(subscription), dict(event)] if subscription == SUBSCRIPTION:
                events[required(event, "id", str)] = event
            case ["EOSE", str(subscription), *_] if subscription == SUBSCRIPTION:
                return list(events.values())
            case ["CLOSED", str(subscription), str(reason), *_] if subscription == SUBSCRIPTION:
                raise Concluded(_refused(ask, reason))
            case ["NOTICE", str(reason), *_] if line.startswith(tuple(end.encode() for end in _ENDS)):
                raise Concluded(_refused(ask, reason, notice=True))
            case ["NOTICE" | "AUTH" | "OK", *_]:
                continue
            case _:
                raise ContractViolation("a frame that is not in NIP-01")
    if not events:
        raise ContractViolation("the exchange ended before the relay's answer did")
    return list(events.values())


def _frame(line: bytes) -> object:
    try:
        frame: object = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise ContractViolation("a frame without JSON") from None
    return frame


def _refused(ask: Inquiry, reason: str, *, notice: bool = False) -> Reading:
    """What a relay's refusal reads as. A notice has no machine-readable prefix: "ERROR" may mean anything."""
    note = as_note(reason)
    if reason[:5].lower() == "error" and (notice or _OUR_FILTER.search(reason)):
        return Reading(Answer.UNREADABLE, note=note)
    return ask.error(reason.partition(":")[0].strip().lower(), note) or Reading(Answer.UNREADABLE, note=note)


def _result(event: Event, carries: bool) -> Result:
    made = moment_of_seconds(required(event, "created_at", int))
    return Result(carries, made if required(event, "kind", int) == NOTE else None)


def _tags(event: Event) -> list[str]:
    """The hashtags that a note declares."""
    tags = [entry for entry in required(event, "tags", list) if isinstance(entry, list)][:1000]
    return [entry[1] for entry in tags if len(entry) > 1 and entry[0] == "t" and isinstance(entry[1], str)]


def _described(event: Event) -> Iterator[str]:
    """What a note shows beside its text: its subject (NIP-14), and the words for its media (NIP-92)."""
    for entry in required(event, "tags", list)[:1000]:
        match entry:
            case ["subject" | "title" | "alt", str(text), *_]:
                yield text
            case ["imeta", *facts]:
                yield from (fact[4:] for fact in facts if isinstance(fact, str) and fact.startswith("alt "))


def _names(event: Event, *fields: str) -> list[str]:
    """The names in a profile's content, itself JSON, or what `fields` say; what is no JSON names nobody."""
    try:
        profile = orjson.loads(required(event, "content", str))
    except orjson.JSONDecodeError:
        return []
    fields = fields or ("name", "nip05", "display_name", "displayName")
    found = [profile.get(field) for field in fields] if isinstance(profile, dict) else []
    return [name for name in found if isinstance(name, str)]


def _address(ask: Inquiry, scheme: str) -> str:
    """The relay's address over HTTP or WebSocket, whichever of the two was given."""
    given, separator, rest = ask.instance.address.partition("://")
    secure = "s" if given in {"https", "wss"} else ""
    return f"{scheme}{secure}{separator}{rest}"
