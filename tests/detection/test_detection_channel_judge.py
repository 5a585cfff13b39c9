"""What one channel says of a name: difference and change, faults of minutes, doubted instruments."""

from datetime import timedelta

import pytest
from tests.detection.detection_rounds import findings, watched

from siaga.domain.answers import Answer
from siaga.domain.verdicts import State, Verdict
from siaga.simulation.streams import Streams


def of(changes: list[Verdict], subject: str) -> list[Verdict]:
    return [change for change in changes if change.subject == subject]


@pytest.mark.parametrize("missing_elsewhere", [0.0, 0.02])
def test_a_name_that_never_had_a_suggestion_is_said_so_and_opens_no_case(missing_elsewhere: float) -> None:
    streams = Streams(3, 400, surfaces=("people", "suggest"), missing=missing_elsewhere)
    streams.withhold("mahfud", 0, 400, surfaces=("suggest",))
    _, changes = watched(streams)
    said = of(changes, "mahfud")[-1]
    assert (said.state, said.surface, said.detail["kind"]) == (
        State.INSUFFICIENT,
        "suggest",
        "never found here",
    )
    assert said.counts.asked == said.counts.missing
    assert findings(changes) == {}


def test_such_a_name_that_goes_missing_elsewhere_is_a_finding_there() -> None:
    streams = Streams(3, 400, surfaces=("people", "suggest"), missing=0.0)
    streams.withhold("mahfud", 0, 400, surfaces=("suggest",))
    streams.withhold("mahfud", 200, 400, surfaces=("people",))
    _, changes = watched(streams)
    proof = findings(changes)["mahfud"][-1]
    assert proof.state is State.SUPPRESSED
    assert proof.onset is not None
    begin = streams.start + 200 * streams.cadence
    assert proof.onset[0] <= begin <= proof.onset[1] + streams.cadence
    assert proof.at <= begin + timedelta(minutes=20)


def test_missing_now_is_said_at_the_alarm_and_called_after_five_minutes() -> None:
    streams = Streams(3, 400, surfaces=("a", "b"), vantages=("x", "y"), missing=0.002)
    streams.withhold("mahfud", 300, 400)
    _, changes = watched(streams)
    now, called = findings(changes)["mahfud"]
    begin = streams.start + 300 * streams.cadence
    assert now.state is State.SUSPECTED
    assert now.at <= begin + timedelta(minutes=2)
    assert called.state is State.SUPPRESSED
    assert timedelta(minutes=5) <= called.at - begin <= timedelta(minutes=5, seconds=30)


@pytest.mark.parametrize("share", [0.12, 0.3])
def test_a_partial_withholding_is_one_finding_that_stays_open(share: float) -> None:
    streams = Streams(6, 2600, missing=0.002)
    streams.withhold("mahfud", 600, 2600, share)
    _, changes = watched(streams)
    said = findings(changes)["mahfud"]
    assert said[-1].state is State.SUPPRESSED
    assert [change.state for change in said].count(State.SUPPRESSED) == 1
    assert State.FINDABLE not in {change.state for change in said}


def test_the_counts_beside_a_claim_are_those_of_its_evidence() -> None:
    streams = Streams(3, 700, missing=0.0)
    streams.withhold("mahfud", 600, 700)
    _, changes = watched(streams)
    called = findings(changes)["mahfud"][-1]
    assert called.counts.asked == called.counts.missing == 6
    assert called.counts.controls_asked == 6 * 12


def test_all_contestants_gone_on_one_instrument_is_doubted_and_said_once() -> None:
    streams = Streams(3, 400, vantages=("x", "y"), missing=0.0)
    for subject in ("anies", "muhaimin", "prabowo", "gibran", "ganjar", "mahfud"):
        streams.withhold(subject, 300, 400, vantages=("x",))
    _, changes = watched(streams)
    assert findings(changes) == {}
    places = [change for change in changes if change.subject is None]
    assert [(place.state, place.vantage, place.detail["kind"]) for place in places] == [
        (State.UNMEASURABLE, "x", "instrument")
    ]


def test_all_contestants_gone_on_two_instruments_are_believed() -> None:
    streams = Streams(3, 400, vantages=("x", "y"), missing=0.0)
    subjects = ("anies", "muhaimin", "prabowo", "gibran", "ganjar", "mahfud")
    for subject in subjects:
        streams.withhold(subject, 300, 400)
    _, changes = watched(streams)
    assert set(findings(changes)) == set(subjects)


@pytest.mark.parametrize("gone", [4, 5, 6])
def test_a_name_that_vanishes_with_up_to_half_of_its_controls_is_found_and_they_are_named(gone: int) -> None:
    streams = Streams(5, 400, missing=0.002)
    controls = [f"control-{number}" for number in range(gone)]
    for subject in ("mahfud", *controls):
        streams.withhold(subject, 200, 400)
    _, changes = watched(streams)
    proof = findings(changes)["mahfud"][-1]
    assert proof.state is State.SUPPRESSED
    assert proof.at <= streams.start + 235 * streams.cadence
    assert set(proof.detail["together"].split(", ")) == set(controls)
    assert proof.onset is not None
    assert abs(proof.onset[1] - (streams.start + 200 * streams.cadence)) <= timedelta(minutes=2)
    begin = streams.start + 203 * streams.cadence
    fine = [change for change in changes if change.state is State.FINDABLE and change.at > begin]
    assert "mahfud" not in {change.subject for change in fine}


@pytest.mark.parametrize("gone", [2, 5])
def test_a_name_half_withheld_with_controls_is_one_finding_since_it_began(gone: int) -> None:
    streams = Streams(5, 900, missing=0.002)
    for subject in ("mahfud", *(f"control-{number}" for number in range(gone))):
        streams.withhold(subject, 300, 900, 0.6)
    _, changes = watched(streams)
    said = findings(changes)["mahfud"]
    assert said[-1].state is State.SUPPRESSED
    assert State.FINDABLE not in {change.state for change in said}
    assert said[-1].onset is not None
    assert abs(said[-1].onset[1] - (streams.start + 300 * streams.cadence)) <= timedelta(minutes=15)


@pytest.mark.parametrize("share", [0.6, 0.3])
def test_a_name_limited_alone_now_and_then_is_a_finding_since_it_began(share: float) -> None:
    streams = Streams(5, 900, missing=0.002)
    streams.withhold("mahfud", 300, 900, share, answer=Answer.LIMITED)
    _, changes = watched(streams)
    proof = findings(changes)["mahfud"][-1]
    assert proof.state is State.SUPPRESSED
    assert proof.detail["kind"] == "only this name is limited"
    assert proof.onset is not None
    assert abs(proof.onset[1] - (streams.start + 300 * streams.cadence)) <= timedelta(minutes=15)
    assert proof.at <= streams.start + (330 if share > 0.5 else 420) * streams.cadence


def test_a_canary_found_in_every_round_hides_no_missing_name() -> None:
    streams = Streams(5, 300, canaries=2, missing=0.0)
    for canary in ("canary-0", "canary-1"):
        streams.found(canary, 100, 300)
    streams.withhold("mahfud", 200, 300)
    _, changes = watched(streams)
    assert findings(changes)["mahfud"][-1].state is State.SUPPRESSED
    assert of(changes, "anies")[-1].state is State.INSUFFICIENT


@pytest.mark.parametrize("answer", [Answer.EMPTY, Answer.HIDDEN, Answer.REFUSED, Answer.ERROR])
def test_every_way_to_withhold_is_one_finding(answer: Answer) -> None:
    streams = Streams(5, 400, missing=0.002)
    streams.withhold("mahfud", 300, 400, answer=answer)
    _, changes = watched(streams)
    assert [change.state for change in findings(changes)["mahfud"]][-1:] == [State.SUPPRESSED]
