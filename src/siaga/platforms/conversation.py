"""The one shape of all platform readers: a conversation without I/O.

A reader's `ask` is a generator. It yields a `Request` (or an `Exchange` over a WebSocket, or a browser's
`PageVisit`), is sent the `Response`, may yield again, and returns a `Reading`. `probing` holds the
conversation with the network; a test holds it with values. A reader never raises because of an answer: what
it does not know is `unreadable`.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from siaga.domain.answers import Answer, Session
from siaga.domain.quota import Quota
from siaga.election.readers import ReaderFacts


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `headers` and `body` may carry secrets; `url` never does."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    read_only: bool = True
    """Whether asking twice is harmless, so that a broken connection may be tried once more."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One WebSocket exchange: send `frames`, collect text frames until one begins as `until` says."""

    url: str
    frames: tuple[str, ...]
    until: tuple[str, ...]
    """Prefixes of a text frame that end the exchange, such as `["EOSE"`."""
    most_frames: int = 500
    farewell: tuple[str, ...] = ()
    """Frames to send before closing, such as `["CLOSE","q"]`."""


@dataclass(frozen=True, slots=True)
class Look:
    """What to look for on a page: visible elements, and where in each its text and time are."""

    elements: str
    """A CSS selector."""
    text: str | None = None
    """A selector within the element; None for all of the element's visible text."""
    time: str | None = None
    """A selector within the element of what has a `datetime`; None where no time is shown."""
    holding: str | None = None
    """Only elements with this in their visible text, whatever the capitals."""


@dataclass(frozen=True, slots=True)
class PageVisit:
    """One page opened by a browser: wait until something that is looked for shows, and stop there."""

    url: str
    looks: tuple[Look, ...]
    ends: tuple[str, ...] = ()
    """Patterns (`*` stands for anything) of final addresses at which nothing more need be waited for."""
    wait_s: float = 15.0
    """How long something that is looked for may take to show, once the page is there."""
    language: str | None = None
    """BCP 47: what the browser says it prefers."""


@dataclass(frozen=True, slots=True)
class VisibleElement:
    """One visible element."""

    text: str
    time: str | None = None
    """Its `datetime`, as it stands there."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a browser saw."""

    seen: tuple[tuple[VisibleElement, ...], ...]
    """For each look of the visit, in its order, what was found, in the page's order."""
    picture: bytes = field(default=b"", repr=False)
    """PNG."""


@dataclass(frozen=True, slots=True)
class Response:
    """What came back. For a WebSocket, `body` is the frames, one a line; for a visit, the page's HTML."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case; of repeated ones the last."""
    body: bytes
    final_url: str
    truncated: bool = False
    """Whether the body was cut at the size limit."""
    page: Page | None = None
    """What was seen, where a browser asked."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How an answer reads: the judged-nothing facts of the record."""

    answer: Answer
    count: int | None = None
    matching: int | None = None
    newest_age_s: float | None = None
    ordered: bool | None = None
    quota: Quota | None = None
    note: str = ""
    """For operators: the platform's own word for it (`AuthMissing`, `usage-capped`). No secrets."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One platform as it is to be asked: where, and with which secrets."""

    address: str
    """Base address without a trailing slash."""
    session: Session = Session.PUBLIC
    secret: str | None = field(default=None, repr=False)
    """Bearer token, app password or key, as the reader's `credential` says."""
    account: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Query:
    """What to ask for."""

    surface: str
    name: str
    """The text; handles without `@`, hashtags without `#`."""
    at: datetime
    """When the asking begins, for ages."""


Turn = Request | Exchange | PageVisit
T = TypeVar("T")
Step = Generator[Turn, Response, T]
"""A part of a conversation: its turns, and what it learns from the answers."""
Conversation = Step[Reading]


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What an instrument's self-test showed."""

    passed: bool | None
    """Whether it finds what others have posted; None where that could not be told."""
    note: str = ""
    """What was seen, in short. No secrets."""


SelfTestStep = Step[SelfTest]
SignIn = Generator[Request, Response, str | None]
"""Returns a token to be used as `Instance.secret`, or None where the platform refused."""


class PlatformReader(ReaderFacts, Protocol):
    """What planning, probing and the watch need of a platform. No network in it.

    Two kinds have it: the platforms of this room (`platform.Platform`), and pages read by a recipe
    (`probing.page.PageReader`).
    """

    @property
    def id(self) -> str:
        """The file's name: `bluesky`."""
        ...

    @property
    def reader(self) -> str:
        """Reader and version, as in measurements: `bluesky@1`."""
        ...

    def sign_in(self, instance: Instance) -> SignIn | None:
        """A conversation that turns the credential into a token; None where the secret is used as it is."""
        ...

    def ask(self, instance: Instance, query: Query) -> Conversation:
        """The conversation that asks `query.surface` for `query.name`."""
        ...

    def self_test(self, instance: Instance, surface: str, at: datetime) -> SelfTestStep | None:
        """A conversation that finds out whether the surface shows this instrument what others have posted;
        None where the platform cannot tell."""
        ...
