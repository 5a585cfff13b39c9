"""The watch against real servers, through a proxy that spoils their answers on command."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.real.nostr_relay import over_http, running_nostr
from tests.real.server_process import ServerProcess, free_port
from tests.real.watched_election import TARGETS, election_file, post_on_nostr

from siaga.cli.room_files import room_of
from siaga.composition.open_watch import OpenWatch, open_watch
from siaga.composition.readers import readers_of
from siaga.domain.time import SimulatedClock, SystemClock
from siaga.domain.verdicts import State, Verdict
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.platforms.conversation import Instance
from siaga.simulation.faults import FaultKind, InjectedFault
from siaga.simulation.proxy import FaultyProxy, ProxyTarget

pytestmark = [pytest.mark.servers, pytest.mark.slow]

PLATFORMS = ("bluesky", "nostr")
QUIET = timedelta(minutes=12)
AFTERWARDS = timedelta(minutes=8)
LONGEST = timedelta(minutes=60)
KNOWN_ROUNDS = 25
"""A name that was never found since the watch began is not accused; after so many quiet rounds it soon is."""
DOWN = {State.SURFACE_DOWN, State.PLATFORM_DOWN}


class Watching:
    """A watch whose clock runs as fast as the servers answer."""

    def __init__(self, opened: OpenWatch, clock: SimulatedClock, proxy: FaultyProxy) -> None:
        self.opened = opened
        self.clock = clock
        self.proxy = proxy

    async def pass_by(self, span: timedelta, until: Callable[[], bool] = lambda: False) -> bool:
        """Let so much time pass at most; whether it came to `until`."""
        end = self.clock.now() + span
        while self.opened.watch.next_due() <= end:
            self.clock.advance_to(self.opened.watch.next_due())
            await self.opened.watch.step()
            if until():
                return True
        return False

    def state(self, platform: str, subject: str) -> State:
        """What is said of a name on a platform; not what is said of it in one stream."""
        (verdict,) = [
            v
            for v in self.opened.view.verdicts()
            if v.platform == platform and v.subject == subject and not v.is_of_one_stream
        ]
        return verdict.state

    def accused(self) -> set[tuple[str, str]]:
        """Every name about which a finding was ever opened."""
        return {(v.platform, v.subject) for v in self.findings() if v.subject is not None}

    def down(self) -> set[str]:
        """Platforms that were ever found down, as a whole or at a surface."""
        return {v.platform for v in self.findings() if v.subject is None and v.state in DOWN}

    def findings(self) -> Sequence[Verdict]:
        return [v for v in self.opened.view.changes(500) if v.state.is_finding]


@contextlib.asynccontextmanager
async def watching(directory: Path, servers: dict[str, str]) -> AsyncIterator[Watching]:
    """A watch over the servers through the proxy, after a quiet start in which every name was found."""
    clock = SimulatedClock(SystemClock().now())
    targets = [ProxyTarget(platform, "here", platform, servers[platform]) for platform in PLATFORMS]
    async with FaultyProxy(targets, clock) as proxy:
        addresses = {platform: proxy.address(platform, "here") for platform in PLATFORMS}
        election = election_file(directory / "election.yaml", addresses, every="1m")
        async with open_watch(
            election,
            directory / "watch",
            readers=readers_of(election, directory),
            instance_of=lambda stream: Instance(addresses[stream.platform]),
            clock=clock,
            room=room_of(None, election),
        ) as opened:
            course = Watching(opened, clock, proxy)
            await course.pass_by(QUIET)
            assert {course.state(at, who) for at in PLATFORMS for who in ("mahfud", "ganjar", "anies")} == {
                State.FINDABLE
            }
            yield course


async def test_withheld_names_are_found_each_on_its_platform_and_only_they(
    tmp_path: Path, servers: dict[str, str]
) -> None:
    async with watching(tmp_path, servers) as course:
        withheld = [("bluesky", "mahfud"), ("bluesky", "ganjar"), ("nostr", "anies")]
        for platform, who in withheld:
            fault = InjectedFault(FaultKind.EMPTY, platform=platform, names=(TARGETS[who],))
            course.proxy.commands.start(f"{platform}-{who}", fault)
        assert await course.pass_by(
            LONGEST, lambda: all(course.state(*one) is State.SUPPRESSED for one in withheld)
        )
        assert course.accused() == set(withheld)
        assert course.down() == set()


@pytest.mark.parametrize("kind", [FaultKind.EMPTY, FaultKind.ERROR])
async def test_what_hits_all_names_alike_is_the_platforms_and_blamed_on_no_name(
    tmp_path: Path, servers: dict[str, str], kind: FaultKind
) -> None:
    async with watching(tmp_path, servers) as course:
        course.proxy.commands.start("fault", InjectedFault(kind, platform="bluesky"))
        assert await course.pass_by(LONGEST, lambda: course.down() == {"bluesky"})
        await course.pass_by(AFTERWARDS)
        assert course.accused() == set()
        assert not course.state("bluesky", "mahfud").is_fine
        assert course.state("nostr", "mahfud") is State.FINDABLE


async def test_a_relay_that_really_ends_is_down_and_no_name_is_blamed(
    tmp_path: Path, servers: dict[str, str]
) -> None:
    with contextlib.ExitStack() as ends:
        relay = ends.enter_context(running_nostr())
        post_on_nostr(relay)
        async with watching(tmp_path, {**servers, "nostr": over_http(relay)}) as course:
            ends.close()
            assert await course.pass_by(LONGEST, lambda: course.down() == {"nostr"})
            await course.pass_by(AFTERWARDS)
            assert course.accused() == set()
            assert not course.state("nostr", "mahfud").is_fine
            assert course.state("bluesky", "mahfud") is State.FINDABLE


async def test_the_command_finds_a_withheld_name_shows_it_and_stops_in_order(
    tmp_path: Path, servers: dict[str, str]
) -> None:
    targets = [ProxyTarget(platform, "here", platform, servers[platform]) for platform in PLATFORMS]
    async with FaultyProxy(targets) as proxy:
        withheld = InjectedFault(FaultKind.EMPTY, platform="bluesky", names=("Mahfud",))
        addresses = {platform: proxy.address(platform, "here") for platform in PLATFORMS}
        election_file(tmp_path / "election.yaml", addresses, every="1s")
        page = f"http://127.0.0.1:{free_port()}"
        command = ServerProcess(
            "watch",
            [
                *(Path(sys.executable).parent / "siaga", "watch", tmp_path / "election.yaml"),
                *("--directory", tmp_path / "watch", "--port", page.rpartition(":")[2]),
            ],
            tmp_path,
        )

        def accused() -> set[tuple[str, str]]:
            """By the record: in public a suspicion names no platform."""
            if not (tmp_path / "watch" / "journal.sqlite").exists():
                return set()
            address = f"sqlite:///{tmp_path / 'watch' / 'journal.sqlite'}"
            with Journal.open(address, SystemClock()) as journal:
                found = journal.read(kinds=(Kind.FINDING_OPENED,))
            return {(str(one.what["platform"]), str(one.what["subject"])) for one in found}

        def shown() -> set[str]:
            verdicts = httpx.get(f"{page}/api/v1/verdicts").json()
            return {verdict["state"] for verdict in verdicts if verdict["subject"]}

        def known() -> bool:
            """The name was found in so many rounds that its going missing is a change."""
            of_name = {"platform": "bluesky", "subject": "mahfud"}
            with contextlib.suppress(httpx.TransportError):
                rounds = httpx.get(f"{page}/api/v1/measurements", params=of_name).json()
                return len(rounds) >= KNOWN_ROUNDS
            return False

        try:
            await asyncio.to_thread(command.wait_for, known)
            proxy.commands.start("withhold", withheld)
            await asyncio.to_thread(command.wait_for, lambda: bool(accused()))
            assert await asyncio.to_thread(accused) == {("bluesky", "mahfud")}
            assert State.SUSPECTED not in await asyncio.to_thread(shown)
        finally:
            await asyncio.to_thread(command.stop)
        assert command.returned == 0
    with Journal.open(f"sqlite:///{tmp_path / 'watch' / 'journal.sqlite'}", SystemClock()) as journal:
        events = list(journal.read())
        assert [event.kind for event in (events[0], events[-1])] == [Kind.WATCH_STARTED, Kind.WATCH_STOPPED]
        (opened,) = [event for event in events if event.kind == Kind.FINDING_OPENED]
        assert (opened.what["platform"], opened.what["subject"]) == ("bluesky", "mahfud")
