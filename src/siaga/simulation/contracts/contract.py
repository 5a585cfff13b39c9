"""The one shape of all simulated contracts: understand a request, find, render, or fail as documented."""

import hmac
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import ClassVar

from orjson import Fragment, dumps

from siaga.simulation.accounts import Account
from siaga.simulation.faults import FaultKind
from siaga.simulation.messages import Incoming, Outgoing
from siaga.simulation.posts import Corpus, Post, Trend

Item = Post | Account | Trend
Path = tuple[str, ...]
"""Where something stands in a document: names from the outside in."""
WHOLE: tuple[Path, ...] = ((),)
"""The document itself is the list of results."""
AUTHOR = "author"
"""Where a step is that only leads to a surface: an account's own posts, on the way to their replies.

No fault can name it; faults that name no surface hit it too.
"""
CHALLENGE = (
    "<!DOCTYPE html><html lang=en><head><title>Just a moment...</title></head><body>"
    "<noscript>Enable JavaScript and cookies to continue</noscript>"
    '<form id="challenge-form" method="POST"></form></body></html>'
)
"""Such a page as bot walls put before an API: HTML where JSON was asked."""


@dataclass(frozen=True, slots=True)
class ContractQuery:
    """What a request asks for, as the contract understands it."""

    endpoint: str
    surface: str
    name: str
    limit: int = 25
    before: int | None = None
    """Only posts with a smaller id: the next page."""
    skip: int = 0
    """Results to pass over, on endpoints that page by place."""
    fields: frozenset[str] = frozenset()
    """Optional parts of the answer that were asked for."""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """How many askings of one kind a contract allows in a span of time."""

    bucket: str
    requests: int
    per: timedelta
    cost: int = 1
    zone: str | None = None
    """Where set, `per` is a day and begins at midnight there; else a window begins with its first asking."""


@dataclass(frozen=True, slots=True)
class RateBalance:
    """What is left of a rate limit."""

    rate_limit: RateLimit
    remaining: int
    resets_at: datetime
    over: bool = False
    """Whether this asking was one too many."""


class Contract(ABC):
    """One platform's contract. An instance serves one simulated platform."""

    forms: ClassVar[frozenset[FaultKind]]
    """Which kinds of `faults.WHOLE` the contract has a form for; a scenario may use no other."""
    only_on: ClassVar[Mapping[FaultKind, frozenset[str]]] = {}
    """Surfaces to which a form is confined; the others of `forms` are good everywhere."""
    volume: ClassVar[float]
    """How much is said there, against X."""
    speaks_frames: ClassVar[bool] = False
    """Whether it answers over a WebSocket: a request of method `WS` is a frame, as each answer line is."""
    lists: ClassVar[Mapping[str, Sequence[Path]]] = {}
    """By endpoint: where the lists of results stand in an answer; the empty path is the document itself.

    An endpoint that is not here answers with one thing, which is there or not.
    """
    left_out: ClassVar[frozenset[str]] = frozenset()
    """Endpoints that write no empty list, so that the contract's own empty answer must be given."""
    counted: ClassVar[Path] = ()
    """Where an answer says how many results it has; empty where none does."""
    times: ClassVar[Sequence[Path]]
    """Where an item says when it was written."""

    def __init__(self, corpus: Corpus, token: str | None) -> None:
        """Without a `token` everybody is let in: a proxy leaves credentials to the real server behind it."""
        self.corpus = corpus
        self.token = token

    def admits(self, credential: str | None) -> bool:
        """Whether a credential is the right one."""
        if self.token is None:
            return True
        return credential is not None and hmac.compare_digest(credential.encode(), self.token.encode())

    @abstractmethod
    def understand(self, request: Incoming, at: datetime) -> ContractQuery | Outgoing:
        """The asking, or the contract's answer to a request that asks nothing: errors, sign-in, metadata."""

    @abstractmethod
    def find(self, ask: ContractQuery, until: datetime) -> Sequence[Item]:
        """What there is, none of it younger than `until`; an empty list where nothing is."""

    @abstractmethod
    def answer(self, ask: ContractQuery, items: Sequence[Item], at: datetime) -> Outgoing:
        """The answer that carries `items`; with none, the contract's form of "nothing found"."""

    @abstractmethod
    def spoilt(self, kind: FaultKind, ask: ContractQuery, at: datetime) -> Outgoing:
        """The documented answer for one of `forms`, except `limit` and `challenge`."""

    @abstractmethod
    def limited(self, ask: ContractQuery, balance: RateBalance, at: datetime) -> Outgoing:
        """Too many requests."""

    def rate_limits(self, ask: ContractQuery) -> Sequence[RateLimit]:
        """What counts against an asking; the tightest one's balance is told in headers."""
        return ()

    def headers(self, balance: RateBalance, at: datetime) -> Mapping[str, str]:
        """The headers that tell a balance with every answer."""
        return {}

    def author_of(self, post: int, at: datetime) -> str:
        """The handle of who wrote a post, for faults about a name; empty where nobody knows."""
        found = self.corpus.post(post, at)
        return found.author.handle if found is not None else ""

    def challenged(self) -> Outgoing:
        """The bot wall's page."""
        return Outgoing.page(CHALLENGE, 403)


def rendered(make: Callable[..., object], size: int = 16_384) -> Callable[..., Fragment]:
    """`make`, its result kept as JSON text, since pages of one name overlap."""
    return lru_cache(size)(lambda *arguments: Fragment(dumps(make(*arguments))))


def whole_number(text: str | None, default: int, least: int, most: int) -> int | None:
    """A parameter as a number; None where it is none or out of range."""
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        return None
    number = int(text)
    return number if least <= number <= most else None


def stamp(at: datetime) -> str:
    """`at` in UTC with milliseconds and a `Z`, as most platforms write times."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
