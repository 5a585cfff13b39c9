"""A Nostr relay: NIP-01 subscriptions, NIP-11 metadata, NIP-50 search. Source: the published NIPs.

Events carry their true id (the digest of their content) and their author's signature. An author's key
follows from the account's number.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import ClassVar

import orjson

from siaga.simulation.accounts import Account
from siaga.simulation.contracts.contract import AUTHOR, Contract, ContractQuery, Item, RateBalance, rendered
from siaga.simulation.contracts.schnorr import KeyPair, key_pair
from siaga.simulation.faults import FaultKind
from siaga.simulation.messages import Incoming, Outgoing
from siaga.simulation.posts import Post

MOST_RESULTS = 100
LONGEST_SUBSCRIPTION = 64
NOTE, PROFILE = 1, 0
"""Kinds of events."""
INFORMATION = {
    "name": "relai.example",
    "description": "A simulated relay",
    "pubkey": "0" * 64,
    "contact": "mailto:relai@relai.example",
    "supported_nips": [1, 11, 50],
    "software": "https://relai.example/software",
    "version": "1.0",
    "limitation": {
        "max_limit": MOST_RESULTS,
        "max_subid_length": LONGEST_SUBSCRIPTION,
        "auth_required": False,
    },
}


class NostrContract(Contract):
    """A relay with search, open to everybody. A request of method `WS` is a frame, as each answer line is."""

    forms: ClassVar[frozenset[FaultKind]] = frozenset(
        {FaultKind.ERROR, FaultKind.REFUSE, FaultKind.LIMIT, FaultKind.WALL}
    )
    volume = 0.06
    speaks_frames = True
    times = (("created_at",),)

    def understand(self, request: Incoming, at: datetime) -> ContractQuery | Outgoing:
        """A frame from the client, or the relay's information document."""
        if request.method != "WS":
            return Outgoing(200, orjson.dumps(INFORMATION), "application/nostr+json", {"vary": "accept"})
        try:
            frame = orjson.loads(request.body)
        except orjson.JSONDecodeError:
            return _frames(["NOTICE", "error: this is no JSON"])
        match frame:
            case ["REQ", str() as subscription, dict() as condition, *_] if _fits(subscription):
                return _understood(subscription, condition)
            case ["CLOSE", str()]:
                return _frames()
            case ["EVENT", {"id": str(id)}, *_]:
                return _frames(["OK", id[:64], False, "restricted: this relay is read only"])
        return _frames(["NOTICE", "error: this is no message of NIP-01"])

    def find(self, ask: ContractQuery, until: datetime) -> Sequence[Item]:
        """Notes or profiles."""
        until = min(until, datetime.fromtimestamp(int(ask.options["until"]), UTC))
        if ask.endpoint == "profiles":
            found = self.corpus.accounts.search(ask.name, ask.limit)
            return [account for account in found if account.created <= until]
        if ask.surface == AUTHOR:
            posts = self.corpus.public(until, ask.limit)
        elif ask.surface == "hashtag":
            posts = self.corpus.tagged(ask.name, until, ask.limit)
        else:
            posts = self.corpus.newest(ask.name, until, ask.limit)
        since = int(ask.options["since"])
        return [post for post in posts if post.at.timestamp() >= since]

    def answer(self, ask: ContractQuery, items: Sequence[Item], at: datetime) -> Outgoing:
        """An `EVENT` for each, then `EOSE`."""
        subscription = ask.options["subscription"]
        events = [_note(item) for item in items if isinstance(item, Post)]
        events += [_profile(item) for item in items if isinstance(item, Account)]
        return _frames(*(["EVENT", subscription, event] for event in events), ["EOSE", subscription])

    def spoilt(self, kind: FaultKind, ask: ContractQuery, at: datetime) -> Outgoing:
        """`CLOSED` with NIP-01's prefixes."""
        reason = {
            FaultKind.REFUSE: "blocked: this search is not served",
            FaultKind.WALL: "auth-required: sign in first",
        }.get(kind, "error: the search index is not available")
        return _frames(["CLOSED", ask.options["subscription"], reason])

    def limited(self, ask: ContractQuery, balance: RateBalance, at: datetime) -> Outgoing:
        """`CLOSED` with the prefix `rate-limited`; when to come back is not said."""
        return _frames(["CLOSED", ask.options["subscription"], "rate-limited: slow down"])


def _fits(subscription: str) -> bool:
    return 0 < len(subscription) <= LONGEST_SUBSCRIPTION


def _understood(subscription: str, condition: dict[str, object]) -> ContractQuery | Outgoing:
    kinds = condition.get("kinds", [NOTE])
    limit = condition.get("limit", MOST_RESULTS)
    search, tags = condition.get("search", ""), condition.get("#t", [])
    until, since = condition.get("until", 4_000_000_000), condition.get("since", 0)
    sound = (
        isinstance(kinds, list)
        and isinstance(limit, int)
        and isinstance(search, str)
        and isinstance(tags, list)
        and all(isinstance(tag, str) for tag in tags)
        and isinstance(until, int)
        and isinstance(since, int)
    )
    if not sound or not 0 <= int(str(until)) <= 4_000_000_000:
        return _frames(["CLOSED", subscription, "invalid: a filter's field has the wrong type"])
    words = [str(tag) for tag in tags] if isinstance(tags, list) else []
    profiles = kinds == [PROFILE]
    about_nothing = not profiles and not words and not search
    surface = AUTHOR if about_nothing else "people" if profiles else "hashtag" if words else "search-latest"
    name = words[0] if words else re.sub(r"\b\w+:\S+", " ", str(search))
    return ContractQuery(
        endpoint="profiles" if profiles else "notes",
        surface=surface,
        name=" ".join(name.split()),
        limit=max(0, min(int(str(limit)), MOST_RESULTS)),
        options={"subscription": subscription, "until": str(until), "since": str(since)},
    )


@rendered
def _note(post: Post) -> object:
    tags = [["t", tag.casefold()] for tag in post.tags]
    return _event(post.author, int(post.at.timestamp()), NOTE, tags, post.text)


@rendered
def _profile(account: Account) -> object:
    content = {
        "name": account.handle,
        "display_name": account.label,
        "about": account.about,
        "nip05": f"{account.handle}@relai.example",
    }
    return _event(account, int(account.created.timestamp()), PROFILE, [], orjson.dumps(content).decode())


def _event(author: Account, at: int, kind: int, tags: list[list[str]], content: str) -> dict[str, object]:
    pair = _keys(author.id)
    key = pair.public.hex()
    digest = hashlib.sha256(orjson.dumps([0, key, at, kind, tags, content])).digest()
    return {
        "id": digest.hex(),
        "pubkey": key,
        "created_at": at,
        "kind": kind,
        "tags": tags,
        "content": content,
        "sig": pair.sign(digest).hex(),
    }


@lru_cache(8192)
def _keys(account: int) -> KeyPair:
    return key_pair(hashlib.sha256(f"key {account}".encode()).digest())


def _frames(*frames: object) -> Outgoing:
    return Outgoing(200, b"\n".join(orjson.dumps(frame) for frame in frames), "application/nostr+json")


CONTRACT = NostrContract
