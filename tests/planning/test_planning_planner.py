"""Which round comes next, told as stories."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
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
    searched,
)

from siaga.domain.answers import Role, Session
from siaga.domain.errors import BadInput
from siaga.domain.quota import Quota
from siaga.domain.records import Round
from siaga.election.model import Budget, Event, EventKind, Name, NameKind
from siaga.election.rotation import round_shape
from siaga.planning.canary_words import canary_words
from siaga.planning.planner import Planner

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def times(rounds: list[Round], surface: str | None = None) -> list[datetime]:
    return [round_.at for round_ in rounds if surface in (None, round_.stream.surface)]


def gaps(moments: list[datetime]) -> list[float]:
    return [(after - before).total_seconds() for before, after in pairwise(moments)]


def counts(rounds: list[Round], role: Role = Role.TARGET) -> Counter[str]:
    return Counter(a.subject for round_ in rounds for a in round_.askings if a.role is role)


def test_a_round_asks_every_target_and_control_once_and_one_canary() -> None:
    (round_,) = Story(planner_of(election())).until(START + MINUTE).rounds
    roles = Counter(asking.role for asking in round_.askings)
    assert roles == {Role.TARGET: 3, Role.CONTROL: 5, Role.CANARY: 1}
    assert len({asking.subject for asking in round_.askings}) == 9
    assert [asking.position for asking in round_.askings] == list(range(9))
    assert round_.reason == "base"


def test_canaries_take_turns() -> None:
    rounds = Story(planner_of(election())).until(START + 10 * MINUTE).rounds
    assert counts(rounds, Role.CANARY) == {"canary-1": 4, "canary-2": 3, "canary-3": 3}


def test_canaries_follow_from_the_days_key_and_one_found_is_replaced_at_once() -> None:
    planner = planner_of(election())
    story = Story(planner).until(START + 10 * MINUTE)

    def asked(rounds: list[Round]) -> set[str]:
        return {a.name for round_ in rounds for a in round_.askings if a.role is Role.CANARY}

    before = asked(story.rounds)
    assert before == set(canary_words(key_of(START.date()), "x", START.date()))
    found = sorted(before)[0]
    planner.burn("x", found, story.now)
    again = planner_of(election())
    again.restore(json.loads(json.dumps(planner.state())), story.now)
    after = asked(Story(again, story.now).until(story.now + 10 * MINUTE).rounds)
    assert len(after) == 3
    assert found not in after


def test_the_base_rate_is_one_round_an_interval() -> None:
    rounds = Story(planner_of(election())).until(START + HOUR).rounds
    assert len(rounds) == 60
    assert set(gaps(times(rounds))) == {60.0}


def test_streams_are_spread_over_the_interval() -> None:
    watched = election(*(platform(f"p{number}") for number in range(50)), vantages=4)
    rounds = Story(planner_of(watched)).until(START + MINUTE).rounds
    assert len(rounds) == 200
    a_second = Counter(round_.at.replace(microsecond=0) for round_ in rounds)
    assert max(a_second.values()) <= 12


def test_the_main_name_takes_every_other_round_and_variants_the_others_by_turns() -> None:
    targets = {"a": searched("main", "short", "nick"), "b": searched("only")}
    rounds = Story(planner_of(election(targets=targets))).until(START + 8 * MINUTE).rounds
    names = [{a.subject: a.name for a in round_.askings} for round_ in rounds]
    assert [name["a"] for name in names] == ["main", "short", "main", "nick", "main", "short", "main", "nick"]
    assert {name["b"] for name in names} == {"only"}


def test_a_subject_without_a_fitting_name_is_left_out_and_that_is_said() -> None:
    targets = {"a": (*searched("a"), Name("tag", NameKind.HASHTAG)), "b": searched("b")}
    controls = {"cat": (Name("cat", NameKind.HASHTAG),), "dog": searched("dog")}
    watched = election(platform(surfaces={"hashtag": MINUTE}), targets=targets, controls=controls)
    planner = planner_of(watched)
    (coverage,) = planner.coverage()
    assert (coverage.platform, coverage.surface, coverage.session) == ("x", "hashtag", Session.PUBLIC)
    assert (coverage.targets, coverage.controls, coverage.left_out) == (("a",), ("cat",), ("b", "dog"))
    rounds = Story(planner).until(START + 3 * MINUTE).rounds
    assert {a.subject for r in rounds for a in r.askings if a.role is not Role.CANARY} == {"a", "cat"}


def test_a_surface_where_no_target_has_a_name_is_never_asked() -> None:
    planner = planner_of(election(platform(surfaces={"profile": MINUTE})))
    assert Story(planner).until(START + HOUR).rounds == []
    assert planner.coverage()[0].targets == ()


def test_events_and_the_hour_before_them_are_denser() -> None:
    debate = Event("debate", EventKind.DEBATE, "Debate", START + 3 * HOUR, START + 5 * HOUR, denser=6)
    watched = election(platform(surfaces={"search-latest": HOUR}), events=(debate,))
    rounds = Story(planner_of(watched)).until(START + 8 * HOUR).rounds
    hours = Counter((round_.at - START) // HOUR for round_ in rounds)
    assert [hours[hour] for hour in range(8)] == [1, 1, 6, 6, 6, 1, 1, 1]
    assert {r.reason for r in rounds if START + 2 * HOUR <= r.at < START + 5 * HOUR} == {"event"}
    assert {r.reason for r in rounds if not START + 2 * HOUR <= r.at < START + 5 * HOUR} == {"base"}


def test_a_suspicion_brings_a_burst_on_the_suspected_surface_first() -> None:
    watched = election(
        platform("x", {"search-latest": 5 * MINUTE, "people": 5 * MINUTE}),
        platform("bluesky", {"search-latest": 5 * MINUTE}),
        vantages=3,
    )
    story = Story(planner_of(watched)).until(START + HOUR)
    before = len(story.rounds)
    story.planner.suspect("x", story.now, "search-latest")
    story.until(START + HOUR + 2 * MINUTE)
    burst = [round_ for round_ in story.rounds[before:] if round_.reason == "burst"]
    assert {round_.stream.platform for round_ in burst} == {"x"}
    first = times(burst, "search-latest")
    other = times(burst, "people")
    assert max(first[:3]) <= START + HOUR + 10 * SECOND
    assert START + HOUR + 30 * SECOND <= min(other) <= START + HOUR + 40 * SECOND
    assert 46 <= len(first) <= 50
    assert len({round_.stream.vantage for round_ in burst}) == 3


def test_bursts_go_where_a_request_is_worth_most_and_all_contestants_get_the_same() -> None:
    surfaces = {"search-latest": 5 * MINUTE, "people": 5 * MINUTE, "suggest": 5 * MINUTE}
    story = Story(planner_of(election(platform("x", surfaces), targets=4))).until(START + HOUR)
    before = len(story.rounds)
    worth = {("people", "v0"): 1.5, ("suggest", "v0"): 0.9, ("search-latest", "v0"): 0.1}
    story.planner.suspect("x", story.now, "people", worth)
    story.until(START + HOUR + 2 * MINUTE)
    burst = Counter(r.stream.surface for r in story.rounds[before:] if r.reason == "burst")
    assert burst["people"] > burst["suggest"] > 0
    assert burst["search-latest"] == 0
    base = [r for r in story.until(START + 2 * HOUR).rounds[before:] if r.stream.surface == "search-latest"]
    assert len(base) == 12, "its base rounds go on"
    assert len(set(counts(story.rounds).values())) == 1


def test_a_stream_whose_worth_falls_ends_its_burst_and_begins_one_when_it_rises() -> None:
    surfaces = {"search-latest": 10 * MINUTE, "people": 10 * MINUTE}
    story = Story(planner_of(election(platform("x", surfaces)))).until(START + HOUR)

    def bursts(worth: dict[tuple[str, str], float]) -> Counter[str]:
        before = len(story.rounds)
        story.planner.suspect("x", story.now, None, worth)
        story.until(story.now + MINUTE)
        return Counter(r.stream.surface for r in story.rounds[before:] if r.reason == "burst")

    assert set(bursts({("search-latest", "v0"): 1.0, ("people", "v0"): 1.0})) == set(surfaces)
    assert set(bursts({("search-latest", "v0"): 0.0, ("people", "v0"): 1.0})) == {"people"}
    assert set(bursts({("search-latest", "v0"): 1.0, ("people", "v0"): 1.0})) == set(surfaces)
    assert set(bursts({("search-latest", "v0"): 0.0, ("people", "v0"): 1.0})) == {"people"}
    assert set(bursts({})) == set(surfaces), "what was worth little once is not held against it"


def test_a_burst_thins_out_until_the_base_rate_is_back() -> None:
    story = Story(planner_of(election(platform(surfaces={"search-latest": 5 * MINUTE}))))
    story.until(START + HOUR)
    story.planner.suspect("x", story.now)
    story.until(START + 4 * HOUR)
    after = [round_.at for round_ in story.rounds if round_.at >= START + HOUR]
    assert gaps(after)[:10] == [6.0] * 10
    assert set(gaps(after)[-5:]) == {300.0}
    assert 40 < len([at for at in after if at < START + 2 * HOUR + 10 * MINUTE]) < 75


def test_settling_ends_a_burst() -> None:
    story = Story(planner_of(election(platform(surfaces={"search-latest": 5 * MINUTE}))))
    story.planner.suspect("x", story.now)
    story.until(START + MINUTE)
    assert len(story.rounds) >= 5
    story.planner.settle("x", story.now)
    before = len(story.rounds)
    story.until(START + HOUR)
    assert len(story.rounds) - before <= 12


def test_suspecting_again_does_not_keep_a_burst_at_its_densest() -> None:
    def rounds(often: bool) -> int:
        story = Story(planner_of(election(platform(surfaces={"search-latest": 5 * MINUTE}))))
        for second in range(0, 3600, 10):
            if often or second == 0:
                story.planner.suspect("x", story.now, "search-latest")
            story.until(START + second * SECOND)
        return len(story.rounds)

    assert rounds(often=True) == rounds(often=False)


def test_every_contestant_is_asked_alike_in_a_burst() -> None:
    story = Story(planner_of(election(targets=7)))
    story.planner.suspect("x", story.now)
    story.until(START + HOUR)
    assert len(set(counts(story.rounds).values())) == 1


def test_hundreds_of_contestants_are_dealt_into_rounds_that_sweep_all_before_any_comes_twice() -> None:
    planner = planner_of(election(targets=600, controls=12))
    (coverage,) = planner.coverage()
    assert coverage.rounds_a_sweep == 27
    rounds = Story(planner).until(START + 54 * MINUTE).rounds
    assert len(rounds) == 54
    for end in range(1, 55):
        asked = counts(rounds[:end])
        assert max(asked.values()) - (min(asked.values()) if len(asked) == 600 else 0) <= 1
    assert counts(rounds[:27]) == {f"t{number:03}": 1 for number in range(600)}
    assert max(len(round_.askings) for round_ in rounds) <= 40
    first, second = ([frozenset(counts([r])) for r in rounds[a:b]] for a, b in ((0, 27), (27, 54)))
    assert first == second, "who is asked together once always is"


def test_many_controls_take_turns_when_a_round_cannot_hold_them() -> None:
    rounds = Story(planner_of(election(targets=30, controls=60))).until(START + 60 * MINUTE).rounds
    asked = counts(rounds, Role.CONTROL)
    assert len(asked) == 60
    assert max(asked.values()) - min(asked.values()) <= 1
    assert {sum(a.role is Role.CONTROL for a in round_.askings) for round_ in rounds} == {20}


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 150), st.integers(0, 60), st.integers(0, 2))
@example(targets=1, controls=39, canaries=1)
def test_the_largest_round_is_what_election_check_reckons_with(
    targets: int, controls: int, canaries: int
) -> None:
    watched = election(targets=targets, controls=controls, canaries=("q1", "q2")[:canaries])
    rounds = Story(planner_of(watched)).until(START + 9 * MINUTE).rounds
    shape = round_shape(0, targets, controls, canaries)
    assert max(len(r.askings) for r in rounds) == shape.size - shape.seats
    assert shape.size <= 40


def test_a_round_that_no_budget_can_ever_carry_is_refused_with_the_arithmetic() -> None:
    with pytest.raises(BadInput, match=r"takes 36 requests \(9 names, 2 each, once more for retries\)"):
        planner_of(election(platform(budgets=[Budget(35, HOUR)])), cost=2)


def test_a_round_is_taken_whole_or_waits() -> None:
    story = Story(planner_of(election(platform(budgets=[Budget(20, 10 * MINUTE)])))).until(START + HOUR)
    assert {len(round_.askings) for round_ in story.rounds} == {9}
    assert 5 <= len(story.rounds) <= 7


def test_the_oldest_due_goes_first_so_that_no_stream_of_a_platform_starves() -> None:
    surfaces = dict.fromkeys(("search-latest", "search-top", "people", "suggest"), MINUTE)
    tight = election(platform(surfaces=surfaces, budgets=[Budget(40, 10 * MINUTE)]))
    rounds = Story(planner_of(tight)).until(START + 10 * HOUR).rounds
    asked = Counter(round_.stream.surface for round_ in rounds)
    assert len(asked) == 4
    assert max(asked.values()) - min(asked.values()) <= 2, "a stream's own moments are a minute apart"


def test_a_burst_leaves_base_rounds_their_budget() -> None:
    budget = Budget(100, DAY)
    watched = election(platform(surfaces={"search-latest": 3 * HOUR}, budgets=[budget]))
    story = Story(planner_of(watched))
    story.planner.suspect("x", story.now)
    story.until(START + DAY)
    kinds = Counter(round_.reason for round_ in story.rounds)
    assert kinds["base"] == 8
    assert kinds["burst"] >= 2


def test_a_wait_of_the_server_is_kept_on_that_vantage_alone() -> None:
    story = Story(planner_of(election(vantages=2))).until(START + 10 * MINUTE)
    note = story.planner.learn("x", "v0", Quota(wait_until=story.now + 20 * MINUTE), story.now)
    assert note == ""
    story.until(START + HOUR)
    mine = [r.at for r in story.rounds if r.stream.vantage == "v0"]
    other = [r.at for r in story.rounds if r.stream.vantage == "v1"]
    assert not [at for at in mine if START + 10 * MINUTE <= at < START + 30 * MINUTE]
    assert len(other) == 60
    assert 40 <= len(mine) <= 42, "one that waited, and one that had become due meanwhile"


def test_a_platform_with_vantages_of_its_own_is_asked_from_nowhere_else() -> None:
    from_one = replace(platform("youtube"), vantages=("v1",))
    story = Story(planner_of(election(platform("x"), from_one, vantages=3))).until(START + 5 * MINUTE)
    asked = {(one.stream.platform, one.stream.vantage) for one in story.rounds}
    assert asked == {("x", "v0"), ("x", "v1"), ("x", "v2"), ("youtube", "v1")}
    assert {(one.platform, one.vantage) for one in story.planner.left(story.now)} == asked


def test_remaining_requests_are_kept_to_until_the_reset() -> None:
    story = Story(planner_of(election())).until(START + 10 * MINUTE)
    story.planner.learn("x", "v0", Quota(remaining=40, resets_at=START + 30 * MINUTE), story.now)
    before = len(story.rounds)
    story.until(START + 30 * MINUTE)
    assert sum(len(round_.askings) for round_ in story.rounds[before:]) <= 40
    assert len(story.rounds) - before >= 2
    story.until(START + HOUR)
    assert len(story.rounds) >= 40


def test_a_generous_server_raises_nothing() -> None:
    watched = election(platform(budgets=[Budget(20, 10 * MINUTE)]))
    plain, generous = Story(planner_of(watched)), Story(planner_of(watched))
    for minute in range(60):
        end = START + minute * MINUTE
        plain.until(end)
        generous.until(end)
        quota = Quota(remaining=10**9, limit=10**9, resets_at=generous.now + 10 * MINUTE)
        generous.planner.learn("x", "v0", quota, generous.now)
    assert generous.rounds == plain.rounds


def test_what_is_left_says_the_scarcest_budget_and_the_servers_wait() -> None:
    planner = planner_of(election(vantages=2))
    planner.learn("x", "v1", Quota(wait_until=START + HOUR), START)
    first, second = planner.left(START)
    assert (first.platform, first.vantage, first.share, first.waits_until) == ("x", "v0", 1.0, None)
    assert (second.vantage, second.waits_until) == ("v1", START + HOUR)


def test_an_absurd_wait_is_cut_to_a_day_and_said() -> None:
    story = Story(planner_of(election()))
    note = story.planner.learn("x", "v0", Quota(wait_until=START + 4000 * DAY), START)
    assert note == "x from v0: The server asks to wait until 2035-01-07 09:00 UTC: taken as one day."
    story.until(START + 2 * DAY)
    assert START + DAY <= story.rounds[0].at <= START + DAY + MINUTE


def test_a_machine_that_slept_for_hours_catches_up_with_nothing() -> None:
    story = Story(planner_of(election(*(platform(f"p{n}") for n in range(30))))).until(START + 10 * MINUTE)
    before = len(story.rounds)
    story.now = START + 8 * HOUR
    story.until(START + 8 * HOUR + 5 * MINUTE)
    after = story.rounds[before:]
    assert Counter(round_.stream for round_ in after).most_common()[0][1] <= 6
    assert Counter(round_.at.replace(microsecond=0) for round_ in after).most_common()[0][1] <= 6
    assert {r.stream for r in after if r.at < START + 8 * HOUR + 61 * SECOND} == {r.stream for r in after}


def test_a_round_just_an_interval_late_is_asked_and_one_later_still_was_slept_over() -> None:
    late = planner_of(election())
    assert len(late.take_due(late.next_due() + MINUTE)) == 1
    slept = planner_of(election())
    assert slept.take_due(slept.next_due() + MINUTE + timedelta(microseconds=1)) == ()


def test_a_caller_that_always_comes_late_still_gets_rounds() -> None:
    planner = planner_of(election())
    rounds = []
    for hour in range(1, 20):
        for round_ in planner.take_due(START + hour * HOUR):
            planner.finished(round_, round_.at + SECOND)
            rounds.append(round_)
    assert len(rounds) >= 9


def test_a_clock_set_back_stalls_nothing_and_asks_no_denser() -> None:
    story = Story(planner_of(election())).until(START + HOUR)
    back = START - 5 * HOUR
    seen = len(story.rounds)
    planner, now = story.planner, back
    rounds = list(planner.take_due(now))
    while now < back + HOUR:
        now = max(now, planner.next_due())
        for round_ in planner.take_due(now):
            planner.finished(round_, now + SECOND, 9)
            rounds.append(round_)
    assert seen == 60
    assert 59 <= len(rounds) <= 61
    assert rounds[0].at <= back + 61 * SECOND


def test_a_round_that_nobody_finishes_does_not_stop_its_stream_for_ever() -> None:
    planner, now = planner_of(election()), START
    taken: list[Round] = []
    while now < START + 5 * HOUR:
        now += 30 * SECOND
        taken += planner.take_due(now)
    assert 4 <= len(taken) <= 6


def test_finishing_twice_or_what_was_never_taken_changes_nothing() -> None:
    planner = planner_of(election())
    (round_,) = planner.take_due(planner.next_due())
    planner.finished(round_, round_.at + SECOND, 9)
    state = planner.state()
    planner.finished(round_, round_.at + SECOND, 9)
    assert planner.state() == state


def test_a_new_day_has_a_new_key() -> None:
    rounds = Story(planner_of(election())).until(START + 16 * HOUR).rounds
    assert {round_.at.date().day for round_ in rounds} == {25, 26}
    days: list[date] = []

    def noted(day: date) -> bytes:
        days.append(day)
        return bytes(32)

    planner = Planner(election(), {("x", "search-latest"): 1}, noted, START)
    Story(planner).until(START + 16 * HOUR)
    assert [str(day) for day in days] == ["2024-01-25", "2024-01-26"]


def test_the_state_is_plain_json_and_holds_no_key() -> None:
    story = Story(planner_of(election(targets=100))).until(START + 10 * MINUTE)
    text = json.dumps(story.planner.state())
    assert json.loads(text) == story.planner.state()
    assert b"2024-01-25".ljust(32, b".").hex() not in text
    assert "2024-01-25....." not in text


def test_a_state_of_another_version_is_refused() -> None:
    planner = planner_of(election())
    before = planner.state()
    with pytest.raises(BadInput, match="another version"):
        planner.restore({"version": 0}, START)
    assert planner.state() == before


def test_a_changed_election_keeps_its_charges_and_begins_what_is_new() -> None:
    budget = [Budget(20, HOUR)]
    story = Story(planner_of(election(platform(budgets=budget)))).until(START + 10 * MINUTE)
    assert len(story.rounds) == 1
    both = platform(surfaces={"people": MINUTE, "search-latest": MINUTE}, budgets=budget)
    planner = planner_of(election(both), start=story.now)
    planner.restore(json.loads(json.dumps(story.planner.state())), story.now)
    later = Story(planner, story.now).until(START + 3 * HOUR)
    assert later.rounds[0].at > START + HOUR
    assert {round_.stream.surface for round_ in later.rounds} == {"people", "search-latest"}


def test_what_is_lent_is_charged_at_once_and_half_of_a_budget_stays_for_the_watch() -> None:
    planner = planner_of(election(platform(surfaces={"search-latest": DAY}, budgets=[Budget(100, HOUR)])))
    vantage = planner.left(START)[0].vantage
    assert planner.lend("x", vantage, 30, START)
    assert planner.lend("x", vantage, 20, START)
    assert not planner.lend("x", vantage, 1, START)
    assert planner.left(START)[0].share == 0.5
    assert not planner.lend("x", "no vantage", 1, START)
    again = planner_of(election(platform(surfaces={"search-latest": DAY}, budgets=[Budget(100, HOUR)])))
    again.restore(planner.state(), START)
    assert not again.lend("x", vantage, 1, START + MINUTE), "what was lent is not forgotten over a kill"
    assert planner.lend("x", vantage, 1, START + 2 * HOUR)


def test_nothing_is_lent_while_rounds_of_the_watch_wait_or_the_platform_says_wait() -> None:
    surfaces = dict.fromkeys(("search-latest", "search-top", "people"), MINUTE)
    planner = planner_of(election(platform(surfaces=surfaces, budgets=[Budget(40, HOUR)])))
    vantage = planner.left(START)[0].vantage
    for minute in range(6):
        planner.take_due(START + minute * MINUTE)
    assert not planner.lend("x", vantage, 1, START + 6 * MINUTE)


def test_a_round_that_nobody_finished_is_given_up_after_an_hour_to_the_microsecond() -> None:
    planner = planner_of(election())
    taken = planner.next_due()
    (lost,) = planner.take_due(taken)
    for minute in range(1, 60):
        assert planner.take_due(taken + minute * MINUTE) == ()
    assert planner.take_due(taken + HOUR - timedelta(microseconds=1)) == ()
    (again,) = planner.take_due(taken + HOUR)
    assert again.stream == lost.stream


def test_where_names_take_turns_a_burst_asks_who_is_under_suspicion_and_the_sweep_goes_on() -> None:
    story = Story(planner_of(election(platform(surfaces={"search-latest": 10 * MINUTE}), targets=600)))
    story.until(START + 20 * MINUTE)
    story.planner.ask_again("x", ["t333", "nobody"])
    story.planner.suspect("x", story.now, "search-latest")
    story.until(START + 22 * MINUTE)
    bursts = [round_ for round_ in story.rounds if round_.reason == "burst"]
    assert len(bursts) >= 12
    assert all("t333" in counts([round_]) for round_ in bursts)
    assert all(len(round_.askings) <= 40 and len(counts([round_])) >= 10 for round_ in bursts)
    story.planner.settle("x", story.now)
    story.until(START + 10 * HOUR)
    base = [round_ for round_ in story.rounds if round_.reason == "base"]
    assert all("t333" in counts([round_]) for round_ in base[3:]), "a suspicion keeps its seat"
    asked = counts(base)
    del asked["t333"]
    assert len(asked) == 599
    assert max(asked.values()) - min(asked.values()) <= 1


def test_who_is_under_suspicion_survives_a_restart_and_is_let_go_when_it_is_settled() -> None:
    watched = election(platform(surfaces={"search-latest": MINUTE}), targets=100)
    story = Story(planner_of(watched)).until(START + 5 * MINUTE)
    story.planner.ask_again("x", ["t007"])
    again = planner_of(watched)
    again.restore(story.planner.state(), story.now)
    after = Story(again, now=story.now).until(story.now + 5 * MINUTE).rounds
    assert after
    assert all("t007" in counts([round_]) for round_ in after)
    again.ask_again("x", [])
    assert again.state()["again"] == {}


def test_where_a_round_holds_all_suspicion_changes_nothing_about_who_is_asked() -> None:
    planner = planner_of(election(targets=5))
    assert not planner.takes_turns("x")
    planner.ask_again("x", ["t001"])
    story = Story(planner).until(START + 10 * MINUTE)
    assert {frozenset(counts([round_])) for round_ in story.rounds} == {
        frozenset(f"t00{n}" for n in range(5))
    }
