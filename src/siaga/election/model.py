"""What an election file says, as values. `reading.py` makes these from YAML; every other room takes them."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from siaga.domain.answers import Session


class NameKind(StrEnum):
    """What sort of text a name is; it decides on which surfaces the name can be asked."""

    FULL = "full"
    SHORT = "short"
    NICKNAME = "nickname"
    HANDLE = "handle"
    HASHTAG = "hashtag"
    MISSPELLING = "misspelling"


class ContestantKind(StrEnum):
    """Who stands."""

    PERSON = "person"
    TICKET = "ticket"
    PARTY = "party"
    LIST = "list"


class ControlKind(StrEnum):
    """Where a control comes from. A watch needs all three: a cat can show a bug."""

    PUBLIC_FIGURE = "public-figure"
    POLITICAL_FIGURE = "political-figure"
    """Political, but not standing."""
    EVERYDAY_WORD = "everyday-word"


class EventKind(StrEnum):
    """A planned moment's kind."""

    DEBATE = "debate"
    REGISTRATION = "registration"
    CAMPAIGN = "campaign"
    QUIET_PERIOD = "quiet-period"
    VOTING = "voting"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Name:
    """A text that people type to find somebody."""

    text: str
    """As typed; handles without `@`, hashtags without `#`."""
    kind: NameKind
    language: str | None = None
    """BCP 47; None for any."""
    platforms: tuple[str, ...] = ()
    """The platforms on which it is used; empty for all."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a contestant: a subject of measuring of their own."""

    id: str
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Contestant:
    """Who stands. A person or party has exactly one subject; a ticket has one a person."""

    id: str
    kind: ContestantKind
    label: str
    """The name to show."""
    number: int | None
    """The commission's own number."""
    people: tuple[Person, ...]
    """The subjects: a ticket's people; for other kinds the contestant itself, with the same id."""
    tags: tuple[str, ...] = ()
    """What it belongs to: where names go missing together, what they have in common tells what was hit."""
    on_list: str | None = None
    """The id of the list or party on whose list a person or ticket stands."""
    place: int | None = None
    """The place on that list, from 1."""

    @property
    def is_asked_first(self) -> bool:
        """Whether it is asked in every round where others take turns: a list, a party, who heads a list."""
        return self.kind in {ContestantKind.LIST, ContestantKind.PARTY} or self.place == 1


@dataclass(frozen=True, slots=True)
class Control:
    """A name outside the contest that is treated alike."""

    id: str
    kind: ControlKind
    names: tuple[Name, ...]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """How many requests may be sent in a span, for one platform and vantage."""

    requests: int
    per: timedelta


@dataclass(frozen=True, slots=True)
class Credential:
    """Where a secret is found; never the secret itself."""

    kind: str
    """`bearer`, `password` or `key`, as the platform's reader asks."""
    environment: str | None = None
    """Name of an environment variable."""
    file: str | None = None
    """Path of a file, relative to the election file."""
    account: str | None = None
    """The account that a password belongs to. Not secret."""


@dataclass(frozen=True, slots=True)
class SurfaceWatch:
    """One surface to ask, how often, and signed in or not."""

    surface: str
    every: timedelta
    """The base rate: one round each so long."""
    session: Session = Session.PUBLIC
    others_every: timedelta | None = None
    """Lists, parties and heads of lists are asked in each round, everybody else once in so long; None where
    all take part alike."""


@dataclass(frozen=True, slots=True)
class PlatformWatch:
    """One platform to watch."""

    id: str
    """`x`, `bluesky`, `mastodon-social`: what measurements carry as `platform`."""
    reader: str
    """Which file of `platforms/` reads it, such as `mastodon`; or `page`: a browser by a recipe."""
    label: str
    address: str
    """Where it is asked, such as `https://public.api.bsky.app`."""
    surfaces: tuple[SurfaceWatch, ...]
    budgets: tuple[Budget, ...]
    credential: Credential | None = None
    concurrency: int = 4
    options: tuple[tuple[str, str], ...] = ()
    """What the reader may be told, such as YouTube's `region`."""
    recipe: str | None = None
    """For the reader `page`: the recipe's path, relative to the election file."""
    vantages: tuple[str, ...] = ()
    """The ids of those that ask it; all where none is named."""


@dataclass(frozen=True, slots=True)
class Vantage:
    """From where it is asked."""

    id: str
    country: str | None = None
    """ISO 3166-1 alpha-2."""
    province: str | None = None
    network: str | None = None
    """Such as `AS7713`."""
    proxy: str | None = None
    """`http://host:port` or `socks5://host:port`, without a password."""
    proxy_environment: str | None = None
    """Name of an environment variable that holds the proxy's address, where it has a password."""
    family: int | None = None
    """4 or 6 to pin addresses to a family."""
    label: str = ""
    """What people call it; empty where the file says nothing but its id."""


@dataclass(frozen=True, slots=True)
class Event:
    """A planned moment, during which rounds are denser."""

    id: str
    kind: EventKind
    label: str
    starts: datetime
    ends: datetime
    denser: float = 1.0
    """How many times the base rate during it and in the hour before."""


@dataclass(frozen=True, slots=True)
class Promise:
    """At most `false_alarms` expected in `span`, over the whole watch."""

    false_alarms: float = 1.0
    span: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Election:
    """One vote, as its election file declares it."""

    id: str
    label: str
    country: str | None
    timezone: str
    """IANA name; times are shown in it."""
    votes: date
    contestants: tuple[Contestant, ...]
    controls: tuple[Control, ...]
    canaries: tuple[str, ...]
    platforms: tuple[PlatformWatch, ...]
    vantages: tuple[Vantage, ...]
    events: tuple[Event, ...] = ()
    promise: Promise = Promise()
    least_controls: int = 3
    """Fewer measured controls than this in a round: `insufficient`."""
    languages: tuple[str, ...] = ("id", "en")
    digest: str = field(default="", compare=False)
    """SHA-256 of the file that said so."""

    def people(self) -> tuple[Person, ...]:
        """All target subjects, in the file's order."""
        return tuple(person for contestant in self.contestants for person in contestant.people)

    def asked_first(self) -> frozenset[str]:
        """The target subjects that are asked in each round where others take turns."""
        return frozenset(
            person.id
            for contestant in self.contestants
            if contestant.is_asked_first
            for person in contestant.people
        )

    def tags(self) -> dict[str, frozenset[str]]:
        """What each target and control belongs to, by subject."""
        of_people = {
            person.id: frozenset(contestant.tags)
            for contestant in self.contestants
            for person in contestant.people
        }
        return of_people | {control.id: frozenset(control.tags) for control in self.controls}

    def vantages_of(self, platform: PlatformWatch) -> tuple[Vantage, ...]:
        """From where a platform is asked, in the file's order."""
        return tuple(
            vantage for vantage in self.vantages if not platform.vantages or vantage.id in platform.vantages
        )

    def contestant_of(self, subject: str) -> Contestant | None:
        """The contestant that a subject belongs to; None for controls and canaries."""
        for contestant in self.contestants:
            if any(person.id == subject for person in contestant.people):
                return contestant
        return None
