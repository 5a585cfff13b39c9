"""The story as it is played: the same seed brings the same record, and its times hold against the truth."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from siaga.cases.durations import durations
from siaga.cli.election_files import read_election_file
from siaga.demo.pace import Pace
from siaga.demo.staff import demo_room
from siaga.demo.story import Story, open_story
from siaga.domain.time import parse_rfc3339, rfc3339
from siaga.domain.verdicts import State
from siaga.election.model import Election
from siaga.simulation.mailbox import mailbox
from siaga.simulation.reading import parse_scenario, read_scenario
from siaga.simulation.scenario import Scenario, shipped_files

SCENARIO_FILE, ELECTION_FILE = shipped_files("demo-2024")
SHORT = parse_scenario(
    """
scenario: a-short-cut
label: A name goes missing, soon
starts: 2024-01-25T12:00:00+07:00
ends: 2024-01-25T12:48:00+07:00
steps:
  - at: +0h
    note: Every name is found.
  - at: +20m10s
    note: One is not.
    start: gone
    fault: {kind: empty, platform: x, surfaces: [search-latest], names: [mahfud]}
"""
)


def only_x(election: Election) -> Election:
    """Few names at one platform, so that the story takes a second."""
    (x,) = [platform for platform in election.platforms if platform.id == "x"]
    return replace(election, platforms=(replace(x, surfaces=x.surfaces[:1]),), controls=election.controls[:5])


async def played(scenario: Scenario, election: Election) -> tuple[Story, list[tuple[str, ...]]]:
    """A story to its end, and all that its journal then holds."""
    async with (
        mailbox() as mail,
        open_story(scenario, election, demo_room("http://127.0.0.1", mail.port)) as story,
    ):
        while story.next() < scenario.ends:
            await story.step()
        events = story.opened.journal.read(limit=10_000)
        return story, [(rfc3339(e.at), e.who, e.kind, str(e.what), e.why) for e in events]


def test_the_same_seed_brings_the_same_record() -> None:
    election = only_x(read_election_file(ELECTION_FILE))
    story, first = asyncio.run(played(SHORT, election))
    _, second = asyncio.run(played(SHORT, election))
    assert first == second
    (proven,) = [change for change in story.changes if change.state is State.SUPPRESSED]
    assert proven.subject == "mahfud"
    (case,) = story.opened.cases.cases.values()
    took = durations(case)
    assert took.began_after is not None
    assert took.began is not None
    assert took.began_after <= SHORT.troubles[0].starts <= took.began, "what is stated holds the truth"


def test_another_seed_brings_another_record() -> None:
    election = only_x(read_election_file(ELECTION_FILE))
    brief = replace(SHORT, ends=SHORT.starts + timedelta(minutes=8))
    _, first = asyncio.run(played(brief, election))
    _, other = asyncio.run(played(replace(brief, seed="another"), election))
    assert first != other


def test_the_first_sign_of_trouble_is_told_within_twenty_seconds() -> None:
    pace = Pace(read_scenario(SCENARIO_FILE), 180.0)
    assert pace.due_s(parse_rfc3339("2024-01-25T14:40:00+07:00")) < 20


def test_the_story_is_told_in_three_minutes_and_time_goes_on_afterwards() -> None:
    scenario = read_scenario(SCENARIO_FILE)
    pace = Pace(scenario, 180.0)

    def due(at: datetime) -> float:
        return pace.due_s(at)

    moments = [scenario.starts + timedelta(minutes=each) for each in range(0, 26 * 60, 7)]
    assert [due(at) for at in moments] == sorted(due(at) for at in moments)
    assert due(scenario.starts) == 0
    assert due(scenario.ends) == 180
    assert due(scenario.ends + timedelta(minutes=2)) == 182
