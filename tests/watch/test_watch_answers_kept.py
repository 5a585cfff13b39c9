"""Answers are kept as evidence exactly where a target was missing while its controls were found."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from tests.probing.probing_servers import answering, reply, served
from tests.probing.probing_stories import Plain

from siaga.cases.room_file import EVIDENCE_KEPT
from siaga.cli.room_files import room_of
from siaga.composition.open_watch import OpenWatch, open_watch
from siaga.domain.answers import Answer
from siaga.domain.records import Stream
from siaga.domain.time import SimulatedClock
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
from siaga.journal.kinds import Kind
from siaga.platforms.conversation import Conversation, Instance, Query, Reading, Request
from siaga.probing.evidence import EvidenceStore
from siaga.probing.rounds import Prober
from siaga.probing.transport import Transport

START = datetime(2024, 1, 25, tzinfo=UTC)
CONTROLS = ("raisa", "ronaldo", "obama", "kucing")


class Counted(Plain):
    """Found is 200, and one result that matches."""

    def ask(self, instance: Instance, query: Query) -> Conversation:
        response = yield Request(f"{instance.address}/{query.name}")
        found = response.status == 200
        return Reading(Answer.RESULTS if found else Answer.EMPTY, int(found), int(found))


def election() -> Election:
    name = (Name("mahfud", NameKind.SHORT),)
    return Election(
        id="e",
        label="E",
        country=None,
        timezone="UTC",
        votes=date(2024, 2, 14),
        contestants=(Contestant("m", ContestantKind.PERSON, "M", 1, (Person("m", name),)),),
        controls=tuple(
            Control(text, ControlKind.PUBLIC_FIGURE, (Name(text, NameKind.SHORT),)) for text in CONTROLS
        ),
        canaries=(),
        platforms=(
            PlatformWatch(
                "plain",
                "plain",
                "Plain",
                "http://unused.invalid",
                (SurfaceWatch("people", timedelta(minutes=1)),),
                (Budget(1000, timedelta(minutes=1)),),
            ),
        ),
        vantages=(Vantage("here"),),
    )


@asynccontextmanager
async def watched(directory: Path, clock: SimulatedClock, missing: set[str]) -> AsyncIterator[OpenWatch]:
    """A watch of a server that does not know some addresses."""
    transport = Transport()
    server = answering(lambda heard: reply(heard.path.encode(), 404 if heard.path in missing else 200))
    async with served(server) as place:

        def instance_of(stream: Stream) -> Instance:
            return Instance(f"http://127.0.0.1:{place.port}")

        async with open_watch(
            election(),
            directory,
            readers={"plain": Counted()},
            instance_of=instance_of,
            clock=clock,
            room=room_of(None, election()),
            prober=Prober(lambda vantage: transport),
        ) as opened:
            yield opened
    transport.close()


@pytest.mark.parametrize("withheld", [True, False])
async def test_the_whole_round_is_kept_where_a_target_was_missing(withheld: bool, tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    async with watched(tmp_path, clock, {"/mahfud"} if withheld else set()) as opened:
        clock.advance_to(opened.watch.next_due())
        await opened.watch.step()
        taken = await opened.view.measurements("plain", "m", 1)
    evidence = EvidenceStore(tmp_path / "evidence")
    kept = {evidence.read(answer.sha256) for answer in evidence.kept("plain")}
    everything = {f"/{name}".encode() for name in ("mahfud", *CONTROLS)}
    assert kept == (everything if withheld else set())
    assert evidence.read(str(taken[0].body_sha256)) == (b"/mahfud" if withheld else None)


async def test_what_is_older_than_the_room_keeps_is_erased_and_journalled(tmp_path: Path) -> None:
    clock, missing = SimulatedClock(START), {"/mahfud"}
    async with watched(tmp_path, clock, missing) as opened:
        clock.advance_to(opened.watch.next_due())
        await opened.watch.step()
        kept = {answer.sha256 for answer in EvidenceStore(tmp_path / "evidence").kept("plain")}
        assert len(kept) == 1 + len(CONTROLS)
        missing.clear()
        clock.advance(EVIDENCE_KEPT + timedelta(hours=1))
        await opened.watch.step()
        (dropped,) = opened.journal.read(kinds={Kind.EVIDENCE_DROPPED})
    assert set(cast("list[str]", dropped.what["sha256"])) == kept
    assert dropped.why == "It is older than what the room keeps."
    assert EvidenceStore(tmp_path / "evidence").kept("plain") == []
