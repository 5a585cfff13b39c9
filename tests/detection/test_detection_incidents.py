"""What happened is judged rightly: what must be said, by when, and what must not be said."""

from datetime import datetime, timedelta

import pytest

from siaga.detection.rounds import Rounds
from siaga.detection.watch import Detection
from siaga.domain.answers import Answer
from siaga.domain.verdicts import State, Verdict
from siaga.simulation import incidents
from siaga.simulation.incidents import BEGIN, EVERY
from siaga.simulation.streams import Streams

NAMED = {State.SUSPECTED, State.SUPPRESSED, State.IMPAIRED}


def changes(*all_streams: Streams) -> list[Verdict]:
    detection = Detection()
    said: list[Verdict] = []
    for streams in all_streams:
        columns, words = streams.columns()
        rounds = Rounds(detection.role, None)
        assert not list(rounds.add(columns, words))
        for facts in rounds.end(words):
            said += detection.take_facts(facts)
    return said


def named(said: list[Verdict]) -> dict[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = {}
    for one in said:
        if one.subject is not None and (one.state in NAMED or one.subject in found):
            found.setdefault(one.subject, []).append(one)
    return found


def moment(streams: Streams, round_: int) -> datetime:
    return streams.start + round_ * streams.cadence


def test_mahfud_is_found_in_minutes_placed_and_not_called_restored_before_it_is() -> None:
    streams = incidents.mahfud()
    said = named(changes(streams))
    assert set(said) == {"mahfud", "ganjar"}
    proof = next(one for one in said["mahfud"] if one.state is State.SUPPRESSED)
    assert moment(streams, BEGIN) <= proof.at <= moment(streams, BEGIN) + timedelta(minutes=25)
    assert (proof.surface, proof.vantage) == ("search-latest", None)
    assert proof.onset is not None
    assert proof.onset[0] <= moment(streams, BEGIN) + 2 * EVERY <= proof.onset[1] + 2 * EVERY
    assert set(proof.detail["names"].split(", ")) == {"mahfud", "mahfud md"}
    restored = [one for one in said["mahfud"] if one.state is State.FINDABLE and one.rule == "recovery@2"]
    assert len(restored) == 1
    assert restored[0].at >= moment(streams, 600)  # three posts are not the usual volume
    assert [one.state for one in said["mahfud"]].count(State.SUPPRESSED) == 1


def test_an_error_on_one_name_is_withholding_and_the_text_is_named() -> None:
    streams = incidents.swift()
    said = named(changes(streams))
    assert set(said) == {"anies"}
    proof = next(one for one in said["anies"] if one.state is State.SUPPRESSED)
    assert proof.detail["names"] == "taylor swift"
    assert proof.detail["answers"] == "error"
    assert proof.at <= moment(streams, BEGIN) + timedelta(hours=2)


def test_missing_suggestions_are_found_for_each_name_and_named_as_such() -> None:
    said = named(changes(incidents.typeahead()))
    assert set(said) == {"ganjar", "mahfud"}
    for one in ("ganjar", "mahfud"):
        proof = next(v for v in said[one] if v.state is State.SUPPRESSED)
        assert proof.surface == "suggest"
        assert proof.detail["kind"] == "suggestion missing"
        assert proof.detail["surfaces_found"] == "search-top"


def test_a_notice_counts_as_missing() -> None:
    said = named(changes(incidents.blank_page()))
    assert set(said) == {"prabowo"}
    assert said["prabowo"][-1].state is State.SUPPRESSED


def test_one_country_is_named() -> None:
    said = named(changes(incidents.one_country()))
    assert set(said) == {"anies"}
    assert said["anies"][-1].state is State.SUPPRESSED
    assert (said["anies"][-1].surface, said["anies"][-1].vantage) == ("hashtag", "us")


def test_zero_for_every_hashtag_is_the_surface_and_no_name() -> None:
    said = changes(incidents.zero_hashtags())
    assert not named(said)
    places = [one for one in said if one.subject is None]
    assert [(one.state, one.surface) for one in places] == [
        (State.SURFACE_DOWN, "hashtag"),
        (State.FINDABLE, "hashtag"),
    ]


def test_read_limits_are_unmeasurable_and_no_name() -> None:
    said = changes(incidents.read_limits())
    assert not named(said)
    assert {one.state for one in said if one.subject is None} == {State.UNMEASURABLE, State.FINDABLE}


def test_an_outage_in_waves_is_the_platform_and_no_name() -> None:
    said = changes(incidents.data_centre())
    assert not named(said)
    assert {one.state for one in said if one.subject is None} == {State.PLATFORM_DOWN, State.FINDABLE}


def usual(rounds: int = 900, **others: object) -> Streams:
    return Streams(11, rounds, **others)  # type: ignore[arg-type]


@pytest.mark.parametrize("minutes", [2, 4, 5])
@pytest.mark.parametrize("vantages", [("jakarta",), ("a", "b", "c", "d")])
def test_a_fault_of_a_few_minutes_is_never_suppressed(minutes: int, vantages: tuple[str, ...]) -> None:
    streams = usual(vantages=vantages, surfaces=("search-latest", "people"))
    for begin in range(120, 900, 150):
        streams.withhold("mahfud", begin, begin + minutes)
    said = named(changes(streams))
    assert not {one.state for verdicts in said.values() for one in verdicts} & {
        State.SUPPRESSED,
        State.IMPAIRED,
    }
    if minutes == 5 and len(vantages) > 1:
        assert [one.state for one in said["mahfud"][:2]] == [State.SUSPECTED, State.FINDABLE]


def test_wrong_results_are_missing_and_no_recovery() -> None:
    streams = usual()
    streams.withhold("mahfud", 300, 400)
    streams.wrong("mahfud", 400, 700)
    said = named(changes(streams))["mahfud"]
    assert [one.state for one in said] == [State.SUSPECTED, State.SUPPRESSED, State.FINDABLE]
    assert said[-1].at > moment(streams, 700)


def test_recovery_is_verified_within_its_limit_and_a_relapse_says_so() -> None:
    streams = usual()
    streams.withhold("mahfud", 200, 300)
    streams.withhold("mahfud", 500, 600)
    said = named(changes(streams))["mahfud"]
    restored = [one for one in said if one.rule == "recovery@2"]
    assert restored[0].at <= moment(streams, 300 + 120)
    again = [one for one in said if one.state is State.SUPPRESSED][1]
    assert datetime.fromisoformat(again.detail["relapse_of"]) == restored[0].at


def test_two_of_six_together_are_found_as_fast_as_one() -> None:
    alone, both = usual(500), usual(500)
    alone.withhold("mahfud", 300, 500)
    for name in ("ganjar", "mahfud"):
        both.withhold(name, 300, 500)

    def proof(streams: Streams, name: str) -> datetime:
        return next(one for one in named(changes(streams))[name] if one.state is State.SUPPRESSED).at

    assert proof(both, "mahfud") <= proof(alone, "mahfud")
    assert proof(both, "ganjar") <= moment(both, 311)


def test_a_dead_vantage_a_changed_layout_and_a_found_canary_are_unmeasurable() -> None:
    streams = usual(700, vantages=("a", "b"), canaries=2)
    streams.outage(100, 150, answer=Answer.UNREACHABLE, vantages=("b",))
    streams.outage(250, 300, answer=Answer.UNREADABLE)
    for canary in ("canary-0", "canary-1"):
        streams.found(canary, 400, 450)
    said = changes(streams)
    assert not named(said)
    opened = [
        (one.state, one.vantage, one.detail["kind"])
        for one in said
        if one.subject is None and one.state is not State.FINDABLE
    ]
    assert opened == [
        (State.UNMEASURABLE, "b", "network"),
        (State.UNMEASURABLE, None, "layout"),
        (State.UNMEASURABLE, None, "canary found"),
    ]


def test_names_are_insufficient_while_all_is_down_and_findable_after() -> None:
    streams = usual(300)
    streams.outage(100, 150)
    said = [one for one in changes(streams) if one.subject == "mahfud"]
    assert [one.state for one in said] == [State.FINDABLE, State.INSUFFICIENT, State.FINDABLE]


def test_a_vantage_that_reaches_other_platforms_is_blocked() -> None:
    x, other = (
        Streams(5, 200, platform=platform, vantages=("jakarta", "berlin")) for platform in ("x", "bluesky")
    )
    x.outage(100, 200, answer=Answer.UNREACHABLE, vantages=("jakarta",))
    detection = Detection()
    said: list[Verdict] = []
    rounds = sorted(
        [*x.rounds(), *other.rounds()], key=lambda one: (max(m.at for m in one), one[0].round.bytes)
    )
    for measurements in rounds:
        said += detection.take(measurements)
    assert [(one.state, one.platform, one.vantage) for one in said if one.subject is None] == [
        (State.VANTAGE_BLOCKED, "x", "jakarta")
    ]


def test_a_bad_control_is_dropped_and_proof_stays_fast() -> None:
    streams = usual(600)
    streams.withhold("control-3", 0, 600)
    streams.withhold("mahfud", 400, 600)
    proof = next(one for one in named(changes(streams))["mahfud"] if one.state is State.SUPPRESSED)
    assert proof.at <= moment(streams, 412)


def test_a_name_that_was_never_found_is_said_so_and_is_no_finding() -> None:
    streams = usual(60)
    streams.withhold("mahfud", 0, 60)
    said = [change for change in changes(streams) if change.subject == "mahfud"]
    assert [(change.state, change.detail["kind"]) for change in said] == [
        (State.INSUFFICIENT, "never found here")
    ]
    assert said[0].at <= moment(streams, 20)
    assert said[0].counts.asked == said[0].counts.missing


def test_a_clock_that_jumps_does_no_harm() -> None:
    streams = usual(400)
    streams.clock_jump(150, 200, timedelta(hours=-3))
    streams.clock_jump(200, 260, timedelta(hours=5))
    assert not named(changes(streams))
