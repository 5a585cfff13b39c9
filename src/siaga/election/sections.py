"""The fields of an election file: one model a section, from which its reading and its schema come.

A docstring says what a field means to whoever writes the file: editors show it. What the parts of a file must
fulfil together stands in `consistency.py`, `platform_rules.py` and `subject_rules.py`.
"""

from datetime import timedelta
from typing import Annotated, Final

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag

from siaga.config.addresses import LONGEST_ADDRESS
from siaga.config.reading import FileReading
from siaga.config.scalars import Id, Moment, Reference, Text, address, number, one_of, span, text, whole
from siaga.config.secrets import SecretSource, Variable
from siaga.config.sections import ListOf, Section, fields_of
from siaga.config.times import span_text
from siaga.config.tree import Fields
from siaga.domain.answers import Session, Surface
from siaga.election.file_scalars import (
    DEFAULT_LEAST_CONTROLS,
    LEAST_CONTROLS,
    AddressFamily,
    Canary,
    Country,
    FalseAlarms,
    Handle,
    Hashtag,
    Language,
    NameText,
    Network,
    TimeZone,
    VotingDay,
)
from siaga.election.model import ContestantKind, ControlKind, EventKind, NameKind, Promise

SHORTEST_EVERY: Final = timedelta(seconds=1)
MOST_CONTESTANTS: Final = 20_000
LONGEST_EVERY: Final = timedelta(days=7)
LONGEST_BUDGET: Final = timedelta(days=31)
LONGEST_EVENT: Final = timedelta(days=366)
LONGEST_EVENT_OF_KIND: Final = {EventKind.DEBATE: timedelta(hours=12), EventKind.VOTING: timedelta(days=60)}


_NAME_KINDS: Final = tuple(NameKind)


class NameSection(Section):
    """One name: `kind: text`, and where it is used."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [str(kind)]} for kind in NameKind]})
    full: NameText | None = None
    """The full name, as official lists have it."""
    short: NameText | None = None
    """The short name that most people type."""
    nickname: NameText | None = None
    """A nickname."""
    handle: Handle | None = None
    """The account's name on platforms, without `@`; for a server's account `name@server.example`. Asked on
    profile and replies."""
    hashtag: Hashtag | None = None
    """A hashtag, without `#`. Asked on hashtag and trends."""
    misspelling: NameText | None = None
    """A usual misspelling."""
    language: Language | None = None
    """The language in which the name is used, such as id or en; any without it."""
    platforms: Annotated[tuple[Reference, ...], ListOf(50)] = ()
    """Ids of this file's platforms on which the name is used; all without it."""

    def texts(self) -> dict[NameKind, str]:
        """What is written, by kind; exactly one in a sound section."""
        return {kind: getattr(self, kind) for kind in _NAME_KINDS if kind in self.model_fields_set}

    def check(self, reading: FileReading) -> None:
        """A name has exactly one kind."""
        if len(self.texts()) != 1:
            what = "A name has two kinds here." if self.texts() else "A name has no kind here."
            do = f"Write one line `- kind: text` a name, with one of: {', '.join(NameKind)}."
            reading.wrong(self.position, what, do)


Names = Annotated[tuple[NameSection, ...], ListOf(50)]
Tags = Annotated[tuple[Text, ...], ListOf(20, unique=True)]


class PersonSection(Section):
    """One person of a ticket."""

    id: Id
    """The person's id; measurements carry it as `subject`."""
    names: Names
    """Texts that people type, one `- kind: text` each. The first that fits a surface is the main name there
    and is asked every other round."""


class ContestantSection(Section):
    """Who stands: a person, a ticket with its people, a party or a list."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"kind": {"const": "ticket"}}},
            "then": {"required": ["people"], "properties": {"names": False}},
            "else": {"required": ["names"], "properties": {"people": False}},
        }
    )
    id: Id
    """The contestant's id."""
    kind: Annotated[ContestantKind, one_of(ContestantKind, ContestantKind)]
    """A ticket has `people`; every other kind has `names`."""
    label: Text
    """The name to show."""
    number: Annotated[int, whole(0, 99_999)] | None = None
    """The election commission's own number."""
    people: Annotated[tuple[PersonSection, ...], ListOf(10)] = ()
    """A ticket's people, each watched on their own."""
    names: Names = ()
    """Texts that people type, one `- kind: text` each. The first that fits a surface is the main name there
    and is asked every other round."""
    tags: Tags = ()
    """What the name belongs to, in the words that pages show: a party, an office, a topic."""
    on_list: Reference | None = None
    """The id of the contestant, a list or a party, on whose list a person or ticket stands."""
    place: Annotated[int, whole(1, 9_999)] | None = None
    """The place on that list, from 1; whoever has the first heads it."""


class ControlSection(Section):
    """A name outside the contest."""

    id: Id
    """The control's id."""
    kind: Annotated[ControlKind, one_of(ControlKind, ControlKind)]
    """public-figure: outside politics; political-figure: political, but not standing; everyday-word: a word
    that has nothing to do with people."""
    names: Names
    """Texts that people type, one `- kind: text` each."""
    tags: Tags = ()
    """What the name belongs to, in the words that pages show: a party, an office, a topic."""


class SurfaceSection(Section):
    """One surface and its base rate."""

    surface: Annotated[Surface, one_of(Surface, Surface)]
    """The place on the platform."""
    every: Annotated[timedelta, span(SHORTEST_EVERY, LONGEST_EVERY, "A round every {}")]
    """One round so often, 1s to 7d."""
    session: Annotated[Session, one_of(Session, Session)] | None = None
    """Signed in or not; without it public, where the surface says anything in public."""
    others_every: Annotated[timedelta, span(SHORTEST_EVERY, LONGEST_EVERY, "Others every {}")] | None = None
    """For many contestants: lists, parties and heads of lists are asked in each round, everybody else in
    turns, once in so long. Without it all take turns alike where they do not fit into one round."""

    def check(self, reading: FileReading) -> None:
        """Others are not asked more often than there are rounds."""
        if self.others_every is not None and self.others_every < self.every:
            what = "The others would be asked more often than there are rounds."
            do = f"Write at least `{span_text(self.every)}`, the span of `every`; or leave the field out."
            reading.wrong(self.position_of("others-every"), what, do)


class BudgetSection(Section):
    """So many requests in any span of this length."""

    requests: Annotated[int, whole(1, 10_000_000)]
    """Requests at most."""
    per: Annotated[timedelta, span(timedelta(seconds=1), LONGEST_BUDGET, "A budget per {}")]
    """In such a span, 31d at most."""


class CredentialSection(SecretSource):
    """Where a secret is found; never the secret itself."""

    account: Text | None = None
    """The account that it belongs to; needed where it is a password."""


class PlatformSection(Section):
    """One platform to watch."""

    id: Id
    """The platform's id; measurements carry it."""
    reader: Text
    """The reader that knows the platform's contract; page for a browser and a recipe."""
    label: Text
    """The name to show."""
    address: Annotated[str, address("https", "http")]
    """Where it is asked, such as https://mastodon.social; without a user, a password or a query."""
    surfaces: Annotated[tuple[SurfaceSection, ...], ListOf(20)]
    """Where on it names are asked."""
    budgets: Annotated[tuple[BudgetSection, ...], ListOf(5)]
    """How many requests one vantage may send; each holds in any span of its length."""
    credential: CredentialSection | None = None
    """Where the secret is found that a signed-in session needs."""
    concurrency: Annotated[int, whole(1, 256)] = 4
    """Requests in flight at once, at most."""
    options: Annotated[dict[str, Text], BeforeValidator(fields_of)] = Field({})
    """What the reader may be told, such as YouTube's region. See the reader's page."""
    recipe: Annotated[str, text(longest=LONGEST_ADDRESS)] | None = None
    """For the reader page: the file that says how its pages read, relative to this file."""
    browser: Annotated[str, one_of(["switched-on"])] | None = None
    """For the reader page: somebody has decided that a browser may visit it."""
    vantages: Annotated[tuple[Reference, ...], ListOf(100, unique=True)] = ()
    """The vantages that ask this platform; without it all do."""


class LabelSection(Section):
    """A text for people in several languages."""

    id: Text | None = None
    """In Indonesian."""
    en: Text | None = None
    """In English."""

    def by_language(self) -> dict[str, str]:
        """The texts, by language, in the file's order."""
        return {language: getattr(self, language) for language in self._tree.fields}

    def check(self, reading: FileReading) -> None:
        """A label says something in one language at least."""
        if not self.model_fields_set:
            reading.wrong(
                self.position, "The label is empty.", "Write `{id: Debat kelima, en: Fifth debate}`."
            )


LabelText = Annotated[
    Annotated[str, text(), Tag("text")] | Annotated[LabelSection, Tag("section")],
    Discriminator(lambda tree: "section" if isinstance(tree, Fields) else "text"),
]


class ProxySection(Section):
    """The environment variable that holds a proxy's address, where it has a password."""

    environment: Variable
    """Name of the variable."""


Proxy = Annotated[
    Annotated[
        str,
        address("socks5", "http", do="One with a password: `proxy: {environment: NAME}`."),
        Tag("address"),
    ]
    | Annotated[ProxySection, Tag("section")],
    Discriminator(lambda tree: "section" if isinstance(tree, Fields) else "address"),
]


class VantageSection(Section):
    """From where it is asked."""

    id: Id
    """The vantage's id; measurements carry it."""
    label: LabelText | None = None
    """The name to show, in one text or by language; its id without it."""
    country: Country | None = None
    """ISO 3166-1 code of two letters, such as ID."""
    province: Text | None = None
    """Province or region."""
    network: Network | None = None
    """The network's number, such as AS7713."""
    proxy: Proxy | None = None
    """The proxy that it is reached through: an address without a password, or the environment variable that
    holds one with a password."""
    family: AddressFamily | None = None
    """Ask over IPv4 or IPv6 only."""


class EventSection(Section):
    """A planned moment."""

    id: Id
    """The event's id."""
    kind: Annotated[EventKind, one_of(EventKind, EventKind)]
    """What it is."""
    label: LabelText
    """The name to show."""
    starts: Moment
    """A time such as 2024-01-21T19:00 in the file's time zone, or with its offset: 2024-01-21T19:00+07:00."""
    ends: Moment
    """Like `starts`."""
    denser: Annotated[float, number(1, 60)] = 1.0
    """How many times the base rate, during it and in the hour before."""

    def check(self, reading: FileReading) -> None:
        """An event ends after it starts, and in good time."""
        longest = LONGEST_EVENT_OF_KIND.get(self.kind, LONGEST_EVENT)
        ends = self.position_of("ends")
        if self.ends <= self.starts:
            reading.wrong(ends, "The event ends before it starts.", "Write a later time.")
        elif self.ends - self.starts > longest:
            hours = longest // timedelta(hours=1)
            what = f"The event takes longer than a {self.kind} may ({hours} hours)."
            reading.wrong(ends, what, "Check the dates, or divide it.")


class ElectionFileSection(Section):
    """A whole election file."""

    election: Id
    """The election's id; measurements carry it."""
    label: LabelText
    """The election's name as pages show it."""
    country: Country | None = None
    """ISO 3166-1 code of two letters, such as ID."""
    timezone: TimeZone
    """IANA name, such as Asia/Jakarta. Pages show times in it, and times in this file without an offset are
    in it."""
    languages: Annotated[tuple[Language, ...], ListOf(20, unique=True)] = ("id", "en")
    """The election's languages, such as id and en."""
    votes: VotingDay
    """The day of the vote, such as 2024-02-14."""
    promise: FalseAlarms = Promise()
    """At most so many false alarms expected in such a span (hours h, days d, weeks w), over the watch."""
    least_controls: Annotated[int, LEAST_CONTROLS] = DEFAULT_LEAST_CONTROLS
    """A round in which fewer controls could be measured says nothing; each surface needs at least so many."""
    contestants: Annotated[tuple[ContestantSection, ...], ListOf(MOST_CONTESTANTS)]
    """Who stands."""
    controls: Annotated[tuple[ControlSection, ...], ListOf(200)]
    """Names outside the contest, asked in the same rounds and treated alike. All three kinds are needed."""
    canaries: Annotated[tuple[Canary, ...], ListOf(20, unique=True)]
    """Random texts that must never be found: they show a reader that calls anything results."""
    platforms: Annotated[tuple[PlatformSection, ...], ListOf(50)]
    """Where names are asked."""
    vantages: Annotated[tuple[VantageSection, ...], ListOf(100)]
    """From where they are asked."""
    events: Annotated[tuple[EventSection, ...], ListOf(200)] = ()
    """Planned moments, during which, and in the hour before, rounds are denser."""
