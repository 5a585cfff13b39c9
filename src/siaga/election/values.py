"""The values of a sound election file: what its sections say, as the rest of the product takes it."""

from collections.abc import Mapping
from hashlib import sha256

from siaga.domain.answers import Session
from siaga.domain.label import Label
from siaga.election.model import (
    Budget,
    Contestant,
    ContestantKind,
    Control,
    Credential,
    Election,
    Event,
    Name,
    Person,
    PlatformWatch,
    SurfaceWatch,
    Vantage,
)
from siaga.election.readers import ReaderFacts, facts_of
from siaga.election.sections import (
    ContestantSection,
    CredentialSection,
    ElectionFileSection,
    EventSection,
    LabelSection,
    NameSection,
    PlatformSection,
    ProxySection,
    SurfaceSection,
    VantageSection,
)


def election_of(file: ElectionFileSection, readers: Mapping[str, ReaderFacts], text: str) -> Election:
    """The election that a file without faults declares; `text` is the file's own."""
    return Election(
        id=file.election,
        label=_label_of(file.label),
        country=file.country,
        timezone=file.timezone,
        votes=file.votes,
        contestants=tuple(map(contestant_of, file.contestants)),
        controls=tuple(
            Control(control.id, control.kind, names_of(control.names), control.tags)
            for control in file.controls
        ),
        canaries=file.canaries,
        platforms=tuple(
            platform_of(platform, facts_of(readers, platform.reader)) for platform in file.platforms
        ),
        vantages=tuple(map(_vantage_of, file.vantages)),
        events=tuple(map(event_of, file.events)),
        promise=file.promise,
        least_controls=file.least_controls,
        languages=file.languages,
        digest=sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
    )


def _label_of(section: str | LabelSection) -> str:
    return Label(section.by_language()) if isinstance(section, LabelSection) else section


def name_of(section: NameSection) -> Name:
    """A name."""
    ((kind, written),) = section.texts().items()
    return Name(written, kind, section.language, section.platforms)


def names_of(sections: tuple[NameSection, ...]) -> tuple[Name, ...]:
    """Names in the file's order."""
    return tuple(map(name_of, sections))


def contestant_of(section: ContestantSection) -> Contestant:
    """A contestant."""
    if section.kind is ContestantKind.TICKET:
        people = tuple(Person(person.id, names_of(person.names)) for person in section.people)
    else:
        people = (Person(section.id, names_of(section.names)),)
    return Contestant(
        section.id,
        section.kind,
        section.label,
        section.number,
        people,
        section.tags,
        section.on_list,
        section.place,
    )


def session_of(section: SurfaceSection, facts: ReaderFacts) -> Session:
    """The session in which a surface is asked: as written, or public where it says anything in public."""
    if section.session is not None:
        return section.session
    return Session.PUBLIC if Session.PUBLIC in facts.surfaces[section.surface] else Session.SIGNED_IN


def platform_of(section: PlatformSection, facts: ReaderFacts) -> PlatformWatch:
    """A platform, with what its reader adds: the sessions and the credential's kind."""
    return PlatformWatch(
        id=section.id,
        reader=section.reader,
        label=section.label,
        address=section.address.rstrip("/"),
        surfaces=tuple(
            SurfaceWatch(
                surface.surface.value, surface.every, session_of(surface, facts), surface.others_every
            )
            for surface in section.surfaces
        ),
        budgets=tuple(Budget(budget.requests, budget.per) for budget in section.budgets),
        credential=None if section.credential is None else _credential_of(section.credential, facts),
        concurrency=section.concurrency,
        options=tuple(section.options.items()),
        recipe=section.recipe,
        vantages=section.vantages,
    )


def _credential_of(section: CredentialSection, facts: ReaderFacts) -> Credential:
    assert facts.credential is not None
    return Credential(facts.credential, section.environment, section.file, section.account)


def _vantage_of(section: VantageSection) -> Vantage:
    return Vantage(
        id=section.id,
        country=section.country,
        province=section.province,
        network=section.network,
        proxy=None if isinstance(section.proxy, ProxySection) else section.proxy,
        proxy_environment=section.proxy.environment if isinstance(section.proxy, ProxySection) else None,
        family=section.family,
        label="" if section.label is None else _label_of(section.label),
    )


def event_of(section: EventSection) -> Event:
    """A planned moment."""
    label = _label_of(section.label)
    return Event(section.id, section.kind, label, section.starts, section.ends, section.denser)
