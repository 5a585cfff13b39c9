"""A limit or a wall that meets one name only."""

import pytest
from tests.detection.detection_rounds import (
    FOUND,
    LIMITED,
    SETTINGS,
    Laboratory,
    facts,
    findings,
    measured,
    watched,
)

from siaga.detection.channel_state import ChannelState
from siaga.detection.rules.only_limited import RULE
from siaga.domain.answers import Answer
from siaga.domain.verdicts import State
from siaga.simulation.streams import Streams


def test_one_name_limited_alone_is_suspected_and_never_suppressed() -> None:
    streams = Streams(11, 500)
    streams.withhold("gibran", 300, 500, answer=Answer.WALLED)
    _, changes = watched(streams)
    (suspected,) = findings(changes)["gibran"]
    assert (suspected.state, suspected.rule) == (State.SUSPECTED, "only-limited@1")
    assert suspected.detail["kind"] == "only this name is limited"


def test_a_suspicion_ends_when_the_limit_does() -> None:
    streams = Streams(11, 500)
    streams.withhold("gibran", 300, 340, answer=Answer.LIMITED)
    _, changes = watched(streams)
    assert [change.state for change in findings(changes)["gibran"]] == [State.SUSPECTED, State.FINDABLE]


def test_a_limit_that_meets_the_controls_too_is_nobodys() -> None:
    streams = Streams(11, 500)
    streams.withhold("gibran", 300, 500, answer=Answer.LIMITED)
    for number in range(5):
        streams.withhold(f"control-{number}", 300, 500, answer=Answer.LIMITED)
    _, changes = watched(streams)
    assert findings(changes) == {}


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


@pytest.mark.parametrize(("second", "missing"), [(FOUND, 0), (LIMITED, 1)])
def test_a_name_asked_by_two_texts_is_limited_only_where_neither_was_measured(
    second: Answer, missing: int
) -> None:
    laboratory = Laboratory()
    texts = measured("a", LIMITED, name="long"), measured("a", second, name="short")
    update = laboratory.update(facts(*texts, *(measured(f"c{number}") for number in range(3))))
    channel = ChannelState(RULE.alarm, RULE.suspects, RULE.order_explains)
    channel.hold(4, 1, 4, SETTINGS)
    assert RULE.bet(update, channel) == set(range(missing))
    assert channel.missing[0, 0] == missing
