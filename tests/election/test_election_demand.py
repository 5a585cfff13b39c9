"""What a watch needs of its budgets: by formula as by counting, and said with its arithmetic."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.election.election_samples import INDONESIA, READERS, small

from siaga.domain.errors import BadInput
from siaga.election.demand import demand_of, needs_of
from siaga.election.model import Election, Event, EventKind, SurfaceWatch
from siaga.election.reading import read_election
from siaga.planning.round_composition import RoundComposition

START = datetime(2024, 1, 1, tzinfo=UTC)


def fault_of(text: str) -> str:
    with pytest.raises(BadInput) as caught:
        read_election(text, READERS, "e.yaml")
    assert len(caught.value.faults) == 1
    return str(caught.value.faults[0])


@pytest.fixture(scope="module")
def indonesia() -> Election:
    return read_election(INDONESIA.read_text(encoding="utf-8"), READERS)


def test_the_base_rate_is_names_times_requests_times_rounds() -> None:
    election = read_election(small(), READERS)
    costs, needs = demand_of(election, READERS)["bluesky"]
    # three targets, three controls, one canary: seven names, each round
    assert [(cost.names, cost.round) for cost in costs] == [(7, 7), (7, 7)]
    assert needs[0].base == 7 * 7.5 + 7 * 1.5
    assert needs[0].densest == 2 * needs[0].base
    assert needs[0].largest_round == 14


def test_a_budget_below_the_base_rate_is_said_with_the_arithmetic() -> None:
    fault = fault_of(small().replace("requests: 600", "requests: 40"))
    assert fault.startswith("e.yaml:59:platforms[0].budgets[0]: ")
    assert "needs 63.0 requests per 15m, and the budget is 40" in fault
    assert "search-latest 7 names x 1 requests x 7.50 rounds = 52.5" in fault
    assert "people 7 names x 1 requests x 1.50 rounds = 10.5" in fault
    assert "1.58 times the `every`" in fault


def test_a_budget_below_an_events_rate_names_the_event() -> None:
    fault = fault_of(small().replace("requests: 600", "requests: 100"))
    assert "At voting-day (2 times as dense, from an hour before)" in fault
    assert "126.0 requests per 15m" in fault


def test_a_budget_below_one_round_is_said() -> None:
    text = small().replace("requests: 600, per: 15m", "requests: 13, per: 10s")
    said = "One round of search-latest sets 14 requests aside (7 names x 1 requests, once more for retries)"
    assert said in fault_of(text.replace("every: 2m", "every: 1h"))


def test_as_often_as_a_fault_about_the_base_rate_says_is_rare_enough() -> None:
    text = small().replace("requests: 600", "requests: 40").replace("denser: 2", "denser: 1")
    assert "1.58 times" in fault_of(text)
    rarer = text.replace("every: 2m", "every: 190s").replace("every: 10m", "every: 948s")
    read_election(rarer, READERS)


@pytest.mark.parametrize(
    ("targets", "controls"), [(6, 12), (6, 33), (6, 34), (39, 1), (100, 12), (33, 60), (1, 200)]
)
def test_a_round_is_as_large_here_as_planning_makes_it(
    indonesia: Election, targets: int, controls: int
) -> None:
    one, control = indonesia.contestants[0], indonesia.controls[0]
    people = tuple(replace(one.people[0], id=f"person-{number}") for number in range(targets))
    election = replace(
        indonesia,
        contestants=(replace(one, people=people),),
        controls=tuple(replace(control, id=f"control-{number}") for number in range(controls)),
    )
    watch = SurfaceWatch("search-latest", timedelta(minutes=1))
    x = next(platform for platform in election.platforms if platform.id == "x")
    election = replace(election, platforms=(replace(x, surfaces=(watch,)),))
    ((cost,), _) = demand_of(election, READERS)["x"]
    assert cost.names == RoundComposition(election, "x", watch).size


def event(number: int, starts: int, minutes: int, denser: float) -> Event:
    begins = START + timedelta(minutes=starts)
    return Event(f"e-{number}", EventKind.DEBATE, "", begins, begins + timedelta(minutes=minutes), denser)


EVENTS = st.lists(
    st.tuples(st.integers(0, 900), st.integers(1, 300), st.sampled_from([1.0, 1.5, 2.0, 4.0])), max_size=4
)


@settings(max_examples=60, deadline=None)
@given(events=EVENTS, span=st.integers(1, 600))
def test_the_densest_stretch_is_what_counting_minute_by_minute_finds(
    events: list[tuple[int, int, float]], span: int
) -> None:
    election = read_election(small(), READERS)
    platform = election.platforms[0]
    platform = replace(platform, budgets=(replace(platform.budgets[0], per=timedelta(minutes=span)),))
    declared = [event(number, *one) for number, one in enumerate(events)]
    costs, _ = demand_of(election, READERS)["bluesky"]
    (need,) = needs_of(platform, costs, declared)

    def factor(minute: int) -> float:
        at = START + timedelta(minutes=minute)
        hour = timedelta(hours=1)
        return max([1.0, *(one.denser for one in declared if one.starts - hour <= at < one.ends)])

    factors = [factor(minute) for minute in range(-700, 1900)]
    window = sum(factors[:span])
    most = window
    for minute in range(span, len(factors)):
        window += factors[minute] - factors[minute - span]
        most = max(most, window)
    assert need.densest == pytest.approx(need.base * most / span)
