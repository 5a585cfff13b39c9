"""A watch over simulated platforms: what it finds, what it does not say, and that a kill changes nothing."""

import asyncio
import json
import shutil
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.watch.scripted_watch import seed_keys
from typer.testing import CliRunner

from siaga.cli import app
from siaga.cli.election_files import read_election_file
from siaga.cli.replaying import line_of, replayed
from siaga.cli.room_files import room_of
from siaga.composition.open_watch import open_watch
from siaga.composition.readers import readers_of
from siaga.domain.records import Stream
from siaga.domain.time import SimulatedClock
from siaga.domain.verdicts import State, Verdict
from siaga.election.model import Election
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.measurements.export import write_json_lines
from siaga.measurements.reading import EVERYTHING
from siaga.measurements.store import Store
from siaga.platforms.conversation import Instance
from siaga.simulation.reading import parse_scenario
from siaga.simulation.scenario import shipped_files
from siaga.simulation.server import SimulatedPlatforms
from siaga.watch.checkpoint import load, save
from siaga.watch.detection_settings import names_of, settings_of, subjects_of

ELECTION_FILE = shipped_files("january-2024")[1]
SCENARIO = parse_scenario(
    """
scenario: a-short-one
starts: 2024-01-24T18:00:00+07:00
ends: 2024-01-24T21:00:00+07:00
steps:
  - {at: +60m, start: gone, fault: {kind: empty, platform: x, surfaces: [search-latest], names: [mahfud]}}
  - {at: +70m, start: down, fault: {kind: error, platform: bluesky}}
  - {at: +110m, stop: down}
"""
)
SPAN = timedelta(minutes=120)
HALF = timedelta(minutes=75)
STEP = timedelta(minutes=1)


def small() -> Election:
    """The demo's election at one vantage, without its slow platform."""
    election = read_election_file(ELECTION_FILE)
    return replace(
        election,
        vantages=election.vantages[:1],
        platforms=tuple(platform for platform in election.platforms if platform.id != "mastodon"),
    )


@dataclass
class Story:
    """What a watch told, and where it is kept."""

    directory: Path
    election: Election
    changes: list[Verdict] = field(default_factory=list)
    verdicts: list[str] = field(default_factory=list)
    """What was said at the end, a line each."""


async def played(
    story: Story, platforms: SimulatedPlatforms, clock: SimulatedClock, until: timedelta
) -> None:
    """Let the watch run on to a moment of the scenario."""

    def instance(stream: Stream) -> Instance:
        secret = platforms.token if stream.session == "signed-in" else None
        account = "siaga.demo.example" if secret else None
        address = platforms.address(stream.platform, stream.vantage)
        return Instance(address, stream.session, secret, account)

    seed_keys(story.directory)
    async with open_watch(
        story.election,
        story.directory,
        readers=readers_of(story.election, story.directory),
        instance_of=instance,
        clock=clock,
        room=room_of(None, story.election),
    ) as opened:
        opened.watch.on_change = story.changes.append
        while opened.watch.next_due() < SCENARIO.starts + until:
            clock.advance_to(max(opened.watch.next_due(), clock.now() + STEP))
            await opened.watch.step()
        story.verdicts = [line_of(verdict) for verdict in opened.view.verdicts()]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Two hours without interruption."""
    told = Story(tmp_path_factory.mktemp("watch"), small())

    async def play() -> None:
        clock = SimulatedClock(SCENARIO.starts)
        async with SimulatedPlatforms(told.election, SCENARIO, clock) as platforms:
            await played(told, platforms, clock, SPAN)

    asyncio.run(play())
    return told


def journalled(directory: Path) -> Journal:
    return Journal.open(f"sqlite:///{directory / 'journal.sqlite'}", SimulatedClock(SCENARIO.ends))


def test_a_withheld_name_is_proven_and_journalled_once(story: Story) -> None:
    proven = [c for c in story.changes if c.subject == "mahfud" and c.state is State.SUPPRESSED]
    assert [(c.platform, c.surface) for c in proven] == [("x", "search-latest")]
    assert proven[0].at < SCENARIO.starts + timedelta(minutes=90)
    with journalled(story.directory) as journal:
        opened = journal.read(kinds=[Kind.FINDING_OPENED])
        assert [e.what["subject"] for e in opened if e.what["subject"]] == ["mahfud"]
        assert journal.verify().broken is None


def test_an_outage_is_the_platform_s_and_no_name_s(story: Story) -> None:
    bluesky = [c for c in story.changes if c.platform == "bluesky"]
    assert any(c.subject is None and c.state in {State.PLATFORM_DOWN, State.SURFACE_DOWN} for c in bluesky)
    assert not any(c.subject is not None and c.state.is_finding for c in bluesky)


def test_the_day_s_key_is_committed_before_its_first_round(story: Story) -> None:
    with journalled(story.directory) as journal:
        committed = journal.read(kinds=[Kind.SEED_KEY_COMMITTED])
        assert [event.what["day"] for event in committed] == ["2024-01-24"]
    with Store.open(story.directory / "measurements", SimulatedClock(SCENARIO.ends)) as store:
        first = min(measurement.at for measurement in store.measurements())
    assert committed[0].at <= first


def test_replay_says_the_same_as_the_watch_bit_for_bit(story: Story, tmp_path: Path) -> None:
    recorded = tmp_path / "recorded.jsonl"
    with Store.open(story.directory / "measurements", SimulatedClock(SCENARIO.ends)) as store:
        write_json_lines(recorded, store.batches(EVERYTHING))
    election = story.election
    _, changes = replayed([recorded], settings_of(election), subjects_of(election), names=names_of(election))
    assert [line_of(change) for change in changes] == [line_of(change) for change in story.changes]


def test_replay_takes_promise_and_subjects_from_an_election_file(story: Story, tmp_path: Path) -> None:
    recorded = tmp_path / "recorded.jsonl"
    with Store.open(story.directory / "measurements", SimulatedClock(SCENARIO.ends)) as store:
        write_json_lines(recorded, store.batches(EVERYTHING))
    told = CliRunner().invoke(app, ["replay", str(recorded), "--election", str(ELECTION_FILE), "--json"])
    assert told.exit_code == 1, told.output
    states = [(line["subject"], line["state"]) for line in map(json.loads, told.stdout.splitlines())]
    assert ("mahfud", "suppressed") in states
    assert CliRunner().invoke(app, ["replay", str(recorded), "--election", "nowhere"]).exit_code == 2


async def test_without_its_saved_state_a_watch_judges_what_is_stored_and_tells_it_once(
    tmp_path: Path,
) -> None:
    """The copy is as a kill leaves it: measurements, plan and journal are there, the saved state is not."""
    first, killed = Story(tmp_path / "first", small()), Story(tmp_path / "killed", small())
    clock = SimulatedClock(SCENARIO.starts)
    async with SimulatedPlatforms(first.election, SCENARIO, clock) as platforms:
        await played(first, platforms, clock, HALF)
        shutil.copytree(first.directory, killed.directory)
        (killed.directory / "state").unlink()
        await played(killed, platforms, SimulatedClock(clock.now()), HALF)
    kinds = [Kind.FINDING_OPENED, Kind.FINDING_CHANGED, Kind.FINDING_OVER]
    with journalled(first.directory) as one, journalled(killed.directory) as other:
        assert one.read(kinds=kinds)
        assert other.read(kinds=kinds) == one.read(kinds=kinds)
        assert other.verify().broken is None
    assert killed.verdicts == first.verdicts


async def test_a_state_of_another_version_is_passed_over(tmp_path: Path) -> None:
    told = Story(tmp_path / "watch", small())
    clock = SimulatedClock(SCENARIO.starts)
    async with SimulatedPlatforms(told.election, SCENARIO, clock) as platforms:
        await played(told, platforms, clock, timedelta(minutes=12))
        state = told.directory / "state"
        saved = load(state)
        assert saved is not None
        save(state, replace(saved, detection=b"made by another version"))
        before = told.verdicts
        await played(told, platforms, clock, timedelta(minutes=12))
    assert before
    assert told.verdicts == before
