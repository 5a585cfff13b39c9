"""A legislative election: ten thousand names on sixty lists, planned, judged and shown.

Rounds are the planner's own, answers are drawn: one asking in a hundred is empty by accident. What is
measured is what a watch does between the network and the disk: planning a round, and judging it.
"""

import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np

from siaga.detection.round_facts import Layout, RoundFacts, found_or_not
from siaga.detection.watch import Detection
from siaga.domain.answers import Role
from siaga.domain.records import Round
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
from siaga.planning.planner import Planner
from siaga.watch.detection_settings import names_of, settings_of

START = datetime(2029, 1, 1, tzinfo=UTC)
ACCIDENTS = 0.01


def legislative(names: int = 10_000, lists: int = 60, platforms: int = 3) -> Election:
    """Names on lists; on each platform three surfaces, lists and heads each half hour, others daily."""
    parties = [
        Contestant(
            f"list-{number:02}",
            ContestantKind.PARTY,
            f"List {number:02}",
            number + 1,
            (Person(f"list-{number:02}", _names(f"List {number:02}")),),
        )
        for number in range(lists)
    ]
    people = [
        Contestant(
            f"c-{number:05}",
            ContestantKind.PERSON,
            f"Candidate {number:05}",
            None,
            (Person(f"c-{number:05}", _names(f"Candidate {number:05}")),),
            on_list=f"list-{number % lists:02}",
            place=number // lists + 1,
        )
        for number in range(names - lists)
    ]
    half_hour, day = timedelta(minutes=30), timedelta(days=1)
    surfaces = tuple(
        SurfaceWatch(surface, half_hour, others_every=day)
        for surface in ("search-latest", "search-top", "hashtag")
    )
    return Election(
        id="legislative",
        label="Legislative election",
        country="ID",
        timezone="Asia/Jakarta",
        votes=START.date(),
        contestants=(*parties, *people),
        controls=tuple(
            Control(f"control-{number:02}", ControlKind.PUBLIC_FIGURE, _names(f"Control {number:02}"))
            for number in range(12)
        ),
        canaries=("qzvexh7rwk4m", "zjw3kqpx8vhd"),
        platforms=tuple(
            PlatformWatch(
                f"p{number}",
                "mastodon",
                f"Platform {number}",
                f"https://p{number}.example",
                surfaces,
                (Budget(100_000, timedelta(hours=1)),),
            )
            for number in range(platforms)
        ),
        vantages=(Vantage("jakarta"),),
    )


def _names(text: str) -> tuple[Name, ...]:
    return Name(text, NameKind.FULL), Name(text.replace(" ", ""), NameKind.HASHTAG)


def answered(
    round_: Round, answers: np.random.Generator, withheld: frozenset[str] = frozenset()
) -> RoundFacts:
    """A round as it comes back: nearly all are found, except who is withheld."""
    asked = sorted(round_.askings, key=lambda asking: asking.subject)
    layout = Layout(tuple(asking.subject for asking in asked), tuple(asking.role for asking in asked))
    gone = answers.random(len(asked)) < ACCIDENTS
    gone |= np.array([asking.role is Role.CANARY or asking.subject in withheld for asking in asked])
    return found_or_not(round_.at + timedelta(seconds=20), round_.stream, layout, gone)


def rotation(election: Election, days: int = 7, say: Callable[[str], object] = print) -> None:
    """Plan and judge some days; says what a round costs and what is held in memory."""
    costs = {
        (platform.id, watch.surface): 1 for platform in election.platforms for watch in platform.surfaces
    }
    began = time.perf_counter()
    planner = Planner(election, costs, lambda day: bytes(32), START)
    say(f"planner built in {time.perf_counter() - began:.2f} s")
    detection = Detection(settings_of(election), names=names_of(election))
    answers = np.random.Generator(np.random.PCG64(1))
    planning = judging = 0.0
    rounds = asked = 0
    now = START
    for day in range(1, days + 1):
        judged, before = judging, rounds
        while now < START + timedelta(days=day):
            now = max(now, planner.next_due())
            began = time.perf_counter()
            due = planner.take_due(now)
            planning += time.perf_counter() - began
            for round_ in due:
                facts = answered(round_, answers)
                began = time.perf_counter()
                detection.take_facts(facts)
                judging += time.perf_counter() - began
                planner.finished(round_, now + timedelta(seconds=20), len(round_.askings))
                asked += len(round_.askings)
                rounds += 1
        say(f"day {day}: {(judging - judged) / (rounds - before) * 1000:.2f} ms a round")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.perf_counter()
    saved = detection.snapshot()
    say(
        f"{rounds} rounds of {asked / rounds:.0f} askings: planned in {planning / rounds * 1000:.2f} ms, "
        f"judged in {judging / rounds * 1000:.2f} ms each; {memory:.0f} MB; "
        f"snapshot {len(saved) / 1e6:.1f} MB in {time.perf_counter() - began:.2f} s"
    )
    began = time.perf_counter()
    verdicts = detection.verdicts()
    say(f"{len(verdicts)} verdicts in {time.perf_counter() - began:.2f} s")
    began = time.perf_counter()
    detection.verdicts()
    say(f"the same again in {time.perf_counter() - began:.2f} s")


if __name__ == "__main__":
    rotation(legislative(), days=2)
