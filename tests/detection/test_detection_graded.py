"""Found, but fewer, older or unordered against the name's own past and its controls."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.detection.detection_rounds import SETTINGS, Laboratory, facts, findings, measured, watched

from siaga.detection.channel_state import ChannelState
from siaga.detection.miss_run import MissRun
from siaga.detection.rules.graded import RULE
from siaga.domain.verdicts import State
from siaga.simulation.streams import Streams


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda streams: streams.thin("anies", 400, 700, 2), "fewer"),
        (lambda streams: streams.old("anies", 400, 700, timedelta(days=9)), "older"),
        (lambda streams: streams.shuffle("anies", 400, 700), "unordered"),
    ],
)
def test_fewer_older_unordered_are_found_and_named(spoil: Callable[[Streams], None], kind: str) -> None:
    streams = Streams(11, 900, facts=True)
    spoil(streams)
    _, changes = watched(streams)
    found = findings(changes)
    assert set(found) == {"anies"}
    impaired, restored = found["anies"]
    assert (impaired.state, impaired.detail["kind"], impaired.rule) == (State.IMPAIRED, kind, "graded@1")
    assert impaired.at <= streams.start + 430 * streams.cadence
    assert restored.state is State.FINDABLE
    assert restored.at > streams.start + 700 * streams.cadence


def test_a_quiet_hour_of_all_names_alike_impairs_nobody() -> None:
    streams = Streams(11, 900, facts=True)
    for subject in streams.subjects:
        streams.thin(subject, 400, 700, 2)
    _, changes = watched(streams)
    assert findings(changes) == {}


def test_a_name_that_always_had_few_results_is_not_impaired() -> None:
    streams = Streams(11, 900, facts=True)
    streams.thin("anies", 0, 900, 2)
    _, changes = watched(streams)
    assert findings(changes) == {}


@pytest.mark.parametrize(("older", "kind"), [(4, "fewer"), (5, "fewer, older")])
def test_ways_met_half_as_often_as_the_most_frequent_are_named(older: int, kind: str) -> None:
    assert RULE.kind_of(MissRun(ways={"fewer": 10, "older": older, "unordered": 1}), {"people"}) == kind


def test_of_equal_ways_the_words_are_in_order() -> None:
    assert RULE.kind_of(MissRun(ways={"unordered": 3, "fewer": 3}), {"people"}) == "fewer, unordered"


@pytest.mark.parametrize(("few", "flagged"), [(0, 0), (1, 0), (2, 1), (3, 1)])
def test_of_four_texts_half_must_have_fewer_results(few: int, flagged: int) -> None:
    laboratory = Laboratory()
    texts = [measured("a", name=f"text-{n}", matching=2 if n < few else 20) for n in range(4)]
    update = laboratory.update(facts(*texts, *(measured(f"c{number}") for number in range(3))))
    past = laboratory.stream.past
    past.usual[:4], past.few[:4], past.blocks = 20.0, 7.0, SETTINGS.past_least
    assert RULE.marks is not None
    marks = RULE.marks(laboratory.stream, update.plan, update.facts, SETTINGS)
    update.marks = {} if marks is None else {RULE.channel: marks}
    channel = ChannelState(RULE.alarm, RULE.suspects, RULE.order_explains)
    channel.hold(4, 1, 4, SETTINGS)
    assert RULE.bet(update, channel) == set(range(flagged))
    assert channel.missing[0, 0] == flagged
