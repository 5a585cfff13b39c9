"""A small election, for all tests of the simulation."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from tests.simulation.served_platforms import ServedPlatforms, loopback_alone, served

from siaga.election.model import (
    Budget,
    Contestant,
    ContestantKind,
    Control,
    ControlKind,
    Election,
    Name,
    NameKind,
    Person,
    PlatformWatch,
    SurfaceWatch,
    Vantage,
)

PLATFORMS = ("x", "bluesky", "mastodon", "nostr", "matrix", "youtube")


def person(id: str, full: str, short: str, handle: str) -> Person:
    return Person(
        id,
        (
            Name(full, NameKind.FULL),
            Name(short, NameKind.SHORT),
            Name(handle, NameKind.HANDLE),
            Name(full.replace(" ", ""), NameKind.HASHTAG),
        ),
    )


@pytest.fixture(scope="session")
def election() -> Election:
    return Election(
        id="test",
        label="A small vote",
        country="ID",
        timezone="Asia/Jakarta",
        votes=date(2024, 2, 14),
        contestants=(
            Contestant(
                "three",
                ContestantKind.TICKET,
                "Ganjar - Mahfud",
                3,
                (
                    person("ganjar", "Ganjar Pranowo", "ganjar", "ganjarpranowo"),
                    person("mahfud", "Mahfud MD", "mahfud", "mohmahfudmd"),
                ),
            ),
        ),
        controls=(
            Control("raisa", ControlKind.PUBLIC_FIGURE, (Name("Raisa", NameKind.SHORT),)),
            Control("hujan", ControlKind.EVERYDAY_WORD, (Name("hujan", NameKind.SHORT),)),
        ),
        canaries=("qzxvkwpt",),
        platforms=tuple(
            PlatformWatch(
                id=id,
                reader=id,
                label=id,
                address="http://127.0.0.1:1",
                surfaces=(SurfaceWatch("search-latest", timedelta(minutes=1)),),
                budgets=(Budget(100, timedelta(minutes=1)),),
            )
            for id in PLATFORMS
        ),
        vantages=(Vantage("jakarta"), Vantage("makassar")),
    )


@pytest.fixture(scope="session")
def platforms(election: Election) -> Iterator[ServedPlatforms]:
    with served(election) as running:
        yield running


@pytest.fixture
def loopback_only() -> Iterator[None]:
    with loopback_alone():
        yield
