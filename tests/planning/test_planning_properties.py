"""What holds whatever happens: budgets, equal counts, the same plan again."""

import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.planning.planning_stories import (
    MINUTE,
    SECOND,
    START,
    Story,
    election,
    key_of,
    planner_of,
    platform,
)

from siaga.domain.answers import Role, Session
from siaga.domain.quota import Quota
from siaga.domain.records import Round, Stream
from siaga.election.model import Budget, Election
from siaga.planning.seeds import order, round_seed

TIGHT = (Budget(40, 3 * MINUTE), Budget(100, 20 * MINUTE))
SURFACES = {"search-latest": 20 * SECOND, "search-top": 45 * SECOND, "people": 2 * MINUTE}
WATCHED = election(
    platform("x", SURFACES, TIGHT), platform("bluesky", SURFACES, (Budget(30, MINUTE),)), vantages=2
)


@dataclass
class Life:
    """A planner's life as the world saw it: `elapsed` is true time, `now` what the clock says."""

    election: Election
    round_size: int = 40
    now: datetime = START
    elapsed: timedelta = timedelta()
    rounds: list[Round] = field(default_factory=list)
    flying: list[tuple[Round, int]] = field(default_factory=list)
    sent: dict[tuple[str, str], list[tuple[timedelta, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def __post_init__(self) -> None:
        self.planner = planner_of(self.election, round_size=self.round_size)

    def pass_time(self, seconds: float) -> None:
        self.elapsed += timedelta(seconds=seconds)
        self.now += timedelta(seconds=seconds)

    def send(self, round_: Round, requests: int) -> None:
        if requests:
            place = round_.stream.platform, round_.stream.vantage
            self.sent[place].append((self.elapsed, requests))

    def take(self) -> None:
        """Take what is due, and send some of it at once."""
        for round_ in self.planner.take_due(self.now):
            self.rounds.append(round_)
            most = 2 * len(round_.askings)
            at_once = round_.seed[0] % (most + 1)
            self.send(round_, at_once)
            self.flying.append((round_, at_once))

    def land(self, which: int, *, late_by: float = 0.0) -> None:
        """Send the rest of a round, as far as its seed says, and finish it."""
        if self.flying:
            round_, before = self.flying.pop(which % len(self.flying))
            rest = round_.seed[1] % (2 * len(round_.askings) - before + 1)
            self.send(round_, rest)
            at = self.now - timedelta(seconds=late_by)
            self.planner.finished(round_, at, None if round_.seed[2] % 4 == 0 else before + rest)

    def land_all(self) -> None:
        while self.flying:
            self.land(0)

    def kill(self) -> None:
        """The process dies, after its state was kept and its rounds were partly sent, and comes again."""
        state = json.dumps(self.planner.state())
        for round_, before in self.flying:
            self.send(round_, 2 * len(round_.askings) - before)
        self.flying.clear()
        self.pass_time(0.5)
        self.planner = planner_of(self.election, self.now, self.round_size)
        self.planner.restore(json.loads(state), self.now)

    def busiest(self, place: tuple[str, str], span: timedelta) -> int:
        """The most requests that any span of this length held, both its ends included."""
        sent = sorted(self.sent[place])
        sums = [0]
        for _, requests in sent:
            sums.append(sums[-1] + requests)
        moments = [moment for moment, _ in sent]
        return max(
            (sums[end + 1] - sums[bisect_left(moments, moments[end] - span)] for end in range(len(sent))),
            default=0,
        )


def do(life: Life, step: tuple[str, float]) -> None:
    """One step of a life; `amount` is from 0 to 1."""
    kind, amount = step
    place = ("x", "bluesky")[int(amount * 997) % 2]
    vantage = ("v0", "v1")[int(amount * 499) % 2]
    match kind:
        case "wait":
            life.pass_time(amount * 60)
        case "wake":
            ahead = (life.planner.next_due() - life.now).total_seconds()
            life.pass_time(min(max(0.0, ahead), 600.0))
        case "sleep":
            life.pass_time(amount * 20_000)
        case "set back":
            life.now -= timedelta(seconds=amount * 20_000)
            life.elapsed += timedelta(seconds=amount)
        case "land":
            life.land(int(amount * 100), late_by=amount)
        case "land all":
            life.land_all()
        case "kill":
            life.kill()
        case "suspect":
            worth = {(surface, "v0"): amount * place_ for place_, surface in enumerate(SURFACES)}
            surface = (None, "people")[int(amount * 97) % 2]
            life.planner.suspect(place, life.now, surface, (None, worth)[int(amount * 89) % 2])
        case "settle":
            life.planner.settle(place, life.now)
        case "learn":
            quota = Quota(
                remaining=int(amount * 300) - 50,
                limit=(None, 100, 300)[int(amount * 89) % 3],
                resets_at=(None, life.now + timedelta(seconds=amount * 2000 - 300))[int(amount * 83) % 2],
                wait_until=(None, life.now + timedelta(seconds=amount * 200))[int(amount * 79) % 2],
            )
            life.planner.learn(place, vantage, quota, life.now)
    life.take()


KINDS = ("wait", "wake", "wake", "wake", "sleep", "set back", "land", "land all", "land all")
MORE = (*KINDS, "suspect", "settle", "learn", "kill")
STEPS = st.lists(st.tuples(st.sampled_from(MORE), st.floats(0, 1)), min_size=30, max_size=150)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_no_budget_is_ever_exceeded_over_any_window(steps: Sequence[tuple[str, float]]) -> None:
    life = Life(WATCHED)
    for step in steps:
        do(life, step)
    life.land_all()
    for watched in WATCHED.platforms:
        for vantage in WATCHED.vantages:
            for budget in watched.budgets:
                assert life.busiest((watched.id, vantage.id), budget.per) <= budget.requests


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_every_contestants_count_differs_by_at_most_one_round(steps: Sequence[tuple[str, float]]) -> None:
    targets = 23
    plenty = (Budget(100_000, MINUTE),)
    life = Life(
        election(
            platform("x", SURFACES, plenty),
            platform("bluesky", SURFACES, plenty),
            targets=targets,
            vantages=2,
        ),
        round_size=12,
    )
    for step in steps:
        do(life, step)
    counts: dict[object, Counter[str]] = defaultdict(Counter)
    for round_ in life.rounds:
        counts[round_.stream].update(a.subject for a in round_.askings if a.role is Role.TARGET)
        asked = counts[round_.stream]
        fewest = min(asked.values()) if len(asked) == targets else 0
        assert max(asked.values()) - fewest <= 1


@settings(max_examples=60, deadline=None)
@given(STEPS, st.integers(0, 120))
def test_keeping_and_restoring_the_state_changes_nothing_in_the_plan(
    steps: Sequence[tuple[str, float]], where: int
) -> None:
    unbroken, resumed = Life(WATCHED), Life(WATCHED)
    for number, step in enumerate(steps):
        if number == where:
            unbroken.land_all()
            resumed.land_all()
            planner = planner_of(WATCHED, resumed.now)
            planner.restore(json.loads(json.dumps(resumed.planner.state())), resumed.now)
            resumed.planner = planner
        if step[0] == "kill":
            continue
        do(unbroken, step)
        do(resumed, step)
        assert resumed.planner.next_due() == unbroken.planner.next_due()
    assert resumed.rounds == unbroken.rounds
    assert resumed.planner.state() == unbroken.planner.state()


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_the_same_story_gives_the_same_plan_bit_for_bit(steps: Sequence[tuple[str, float]]) -> None:
    lives = Life(WATCHED), Life(WATCHED)
    for life in lives:
        for step in steps:
            do(life, step)
    assert lives[0].rounds == lives[1].rounds
    assert lives[0].planner.state() == lives[1].planner.state()


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_every_round_is_whole_unique_and_in_the_order_of_its_seed(
    steps: Sequence[tuple[str, float]],
) -> None:
    life = Life(WATCHED)
    for step in steps:
        do(life, step)
    assert len({round_.id for round_ in life.rounds}) == len(life.rounds)
    for round_ in life.rounds:
        assert round_.seed == round_seed(key_of(round_.at.date()), round_.id)
        subjects = [asking.subject for asking in round_.askings]
        assert tuple(subjects) == order(round_.seed, sorted(subjects))
        assert Counter(asking.role for asking in round_.askings) == {
            Role.TARGET: 3,
            Role.CONTROL: 5,
            Role.CANARY: 1,
        }


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_no_stream_has_two_rounds_in_flight(steps: Sequence[tuple[str, float]]) -> None:
    life = Life(WATCHED)
    for step in steps:
        do(life, step)
        if step[0] in ("sleep", "wait", "wake"):
            life.land_all()
        streams = [round_.stream for round_, _ in life.flying]
        assert len(set(streams)) == len(streams)


@settings(max_examples=20, deadline=None)
@given(st.integers(20, 60), st.integers(1, 4), st.integers(1, 5))
def test_under_a_tight_budget_streams_of_one_platform_share_it_evenly(
    requests: int, vantages: int, minutes: int
) -> None:
    surfaces = dict.fromkeys(("search-latest", "search-top", "people", "suggest"), MINUTE)
    watched = election(platform("x", surfaces, (Budget(requests, minutes * MINUTE),)), vantages=vantages)
    rounds = Story(planner_of(watched)).until(START + timedelta(hours=1)).rounds
    for vantage in watched.vantages:
        asked = Counter(r.stream.surface for r in rounds if r.stream.vantage == vantage.id)
        assert len(asked) == 4
        assert max(asked.values()) - min(asked.values()) <= 2


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_whatever_happened_every_stream_is_asked_again_within_two_intervals(
    steps: Sequence[tuple[str, float]],
) -> None:
    plenty = (Budget(100_000, MINUTE),)
    watched = election(platform("x", SURFACES, plenty), platform("bluesky", SURFACES, plenty), vantages=2)
    life = Life(watched)
    for step in steps:
        if step[0] != "learn":
            do(life, step)
    life.land_all()
    before = len(life.rounds)
    end = life.now + 2 * max(SURFACES.values()) + SECOND
    Story(life.planner, life.now, SECOND, life.rounds).until(end)
    assert {round_.stream for round_ in life.rounds[before:]} == {
        Stream(platform_.id, surface, vantage.id, Session.PUBLIC)
        for platform_ in watched.platforms
        for surface in SURFACES
        for vantage in watched.vantages
    }
