"""Rooms and browsers that several slices' tests ask for."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from tests.web import sample_room as sample
from tests.web.acting_room import ActingRoom
from tests.web.browsing import asking

from siaga.domain.verdicts import State


@pytest.fixture
def room(tmp_path: Path) -> Iterator[ActingRoom]:
    with ActingRoom(tmp_path) as opened:
        yield opened


@pytest.fixture
async def calm() -> AsyncIterator[httpx.AsyncClient]:
    said = [sample.verdict("x", subject, State.FINDABLE) for subject in ("anies", "muhaimin", "ganjar")]
    async with asking(sample.SampleRoom(said=said)) as browser:
        yield browser


@pytest.fixture
async def alarmed() -> AsyncIterator[httpx.AsyncClient]:
    said = [
        sample.SUPPRESSED,
        sample.verdict("bluesky", None, State.PLATFORM_DOWN),
        sample.verdict("bluesky", "mahfud", State.INSUFFICIENT),
    ]
    async with asking(sample.SampleRoom(said=said)) as browser:
        yield browser
