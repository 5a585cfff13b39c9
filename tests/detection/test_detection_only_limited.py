"""A limit or a wall that meets one name only."""

import pytest
from tests.detection.detection_rounds import (
    FOUND,
    LIMITED,
    Laboratory,
    facts,
    findings,
    measured,
    watched,
)

from siaga.detection.channel_state import ChannelState
from siaga.detection.evidence import Detectors
from siaga.detection.rules.only_limited import RULE, compares_order
from siaga.domain.answers import Answer
from siaga.domain.verdicts import State
from siaga.simulation.streams import Streams


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer.WALLED, "only this name is limited"),
        (Answer.LIMITED, "only this name is limited"),
        (Answer.CHALLENGED, "only this name is limited"),
        (Answer.UNREACHABLE, "only this name gets no answer"),
        (Answer.UNREADABLE, "only this name gets an unknown answer"),
    ],
)
def test_one_name_not_measured_alone_is_said_then_proven(answer: Answer, kind: str) -> None:
    streams = Streams(11, 500)
    streams.withhold("gibran", 300, 500, answer=answer)
    _, changes = watched(streams)
    said = [change for change in changes if change.subject == "gibran"]
    assert [change.state for change in said if change.state is not State.SUSPECTED] == [
        State.FINDABLE,
        State.UNMEASURABLE,
        State.SUPPRESSED,
    ]
    assert (said[-1].rule, said[-1].detail["kind"]) == ("only-limited@3", kind)
    assert said[-1].at <= streams.start + 316 * streams.cadence
    assert {change.subject for change in changes if change.state.is_finding} == {"gibran"}


def test_what_a_name_has_withdrawn_itself_is_not_measured_and_accuses_nobody() -> None:
    streams = Streams(11, 700)
    streams.withhold("gibran", 300, 600, answer=Answer.WITHDRAWN)
    _, changes = watched(streams)
    assert findings(changes) == {}
    assert [change.state for change in changes if change.subject == "gibran"] == [
        State.FINDABLE,
        State.UNMEASURABLE,
        State.FINDABLE,
    ]


def test_controls_that_are_withdrawn_leave_the_round_and_put_no_place_in_trouble() -> None:
    streams = Streams(11, 700)
    for number in range(6):
        streams.withhold(f"control-{number}", 300, 600, answer=Answer.WITHDRAWN)
    streams.withhold("gibran", 400, 600)
    _, changes = watched(streams)
    assert findings(changes).keys() == {"gibran"}
    assert {change.state for change in changes if change.subject is None} <= {State.FINDABLE}


def test_it_ends_when_the_limit_does() -> None:
    streams = Streams(11, 600)
    streams.withhold("gibran", 300, 340, answer=Answer.LIMITED)
    _, changes = watched(streams)
    said = findings(changes)["gibran"]
    assert said[-1].state is State.FINDABLE
    assert said[-1].rule == "recovery@2"


@pytest.mark.parametrize("share", [0.2, 0.4, 0.7, 1.0])
def test_a_limit_that_meets_the_controls_too_is_nobodys(share: float) -> None:
    streams = Streams(11, 900)
    streams.outage(300, 600, share, Answer.LIMITED)
    detection, changes = watched(streams)
    assert findings(changes) == {}
    assert not detection.audit()


def test_limits_for_half_of_the_controls_hide_no_name_that_is_limited_with_them() -> None:
    streams = Streams(11, 500)
    for subject in ("gibran", *(f"control-{number}" for number in range(6))):
        streams.withhold(subject, 300, 500, answer=Answer.LIMITED)
    _, changes = watched(streams)
    assert findings(changes).keys() == {"gibran"}
    assert findings(changes)["gibran"][-1].state is State.SUPPRESSED


def test_limits_for_half_of_the_controls_alone_accuse_no_name() -> None:
    streams = Streams(11, 900)
    for number in range(6):
        streams.withhold(f"control-{number}", 300, 600, answer=Answer.LIMITED)
    _, changes = watched(streams)
    assert findings(changes) == {}
    assert not [
        change
        for change in changes
        if change.subject is not None and change.at > streams.start + 320 * streams.cadence
    ]


def test_a_name_always_asked_last_is_not_called_limited() -> None:
    streams = Streams(11, 500)
    last = streams.subjects.index("gibran")
    for stream in streams.position:
        for row in stream:
            row[row == len(row) - 1] = row[last]
            row[last] = len(row) - 1
    streams.cut(300, 500, after=len(streams.subjects) - 1)
    _, changes = watched(streams)
    assert findings(changes) == {}


@pytest.mark.parametrize(("second", "missing"), [(FOUND, False), (LIMITED, True)])
def test_a_name_asked_by_two_texts_is_limited_only_where_neither_was_measured(
    second: Answer, missing: bool
) -> None:
    laboratory = Laboratory()
    texts = measured("a", LIMITED, name="long"), measured("a", second, name="short")
    update = laboratory.update(facts(*texts, *(measured(f"c{number}") for number in range(3))))
    channel = ChannelState(RULE.alarm, Detectors(RULE.lines), RULE.keeps)
    assert compares_order(update)
    RULE.bet(update, channel)
    assert (channel.gone == {laboratory.engine.names.number_of["a"]}) is missing
